//! Both servers together, from the start to the end.

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::Mutex;

use crate::Options;
use crate::child::{Parent, Server};
use crate::home::Home;
use crate::nats::Nats;
use crate::postgres::Postgres;
use crate::urls::Urls;

/// How long a server may take to end by itself; a checkpoint of all of `shared_buffers` fits in well.
const PATIENCE: Duration = Duration::from_secs(60);

/// A PostgreSQL and a NATS that run as long as this value lives.
///
/// It reads as the [`Urls`] of its servers. [`Servers::stop`] ends them cleanly; dropping the value ends them as
/// quickly as their data allows.
pub struct Servers {
    urls: Urls,
    durable: bool,
    postgres: Postgres,
    nats: Nats,
    running: Mutex<Running>,
    // Dropped in this order: the servers, then the thread they are tied to, then the folder's lock.
    parent: Parent,
    home: Home,
}

#[derive(Default)]
struct Running {
    postgres: Option<Server>,
    nats: Option<Server>,
}

impl Deref for Servers {
    type Target = Urls;

    fn deref(&self) -> &Urls {
        &self.urls
    }
}

impl Servers {
    /// Takes the data folder, ends what a killed owner left there, and starts both servers on what the folder holds;
    /// in an empty folder they start with nothing.
    ///
    /// # Errors
    /// When a server program is missing, another process owns the folder, a wished port is taken, or a server does
    /// not come up; then the end of its log is part of the error.
    pub async fn start(options: Options) -> Result<Self> {
        let home = Home::take(&options.data_dir)
            .await
            .with_context(|| format!("taking the data folder {}", options.data_dir.display()))?;
        let parent = Parent::new()?;
        let mut tries = 1..;
        let (postgres, nats, running) = loop {
            match start_both(&home, &parent, &options).await {
                // Between choosing a free port and taking it, another may have come first.
                Err(error)
                    if tries.next() < Some(4) && format!("{error:#}").contains("ddress already in use") =>
                {
                    tracing::debug!(%error, "a port was lost to another process; choosing again");
                }
                result => break result?,
            }
        };
        tracing::debug!(folder = %home.root().display(), "private PostgreSQL and NATS are up");
        Ok(Self {
            urls: Urls::read(home.root())?,
            durable: options.durable,
            postgres,
            nats,
            running: Mutex::new(running),
            parent,
            home,
        })
    }

    /// Gives the folder that holds the data, as [`crate::settle`] chose it.
    pub fn folder(&self) -> &Path {
        self.home.root()
    }

    /// Gives the process numbers of those that run: first PostgreSQL's, then NATS's.
    pub async fn pids(&self) -> Vec<u32> {
        let running = self.running.lock().await;
        running.postgres.iter().chain(&running.nats).map(Server::pid).collect()
    }

    /// Ends both cleanly: PostgreSQL breaks off what is open and writes everything down, NATS likewise.
    ///
    /// # Errors
    /// When a server had to be killed.
    pub async fn stop(self) -> Result<()> {
        // Clients of NATS often write to PostgreSQL, so the messages stop first.
        let Running { postgres, nats } = std::mem::take(&mut *self.running.lock().await);
        let nats = end(nats, "TERM").await.context("stopping NATS");
        let postgres = end(postgres, "INT").await.context("stopping PostgreSQL");
        nats.and(postgres)
    }

    /// Ends PostgreSQL as `pg_ctl -m immediate` does: at once, leaving recovery to the next start.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn kill_pg_immediate(&self) -> Result<()> {
        end(self.running.lock().await.postgres.take(), "QUIT").await
    }

    /// Starts PostgreSQL again on the same port and data; one that runs is ended first, as in a crash.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart_pg(&self) -> Result<()> {
        let mut running = self.running.lock().await;
        end(running.postgres.take(), "QUIT").await?;
        running.postgres = Some(self.postgres.start(&self.home, &self.parent, self.durable).await?);
        Ok(())
    }

    /// Kills NATS with SIGKILL.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn kill_nats(&self) -> Result<()> {
        end(self.running.lock().await.nats.take(), "KILL").await
    }

    /// Starts NATS again on the same port and data; one that runs is killed first.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn restart_nats(&self) -> Result<()> {
        let mut running = self.running.lock().await;
        end(running.nats.take(), "KILL").await?;
        running.nats = Some(self.nats.start(&self.home, &self.parent).await?);
        Ok(())
    }

    /// Starts again what has ended by itself (killed, out of memory), on the same port and data. Answers which.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn mend(&self) -> Result<Vec<&'static str>> {
        let mut mended = Vec::new();
        let mut running = self.running.lock().await;
        if running.postgres.as_mut().is_some_and(Server::has_ended) {
            running.postgres = Some(self.postgres.start(&self.home, &self.parent, self.durable).await?);
            mended.push("postgres");
        }
        if running.nats.as_mut().is_some_and(Server::has_ended) {
            running.nats = Some(self.nats.start(&self.home, &self.parent).await?);
            mended.push("nats");
        }
        Ok(mended)
    }
}

async fn start_both(home: &Home, parent: &Parent, options: &Options) -> Result<(Postgres, Nats, Running)> {
    let postgres = Postgres::prepare(home, options).await?;
    let nats = Nats::prepare(home, options, postgres.port).await?;
    let (started_pg, started_nats) =
        tokio::join!(postgres.start(home, parent, options.durable), nats.start(home, parent));
    let running = Running { postgres: Some(started_pg?), nats: Some(started_nats?) };
    Ok((postgres, nats, running))
}

async fn end(server: Option<Server>, signal: &str) -> Result<()> {
    match server {
        Some(server) => server.end(signal, PATIENCE).await,
        None => Ok(()),
    }
}
