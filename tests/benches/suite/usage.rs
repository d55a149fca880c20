//! Processor time and memory of the processes that take part, as the kernel counts them.

use std::fs;

use anyhow::Context as _;

/// Processor seconds so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) suite: f64,
    pub(crate) postgres: f64,
    pub(crate) nats: f64,
    pub(crate) load: f64,
}

impl Usage {
    /// Reads what the processes have used until now.
    pub(crate) fn now(suite: Option<u32>, postgres: u32, nats: u32) -> Self {
        Self {
            suite: suite.map_or(0.0, of_one),
            postgres: of_one(postgres) + children(postgres),
            nats: of_one(nats),
            load: of_one(std::process::id()),
        }
    }

    /// Writes what was used since an earlier look.
    pub(crate) fn since(self, before: Self) -> String {
        format!(
            "CPU s: suite {:.1}, PostgreSQL {:.1}, NATS {:.1}, load {:.1}",
            self.suite - before.suite,
            self.postgres - before.postgres,
            self.nats - before.nats,
            self.load - before.load
        )
    }
}

/// User and system time, that of ended children included; ticks are hundredths of a second on Linux.
fn of_one(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let Some((_, fields)) = stat.rsplit_once(')') else { return 0.0 };
    let ticks = fields.split_whitespace().skip(11).take(4);
    ticks.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn children(parent: u32) -> f64 {
    let list = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    list.split_whitespace().filter_map(|pid| pid.parse().ok()).map(of_one).sum()
}

/// The most memory a process held since [`forget_peak`], in MB (10⁶ bytes).
pub(crate) fn peak(pid: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024.0 / 1e6)
}

/// Begins a new peak.
pub(crate) fn forget_peak(pid: u32) {
    // Where the kernel does not allow it, the peak stays that of the whole life.
    fs::write(format!("/proc/{pid}/clear_refs"), "5").ok();
}
