//! A server as a child process, and the thread that is its parent.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use crate::stray::{self, GLANCE};

type Request = (Command, oneshot::Sender<std::io::Result<Child>>);

/// The thread that starts the children. The kernel ends a tied child with the *thread* that started it, so this
/// must be one that lives as long as the owner does, not whichever worker happened to run.
pub(crate) struct Parent {
    requests: mpsc::Sender<Request>,
}

impl Parent {
    /// Starts the thread.
    pub(crate) fn new() -> Result<Self> {
        let (requests, inbox) = mpsc::channel::<Request>();
        let body = move || {
            for (mut command, reply) in inbox {
                // A caller that no longer waits leaves the child to us.
                if let Err(Ok(mut child)) = reply.send(command.spawn()) {
                    let _ = child.kill();
                    let _ = child.wait();
                }
            }
        };
        std::thread::Builder::new().name("server-parent".into()).spawn(body).context("starting a thread")?;
        Ok(Self { requests })
    }

    /// Starts a server and writes down who it is in `pid_file`.
    /// `farewell` is the signal it gets when it is dropped without having been ended.
    pub(crate) async fn start(
        &self,
        command: Command,
        pid_file: PathBuf,
        log: PathBuf,
        farewell: &'static str,
    ) -> Result<Server> {
        let program = command.get_program().to_owned();
        let (reply, answer) = oneshot::channel();
        self.requests.send((command, reply)).map_err(|_| anyhow!("the parent thread is gone"))?;
        let child = answer.await?.with_context(|| format!("starting {}", program.display()))?;
        let server = Server { child, pid_file, log, farewell };
        stray::remember(&server.pid_file, server.pid()).map_err(|error| server.told(error))?;
        Ok(server)
    }
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pid_file: PathBuf,
    log: PathBuf,
    farewell: &'static str,
}

impl Server {
    /// Gives the number of the process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Says whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until `is_ready` says so; fails as soon as the server ends instead.
    pub(crate) async fn ready(
        &mut self,
        patience: Duration,
        is_ready: impl AsyncFn(u32) -> bool,
    ) -> Result<()> {
        let deadline = Instant::now() + patience;
        while !is_ready(self.pid()).await {
            if let Some(status) = self.child.try_wait()? {
                return Err(self.told(anyhow!("the server ended while starting ({status})")));
            }
            if Instant::now() > deadline {
                return Err(self.told(anyhow!("the server was not ready after {patience:?}")));
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Ends the server with `signal` and waits for its end; by force after `patience`.
    pub(crate) async fn end(mut self, signal: &str, patience: Duration) -> Result<()> {
        stray::send(self.pid(), signal)?;
        let deadline = Instant::now() + patience;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                self.child.kill()?;
                bail!("process {} did not end within {patience:?} and was killed", self.pid());
            }
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Adds the last lines of the server's log to an error.
    fn told(&self, error: anyhow::Error) -> anyhow::Error {
        error.context(format!("its log {} ends with:\n{}", self.log.display(), tail(&self.log)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let is_over = |child: &mut Child| !matches!(child.try_wait(), Ok(None));
        if !is_over(&mut self.child) {
            let _ = stray::send(self.pid(), self.farewell);
            // Three seconds at most: whoever drops a server may be on its way out.
            for _ in 0..300 {
                if is_over(&mut self.child) {
                    break;
                }
                std::thread::sleep(GLANCE);
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = fs::remove_file(&self.pid_file);
    }
}

fn tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
