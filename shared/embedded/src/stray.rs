//! Ending servers that outlived their owner, and never anything else.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::time::{Instant, sleep};

/// How often a process that was told to end is looked at.
pub(crate) const GLANCE: Duration = Duration::from_millis(10);

/// Writes down which process a server is, with its start time, since numbers of processes come round again.
pub(crate) fn remember(file: &Path, pid: u32) -> Result<()> {
    let started = started(pid).with_context(|| format!("process {pid} ended at once"))?;
    fs::write(file, format!("{pid} {started}\n")).with_context(|| format!("writing {}", file.display()))
}

/// Ends the process written down in `file` if it still is the server of `folder`: with `signal`, and by force when it
/// has not ended after `patience`.
pub(crate) async fn mend(file: &Path, folder: &Path, signal: &str, patience: Duration) -> Result<()> {
    let Ok(text) = fs::read_to_string(file) else { return Ok(()) };
    let mut words = text.split_whitespace().map(str::parse::<u64>);
    if let (Some(Ok(pid)), Some(Ok(start))) = (words.next(), words.next())
        && let Ok(pid) = u32::try_from(pid)
        && started(pid) == Some(start)
        && works_in(pid, folder)
    {
        tracing::warn!(pid, "ending a server that outlived its owner");
        end(pid, start, signal, patience).await?;
    }
    fs::remove_file(file).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error).with_context(|| format!("removing {}", file.display())),
    })
}

/// Tells whether `pid` lives and was started to work in `folder`.
pub(crate) fn works_in(pid: u32, folder: &Path) -> bool {
    let folder = folder.as_os_str().as_encoded_bytes();
    fs::read(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| line.windows(folder.len()).any(|part| part == folder))
}

/// Sends a signal, by the shell's own `kill`, since the safe standard library can only send SIGKILL to children.
pub(crate) fn send(pid: u32, signal: &str) -> Result<()> {
    let status = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status();
    // A process that has just ended cannot be told: what it was told to do is done.
    status.map(drop).with_context(|| format!("sending {signal} to process {pid}"))
}

async fn end(pid: u32, start: u64, signal: &str, patience: Duration) -> Result<()> {
    for (signal, patience) in [(signal, patience), ("KILL", Duration::from_secs(5))] {
        send(pid, signal)?;
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if started(pid) != Some(start) {
                return Ok(());
            }
            sleep(GLANCE).await;
        }
    }
    bail!("process {pid} does not end")
}

/// Gives the start time of a living process, in clock ticks since the machine started; none for a dead one, a zombie
/// included.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything, even parentheses.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    if matches!(*fields.first()?, "Z" | "X") {
        return None;
    }
    fields.get(19)?.parse().ok()
}
