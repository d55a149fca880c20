//! One command, one file.

pub(crate) mod audit;
pub(crate) mod calendar;
pub(crate) mod case;
pub(crate) mod config;
pub(crate) mod dead_letters;
pub(crate) mod dossier;
mod grid;
pub(crate) mod import;
pub(crate) mod migrate;
mod notice;
pub(crate) mod policy;
pub(crate) mod report;
mod report_figures;
mod report_files;
pub(crate) mod run;
pub(crate) mod serve;

/// Prints a line for the person or programme that called: the one place where standard output is written.
#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
