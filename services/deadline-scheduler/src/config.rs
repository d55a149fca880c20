//! The `[deadline-scheduler]` section of the configuration.

use serde::Deserialize;

/// How timers are fired.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Workers that fire at once, over disjoint shards; 1 to 16.
    pub timer_workers: usize,
    /// Timers fired in one transaction at most; 64 to 20,000.
    pub timer_batch: i64,
    /// The longest sleep between two looks, in milliseconds; 10 to 5,000.
    pub timer_poll_ms: u64,
}

impl Config {
    /// Lists every value that is out of its bounds.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let bounds = [
            ((1..=16).contains(&self.timer_workers), "deadline-scheduler.timer_workers must be 1 to 16"),
            ((64..=20_000).contains(&self.timer_batch), "deadline-scheduler.timer_batch must be 64 to 20000"),
            (
                (10..=5_000).contains(&self.timer_poll_ms),
                "deadline-scheduler.timer_poll_ms must be 10 to 5000",
            ),
        ];
        bounds.into_iter().filter(|(fits, _)| !fits).map(|(_, says)| says.to_owned()).collect()
    }
}
