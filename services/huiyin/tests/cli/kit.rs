//! Runs the program in a folder of its own, with servers given to it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

/// The streams of the shared NATS have one suite at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A place to run the program in.
pub(crate) struct Place {
    // Dropped in this order: the servers end before the next test may start its own.
    pub(crate) folder: tempfile::TempDir,
    config: PathBuf,
    pub(crate) database: testkit::Database,
    _alone: MutexGuard<'static, ()>,
}

pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The program, without what the environment of the test may say about it.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiyin"));
    for (key, _) in std::env::vars().filter(|(key, _)| key.starts_with("HUIYIN_")) {
        command.env_remove(key);
    }
    command.current_dir(checkout());
    command
}

impl Place {
    pub(crate) async fn open(name: &str, more: &str) -> Result<Self> {
        let alone = ALONE.lock().await;
        let database = testkit::database(name).await?;
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("huiyin.toml");
        let servers = format!(
            "[database]\nurl = {:?}\n[nats]\nurl = {:?}\n[http]\nlisten = \"127.0.0.1:0\"\n{more}\n",
            database.url, database.servers.nats_url
        );
        fs::write(&config, servers)?;
        Ok(Self { folder, config, database, _alone: alone })
    }

    /// The program with configuration and data folder of this place.
    pub(crate) fn program(&self) -> Command {
        let mut command = program();
        command.arg("--config").arg(&self.config).arg("--data").arg(self.folder.path().join("data"));
        command
    }

    /// Writes a file of this place.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes)?;
        Ok(path)
    }

    /// Begins an import.
    pub(crate) fn import(&self, file: &Path, set: &str) -> Command {
        let mut command = self.program();
        command
            .arg("import")
            .arg(file)
            .arg("--mapping")
            .arg(checkout().join("deploy/mappings/message-board.toml"));
        command.args(["--policy", "mailbox-002", "--set", set, "--json"]);
        command
    }

    /// The tables of one service.
    pub(crate) fn tables(&self, schema: &str) -> Result<sqlx::PgPool> {
        let (url, schema) = (self.database.url.clone(), schema.to_owned());
        Ok(pg::Database::open(&pg::Settings { url, schema, max_connections: 1 })?.pool)
    }
}

/// Runs to the end and reads what was printed as JSON.
pub(crate) fn json(command: &mut Command) -> Result<Value> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", words(&output));
    serde_json::from_slice(&output.stdout).with_context(|| words(&output))
}

/// Everything that was printed.
pub(crate) fn words(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}\n{out}{err}", output.status)
}

/// A program in the background that does not outlive the test.
pub(crate) struct Background(pub(crate) Child);

impl Background {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
