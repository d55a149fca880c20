//! The command line as people and scripts use it: the real program, its output and its exit codes.

#[path = "cli/arithmetic.rs"]
mod arithmetic;
#[path = "cli/configuration.rs"]
mod configuration;
#[path = "cli/dossier.rs"]
mod dossier;
#[path = "cli/figures.rs"]
mod figures;
#[path = "cli/import.rs"]
mod import;
#[path = "cli/kit.rs"]
mod kit;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/trace.rs"]
mod trace;
