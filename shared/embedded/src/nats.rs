//! The private NATS server with JetStream: its settings, starting it and knowing when it answers.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::account::Account;
use crate::child::{Parent, Server};
use crate::home::Home;
use crate::urls::{NAME, NATS_MONITOR_PORT, NATS_PASSWORD, NATS_PORT};
use crate::{Options, free_port, locate, stray};

const PID_FILE: &str = "nats.pid";
const LOG: &str = "nats.log";
const SETTINGS: &str = "nats.conf";

/// What is needed to start NATS again and again on the same data and port.
pub(crate) struct Nats {
    bin: PathBuf,
    settings: PathBuf,
    port: u16,
}

impl Nats {
    /// Ends what an earlier owner left, and writes and checks the settings; `postgres` is the port of the other server.
    pub(crate) async fn prepare(home: &Home, options: &Options, postgres: u16) -> Result<Self> {
        let settings = home.path(SETTINGS);
        mend(home).await?;
        let bin = locate::nats(options.nats_bin.as_deref())?;
        let store = home.folder("nats")?;
        let password = home.secret(NATS_PASSWORD)?;
        let port = free_port::choose(options.nats_port, home.number(NATS_PORT), &[postgres])?;
        let monitor = free_port::choose(0, home.number(NATS_MONITOR_PORT), &[postgres, port])?;
        let text = format!(
            "# Written at every start; changes made here do not last.\n\
             server_name: {NAME}\n\
             listen: \"127.0.0.1:{port}\"\n\
             http: \"127.0.0.1:{monitor}\"\n\
             max_payload: 1MB\n\
             jetstream {{ store_dir: {store:?}, max_memory_store: 256MB }}\n\
             authorization {{ user: {NAME}, password: \"{password}\" }}\n"
        );
        fs::write(&settings, text).with_context(|| format!("writing {}", settings.display()))?;
        fs::set_permissions(&settings, Permissions::from_mode(0o600))?;
        let check = Account::own().command(&bin, Some("KILL")).arg("-t").arg("-c").arg(&settings).output();
        let check = check.with_context(|| format!("running {}", bin.display()))?;
        ensure!(check.status.success(), "nats-server refuses: {}", String::from_utf8_lossy(&check.stderr));
        home.keep(NATS_PORT, port)?;
        home.keep(NATS_MONITOR_PORT, monitor)?;
        Ok(Self { bin, settings, port })
    }

    /// Starts the server and waits until it greets.
    pub(crate) async fn start(&self, home: &Home, parent: &Parent) -> Result<Server> {
        let mut command = Account::own().command(&self.bin, Some("TERM"));
        let log = home.log(LOG)?;
        command.arg("-c").arg(&self.settings).stdout(log.try_clone()?).stderr(log);
        let mut server = parent.start(command, home.path(PID_FILE), home.path(LOG), "TERM").await?;
        // It listens only after JetStream has looked through what it keeps.
        let is_ready = async |_pid| timeout(Duration::from_secs(1), greets(self.port)).await.unwrap_or(false);
        server.ready(Duration::from_secs(120), is_ready).await.context("starting NATS")?;
        Ok(server)
    }
}

/// Ends a NATS that outlived an earlier owner of the folder.
pub(crate) async fn mend(home: &Home) -> Result<()> {
    stray::mend(&home.path(PID_FILE), &home.path(SETTINGS), "TERM", Duration::from_secs(10)).await
}

async fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else { return false };
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await.is_ok() && line.starts_with("INFO ")
}
