//! Real processes, one a service, on private servers: started, watched, killed.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::{
    process::{Child, Command},
    sync::Mutex,
    time::sleep,
};

const HUIYIN: &str = env!("CARGO_BIN_EXE_huiyin");
const PACKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/policy");
/// Whose schemas are looked into.
pub(crate) const FIVE: [&str; 5] = ["intake", "routing", "deadline_scheduler", "notification", "evaluation"];

/// Servers, databases and processes of one run.
pub(crate) struct World {
    pub(crate) held: testkit::Database,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) pool: PgPool,
    pub(crate) http: reqwest::Client,
    ports: BTreeMap<&'static str, u16>,
    healer: &'static str,
    children: Mutex<BTreeMap<&'static str, (Child, &'static str)>>,
}

impl World {
    /// Makes databases and streams. `healer` is what `HUIYIN_HEALER` tells every process.
    pub(crate) async fn new(healer: &'static str) -> Arc<Self> {
        let held = testkit::database("chaos").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let names = ["intake", "routing", "deadline-scheduler", "notification", "evaluation", "gateway"];
        let free: Vec<TcpListener> =
            names.iter().map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports: BTreeMap<_, _> =
            names.into_iter().zip(free.iter().map(|free| free.local_addr().unwrap().port())).collect();
        drop(free);
        let upstreams: String =
            ports.iter().map(|(name, port)| format!("{name} = \"http://127.0.0.1:{port}\"\n")).collect();
        let data = folder.path().display();
        let config = format!(
            "[process]\ndata = \"{data}\"\n[database]\nurl = \"{}\"\n[nats]\nurl = \"{}\"\nack_wait_seconds = 3\n\
             [security]\nsecret = \"a-secret-of-tests-and-of-nothing-else\"\n[policy]\nfolder = \"{PACKS}\"\n\
             [telemetry]\nfilter = \"warn\"\n[gateway.upstreams]\n{upstreams}",
            held.url, held.servers.nats_url,
        );
        fs::write(folder.path().join("huiyin.toml"), config).unwrap();
        let world = Self {
            pool: sqlx::postgres::PgPoolOptions::new().max_connections(4).connect_lazy(&held.url).unwrap(),
            held,
            folder,
            http: reqwest::Client::builder().timeout(Duration::from_secs(3)).build().unwrap(),
            ports,
            healer,
            children: Mutex::default(),
        };
        let made = world.command(&["migrate"]).output().await.unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Arc::new(world)
    }

    /// A command of the command line on this world.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(HUIYIN);
        command
            .args(words)
            .env("HUIYIN_CONFIG", self.folder.path().join("huiyin.toml"))
            .env("HUIYIN_HEALER", self.healer)
            .env_remove("HUIYIN_SABOTAGE")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Serves one service in a process of its own, broken as `sabotage` says.
    pub(crate) async fn serve(&self, service: &'static str, sabotage: &'static str) {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join(format!("{service}.log")))
            .unwrap();
        let child = self
            .command(&["serve", service])
            .env("HUIYIN_HTTP__LISTEN", format!("127.0.0.1:{}", self.ports[service]))
            .env("HUIYIN_SABOTAGE", sabotage)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.children.lock().await.insert(service, (child, sabotage));
    }

    /// Kills a service with SIGKILL; it stays away until it is served again.
    pub(crate) async fn kill(&self, service: &'static str) {
        if let Some((mut child, _)) = self.children.lock().await.remove(service) {
            child.kill().await.unwrap();
        }
    }

    /// Starts again what has ended by itself, as an orchestrator would: a service does not start without its database.
    pub(crate) async fn revive(&self) {
        let mut ended = Vec::new();
        for (service, (child, sabotage)) in self.children.lock().await.iter_mut() {
            if child.try_wait().unwrap().is_some() {
                ended.push((*service, *sabotage));
            }
        }
        for (service, sabotage) in ended {
            self.serve(service, sabotage).await;
        }
    }

    pub(crate) fn base(&self, service: &str) -> String {
        format!("http://127.0.0.1:{}", self.ports[service])
    }

    /// Registers a matter under an idempotency key, again and again until it is taken. Answers with the case's id.
    pub(crate) async fn register(&self, key: &str) -> String {
        let body = json!({
            "kind": "complaint", "region": "511600", "title": "路灯不亮", "text": format!("{key}号路灯不亮,请派人修理。"),
            "party": {"name": "测试", "phone": "0826-0000001"},
        });
        let until = Instant::now() + Duration::from_secs(120);
        loop {
            let request = self.http.post(format!("{}/api/intake/cases", self.base("intake")));
            if let Ok(answer) = request.header("Idempotency-Key", key).json(&body).send().await {
                let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
                if status.is_success()
                    && let Ok(made) = serde_json::from_str::<Value>(&text)
                {
                    return made["case_id"].as_str().expect("a registration has an id").to_owned();
                }
                assert!(!status.is_client_error(), "{status} {text}");
            }
            assert!(Instant::now() < until, "intake did not answer for two minutes");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// A number from the databases; none while PostgreSQL is away.
    pub(crate) async fn number(&self, statement: impl Into<String>) -> Option<i64> {
        sqlx::query_scalar(AssertSqlSafe(statement.into())).fetch_one(&self.pool).await.ok()
    }

    /// Waits until a number is what it should be.
    pub(crate) async fn until(&self, what: &str, statement: &str, wanted: i64) {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let number = self.number(statement).await;
            if number == Some(wanted) {
                return;
            }
            assert!(Instant::now() < until, "{what}: {number:?}, not {wanted}\n{}", self.logs());
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Runs `huiyin audit --json`. Answers with the exit code and what it printed.
    pub(crate) async fn audit(&self, wait: &str) -> (Option<i32>, Value) {
        let done = self.command(&["audit", "--json", "--wait", wait]).output().await.unwrap();
        let text = String::from_utf8_lossy(&done.stdout);
        let report = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{text} {}", String::from_utf8_lossy(&done.stderr)));
        (done.status.code(), report)
    }

    /// The last lines that the services logged.
    pub(crate) fn logs(&self) -> String {
        let mut all = String::new();
        for service in self.ports.keys() {
            let text =
                fs::read_to_string(self.folder.path().join(format!("{service}.log"))).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            all.push_str(&format!("— {service}\n{}\n", lines[lines.len().saturating_sub(6)..].join("\n")));
        }
        all
    }
}

/// The invariants that a report names as broken.
pub(crate) fn broken(report: &Value) -> Vec<&str> {
    let all = report["invariants"].as_array().expect("a report has invariants");
    all.iter().filter(|one| one["violations"] != 0).filter_map(|one| one["id"].as_str()).collect()
}
