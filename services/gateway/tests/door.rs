//! The door as a client meets it: the whole process on private servers, with one service behind it.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

use std::time::Duration;

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    routing::{any, get},
};
use gateway::{Gateway, accounts::NewAccount};
use identity::Role;
use reqwest::{Client, Response, redirect::Policy};
use runtime::{Clock, Entry, Running, Settings, entry};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const LIST: &[Entry] = &[entry::<Gateway>()];
const PASSWORD: &str = "a password of this test";

/// The process, with what it needs to live.
struct Door {
    _servers: testkit::Database,
    running: Running,
    client: Client,
    base: String,
}

async fn open() -> Door {
    let database = testkit::database("door").await.unwrap();
    let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("http://{}", behind.local_addr().unwrap());
    tokio::spawn(web::serve(behind, service(), std::future::pending()));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let overrides = [
        ("database.url", database.url.clone()),
        ("nats.url", database.servers.nats_url.clone()),
        ("security.secret", "a secret of this test, long enough for it".to_owned()),
        ("policy.folder", format!("{}/../../deploy/policy", env!("CARGO_MANIFEST_DIR"))),
        ("http.listen", "127.0.0.1:0".to_owned()),
        ("gateway.attempts", "3".to_owned()),
        ("gateway.forward_timeout", "500ms".to_owned()),
        ("gateway.upstreams.intake", upstream),
        ("gateway.upstreams.routing", format!("http://{closed}")),
    ];
    let settings = Settings::read(None, &overrides).unwrap();
    runtime::migrate(LIST, &settings).await.unwrap();
    runtime::migrate_streams(LIST, &settings).await.unwrap();
    let own = pg::Settings { url: database.url.clone(), schema: "gateway".to_owned(), max_connections: 1 };
    let db = pg::Database::open(&own).unwrap();
    let mut connection = db.pool.acquire().await.unwrap();
    let admin = account("admin", &[Role::Admin]);
    let first = gateway::accounts::ensure(&mut connection, &admin).await.unwrap();
    assert_eq!(gateway::accounts::ensure(&mut connection, &admin).await.unwrap(), first);
    let running = runtime::start(LIST, &settings, Clock::default()).await.unwrap();
    let base = format!("http://{}", running.address());
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    Door { _servers: database, running, client, base }
}

fn account(login: &str, roles: &[Role]) -> NewAccount {
    NewAccount {
        login: login.to_owned(),
        password: PASSWORD.into(),
        roles: roles.to_vec(),
        unit: None,
        region: None,
        label: "系统管理员一号".to_owned(),
    }
}

/// What stands behind the door.
fn service() -> Router {
    let echo = |headers: HeaderMap, body: String| async move {
        let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let heard = json!({
            "body": body, "te": said("te"), "own": said("x-own"), "traceparent": said("traceparent"),
            "authorization": said("authorization"),
        });
        (StatusCode::ACCEPTED, [(header::ETAG, "\"7\"")], Json(heard))
    };
    let described = json!({ "paths": { "/cases": { "post": { "operationId": "register" } } } });
    Router::new()
        .route("/api/intake/echo", any(echo))
        .route("/api/intake/away", get(|| async { (StatusCode::SEE_OTHER, [("location", "/elsewhere")]) }))
        .route("/api/intake/slow", get(|| async { tokio::time::sleep(Duration::from_secs(30)).await }))
        .route("/api/intake/openapi.json", get(|| async move { Json(described) }))
        .route("/metrics", get(|| async { "not for the world" }))
}

impl Door {
    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    async fn sign_in(&self, login: &str, password: &str) -> (u16, HeaderMap, Value) {
        let asked = json!({ "login": login, "password": password });
        let address = format!("{}/api/gateway/sessions", self.base);
        let answer = self.client.post(address).json(&asked).send().await.unwrap();
        (answer.status().as_u16(), answer.headers().clone(), answer.json().await.unwrap())
    }
}

async fn problem(answer: Response, status: u16) -> Value {
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn an_account_signs_in_and_the_administrator_opens_another() {
    let door = open().await;
    let (status, _, session) = door.sign_in(" ADMIN ", PASSWORD).await;
    assert_eq!(status, 201, "{session}");
    assert_eq!(session["roles"], json!(["admin"]));
    let token = session["token"].as_str().unwrap();
    let me =
        door.client.get(format!("{}/api/gateway/me", door.base)).bearer_auth(token).send().await.unwrap();
    let me: Value = me.json().await.unwrap();
    assert_eq!((&me["login"], &me["roles"][0]["zh"]), (&json!("admin"), &json!("系统管理员")));

    let open_account = async |token: &str, asked: &Value| {
        let address = format!("{}/api/gateway/accounts", door.base);
        door.client.post(address).bearer_auth(token).json(asked).send().await.unwrap()
    };
    let mut asked =
        json!({ "login": "officer-1", "password": PASSWORD, "roles": ["officer"], "label": "承办员一号" });
    let refused = problem(open_account(token, &asked).await, 422).await;
    assert_eq!(refused["errors"][0]["field"], "unit");
    asked["unit"] = "Water Bureau".into();
    assert_eq!(problem(open_account(token, &asked).await, 422).await["errors"][0]["field"], "unit");
    asked["unit"] = "water-bureau".into();
    assert_eq!(open_account(token, &asked).await.status(), 201);
    problem(open_account(token, &asked).await, 409).await;

    let (_, _, session) = door.sign_in("officer-1", PASSWORD).await;
    asked["login"] = "officer-2".into();
    let officer = session["token"].as_str().unwrap();
    problem(open_account(officer, &asked).await, 403).await;

    let page = async |path: &str| {
        let asked = door.client.get(format!("{}{path}", door.base)).bearer_auth(token).send().await.unwrap();
        let link = asked.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        (asked.json::<Value>().await.unwrap(), link)
    };
    let (first, link) = page("/api/gateway/accounts?limit=1").await;
    assert_eq!((&first[0]["login"], first[0].get("password_hash")), (&json!("admin"), None));
    let next = link.unwrap().split(['<', '>']).nth(1).unwrap().to_owned();
    let (second, link) = page(&next).await;
    assert_eq!((&second[0]["login"], link), (&json!("officer-1"), None));

    let address = format!("{}/api/gateway/accounts/{}", door.base, second[0]["id"].as_str().unwrap());
    let change = async |asked: Value| {
        door.client.patch(&address).bearer_auth(token).json(&asked).send().await.unwrap().status().as_u16()
    };
    for _ in 0..4 {
        door.sign_in("officer-1", "forgotten").await;
    }
    assert_eq!(door.sign_in("officer-1", PASSWORD).await.0, 429);
    assert_eq!(change(json!({ "password": "short" })).await, 422);
    assert_eq!(change(json!({ "password": "another password" })).await, 204);
    assert_eq!(door.sign_in("officer-1", "another password").await.0, 201);
    assert_eq!(change(json!({ "disabled": true })).await, 204);
    assert_eq!(door.sign_in("officer-1", "another password").await.0, 401);
    let me =
        door.client.get(format!("{}/api/gateway/me", door.base)).bearer_auth(officer).send().await.unwrap();
    problem(me, 401).await;
    problem(door.get("/api/gateway/me").await, 401).await;
    assert!(door.running.stop().await);
}

#[tokio::test]
async fn a_login_that_is_not_there_is_answered_and_locked_like_one_that_is() {
    let door = open().await;
    let mut said = Vec::new();
    for login in ["admin", "nobody"] {
        let guesses = (0..12).map(|_| door.sign_in(login, "a wrong guess"));
        let answers = futures::future::join_all(guesses).await;
        let refused = answers.iter().filter(|(status, ..)| *status == 401).count();
        let locked: Vec<_> = answers.iter().filter(|(status, ..)| *status == 429).collect();
        assert_eq!((refused, locked.len()), (3, 9), "{login}");
        let wait: u32 = locked[0].1[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((800..=900).contains(&wait), "{wait}");
        let mut words: Vec<Value> = answers.into_iter().map(|(_, _, words)| words).collect();
        words.iter_mut().for_each(|words| words["instance"] = Value::Null);
        words.sort_by_key(|words| words["status"].as_i64());
        said.push(words);
        // Locked is locked, even for who knows the password.
        assert_eq!(door.sign_in(login, PASSWORD).await.0, 429);
    }
    assert_eq!(said[0], said[1]);
    assert!(door.running.stop().await);
}

#[tokio::test]
async fn what_another_process_serves_is_reached_through_the_door() {
    let door = open().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let long = "字".repeat(200_000);
    let answer = door
        .client
        .post(format!("{}/api/intake/echo?limit=2", door.base))
        .header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"))
        .header("te", "trailers")
        .header("connection", "x-own")
        .header("x-own", "1")
        .bearer_auth("token")
        .body(long.clone())
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["etag"]), (202, &"\"7\"".parse().unwrap()));
    let heard: Value = answer.json().await.unwrap();
    assert_eq!(heard["body"], long);
    assert_eq!((&heard["te"], &heard["own"]), (&Value::Null, &Value::Null));
    assert_eq!(heard["authorization"], "Bearer token");
    assert!(heard["traceparent"].as_str().unwrap().contains(trace));

    let away = door.get("/api/intake/away").await;
    assert_eq!((away.status().as_u16(), &away.headers()["location"]), (303, &"/elsewhere".parse().unwrap()));
    problem(door.get("/api/intake/slow").await, 504).await;
    problem(door.get("/api/routing/units").await, 502).await;
    problem(door.get("/api/nothing/here").await, 404).await;
    problem(door.get("/api/gateway/nothing").await, 404).await;
    assert!(door.running.stop().await);
}

#[tokio::test]
async fn the_page_and_the_whole_interface_stand_at_the_door() {
    let door = open().await;
    let page = door.get("/").await;
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("style-src 'self'"));
    let page = page.text().await.unwrap();
    assert!(page.contains("我要反映") && page.contains("width=device-width"));
    assert_eq!(door.get("/assets/door.css").await.status(), 200);
    let whole: Value = door.get("/api/openapi.json").await.json().await.unwrap();
    assert_eq!(whole["openapi"], "3.1.0");
    assert_eq!(whole["paths"]["/api/gateway/sessions"]["post"]["operationId"], "gateway.sign_in");
    assert_eq!(whole["paths"]["/api/intake/cases"]["post"]["operationId"], "intake.register");
    let own: Value = door.get("/api/gateway/openapi.json").await.json().await.unwrap();
    assert_eq!(own["servers"][0]["url"], "/api/gateway");
    assert!(door.running.stop().await);
}
