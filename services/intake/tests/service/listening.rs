//! The supervision office listens in: by a real switch over HTTP, never silently, never on what is sealed without the right.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method as Verb, Uri},
};
use jiff::SignedDuration;
use reqwest::Method;

use super::{
    sealed::{accusation, named},
    *,
};

/// A request to the switch: verb with path, key, body.
type Request = (String, String, String);

/// A switch: how it answers, and what it was asked.
#[derive(Clone, Default)]
struct Exchange(Arc<Mutex<(u16, Vec<Request>)>>);

impl Exchange {
    async fn start() -> (Self, String) {
        let exchange = Self::default();
        exchange.answers(201);
        let serve =
            async |State(own): State<Exchange>, verb: Verb, uri: Uri, headers: HeaderMap, body: Bytes| {
                let key = headers["authorization"].to_str().unwrap().to_owned();
                let mut own = own.0.lock().unwrap();
                let said = format!("{verb} {}", uri.path());
                own.1.push((said, key, String::from_utf8(body.to_vec()).unwrap()));
                (StatusCode::from_u16(own.0).unwrap(), axum::Json(json!({"listener": "ear-7"})))
            };
        let router = Router::new().fallback(serve).with_state(exchange.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (exchange, url)
    }

    fn answers(&self, status: u16) {
        self.0.lock().unwrap().0 = status;
    }

    fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().1.iter().map(|asked| asked.0.clone()).collect()
    }
}

fn profile(folder: &tempfile::TempDir, url: &str) -> Vec<(&'static str, String)> {
    let file = folder.path().join("switch.toml");
    let text = format!(
        "[join]\nurl = \"{url}/calls/{{call}}/listeners\"\n\
         [join.headers]\nAuthorization = \"Bearer {{secret}}\"\n\
         [join.json]\nid = \"{{id}}\"\nextension = \"{{extension}}\"\nmuted = true\n\
         [join.success]\nstatus = [201]\nreceipt = \"/listener\"\n[join.refused]\nstatus = [409]\n\
         [leave]\nmethod = \"DELETE\"\nurl = \"{url}/calls/{{call}}/listeners/{{receipt}}\"\n\
         [leave.headers]\nAuthorization = \"Bearer {{secret}}\"\n\
         [leave.success]\nstatus = [200, 201, 404]\n"
    );
    std::fs::write(&file, text).unwrap();
    vec![
        ("intake.switch.profile", file.display().to_string()),
        ("intake.switch.secret", "key-of-switch".to_owned()),
    ]
}

fn both(roles: [Role; 2], account: u128) -> String {
    let claims = Claims {
        sub: uuid::Uuid::from_u128(account),
        role: roles[0],
        roles: roles.to_vec(),
        unit: None,
        region: None,
        case: None,
        exp: 32_503_680_000,
    };
    Keys::from_secret(&SECRET.into()).sign(&claims)
}

fn begun(call: &str) -> Value {
    json!({"call": call, "region": "511602", "pack": "hotline-004", "line": "12345"})
}

fn wish() -> Value {
    json!({"extension": "8001", "ground": "quality"})
}

struct Room {
    house: House,
    clock: Clock,
    operator: String,
    office: String,
}

impl Room {
    async fn open(more: Vec<(&'static str, String)>) -> Self {
        let clock = Clock::fixed("2026-03-02T01:00:00Z".parse().unwrap());
        let house = house_with(more, clock.clone(), |_| ()).await;
        Self {
            house,
            clock,
            operator: named(Role::Operator, None, 1),
            office: named(Role::Supervisor, None, 2),
        }
    }

    async fn send(&self, method: Method, path: &str, bearer: &str, body: Value) -> (StatusCode, Value) {
        self.house.ask(method, path, bearer, None, &body).await
    }

    /// A conversation of the operator; gives its path.
    async fn talk(&self, call: &str) -> String {
        let (status, told) = self.send(Method::POST, "/conversations", &self.operator, begun(call)).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
        format!("/conversations/{}", told["conversation"].as_str().unwrap())
    }

    async fn listen(&self, conversation: &str, bearer: &str) -> (StatusCode, Value) {
        self.send(Method::POST, &format!("{conversation}/listenings"), bearer, wish()).await
    }

    async fn going_on(&self, bearer: &str) -> Vec<Value> {
        self.house.json("/conversations", bearer).await["conversations"].as_array().unwrap().clone()
    }

    /// What is written down, the newest first.
    async fn written(&self) -> Vec<Value> {
        self.house.json("/listenings", &self.office).await["listenings"].as_array().unwrap().clone()
    }

    async fn mine(&self) -> Value {
        self.house.json("/listenings/mine", &self.operator).await
    }

    /// Waits until the newest listening is in a state.
    async fn until(&self, state: &str) -> Value {
        for _ in 0..200 {
            let newest = self.written().await[0].clone();
            if newest["state"] == state {
                return newest;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("never {state}: {:?}", self.written().await[0]);
    }
}

#[tokio::test]
async fn the_supervision_office_listens_in_and_each_listening_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let (exchange, url) = Exchange::start().await;
    let room = Room::open(profile(&folder, &url)).await;
    let talk = room.talk("c-1.7").await;
    let (again, same) = room.send(Method::POST, "/conversations", &room.operator, begun("c-1.7")).await;
    assert_eq!((again, talk.ends_with(same["conversation"].as_str().unwrap())), (StatusCode::OK, true));
    let other = named(Role::Operator, None, 9);
    assert_eq!(
        room.send(Method::POST, "/conversations", &other, begun("c-1.7")).await.0,
        StatusCode::CONFLICT
    );
    for (field, value) in [("call", "13800000000"), ("call", "SIP/x"), ("sort", "chat"), ("region", "999999")]
    {
        let mut bad = begun("c-2");
        bad[field] = json!(value);
        let (status, problem) = room.send(Method::POST, "/conversations", &room.operator, bad).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }

    // Who may see and hear: the supervision office of the region.
    for role in [Role::Operator, Role::Leader, Role::Auditor, Role::Admin, Role::Officer] {
        let bearer = named(role, None, 3);
        assert_eq!(room.house.get("/conversations", &bearer).await.status(), StatusCode::FORBIDDEN, "{role}");
        assert_eq!(room.listen(&talk, &bearer).await.0, StatusCode::FORBIDDEN, "{role}");
    }
    let elsewhere = token(Role::Supervisor, None, Some("510100"));
    assert_eq!(room.going_on(&elsewhere).await, Vec::<Value>::new());
    assert_eq!(room.listen(&talk, &elsewhere).await.0, StatusCode::NOT_FOUND);
    room.clock.set("2026-03-02T01:02:00Z".parse().unwrap());
    let shown = room.going_on(&room.office).await;
    assert_eq!((shown.len(), &shown[0]["seconds"], &shown[0]["line"]), (1, &json!(120), &json!("12345")));
    assert_eq!(shown[0]["operator"], json!(format!("operator:{}", uuid::Uuid::from_u128(1))));
    for (field, value) in [("extension", "1"), ("extension", "13800000000"), ("ground", "curiosity")] {
        let mut bad = wish();
        bad[field] = json!(value);
        let (status, problem) =
            room.send(Method::POST, &format!("{talk}/listenings"), &room.office, bad).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field))
        );
    }
    assert_eq!(exchange.asked(), Vec::<String>::new(), "the switch was asked nothing yet");

    // It hears, once.
    let (status, on) = room.listen(&talk, &room.office).await;
    assert_eq!(
        (status, &on["state"], &on["state_zh"]),
        (StatusCode::CREATED, &json!("on"), &json!("监听中")),
        "{on}"
    );
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::OK);
    assert_eq!(exchange.asked(), ["POST /calls/c-1.7/listeners"]);
    let (_, key, body) = exchange.0.lock().unwrap().1[0].clone();
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(key, "Bearer key-of-switch");
    assert_eq!(
        (&body["muted"], &body["extension"], &body["id"]),
        (&json!(true), &json!("8001"), &on["listening"])
    );
    assert_eq!(room.mine().await["conversations"], json!(0), "the pack tells the operator afterwards");

    // Another one of the office ends it.
    let path = format!("/listenings/{}/end", on["listening"].as_str().unwrap());
    assert_eq!(room.send(Method::POST, &path, &elsewhere, json!({})).await.0, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let (status, ended) =
            room.send(Method::POST, &path, &named(Role::Supervisor, None, 5), json!({})).await;
        assert_eq!(
            (status, &ended["state"], &ended["ending"]),
            (StatusCode::OK, &json!("ended"), &json!("listener"))
        );
    }
    assert_eq!(exchange.asked()[1..], ["DELETE /calls/c-1.7/listeners/ear-7"]);
    let mine = room.mine().await;
    assert_eq!((&mine["conversations"], &mine["listenings"][0]["ground"]), (&json!(1), &json!("quality")));
    assert!(mine.to_string().find("supervisor").is_none(), "not who listened");

    // The end of the conversation ends what listens; the switch need not be told.
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::CREATED);
    assert_eq!(
        room.send(Method::POST, &format!("{talk}/end"), &other, json!({})).await.0,
        StatusCode::NOT_FOUND
    );
    for _ in 0..2 {
        assert_eq!(
            room.send(Method::POST, &format!("{talk}/end"), &room.operator, json!({})).await.0,
            StatusCode::OK
        );
    }
    assert_eq!(room.written().await[0]["ending"], json!("over"));
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::CONFLICT);
    assert_eq!(room.going_on(&room.office).await, Vec::<Value>::new());
    let audit = room.house.json("/listenings?limit=1", &named(Role::Auditor, None, 4)).await;
    assert_eq!(audit["listenings"][0]["tries"][0]["heard"], json!("taken"));
    assert_eq!(room.house.get("/listenings", &room.operator).await.status(), StatusCode::FORBIDDEN);

    // The centre's data are open to the same office.
    let made: Value = room.house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let case = format!("/cases/{}", made["number"].as_str().unwrap());
    let days = "from=2026-03-01&to=2026-03-02";
    for path in [
        "/cases".to_owned(),
        case.clone(),
        format!("{case}/dossier"),
        format!("{case}/registrations"),
        "/contacts".to_owned(),
        format!("/contacts/figures?{days}"),
    ] {
        assert_eq!(room.house.get(&path, &room.office).await.status(), StatusCode::OK, "{path}");
    }
    room.house.stop().await;
}

#[tokio::test]
async fn a_switch_that_refuses_or_is_away_is_named_and_the_try_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (exchange, url) = Exchange::start().await;
    let room = Room::open(profile(&folder, &url)).await;
    let talk = room.talk("c-1").await;
    exchange.answers(409);
    let (status, problem) = room.listen(&talk, &room.office).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(problem["detail"].as_str().unwrap().contains("交换机拒绝"), "{problem}");
    let refused = room.written().await[0].clone();
    assert_eq!((&refused["state"], &refused["tries"][0]["heard"]), (&json!("refused"), &json!("refused")));

    // Whoever did not answer may have joined all the same: it is told to take the listener off until it says so.
    exchange.answers(503);
    let (status, problem) = room.listen(&talk, &room.office).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(problem["detail_en"].as_str().unwrap().contains("did not answer"), "{problem}");
    assert_eq!(room.written().await[0]["state"], json!("away"));
    let tries = async || room.written().await[0]["tries"].as_array().unwrap().len();
    while tries().await < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    exchange.answers(404);
    room.clock.set(room.clock.now() + SignedDuration::from_secs(61));
    room.until("ended").await;
    assert_eq!(room.mine().await["listenings"], json!([]), "nobody heard anything");

    // Its time is over; and a conversation that nobody ended is forgotten.
    exchange.answers(201);
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::CREATED);
    room.clock.set(room.clock.now() + SignedDuration::from_mins(59));
    assert_eq!(room.written().await[0]["state"], json!("on"));
    room.clock.set(room.clock.now() + SignedDuration::from_mins(1));
    assert_eq!(room.until("ended").await["ending"], json!("time"));
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::CREATED);
    exchange.answers(503);
    let path = format!("/listenings/{}/end", room.written().await[0]["listening"].as_str().unwrap());
    assert_eq!(
        room.send(Method::POST, &path, &room.office, json!({})).await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        room.written().await[0]["state"],
        json!("on"),
        "it may still be heard, and is not said to be over"
    );
    room.clock.set(room.clock.now() + SignedDuration::from_hours(12));
    room.until("ended").await;
    assert_eq!(room.going_on(&room.office).await, Vec::<Value>::new());
    room.house.stop().await;

    // Nobody there at all, no profile, and no section of the pack.
    let nobody = profile(&folder, "http://127.0.0.1:9");
    let room = Room::open(nobody).await;
    let talk = room.talk("c-1").await;
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(room.written().await[0]["tries"][0]["heard"], json!("away"));
    room.house.stop().await;
    let room = Room::open(Vec::new()).await;
    let talk = room.talk("c-1").await;
    let (status, problem) = room.listen(&talk, &room.office).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("intake.switch.profile"), "{problem}");
    let mut letter = begun("c-3");
    letter["pack"] = json!("mailbox-002");
    let (_, told) = room.send(Method::POST, "/conversations", &room.operator, letter).await;
    let path = format!("/conversations/{}", told["conversation"].as_str().unwrap());
    let (status, problem) = room.listen(&path, &room.office).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("规则包"), "{problem}");
    room.house.stop().await;
}

#[tokio::test]
async fn nobody_listens_to_what_is_sealed_without_the_right_of_a_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (exchange, url) = Exchange::start().await;
    let room = Room::open(profile(&folder, &url)).await;
    let keeper = both([Role::Supervisor, Role::Keeper], 6);
    let hand = named(Role::Supervisor, None, 7);

    // It turns out secret while somebody listens: off the line, out of sight.
    let talk = room.talk("c-1").await;
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::CREATED);
    let secret = json!({"secret": true});
    assert_eq!(room.send(Method::PUT, &talk, &room.operator, secret).await.1["secret"], json!(true));
    assert_eq!(room.going_on(&room.office).await, Vec::<Value>::new());
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::NOT_FOUND);
    assert_eq!(room.until("ended").await["ending"], json!("sealed"));
    assert_eq!(exchange.asked().last().unwrap(), "DELETE /calls/c-1/listeners/ear-7");
    let never_back = json!({"secret": false});
    assert_eq!(room.send(Method::PUT, &talk, &room.operator, never_back).await.1["secret"], json!(true));
    assert_eq!(room.listen(&talk, &hand).await.0, StatusCode::NOT_FOUND);
    assert_eq!(room.going_on(&keeper).await.len(), 1);
    assert_eq!(room.listen(&talk, &keeper).await.0, StatusCode::CREATED);

    // A sealed case: a named hand of the office listens, and the dossier has the look.
    let made: Value = room.house.post("/cases", &accusation(), &[]).await.json().await.unwrap();
    let case = made["number"].as_str().unwrap();
    let (operator, account) = (named(Role::Operator, None, 8), |number| uuid::Uuid::from_u128(number));
    let hands = json!({"hands": [account(7), account(8)], "barred": []});
    let (status, answer) =
        room.house.ask(Method::PUT, &format!("/cases/{case}/hands"), &keeper, Some("\"1\""), &hands).await;
    assert!(status.is_success(), "{status} {answer}");
    let mut about = begun("c-9");
    about["case"] = json!(case);
    assert_eq!(
        room.send(Method::POST, "/conversations", &room.operator, about.clone()).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, told) = room.send(Method::POST, "/conversations", &operator, about).await;
    assert_eq!((status, &told["secret"]), (StatusCode::CREATED, &json!(true)), "{told}");
    let talk = format!("/conversations/{}", told["conversation"].as_str().unwrap());
    assert_eq!(room.listen(&talk, &room.office).await.0, StatusCode::NOT_FOUND);
    assert_eq!(room.going_on(&hand).await.len(), 1);
    assert_eq!(room.listen(&talk, &hand).await.0, StatusCode::CREATED);
    let looks = room.house.json(&format!("/cases/{case}/looks"), &keeper).await;
    let kinds: Vec<&Value> = looks["looks"].as_array().unwrap().iter().map(|look| &look["kind"]).collect();
    assert!(kinds.contains(&&json!("call.listened")), "{looks}");
    // What was joined by right stays when others are taken off.
    let open = room.talk("c-10").await;
    assert_eq!(room.listen(&open, &room.office).await.0, StatusCode::CREATED);
    room.send(Method::PUT, &open, &room.operator, json!({"secret": true})).await;
    room.until("ended").await;
    let heard = room.written().await.iter().filter(|row| row["state"] == "on").count();
    assert_eq!(heard, 2);
    room.house.stop().await;
}
