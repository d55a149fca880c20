//! What the caller may choose about its private servers.

use std::path::PathBuf;

/// Says where and how the servers run; [`Options::new`] gives the defaults of a laptop.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of everything the servers keep; made when missing. See [`crate::settle`] for when another one is used.
    pub data_dir: PathBuf,
    /// Folder with `initdb` and `postgres`; `None` looks in `HUIYIN_PG_BIN`, Debian's folders and `PATH`.
    pub pg_bin: Option<PathBuf>,
    /// The file `nats-server`; `None` looks in `HUIYIN_NATS_BIN`, `.tools` of the project and `PATH`.
    pub nats_bin: Option<PathBuf>,
    /// Whether a commit survives a power cut; `false` is for tests only.
    pub durable: bool,
    /// TCP port of PostgreSQL; 0 takes the one of the last start, or any free one.
    pub pg_port: u16,
    /// TCP port of NATS; 0 takes the one of the last start, or any free one.
    pub nats_port: u16,
    /// PostgreSQL settings that win over the built-in ones, as name and value.
    pub pg_settings: Vec<(String, String)>,
}

impl Options {
    /// Gives durable servers in `data_dir` on ports of their own choice.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            pg_bin: None,
            nats_bin: None,
            durable: true,
            pg_port: 0,
            nats_port: 0,
            pg_settings: Vec::new(),
        }
    }
}
