//! The service as a process of its own, with carriers to watch, on servers of the test.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
use contracts::{
    StoredEvent,
    address::{ANSWER, Addresses, PURPOSE, QUESTION, Question, SUBJECT},
};
use futures::StreamExt as _;
use identity::{Claims, Keys, Role};
use ids::CaseId;
use jiff::Timestamp;
use notification::Notification;
use runtime::{Clock, Running, Secrets};
use serde_json::Value;

use crate::{Desk, folder};

pub(crate) const SECRET: &str = "a secret of this test, long enough for it";

/// A running service.
pub(crate) struct House {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) base: String,
    pub(crate) bus: bus::Bus,
    pub(crate) http: reqwest::Client,
    _folder: tempfile::TempDir,
    running: Running,
}

impl House {
    /// Starts it with a section of the configuration, at ten o'clock of a Monday.
    pub(crate) async fn start(section: impl FnOnce(&std::path::Path) -> String) -> Self {
        Self::start_at("2026-03-02T02:00:00Z", section).await
    }

    /// As [`Self::start`], at a moment.
    pub(crate) async fn start_at(at: &str, section: impl FnOnce(&std::path::Path) -> String) -> Self {
        Self::start_on(Desk::new().await, at, section, &tokio::runtime::Handle::current()).await
    }

    /// As [`Self::start_at`], on what another process left, in a runtime that may be killed.
    pub(crate) async fn start_on(
        desk: Desk,
        at: &str,
        section: impl FnOnce(&std::path::Path) -> String,
        within: &tokio::runtime::Handle,
    ) -> Self {
        let kept = tempfile::tempdir().expect("a folder");
        let file = kept.path().join("test.toml");
        let section = section(kept.path());
        let quick = "look = \"50ms\"\ndesk = \"200ms\"\nstream = \"50ms\"";
        std::fs::write(&file, format!("[notification]\n{quick}\n{section}\n")).expect("written");
        let settings = runtime::Settings::read(
            Some(&file),
            &[
                ("http.listen", "127.0.0.1:0".to_owned()),
                ("database.url", desk.servers.url.clone()),
                ("nats.url", desk.servers.servers.nats_url.clone()),
                ("security.secret", SECRET.to_owned()),
                ("policy.folder", folder().display().to_string()),
            ],
        )
        .expect("settings");
        let catalogue = [runtime::entry::<Notification>()];
        runtime::migrate(&catalogue, &settings).await.expect("migrations");
        runtime::migrate_streams(&catalogue, &settings).await.expect("streams");
        let clock = Clock::fixed(at.parse().expect("a timestamp"));
        let running = {
            let (settings, clock) = (settings.clone(), clock.clone());
            let process = async move { runtime::start(&catalogue, &settings, clock).await };
            within.spawn(process).await.expect("no panic").expect("a process")
        };
        let bus = bus::Bus::connect(&bus::Settings {
            url: desk.servers.servers.nats_url.clone(),
            name: "test".to_owned(),
            replicas: 1,
        })
        .await
        .expect("a bus");
        let base = format!("http://{}/api/notification", running.address());
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { desk, clock, base, bus, http, _folder: kept, running }
    }

    /// Answers for intake: everybody has the same telephone and the mail address given.
    pub(crate) async fn intake(&self, mail: &'static str) {
        let mut questions =
            self.bus.answer(SUBJECT.to_owned(), "intake".to_owned()).await.expect("a subscription");
        let bus = self.bus.clone();
        tokio::spawn(async move {
            let secrets = Secrets::new(SECRET.to_owned().into());
            while let Some(message) = questions.next().await {
                let question =
                    secrets.open(PURPOSE, QUESTION, &message.payload).expect("sealed by the suite");
                let question: Question = serde_json::from_slice(&question).expect("a question");
                let address = |case: &CaseId| Addresses {
                    case: Some(*case),
                    phone: Some("13800138000".to_owned()),
                    mail: Some(mail.to_owned()),
                };
                let answer: Vec<Addresses> = question.cases.iter().map(address).collect();
                let answer = secrets.seal(PURPOSE, ANSWER, &serde_json::to_vec(&answer).expect("JSON"));
                bus.reply(message.reply.expect("a question wants an answer"), answer).await;
            }
        });
    }

    /// Says events on the bus.
    pub(crate) async fn say(&self, events: &[StoredEvent]) {
        let events: Vec<_> = events.iter().map(|event| (event, 0)).collect();
        for answer in self.bus.publish(&events).await {
            answer.expect("taken");
        }
    }

    /// Somebody who is bound to a region.
    pub(crate) fn bound(&self, role: Role, region: &str) -> String {
        Keys::from_secret(&SECRET.to_owned().into()).sign(&Claims {
            sub: CaseId::derived(&format!("bound {role:?}")).0,
            role,
            roles: vec![role],
            unit: None,
            region: Some(region.parse().expect("a region")),
            case: None,
            exp: 4_000_000_000,
        })
    }

    pub(crate) fn token(&self, role: Role, unit: Option<&str>, case: Option<CaseId>) -> String {
        self.sign(&Claims {
            // Each role another account: one who drafts and another who releases.
            sub: case.unwrap_or(CaseId::derived(&format!("account {role:?}"))).0,
            role,
            roles: vec![role],
            unit: unit.map(|unit| unit.parse().expect("a unit")),
            region: None,
            case,
            exp: 4_000_000_000,
        })
    }

    /// The account that has `usual`, in another role that it has besides.
    pub(crate) fn as_if(&self, usual: Role, role: Role) -> String {
        self.sign(&Claims {
            sub: CaseId::derived(&format!("account {usual:?}")).0,
            role,
            roles: vec![usual, role],
            unit: None,
            region: None,
            case: None,
            exp: 4_000_000_000,
        })
    }

    pub(crate) fn sign(&self, claims: &Claims) -> String {
        Keys::from_secret(&SECRET.to_owned().into()).sign(claims)
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        token: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    /// Waits until a count is reached.
    pub(crate) async fn until(&self, wanted: i64, sql: &'static str) {
        for _ in 0..600 {
            if self.desk.count(sql).await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{wanted} wanted, there are {}: {sql}", self.desk.count(sql).await);
    }

    pub(crate) fn set(&self, at: &str) {
        let at: Timestamp = at.parse().expect("a timestamp");
        self.clock.set(at);
    }

    /// Waits until something has become so.
    pub(crate) async fn until_so(&self, what: &str, so: impl Fn() -> bool) {
        for _ in 0..400 {
            if so() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never came: {what}");
    }

    /// Waits until a number is another one.
    pub(crate) async fn moves(&self, before: i64, sql: &'static str) {
        for _ in 0..400 {
            if self.desk.count(sql).await != before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("still {before}: {sql}");
    }

    /// Sets the clock and waits until unread items, which stand first at the desk, were looked through by it.
    pub(crate) async fn set_and_look(&self, at: &str) {
        let seen = "SELECT extract(epoch FROM seen_to)::bigint FROM watch WHERE name = 'unread:mailbox-002'";
        self.until(1, "SELECT count(*) FROM watch WHERE name = 'unread:mailbox-002'").await;
        let before = self.desk.count(seen).await;
        self.set(at);
        self.moves(before, seen).await;
    }

    /// Leaves what a killed process left behind.
    pub(crate) fn left(self) -> Desk {
        self.desk
    }

    pub(crate) async fn stop(self) {
        assert!(self.running.stop().await);
    }
}

/// What a gateway was asked: headers and body.
pub(crate) type Calls = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

/// A gateway of text messages that answers what it is told to, in turn; the last answer stays.
pub(crate) async fn gateway(answers: Vec<Value>) -> (String, Calls) {
    let calls = Calls::default();
    let kept = (calls.clone(), Arc::new(answers));
    let take = async |State((calls, answers)): State<(Calls, Arc<Vec<Value>>)>,
                      headers: HeaderMap,
                      Json(body): Json<Value>| {
        let mut calls = calls.lock().expect("no panic");
        calls.push((headers, body));
        let place = (calls.len() - 1).min(answers.len() - 1);
        Json(answers[place].clone())
    };
    let router = Router::new().route("/send", post(take)).with_state(kept);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/send"), calls)
}

/// The profile of that gateway.
pub(crate) fn profile(folder: &std::path::Path, url: &str) -> PathBuf {
    let file = folder.join("sms.toml");
    let text = format!(
        "url = \"{url}\"\n\
         [headers]\nIdempotency-Key = \"{{id}}\"\nX-Signature = \"{{sign}}\"\n\
         [json]\nphone = \"{{to}}\"\ncontent = \"{{text}}\"\n\
         [sign]\nover = \"{{timestamp}}.{{body}}\"\nencoding = \"hex\"\n\
         [success]\nstatus = [200]\npointer = \"/code\"\nequals = [\"0\"]\nreceipt = \"/sid\"\n\
         [refused]\nequals = [\"INVALID\"]\n"
    );
    std::fs::write(&file, text).expect("written");
    file
}
