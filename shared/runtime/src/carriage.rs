//! How events are carried beside the configuration of the operator: how patient the healer is, what a test breaks.

use std::time::Duration;

use crate::Sabotage;

/// How often the healer looks, and what it takes for lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Healing {
    /// Time between two looks.
    pub every: Duration,
    /// A gap younger than this is delivery still on its way.
    pub patience: Duration,
    /// A ledger row younger than this is not yet compared: it may be on its way.
    pub settled: Duration,
    /// What was asked for is not asked for again before this.
    pub again: Duration,
}

impl Default for Healing {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(5),
            patience: Duration::from_secs(10),
            settled: Duration::from_secs(40),
            again: Duration::from_secs(30),
        }
    }
}

/// The carrying of events in one process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carriage {
    /// What is broken on purpose.
    pub sabotage: Sabotage,
    /// The healer; none: what is lost stays lost, so that a test can see it.
    pub healing: Option<Healing>,
}

impl Default for Carriage {
    fn default() -> Self {
        Self { sabotage: Sabotage::None, healing: Some(Healing::default()) }
    }
}

impl Carriage {
    /// Reads `HUIYIN_SABOTAGE` and `HUIYIN_HEALER` (`off`, or seconds of every, patience, settled, again with commas).
    /// Builds without debug assertions read neither.
    #[must_use]
    pub fn from_environment() -> Self {
        let healing = match std::env::var("HUIYIN_HEALER").ok().filter(|_| cfg!(debug_assertions)) {
            Some(off) if off == "off" => None,
            Some(seconds) => Some(read(&seconds).unwrap_or_default()),
            None => Some(Healing::default()),
        };
        Self { sabotage: Sabotage::from_environment(), healing }
    }
}

fn read(seconds: &str) -> Option<Healing> {
    let mut parts =
        seconds.split(',').map(|part| Duration::try_from_secs_f64(part.trim().parse().ok()?).ok());
    let mut next = || parts.next().flatten();
    Some(Healing { every: next()?, patience: next()?, settled: next()?, again: next()? })
}
