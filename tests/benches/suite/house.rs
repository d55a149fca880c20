//! The house that is measured: private durable servers, and the suite as a process of its own.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use embedded::{Options, Servers};
use huiyin::Client;
use identity::Role;
use reqwest::Method;
use secrecy::SecretString;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::process::{Child, Command};

use crate::{
    AS_SUITE,
    figure::Figure,
    messages::{self, City},
    usage::{self, Usage},
};

const SECRET: &str = "a-secret-of-benchmarks-and-of-nothing-else";

/// Servers, suite and what the load needs of them.
pub(crate) struct House {
    folder: PathBuf,
    servers: Servers,
    pids: (u32, u32),
    suite: Option<Child>,
    pub(crate) db: PgPool,
    pub(crate) city: City,
}

impl House {
    /// Starts the servers. They are those of `huiyin run`, only that PostgreSQL notes when each transaction committed.
    pub(crate) async fn build(statements: bool) -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", std::process::id()));
        let mut options = Options::new(&folder);
        options.pg_settings.push(("track_commit_timestamp".into(), "on".into()));
        if statements {
            options.pg_settings.push(("shared_preload_libraries".into(), "pg_stat_statements".into()));
        }
        let servers = Servers::start(options).await?;
        let pids = servers.pids().await;
        let pids = (pids.first().copied().unwrap_or(0), pids.get(1).copied().unwrap_or(0));
        let db = PgPoolOptions::new().max_connections(4).connect(&servers.pg_url).await?;
        if statements {
            sqlx::query("CREATE EXTENSION pg_stat_statements").execute(&db).await?;
        }
        Ok(Self { folder, servers, pids, suite: None, db, city: messages::city()? })
    }

    pub(crate) fn pg_url(&self) -> &str {
        &self.servers.pg_url
    }

    pub(crate) fn nats_url(&self) -> &str {
        &self.servers.nats_url
    }

    /// This program as `huiyin` with the servers of this house.
    pub(crate) fn huiyin(&self, words: &[&str]) -> anyhow::Result<Command> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let log = File::options().create(true).append(true).open(self.path("suite.log"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(words)
            .env(AS_SUITE, "1")
            .env("HUIYIN_DATABASE__URL", &self.servers.pg_url)
            .env("HUIYIN_NATS__URL", &self.servers.nats_url)
            .env("HUIYIN_HTTP__LISTEN", "127.0.0.1:0")
            .env("HUIYIN_PROCESS__DATA", self.path("suite"))
            .env("HUIYIN_POLICY__FOLDER", root.join("deploy/policy"))
            .env("HUIYIN_SECURITY__SECRET", SECRET)
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        Ok(command)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Starts the suite; `run` is up when it has written where it is, `serve` when its leases are taken.
    pub(crate) async fn open_suite(&mut self, words: &[&str]) -> anyhow::Result<()> {
        let is_whole = words.contains(&"run");
        let mut child = self.huiyin(words)?.spawn()?;
        let started = std::time::Instant::now();
        while is_whole && !self.path("suite/suite.address").exists() {
            if let Some(status) = child.try_wait()? {
                anyhow::bail!("the suite ended with {status}; see {}", self.path("suite.log").display());
            }
            anyhow::ensure!(started.elapsed() < Duration::from_secs(120), "the suite did not come up");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.suite = Some(child);
        Ok(())
    }

    /// Stops the suite as a person would.
    pub(crate) async fn close_suite(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.suite.take() else { return Ok(()) };
        if let Some(pid) = child.id() {
            Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        }
        match tokio::time::timeout(Duration::from_secs(30), child.wait()).await {
            Ok(status) => anyhow::ensure!(status?.success(), "the suite did not stop well"),
            Err(_) => child.kill().await?,
        }
        Ok(())
    }

    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        let base = fs::read_to_string(self.path("suite/suite.address"))?;
        base.trim().strip_prefix("http://").and_then(|rest| rest.parse().ok()).context("no address")
    }

    pub(crate) fn client(&self, role: Role) -> anyhow::Result<Client> {
        Client::signed(&format!("http://{}", self.address()?), &SecretString::from(SECRET.to_owned()), role)
    }

    /// The header line that shows who asks.
    pub(crate) fn bearer(&self, role: Role) -> anyhow::Result<String> {
        let request = self.client(role)?.request(Method::GET, "/").build()?;
        let value = request.headers().get("authorization").context("no token")?.to_str()?;
        Ok(format!("authorization: {value}\r\n"))
    }

    /// Opens the city: units and catalogue, so that cases are dispatched by themselves.
    pub(crate) async fn furnish(&self) -> anyhow::Result<()> {
        let admin = self.client(Role::Admin)?;
        for (path, body) in [("units", self.city.units()), ("catalogue", self.city.catalogue())] {
            let answer =
                admin.request(Method::PUT, &format!("/api/routing/{path}")).json(&body).send().await?;
            let status = answer.status();
            anyhow::ensure!(status.is_success(), "{path}: {status} {}", answer.text().await?);
        }
        Ok(())
    }

    /// Processor time used so far; the peak of the suite's memory begins anew.
    pub(crate) fn usage(&self) -> Usage {
        if let Some(pid) = self.suite_pid() {
            usage::forget_peak(pid);
        }
        self.usage_so_far()
    }

    fn usage_so_far(&self) -> Usage {
        Usage::now(self.suite_pid(), self.pids.0, self.pids.1)
    }

    /// What was used since `before`, and the most memory the suite held meanwhile.
    pub(crate) fn used(&self, before: Usage) -> String {
        let peak = self.suite_pid().and_then(|pid| usage::peak(pid).ok()).unwrap_or_default();
        format!("{}; peak {peak:.0} MB", self.usage_so_far().since(before))
    }

    pub(crate) fn suite_pid(&self) -> Option<u32> {
        self.suite.as_ref().and_then(Child::id)
    }

    /// What the suite holds now, with all cases there are.
    pub(crate) async fn memory(&self) -> anyhow::Result<Figure> {
        let pid = self.suite_pid().context("no suite")?;
        let cases: i64 =
            sqlx::query_scalar("SELECT count(*) FROM intake.case_file").fetch_one(&self.db).await?;
        let peak = usage::peak(pid)?;
        let name = format!("memory of huiyin with {cases} cases");
        Ok(Figure::most(&name, (cases >= 100_000).then_some(150.0), peak, "MB"))
    }

    /// The statements that cost the most, for a person who looks for the reason.
    pub(crate) async fn statements(&self) -> anyhow::Result<String> {
        let rows: Vec<(f64, i64, i64, f64, String)> = sqlx::query_as(
            "SELECT total_exec_time, calls, rows, wal_bytes::float8, regexp_replace(query, '\\s+', ' ', 'g')
             FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 30",
        )
        .fetch_all(&self.db)
        .await?;
        let lines = rows.into_iter().map(|(ms, calls, rows, wal, query)| {
            let query: String = query.chars().take(160).collect();
            format!("{ms:>9.0} ms {calls:>8} calls {rows:>9} rows {:>6.1} MB WAL  {query}\n", wal / 1e6)
        });
        Ok(lines.collect())
    }

    /// Ends everything and removes it.
    pub(crate) async fn clear(mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.suite.take() {
            child.kill().await.ok();
        }
        self.db.close().await;
        self.servers.stop().await?;
        embedded::clear(&self.folder).await
    }
}
