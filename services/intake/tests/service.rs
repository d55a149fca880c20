//! Intake as its callers meet it: the whole process on private servers, hostile input first.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

#[path = "service/acceptance.rs"]
mod acceptance;
#[path = "service/archive.rs"]
mod archive;
#[path = "service/attachments.rs"]
mod attachments;
#[path = "service/channels.rs"]
mod channels;
#[path = "service/citizen.rs"]
mod citizen;
#[path = "service/contacts.rs"]
mod contacts;
#[path = "service/knowledge.rs"]
mod knowledge;
#[path = "service/listening.rs"]
mod listening;
#[path = "service/merging.rs"]
mod merging;
#[path = "service/parties.rs"]
mod parties;
#[path = "service/plain.rs"]
mod plain;
#[path = "service/publishing.rs"]
mod publishing;
#[path = "service/receptions.rs"]
mod receptions;
#[path = "service/record.rs"]
mod record;
#[path = "service/sealed.rs"]
mod sealed;
#[path = "service/secrecy.rs"]
mod secrecy;

use identity::{Claims, Keys, Role};
use intake::{Intake, store::regions};
use reqwest::{Client, Response, StatusCode};
use runtime::{Clock, Entry, Running, Settings, entry};
use serde_json::{Value, json};

const LIST: &[Entry] = &[entry::<Intake>()];
const SECRET: &str = "a secret of this test, long enough for it";

struct House {
    database: testkit::Database,
    running: Running,
    client: Client,
    base: String,
    db: pg::Database,
    data: tempfile::TempDir,
}

fn settings(database: &testkit::Database, data: &tempfile::TempDir) -> Settings {
    Settings::read(None, &overrides(database, data)).unwrap()
}

fn overrides(database: &testkit::Database, data: &tempfile::TempDir) -> Vec<(&'static str, String)> {
    vec![
        ("process.data", data.path().display().to_string()),
        ("database.url", database.url.clone()),
        ("nats.url", database.servers.nats_url.clone()),
        ("security.secret", SECRET.to_owned()),
        ("policy.folder", format!("{}/../../deploy/policy", env!("CARGO_MANIFEST_DIR"))),
        ("http.listen", "127.0.0.1:0".to_owned()),
        ("intake.track_tries", "3".to_owned()),
    ]
}

/// The same house after a restart.
async fn reopen(house: House) -> House {
    let House { database, running, client, db, data, .. } = house;
    assert!(running.stop().await);
    let running = runtime::start(LIST, &settings(&database, &data), Clock::default()).await.unwrap();
    let base = format!("http://{}/api/intake", running.address());
    House { database, running, client, base, db, data }
}

async fn house() -> House {
    house_under(|_| ()).await
}

/// A house whose settings are others.
async fn house_under(change: impl FnOnce(&mut Settings)) -> House {
    house_with(Vec::new(), Clock::default(), change).await
}

/// A house with more keys and a clock of its own.
async fn house_with(
    more: Vec<(&'static str, String)>,
    clock: Clock,
    change: impl FnOnce(&mut Settings),
) -> House {
    let database = testkit::database("intake").await.unwrap();
    let data = tempfile::tempdir().unwrap();
    let keys: Vec<_> = overrides(&database, &data).into_iter().chain(more).collect();
    let mut settings = Settings::read(None, &keys).unwrap();
    change(&mut settings);
    runtime::migrate(LIST, &settings).await.unwrap();
    runtime::migrate_streams(LIST, &settings).await.unwrap();
    let own = pg::Settings { url: database.url.clone(), schema: "intake".to_owned(), max_connections: 2 };
    let db = pg::Database::open(&own).unwrap();
    let rows: Vec<regions::Region> =
        [("510000", None), ("511600", Some("510000")), ("511602", Some("511600"))]
            .map(|(code, parent)| regions::Region {
                code: code.to_owned(),
                name: "某地".to_owned(),
                level: "county".to_owned(),
                parent: parent.map(str::to_owned),
            })
            .into();
    let mut connection = db.pool.acquire().await.unwrap();
    assert_eq!(regions::load(&mut connection, &rows).await.unwrap(), 3);
    assert_eq!(regions::load(&mut connection, &rows).await.unwrap(), 0);
    drop(connection);
    let running = runtime::start(LIST, &settings, clock).await.unwrap();
    let base = format!("http://{}/api/intake", running.address());
    let client = Client::builder().no_proxy().build().unwrap();
    House { database, running, client, base, db, data }
}

fn token(role: Role, unit: Option<&str>, region: Option<&str>) -> String {
    let claims = Claims {
        sub: uuid::Uuid::new_v4(),
        role,
        roles: vec![role],
        unit: unit.map(|unit| unit.parse().unwrap()),
        region: region.map(|region| region.parse().unwrap()),
        case: None,
        exp: 32_503_680_000,
    };
    Keys::from_secret(&SECRET.into()).sign(&claims)
}

fn message() -> Value {
    json!({
        "kind": "complaint", "title": "小区路灯不亮", "region": "511602",
        "text": "滨河路十二号楼前的路灯坏了一个月，联系电话13800000000，请尽快修理。",
        "party": {"name": "测试者", "phone": "138-0000-0000"},
    })
}

impl House {
    /// Where the store of files is.
    fn files(&self) -> std::path::PathBuf {
        self.data.path().join("files")
    }

    async fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.post(format!("{}{path}", self.base)).json(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str, token: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(token).send().await.unwrap()
    }

    async fn json(&self, path: &str, token: &str) -> Value {
        let answer = self.get(path, token).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(&self.db.pool).await.unwrap()
    }

    async fn stop(self) {
        self.db.pool.close().await;
        assert!(self.running.stop().await);
        drop(self.database);
    }
}

/// Asks with one field changed and gives the status and the fields that were named.
async fn refused(house: &House, pointer: &str, value: Value) -> (StatusCode, Vec<String>) {
    let mut body = message();
    match body.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => body[&pointer[1..]] = value,
    }
    let answer = house.post("/cases", &body, &[]).await;
    let status = answer.status();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    let fields = problem["errors"].as_array().unwrap().iter();
    (status, fields.map(|error| error["field"].as_str().unwrap().to_owned()).collect())
}

#[tokio::test]
async fn hostile_registrations_are_told_the_field_and_leave_nothing() {
    let house = house().await;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    for (pointer, value, field) in [
        ("/region", json!("999999"), "region"),
        ("/region", json!("511602'; DROP TABLE case_file; --"), "region"),
        ("/title", json!("路灯\u{0}不亮"), "title"),
        ("/text", json!("路灯\u{1b}[2J不亮"), "text"),
        ("/text", json!("灯".repeat(20_001)), "text"),
        ("/text", json!(" \u{3000}\u{200b}\n"), "text"),
        ("/title", json!("灯".repeat(101)), "title"),
        ("/kind", json!("quarrel"), "kind"),
        ("/urgency", json!("yesterday"), "urgency"),
        ("/pack", json!("../../etc"), "pack"),
        ("/unit", json!("某局"), "unit"),
        ("/mode", json!("both"), "mode"),
        ("/channel", json!("phone"), "channel"),
        ("/party/phone", json!("call me"), "party.phone"),
        ("/party/phone", json!(13_800_000_000_i64), "party.phone"),
        ("/surprise", json!(1), "surprise"),
    ] {
        let (status, fields) = refused(&house, pointer, value).await;
        assert_eq!((status, fields), (unprocessable, vec![field.to_owned()]), "{pointer}");
    }
    let mut large = message();
    large["text"] = json!("灯".repeat(500_000));
    assert_eq!(house.post("/cases", &large, &[]).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let answer = house.post("/cases", &message(), &[("idempotency-key", "has a space")]).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let answer = house.post("/cases", &message(), &[("authorization", "Bearer rubbish")]).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let importer = format!("Bearer {}", token(Role::Importer, None, None));
    let answer = house.post("/cases", &message(), &[("authorization", &importer)]).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    for statement in ["SELECT count(*) FROM case_file", "SELECT count(*) FROM outbox_event"] {
        assert_eq!(house.count(statement).await, 0, "{statement}");
    }
    house.stop().await;
}

#[tokio::test]
async fn one_key_makes_one_case() {
    let house = house().await;
    let key = [("idempotency-key", "portal-0001")];
    let body = message();
    let (first, second) = tokio::join!(house.post("/cases", &body, &key), house.post("/cases", &body, &key));
    assert_eq!((first.status(), second.status()), (StatusCode::CREATED, StatusCode::CREATED));
    let place = first.headers()["location"].to_str().unwrap().to_owned();
    let (first, second): (Value, Value) = (first.json().await.unwrap(), second.json().await.unwrap());
    assert_eq!(first, second);
    assert_eq!(place, format!("/api/intake/cases/{}", first["number"].as_str().unwrap()));
    let third: Value = house.post("/cases", &body, &key).await.json().await.unwrap();
    assert_eq!(first, third);
    let mut other = body.clone();
    other["title"] = json!("另一件事");
    // A stranger's key is bound to what was said: the same one with other words is another stranger's.
    assert_eq!(house.post("/cases", &other, &key).await.status(), StatusCode::CREATED);

    let many: Vec<_> = (0..200).map(|_| house.post("/cases", &body, &[])).collect();
    let answers = futures::future::join_all(many).await;
    assert!(answers.iter().all(|answer| answer.status() == StatusCode::CREATED));
    assert_eq!(house.count("SELECT count(*) FROM case_file").await, 202);
    assert_eq!(house.count("SELECT count(DISTINCT number) FROM case_file").await, 202);
    // That they repeat one another is found behind them.
    assert_eq!(house.count("SELECT count(*) FROM outbox_event WHERE kind <> 'case.found'").await, 404);
    assert_eq!(house.count("SELECT count(*) FROM dossier_entry WHERE kind <> 'case.found'").await, 404);

    // Nothing that identifies a person or opens the case stands readable in any table.
    let code = first["query_code"].as_str().unwrap();
    for table in ["case_file", "outbox_event", "dossier_entry", "idempotency"] {
        let dump = format!("SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t");
        let all: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(dump)).fetch_one(&house.db.pool).await.unwrap();
        assert!(!all.contains(code) && !all.contains("测试者") && !all.contains("13800000000"), "{table}");
    }
    let payloads: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT payload FROM outbox_event").fetch_all(&house.db.pool).await.unwrap();
    let payloads = String::from_utf8(payloads.concat()).unwrap();
    assert!(payloads.contains("路灯") && !payloads.contains("13800000000") && !payloads.contains("测试者"));
    house.stop().await;
}

#[tokio::test]
async fn a_case_is_tracked_changed_and_read_with_a_trace() {
    let house = house().await;
    let made: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let (number, code) = (made["number"].as_str().unwrap(), made["query_code"].as_str().unwrap());
    let keys = |code: &str| json!({"number": number, "query_code": code});
    let tracked = house.post("/track", &keys(code), &[]).await;
    assert_eq!(tracked.status(), StatusCode::OK);
    let tracked: Value = tracked.json().await.unwrap();
    assert_eq!(tracked["steps"].as_array().unwrap().len(), 2);
    let citizen = format!("Bearer {}", tracked["token"].as_str().unwrap());

    let path = format!("/cases/{number}/supplement");
    let addition = json!({"text": "又坏了一盏。"});
    let auth = ("authorization", citizen.as_str());
    assert_eq!(house.post(&path, &addition, &[auth]).await.status(), StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(
        house.post(&path, &addition, &[auth, ("if-match", "\"9\"")]).await.status(),
        StatusCode::PRECONDITION_FAILED
    );
    let answer = house.post(&path, &addition, &[auth, ("if-match", "\"1\"")]).await;
    assert_eq!((answer.status(), answer.headers()["etag"].to_str().unwrap()), (StatusCode::OK, "\"2\""));

    let operator = token(Role::Operator, None, None);
    let bearer = format!("Bearer {operator}");
    let auth = ("authorization", bearer.as_str());
    let path = format!("/cases/{number}/decline");
    let reason = json!({"reason": "because"});
    let answer = house.post(&path, &reason, &[auth, ("if-match", "\"2\"")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let reason = json!({"reason": "no_new_facts"});
    let answer = house.post(&path, &reason, &[auth, ("if-match", "\"2\"")]).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["state"], "declined");
    let answer =
        house.post(&format!("/cases/{number}/accept"), &json!({}), &[auth, ("if-match", "\"3\"")]).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);

    let case = house.json(&format!("/cases/{number}"), &operator).await;
    assert_eq!(
        (&case["party"]["name"], &case["supplements"][0]["text"]),
        (&json!("测试者"), &json!("又坏了一盏。"))
    );
    let leader = house.json(&format!("/cases/{number}"), &token(Role::Leader, None, None)).await;
    assert_eq!(leader.get("party"), None);
    let dossier = house.json(&format!("/cases/{number}/dossier"), &token(Role::Auditor, None, None)).await;
    let kinds: Vec<&str> =
        dossier["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["case.registered", "case.accepted", "case.supplemented", "case.declined", "party.read"]
    );
    assert_eq!(dossier["whole"], true);

    for status in [404, 404, 404, 429, 429] {
        assert_eq!(house.post("/track", &keys("0000000000"), &[]).await.status(), status);
    }
    assert_eq!(house.post("/track", &keys(code), &[]).await.status(), StatusCode::TOO_MANY_REQUESTS);
    house.stop().await;
}

#[tokio::test]
async fn lists_show_what_the_caller_may_see_page_by_page() {
    let house = house().await;
    for _ in 0..3 {
        house.post("/cases", &message(), &[]).await;
    }
    let mut secret = message();
    secret["kind"] = json!("report");
    let secret: Value = house.post("/cases", &secret, &[]).await.json().await.unwrap();
    let operator = token(Role::Operator, None, None);
    let numbers = |list: &Value| list["cases"].as_array().unwrap().len();
    assert_eq!(numbers(&house.json("/cases", &operator).await), 3);
    assert_eq!(numbers(&house.json("/cases?phone=%2B86%2013800000000&state=accepted", &operator).await), 3);
    assert_eq!(numbers(&house.json("/cases?region=511600&kind=complaint", &operator).await), 3);
    assert_eq!(numbers(&house.json("/cases?region=510000&kind=praise", &operator).await), 0);
    assert_eq!(numbers(&house.json("/cases", &token(Role::Dispatcher, None, None)).await), 3);
    assert_eq!(numbers(&house.json("/cases", &token(Role::Keeper, None, None)).await), 4);
    assert_eq!(numbers(&house.json("/cases", &token(Role::Operator, None, Some("510100"))).await), 0);
    assert_eq!(numbers(&house.json("/cases", &token(Role::Officer, Some("housing"), None)).await), 0);
    let by_phone = house.get("/cases?phone=13800000000", &token(Role::Auditor, None, None)).await;
    assert_eq!(by_phone.status(), StatusCode::FORBIDDEN);
    let hidden = format!("/cases/{}", secret["number"].as_str().unwrap());
    assert_eq!(house.get(&hidden, &operator).await.status(), StatusCode::NOT_FOUND);
    for bad in ["?after=%00", "?after=Zm9v", "?limit=0", "?state=x", "?number=%00", "?region=1", "?unit=%27"]
    {
        assert_eq!(
            house.get(&format!("/cases{bad}"), &operator).await.status(),
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    let mut path = "/cases?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = house.get(&path, &operator).await;
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let page: Value = answer.json().await.unwrap();
        seen.extend(page["cases"].as_array().unwrap().iter().map(|case| case["number"].clone()));
        let Some(link) = link else { break };
        path = link.split(['<', '>']).nth(1).unwrap().strip_prefix("/api/intake").unwrap().to_owned();
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let events: Vec<Vec<u8>> = sqlx::query_scalar("SELECT payload FROM outbox_event WHERE aggregate_id = $1")
        .bind(secret["case_id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap())
        .fetch_all(&house.db.pool)
        .await
        .unwrap();
    assert!(!String::from_utf8(events.concat()).unwrap().contains("路灯"));
    house.stop().await;
}

#[tokio::test]
async fn an_import_is_repeated_without_effect_and_names_bad_rows() {
    let house = house().await;
    let row = |id: &str, region: &str, at: &str, answered: bool| {
        json!({"source": "board", "external_id": id, "kind": "complaint", "title": "", "text": "\n\t路灯_x000D_\n不亮",
               "author": "测试者", "region": region, "unit": "housing", "mode": "forwarding", "channel": "mailbox",
               "received_at": at, "answered": answered})
    };
    let load = json!({"pack": "mailbox-002", "rows": [
        row("1", "511602", "2011-03-02T09:30:00+08:00", true),
        row("2", "511602", "2012-03-02T09:30:00+08:00", false),
        row("1", "511602", "2011-03-02T09:30:00+08:00", true),
        row("3", "999999", "2012-03-02T09:30:00+08:00", true),
        row("4", "511602", "2012/03/02", true),
        row("5", "511602", "2999-03-02T09:30:00+08:00", true),
    ]});
    let outcomes = |answer: &Value| -> Vec<String> {
        let rows = answer["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            format!("{} {}", row["outcome"].as_str().unwrap(), row["field"].as_str().unwrap_or("-"))
        })
        .collect()
    };
    let importer = format!("Bearer {}", token(Role::Importer, None, None));
    let auth = [("authorization", importer.as_str())];
    let (first, second) =
        tokio::join!(house.post("/imports", &load, &auth), house.post("/imports", &load, &auth));
    let (first, second): (Value, Value) = (first.json().await.unwrap(), second.json().await.unwrap());
    let failed = ["failed region", "failed received_at", "failed received_at"];
    let mut expected: Vec<&str> = vec!["saved -", "saved -", "already -"];
    expected.extend(failed);
    let (saved, repeated) =
        if first["rows"][0]["outcome"] == "saved" { (&first, &second) } else { (&second, &first) };
    assert_eq!(outcomes(saved), expected);
    assert!(saved["rows"][0]["number"].as_str().unwrap().starts_with("110302511602"));
    assert_eq!(outcomes(repeated)[..3], ["already -", "already -", "already -"]);
    assert_eq!(saved["rows"][0]["number"], repeated["rows"][2]["number"]);
    let kinds: Vec<(String, bool)> =
        sqlx::query_as("SELECT kind, historic FROM outbox_event ORDER BY aggregate_id, version")
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
    assert!(kinds.len() == 5 && kinds.iter().all(|(_, historic)| *historic));
    let ended =
        "SELECT count(*) FROM outbox_event WHERE kind = 'case.history_ended' AND happened_at < '2013-01-01'";
    assert_eq!(house.count(ended).await, 1);
    let answer = house.post("/imports", &load, &[]).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    house.stop().await;
}
