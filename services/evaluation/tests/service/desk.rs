//! The service running as a process of one on private servers, and its callers.

use std::path::{Path, PathBuf};

use contracts::{Body, StoredEvent};
use evaluation::{Config, Evaluation};
use identity::{Claims, Keys, Role};
use ids::CaseId;
use jiff::{Timestamp, civil::Date};
use runtime::{Clock, PolicyFiles, Service as _, Settings, apply_once};
use serde_json::Value;

const SECRET: &str = "a secret of the test that is long enough";

/// 2026-06-15 10:00 in Shanghai, a Monday.
pub(crate) fn now() -> Timestamp {
    "2026-06-15T02:00:00Z".parse().unwrap()
}

pub(crate) fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(calendar::zone()).unwrap().timestamp()
}

/// The font that `deploy/tools.sh` lays down.
pub(crate) fn font() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/fonts/wqy-microhei.ttc");
    assert!(file.is_file(), "no font: run deploy/tools.sh");
    file.display().to_string()
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy")
}

pub(crate) struct Desk {
    pub(crate) base: String,
    pub(crate) db: pg::Database,
    pub(crate) policy: PolicyFiles,
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) http: reqwest::Client,
    pub(crate) running: runtime::Running,
    servers: testkit::Database,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::sweeping(3600).await
    }

    pub(crate) async fn sweeping(seconds: u64) -> Self {
        Self::at(seconds, now()).await
    }

    pub(crate) async fn at(seconds: u64, now: Timestamp) -> Self {
        Self::printing_with(&font(), seconds, now).await
    }

    /// Prints with a font that may not be there.
    pub(crate) async fn printing_with(font: &str, seconds: u64, now: Timestamp) -> Self {
        Self::under((font, seconds, now), &shipped(), None).await
    }

    /// A copy of the shipped packs of which one says something else.
    pub(crate) fn packs_with(pack: &str, from: &str, to: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(shipped()).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() {
                continue;
            }
            let to = folder.path().join(path.file_name().unwrap());
            std::fs::create_dir(&to).unwrap();
            for file in std::fs::read_dir(&path).unwrap() {
                let file = file.unwrap().path();
                std::fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
            }
        }
        let changed = folder.path().join(pack).join("evaluation.toml");
        let text = std::fs::read_to_string(&changed).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        std::fs::write(&changed, text.replace(from, to)).unwrap();
        folder
    }

    /// With the packs of a folder.
    pub(crate) async fn of(seconds: u64, now: Timestamp, packs: &Path) -> Self {
        Self::under((&font(), seconds, now), packs, None).await
    }

    /// Under other packs, and with a file of configuration.
    pub(crate) async fn under(
        (font, seconds, now): (&str, u64, Timestamp),
        packs: &Path,
        file: Option<&Path>,
    ) -> Self {
        let servers = testkit::database("evaluation").await.unwrap();
        let overrides = [
            ("database.url", servers.url.clone()),
            ("nats.url", servers.servers.nats_url.clone()),
            ("http.listen", "127.0.0.1:0".to_owned()),
            ("security.secret", SECRET.to_owned()),
            ("policy.folder", packs.display().to_string()),
            ("evaluation.sweep_seconds", seconds.to_string()),
            ("evaluation.watch_seconds", seconds.min(60).to_string()),
            ("evaluation.behind_most", "0".to_owned()),
            ("evaluation.report.font", font.to_owned()),
        ];
        let settings = Settings::read(file, &overrides).unwrap();
        let catalogue = [runtime::entry::<Evaluation>()];
        runtime::migrate(&catalogue, &settings).await.unwrap();
        runtime::migrate_streams(&catalogue, &settings).await.unwrap();
        let clock = Clock::fixed(now);
        let running = runtime::start(&catalogue, &settings, clock.clone()).await.unwrap();
        let db = pg::Settings {
            url: servers.url.clone(),
            schema: Evaluation::SCHEMA.to_owned(),
            max_connections: 4,
        };
        Self {
            base: format!("http://{}/api/evaluation", running.address()),
            db: pg::Database::open(&db).unwrap(),
            clock,
            policy: PolicyFiles::read(packs).unwrap(),
            keys: Keys::from_secret(&secrecy::SecretString::from(SECRET)),
            http: reqwest::Client::new(),
            running,
            servers,
        }
    }

    /// Another connection to the private server.
    pub(crate) async fn bus(&self) -> bus::Bus {
        let url = self.servers.servers.nats_url.clone();
        bus::Bus::connect(&bus::Settings { url, name: "test".into(), replicas: 1 }).await.unwrap()
    }

    pub(crate) async fn hear(&self, batch: &[StoredEvent]) {
        let report = evaluation::Printing::default();
        let config = Config {
            comment_max_chars: 100,
            sweep_seconds: 1,
            watch_seconds: 3600,
            seats: Vec::new(),
            behind_most: 0,
            report,
        };
        let consumer =
            evaluation::consumer(config, self.db.clone(), Clock::fixed(now()), &self.policy).unwrap();
        apply_once(&self.db, "evaluation", &consumer, batch, true).await.unwrap();
    }

    pub(crate) fn staff(&self, role: Role, region: Option<&str>) -> String {
        let claims = Claims {
            sub: uuid::Uuid::from_u128(7),
            role,
            roles: vec![role],
            unit: None,
            region: region.map(|code| code.parse().unwrap()),
            case: None,
            exp: now().as_second() + 600,
        };
        self.keys.sign(&claims)
    }

    pub(crate) fn officer(&self, unit: &str) -> String {
        let claims = Claims {
            sub: uuid::Uuid::from_u128(8),
            role: Role::Officer,
            roles: vec![Role::Officer],
            unit: Some(unit.parse().unwrap()),
            region: None,
            case: None,
            exp: now().as_second() + 600,
        };
        self.keys.sign(&claims)
    }

    pub(crate) async fn put(&self, path: &str, token: &str, version: i64, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token).json(&body);
        let answer = request.header("if-match", format!("\"{version}\"")).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) fn citizen(&self, case: CaseId) -> String {
        self.keys.sign(&Claims::citizen(case, now().as_second() + 600))
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (u16, Option<String>, Value) {
        let answer = self.http.get(format!("{}{path}", self.base)).bearer_auth(token).send().await.unwrap();
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        (answer.status().as_u16(), link, answer.json().await.unwrap())
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// What `GET` answers, whatever it is: status, one of its headers, bytes.
    pub(crate) async fn bytes(
        &self,
        path: &str,
        token: &str,
        header: &str,
    ) -> (u16, Option<String>, Vec<u8>) {
        let answer = self.http.get(format!("{}{path}", self.base)).bearer_auth(token).send().await.unwrap();
        let head = answer.headers().get(header).map(|head| head.to_str().unwrap().to_owned());
        (answer.status().as_u16(), head, answer.bytes().await.unwrap().to_vec())
    }

    /// Another person of a role.
    pub(crate) fn person(&self, number: u128, role: Role) -> String {
        let claims = Claims {
            sub: uuid::Uuid::from_u128(number),
            role,
            roles: vec![role],
            unit: None,
            region: None,
            case: None,
            exp: now().as_second() + 600,
        };
        self.keys.sign(&claims)
    }

    /// Puts over a version that was read; the status.
    pub(crate) async fn write(&self, path: &str, token: &str, version: i64, body: Value) -> u16 {
        let request = self.http.put(format!("{}{path}", self.base)).bearer_auth(token).json(&body);
        request.header("if-match", format!("\"{version}\"")).send().await.unwrap().status().as_u16()
    }

    /// Posts nothing; the status.
    pub(crate) async fn act(&self, path: &str, token: &str) -> u16 {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    }

    pub(crate) async fn said(&self, case: CaseId) -> Vec<Body> {
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, payload FROM outbox_event WHERE aggregate_id = $1 ORDER BY version")
                .bind(case.0)
                .fetch_all(&self.db.pool)
                .await
                .unwrap();
        rows.iter().map(|(kind, payload)| Body::from_json(kind, payload).unwrap()).collect()
    }

    pub(crate) async fn kinds(&self, case: CaseId) -> Vec<&'static str> {
        self.said(case).await.iter().map(Body::kind).collect()
    }
}
