//! How clients reach the servers of a data folder.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::home;

/// The name of the superuser, of the database and of the NATS user.
pub(crate) const NAME: &str = "huiyin";
/// The file with PostgreSQL's password, in the data folder as the ones below.
pub(crate) const PG_PASSWORD: &str = "postgres.password";
/// The file with PostgreSQL's port.
pub(crate) const PG_PORT: &str = "postgres.port";
/// The file with the password of NATS.
pub(crate) const NATS_PASSWORD: &str = "nats.password";
/// The file with the port of NATS.
pub(crate) const NATS_PORT: &str = "nats.port";
/// The file with the port NATS tells about itself on.
pub(crate) const NATS_MONITOR_PORT: &str = "nats.monitor";

/// Where the servers are, passwords included: not for any log.
#[derive(Clone, PartialEq, Eq)]
pub struct Urls {
    /// PostgreSQL, as superuser: `postgres://huiyin:…@127.0.0.1:port/huiyin`.
    pub pg_url: String,
    /// NATS: `nats://huiyin:…@127.0.0.1:port`.
    pub nats_url: String,
    /// Where NATS tells about itself over HTTP, without password.
    pub nats_monitor_url: String,
}

impl Urls {
    /// Reads them from the files of a folder whose servers have been started.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let word = |name: &str| -> Result<String> {
            let path = folder.join(name);
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            Ok(text.trim().to_owned())
        };
        let (pg_password, pg_port) = (word(PG_PASSWORD)?, word(PG_PORT)?);
        let (nats_password, nats_port) = (word(NATS_PASSWORD)?, word(NATS_PORT)?);
        Ok(Self {
            pg_url: format!("postgres://{NAME}:{pg_password}@127.0.0.1:{pg_port}/{NAME}"),
            nats_url: format!("nats://{NAME}:{nats_password}@127.0.0.1:{nats_port}"),
            nats_monitor_url: format!("http://127.0.0.1:{}", word(NATS_MONITOR_PORT)?),
        })
    }
}

/// Gives the way to the servers of `data_dir` if some process owns them now; they may still be starting.
///
/// # Errors
/// When the folder cannot be read, or its owner has not got far enough to say where its servers are.
pub fn running(data_dir: &Path) -> Result<Option<Urls>> {
    if !data_dir.exists() {
        return Ok(None);
    }
    home::in_use(data_dir)?.map(|folder| Urls::read(&folder)).transpose()
}
