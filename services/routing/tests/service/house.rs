//! A routing service of its own for a test, with PostgreSQL, NATS, events and callers.

use std::{collections::BTreeMap, path::Path};

use contracts::{
    Body, StoredEvent,
    case::{CaseAccepted, PackRef, Wording},
    words::{Channel, Kind, Urgency},
};
use identity::{Claims, Keys, Role};
use ids::{CaseId, CaseNumber, EventId, RegionCode};
use jiff::{Timestamp, civil::date};
use pg::Database;
use reqwest::{Method, StatusCode};
use routing::{Config, Routing};
use runtime::{Clock, Consumer, PolicyFiles, Running, Settings, apply_once, entry};
use serde_json::{Value, json};
use sqlx::Row as _;

const SECRET: &str = "a secret of at least thirty-two characters";

pub(crate) struct House {
    pub(crate) db: Database,
    hearing: Box<dyn Consumer>,
    pub(crate) running: Running,
    keys: Keys,
    http: reqwest::Client,
    versions: BTreeMap<(String, CaseId), i64>,
    _servers: testkit::Database,
}

impl House {
    pub(crate) async fn open() -> Self {
        let servers = testkit::database("routing").await.unwrap();
        let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy");
        let overrides = [
            ("database.url", servers.url.clone()),
            ("nats.url", servers.servers.nats_url.clone()),
            ("http.listen", "127.0.0.1:0".to_owned()),
            ("security.secret", SECRET.to_owned()),
            ("policy.folder", policy.display().to_string()),
            ("routing.sweep_seconds", "1".to_owned()),
        ];
        let settings = Settings::read(None, &overrides).unwrap();
        let list = [entry::<Routing>()];
        runtime::migrate(&list, &settings).await.unwrap();
        runtime::migrate_streams(&list, &settings).await.unwrap();
        let running = runtime::start(&list, &settings, Clock::default()).await.unwrap();
        let db = Database::open(&pg::Settings {
            url: servers.url.clone(),
            schema: "routing".to_owned(),
            max_connections: 4,
        })
        .unwrap();
        let policy = PolicyFiles::read(&policy).unwrap();
        let hearing = Routing::hearing_of(Config::default(), db.clone(), &policy).unwrap();
        let keys = Keys::from_secret(&secrecy::SecretString::from(SECRET));
        let http = reqwest::Client::new();
        let versions = BTreeMap::new();
        let house = Self { db, hearing: Box::new(hearing), running, keys, http, versions, _servers: servers };
        house.furnish().await;
        house
    }

    async fn furnish(&self) {
        let unit = |code: &str| json!({"code": code, "name": code, "region": "511600"});
        let units = json!({"units": [unit("lights"), unit("water"), unit("centre")]});
        let entries = json!({"entries": [
            {"region": "511600", "keywords": ["路灯"], "unit": "lights", "co_units": ["water"], "basis": "三定"},
            {"region": "511600", "unit": "centre"},
        ]});
        for (path, body) in [("/units", units), ("/catalogue", entries)] {
            let (status, body, _) = self.ask(Method::PUT, path, Role::Admin, None, Some(body)).await;
            assert_eq!(status, StatusCode::OK, "{body}");
        }
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        role: Role,
        version: Option<i64>,
        body: Option<Value>,
    ) -> (StatusCode, Value, Option<i64>) {
        let unit = (role == Role::Officer).then(|| "lights".parse().unwrap());
        let sub = uuid::Uuid::nil();
        let claims =
            Claims { sub, role, roles: vec![role], unit, region: None, case: None, exp: i64::from(u32::MAX) };
        self.as_claims(method, path, &claims, version, body).await
    }

    pub(crate) async fn as_claims(
        &self,
        method: Method,
        path: &str,
        claims: &Claims,
        version: Option<i64>,
        body: Option<Value>,
    ) -> (StatusCode, Value, Option<i64>) {
        let url = format!("http://{}/api/routing{path}", self.running.address());
        let mut request = self.http.request(method, url).bearer_auth(self.keys.sign(claims));
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let tag = response.headers().get("etag").and_then(|tag| tag.to_str().ok());
        let tag = tag.and_then(|tag| tag.trim_matches('"').parse().ok());
        (status, response.json().await.unwrap_or_default(), tag)
    }

    pub(crate) async fn page(&self, path: &str, claims: &Claims) -> String {
        let url = format!("http://{}/api/routing{path}", self.running.address());
        let response = self.http.get(url).bearer_auth(self.keys.sign(claims)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    /// Posts as the officer of `lights`, with an `Idempotency-Key`.
    pub(crate) async fn keyed(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let role = Role::Officer;
        let unit = Some("lights".parse().unwrap());
        let (sub, exp) = (uuid::Uuid::nil(), i64::from(u32::MAX));
        let claims = Claims { sub, role, roles: vec![role], unit, region: None, case: None, exp };
        let url = format!("http://{}/api/routing{path}", self.running.address());
        let request = self.http.post(url).bearer_auth(self.keys.sign(&claims)).header("idempotency-key", key);
        let response = request.json(body).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Asks as the officer of a unit.
    pub(crate) async fn officer(
        &self,
        unit: &str,
        method: Method,
        path: &str,
        version: Option<i64>,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let role = Role::Officer;
        let (sub, unit) = (uuid::Uuid::nil(), Some(unit.parse().unwrap()));
        let claims =
            Claims { sub, role, roles: vec![role], unit, region: None, case: None, exp: i64::from(u32::MAX) };
        let (status, body, _) = self.as_claims(method, path, &claims, version, body).await;
        (status, body)
    }

    /// Sends a file as an administrator.
    pub(crate) async fn file(&self, path: &str, kind: &str, text: &str) -> (StatusCode, Value) {
        let role = Role::Admin;
        let sub = uuid::Uuid::nil();
        let claims = Claims {
            sub,
            role,
            roles: vec![role],
            unit: None,
            region: None,
            case: None,
            exp: i64::from(u32::MAX),
        };
        let url = format!("http://{}/api/routing{path}", self.running.address());
        let request = self.http.post(url).bearer_auth(self.keys.sign(&claims));
        let response = request.header("content-type", kind).body(text.to_owned()).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// A county with its city, a department at each level, a township with a village, and the centre's own desk.
    pub(crate) async fn county(&self) {
        let unit = |code: &str, parent: Option<&str>, region: &str, kind: &str| json!({"code": code, "name": format!("{code}局"), "region": region, "parent": parent, "kind": kind});
        let units = json!({"units": [
            unit("city", None, "511600", "government"),
            unit("city-water", Some("city"), "511600", "department"),
            unit("county", Some("city"), "511602", "government"),
            unit("county-water", Some("county"), "511602", "department"),
            unit("town", Some("county"), "511602103", "township"),
            unit("village", Some("town"), "511602103204", "village"),
            unit("desk", Some("city"), "511600", "centre"),
        ]});
        let (status, body, _) = self.ask(Method::PUT, "/units", Role::Admin, None, Some(units)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }

    /// Dispatches a waiting case; answers the case as it is afterwards.
    pub(crate) async fn dispatch(&self, case: CaseId, choice: Value) -> (StatusCode, Value) {
        let path = format!("/cases/{case}");
        let (_, _, version) = self.ask(Method::GET, &path, Role::Dispatcher, None, None).await;
        let path = format!("/cases/{case}/dispatch");
        let (status, body, _) = self.ask(Method::POST, &path, Role::Dispatcher, version, Some(choice)).await;
        (status, body)
    }

    /// The newest hand-over of a case to a unit, as the centre sees it.
    pub(crate) async fn hand(&self, case: CaseId, unit: &str) -> Value {
        let (_, body, _) =
            self.ask(Method::GET, &format!("/cases/{case}"), Role::Dispatcher, None, None).await;
        let hands = body["assignments"].as_array().unwrap();
        hands.iter().rfind(|hand| hand["unit"] == unit).unwrap().clone()
    }

    /// An officer does something with the newest hand-over of the unit.
    pub(crate) async fn works(
        &self,
        case: CaseId,
        unit: &str,
        verb: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let hand = self.hand(case, unit).await;
        let path = format!("/assignments/{}/{verb}", hand["id"].as_str().unwrap());
        self.officer(unit, Method::POST, &path, hand["version"].as_i64(), Some(body)).await
    }

    /// Waits until a case is with a unit.
    pub(crate) async fn comes_to(&self, case: CaseId, unit: &str) {
        for _ in 0..100 {
            let (_, body, _) =
                self.ask(Method::GET, &format!("/cases/{case}"), Role::Dispatcher, None, None).await;
            if body["owner"]["unit"] == unit && body["owner"]["retained"] == false {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("{case} never came to {unit}");
    }

    pub(crate) fn event(&mut self, case: CaseId, historic: bool, body: impl Into<Body>) -> StoredEvent {
        let body = body.into();
        let version = self.versions.entry((body.owner().to_owned(), case)).or_default();
        *version += 1;
        StoredEvent {
            id: EventId::fresh(),
            source: body.owner().to_owned(),
            aggregate: case.0,
            version: *version,
            kind: body.kind().to_owned(),
            region: "511602".to_owned(),
            time: time(),
            actor: "system".to_owned(),
            causation: None,
            trace: None,
            historic,
            payload: String::from_utf8(body.to_json()).unwrap(),
        }
    }

    pub(crate) async fn hear(&self, batch: &[StoredEvent]) {
        apply_once(&self.db, "routing", &*self.hearing, batch, true).await.unwrap();
    }

    pub(crate) async fn accept(
        &mut self,
        historic: bool,
        title: &str,
        change: impl FnOnce(&mut CaseAccepted),
    ) -> CaseId {
        let case = CaseId::fresh();
        let mut body = accepted(title);
        change(&mut body);
        let event = self.event(case, historic, body);
        self.hear(&[event]).await;
        case
    }

    pub(crate) async fn said(&self, case: CaseId) -> Vec<(String, Value, bool, Timestamp)> {
        let rows = sqlx::query(
            "SELECT kind, payload, historic, happened_at FROM outbox_event WHERE aggregate_id = $1 ORDER BY version",
        )
        .bind(case.0)
        .fetch_all(&self.db.pool)
        .await
        .unwrap();
        let read = |row: &sqlx::postgres::PgRow| {
            let payload: Vec<u8> = row.get("payload");
            let at: pg::SqlTimestamp = row.get("happened_at");
            (row.get("kind"), serde_json::from_slice(&payload).unwrap(), row.get("historic"), at.to_jiff())
        };
        rows.iter().map(read).collect()
    }

    pub(crate) async fn kinds(&self, case: CaseId) -> Vec<String> {
        self.said(case).await.into_iter().map(|said| said.0).collect()
    }

    pub(crate) async fn lead(&self, case: CaseId) -> (String, i64) {
        let (status, body, _) =
            self.ask(Method::GET, &format!("/cases/{case}"), Role::Dispatcher, None, None).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let hands = body["assignments"].as_array().unwrap();
        let lead = hands.iter().rfind(|hand| hand["part"] == "lead").unwrap();
        (lead["id"].as_str().unwrap().to_owned(), lead["version"].as_i64().unwrap())
    }

    pub(crate) async fn act(
        &self,
        id: &str,
        verb: &str,
        role: Role,
        version: i64,
        body: Value,
    ) -> (StatusCode, Value) {
        let path = format!("/assignments/{id}/{verb}");
        let (status, body, _) = self.ask(Method::POST, &path, role, Some(version), Some(body)).await;
        (status, body)
    }
}

pub(crate) fn time() -> Timestamp {
    "2026-03-02T02:00:00Z".parse().unwrap()
}

pub(crate) fn accepted(title: &str) -> CaseAccepted {
    let region: RegionCode = "511602".parse().unwrap();
    CaseAccepted {
        number: CaseNumber::new(date(2026, 3, 2), &region, 7),
        kind: Kind::Help,
        subject: None,
        channel: Channel::Mailbox,
        region,
        urgency: Urgency::Ordinary,
        received_at: time(),
        pack: PackRef { id: "mailbox-002".to_owned(), version: 1 },
        confidential: false,
        multi_unit: false,
        wording: Some(Wording { title: title.to_owned(), text: String::new() }),
        unit_hint: None,
        mode_hint: None,
        reachable: Vec::new(),
        class: None,
        fast: None,
    }
}

pub(crate) fn reply() -> Value {
    json!({
        "public_text": "您好，路灯已于昨日修复，感谢您的来信。", "outcome": "supported", "handler": "路灯管理所值班员",
        "completed_on": "2026-03-03",
    })
}
