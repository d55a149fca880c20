//! The private PostgreSQL: making the cluster once, its settings, starting it and knowing when it answers.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::net::TcpStream;

use crate::account::Account;
use crate::child::{Parent, Server};
use crate::home::Home;
use crate::urls::{NAME, PG_PASSWORD, PG_PORT};
use crate::{Options, free_port, locate, stray};

const PID_FILE: &str = "postgres.pid";
const LOG: &str = "postgres.log";
/// A path that the kernel still takes for a socket has at most 107 bytes; the file's own name takes 20 of them.
const LONGEST_SOCKET_FOLDER: usize = 87;

/// What is needed to start PostgreSQL again and again on the same data and port.
pub(crate) struct Postgres {
    account: Account,
    bin: PathBuf,
    data: PathBuf,
    pub(crate) port: u16,
}

impl Postgres {
    /// Ends what an earlier owner left, makes the cluster if there is none, and writes its settings.
    pub(crate) async fn prepare(home: &Home, options: &Options) -> Result<Self> {
        let account = Account::for_postgres()?;
        let data = home.folder("postgres")?;
        account.take(&data)?;
        mend(home).await?;
        drop_recycled_lock(&data)?;

        let major =
            fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
        let bin = locate::postgres(options.pg_bin.as_deref(), major)?;
        home.secret(PG_PASSWORD)?;
        account.take(&home.path(PG_PASSWORD))?;
        // The version file is written early, this one when all is there: a cluster half made is made again.
        let is_made = home.path("postgres.made");
        let port = free_port::choose(options.pg_port, home.number(PG_PORT), &[])?;
        if !is_made.exists() {
            fs::remove_dir_all(&data)?;
            account.take(&home.folder("postgres")?)?;
            initdb(account, &bin, &data, &home.path(PG_PASSWORD))?;
            write_settings(account, &data, port, options)?;
            create_database(account, &bin, &data)?;
            fs::write(&is_made, "")?;
        }
        write_settings(account, &data, port, options)?;
        home.keep(PG_PORT, port)?;
        Ok(Self { account, bin, data, port })
    }

    /// Starts the server and waits until it takes connections.
    pub(crate) async fn start(&self, home: &Home, parent: &Parent, durable: bool) -> Result<Server> {
        // A fast shutdown leaves nothing to recover; where nothing need be kept, the quickest end is the best.
        let death = if durable { "INT" } else { "QUIT" };
        let mut command = self.account.command(&self.bin.join("postgres"), Some(death));
        let log = home.log(LOG)?;
        command.arg("-D").arg(&self.data).stdout(log.try_clone()?).stderr(log);
        let mut server = parent.start(command, home.path(PID_FILE), home.path(LOG), "QUIT").await?;
        let is_ready = async |pid: u32| {
            // PostgreSQL writes its own state here, and `pg_ctl` waits for it in the same way.
            let state = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
            let lines: Vec<&str> = state.lines().map(str::trim).collect();
            lines.first() == Some(&pid.to_string().as_str())
                && lines.get(7) == Some(&"ready")
                && TcpStream::connect(("127.0.0.1", self.port)).await.is_ok()
        };
        // Recovery after a crash may read as much as `max_wal_size`.
        server.ready(Duration::from_secs(120), is_ready).await.context("starting PostgreSQL")?;
        Ok(server)
    }
}

/// Ends a PostgreSQL that outlived an earlier owner of the folder.
pub(crate) async fn mend(home: &Home) -> Result<()> {
    stray::mend(&home.path(PID_FILE), &home.path("postgres"), "QUIT", Duration::from_secs(10)).await
}

fn initdb(account: Account, bin: &Path, data: &Path, password: &Path) -> Result<()> {
    let mut command = account.command(&bin.join("initdb"), Some("KILL"));
    command.arg("-D").arg(data).arg("--pwfile").arg(password);
    command.args(["-U", NAME, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--lc-messages=C"]);
    // A cluster that is lost while it is made is made again, so nothing need reach the disk yet.
    command.arg("--no-sync");
    let out = command.output().context("running initdb")?;
    ensure!(out.status.success(), "initdb failed: {}", String::from_utf8_lossy(&out.stderr));
    Ok(())
}

fn create_database(account: Account, bin: &Path, data: &Path) -> Result<()> {
    let mut command: Command = account.command(&bin.join("postgres"), Some("KILL"));
    command.args(["--single", "-D"]).arg(data).arg("postgres");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().context("running postgres --single")?;
    let mut stdin = child.stdin.take().context("no way to speak to postgres --single")?;
    stdin.write_all(format!("CREATE DATABASE {NAME}\n").as_bytes())?;
    drop(stdin);
    let out = child.wait_with_output()?;
    let told = String::from_utf8_lossy(&out.stderr);
    if !out.status.success() || told.contains("ERROR") {
        bail!("creating the database failed: {told}");
    }
    Ok(())
}

/// Writes the whole settings file anew, so that a new release brings its settings to old data.
fn write_settings(account: Account, data: &Path, port: u16, options: &Options) -> Result<()> {
    let folder = data.to_string_lossy();
    let socket_folder = if folder.len() <= LONGEST_SOCKET_FOLDER { &*folder } else { "" };
    let on_disk = if options.durable { "on" } else { "off" };
    let port = port.to_string();
    let built_in = [
        ("listen_addresses", "127.0.0.1"),
        ("port", &port),
        ("unix_socket_directories", socket_folder),
        ("unix_socket_permissions", "0700"),
        ("password_encryption", "scram-sha-256"),
        ("max_connections", "200"),
        ("shared_buffers", "256MB"),
        ("dynamic_shared_memory_type", "posix"),
        ("fsync", on_disk),
        ("full_page_writes", on_disk),
        // Also where nothing reaches the disk: what was acknowledged must survive the end of the process.
        ("synchronous_commit", "on"),
        // A private server has no replica to feed; lz4 costs a fraction of what pglz costs.
        ("wal_compression", "lz4"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("max_wal_size", "2GB"),
        ("checkpoint_timeout", "15min"),
        ("random_page_cost", "1.1"),
        ("deadlock_timeout", "200ms"),
        ("jit", "off"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("lc_messages", "C"),
        ("lc_monetary", "C.UTF-8"),
        ("lc_numeric", "C.UTF-8"),
        ("lc_time", "C.UTF-8"),
        ("default_text_search_config", "pg_catalog.simple"),
        ("log_line_prefix", "%m [%p] %q%a "),
        // Details and statements of errors could hold what a citizen wrote.
        ("log_error_verbosity", "terse"),
        ("log_min_error_statement", "panic"),
    ];
    let chosen = options.pg_settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut text = String::from("# Written at every start; changes made here do not last.\n");
    // Of two lines for one setting PostgreSQL takes the last.
    for (name, value) in built_in.into_iter().chain(chosen) {
        text.push_str(&format!("{name} = '{}'\n", value.replace('\'', "''")));
    }
    let file = data.join("postgresql.conf");
    fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
    fs::set_permissions(&file, Permissions::from_mode(0o600))?;
    account.take(&file)
}

/// Removes PostgreSQL's own lock file when the number in it now belongs to a process of another kind, which
/// PostgreSQL would take for a running server. In all other cases PostgreSQL judges its file best itself.
fn drop_recycled_lock(data: &Path) -> Result<()> {
    let file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&file) else { return Ok(()) };
    let pid = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok());
    let is_alive = |pid: u32| Path::new(&format!("/proc/{pid}")).exists();
    match pid {
        Some(pid) if is_alive(pid) && !stray::works_in(pid, data) => {
            fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))
        }
        Some(_) | None => Ok(()),
    }
}
