//! 回音 Huiyin: the catalogue of all services, and what its operator does on a command line.

pub mod audit;
pub mod cli;
pub mod import;

mod client;
mod commands;
mod demo;
mod settle;
mod suite;

pub use client::Client;
pub use settle::{Unsettled, settled};
pub use suite::{Suite, settings_for_tests, settings_for_tests_with};

/// Every service of the suite; the only place that names them all.
pub const CATALOGUE: &[runtime::Entry] = &[
    runtime::entry::<intake::Intake>(),
    runtime::entry::<routing::Routing>(),
    runtime::entry::<deadline_scheduler::DeadlineScheduler>(),
    runtime::entry::<notification::Notification>(),
    runtime::entry::<evaluation::Evaluation>(),
    runtime::entry::<gateway::Gateway>(),
];
