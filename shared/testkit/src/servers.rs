//! One private PostgreSQL and NATS for the tests of this process, quickly made and never left behind.

use std::fs::{self, File};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use anyhow::{Context as _, Result, ensure};
use embedded::{Options, Servers};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::sync::Mutex;

/// What of a cluster just made is worth copying: the rest belongs to the one run.
const TEMPLATE: [&str; 3] = ["postgres", "postgres.password", "postgres.made"];

/// The servers of this process, as long as some test holds them.
static SHARED: Mutex<Weak<TestServers>> = Mutex::const_new(Weak::new());

/// Servers that keep nothing beyond the process; reads as [`Servers`].
pub struct TestServers {
    // Dropped in this order.
    servers: Servers,
    _folder: Removed,
}

impl Deref for TestServers {
    type Target = Servers;

    fn deref(&self) -> &Servers {
        &self.servers
    }
}

/// A fresh, empty database on the servers of this process.
pub struct Database {
    /// How to reach it, as superuser.
    pub url: String,
    /// The servers it lives on; they run as long as this value or another one does.
    pub servers: Arc<TestServers>,
}

/// Gives the servers of this process, and starts them when no other test holds them. They end, and their folder is
/// removed, when the last holder lets go.
///
/// # Errors
/// When they cannot be started; see [`Servers::start`].
pub async fn servers() -> Result<Arc<TestServers>> {
    let mut shared = SHARED.lock().await;
    if let Some(servers) = shared.upgrade() {
        return Ok(servers);
    }
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/testkit");
    let base = embedded::settle(&checkout)?;
    sweep(&base).await?;
    let template = template(&base).await.context("making the template of a cluster")?;
    let folder = Removed(base.join(format!("run-{}", std::process::id())));
    if folder.0.exists() {
        embedded::clear(&folder.0).await?;
    }
    let run = embedded::settle(&folder.0)?;
    let parts = TEMPLATE.map(|part| template.join(part));
    let status = Command::new("cp").args(["-a", "--reflink=auto"]).args(parts).arg(&run).status()?;
    ensure!(status.success(), "copying the template failed");
    let servers = Servers::start(quick(&run)).await?;
    let servers = Arc::new(TestServers { servers, _folder: folder });
    *shared = Arc::downgrade(&servers);
    Ok(servers)
}

/// Makes a fresh database whose name begins with `name`.
///
/// # Errors
/// When the servers cannot be started or refuse.
pub async fn database(name: &str) -> Result<Database> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let servers = servers().await?;
    let name = format!("{name}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&servers.pg_url).await.context("connecting to PostgreSQL")?;
    let statement = format!("CREATE DATABASE \"{}\" STRATEGY file_copy", name.replace('"', ""));
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.context("creating a database")?;
    connection.close().await?;
    let (server, _) = servers.pg_url.rsplit_once('/').context("a URL without database")?;
    Ok(Database { url: format!("{server}/{}", name.replace('"', "")), servers })
}

fn quick(folder: &Path) -> Options {
    let pg_settings = vec![("shared_buffers".into(), "64MB".into())];
    Options { durable: false, pg_settings, ..Options::new(folder) }
}

/// Gives a stopped cluster to copy, which is several times quicker than making one; made once per checkout.
async fn template(base: &Path) -> Result<PathBuf> {
    let ready = base.join("template");
    let lock = File::create(base.join("template.lock"))?;
    // Other test processes may come to it at the same moment.
    lock.lock()?;
    if ready.exists() {
        return Ok(ready);
    }
    let making = base.join("template.new");
    if making.exists() {
        embedded::clear(&making).await?;
    }
    Servers::start(quick(&making)).await?.stop().await?;
    fs::rename(&making, &ready)?;
    Ok(ready)
}

/// Removes what test processes left that were killed.
async fn sweep(base: &Path) -> Result<()> {
    for entry in fs::read_dir(base)? {
        let entry = entry?;
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix("run-"));
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            // Another test process may be sweeping the same one.
            let _ = embedded::clear(&entry.path()).await;
        }
    }
    Ok(())
}

/// A folder that goes with its value.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
