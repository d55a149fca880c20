//! One command, one file.

pub mod audit;
pub mod calendar;
pub mod case;
pub mod config;
pub mod dead_letters;
pub mod import;
pub mod migrate;
pub mod policy;
pub mod report;
pub mod run;
pub mod serve;

/// Prints a line for the person or programme that called: the one place where standard output is written.
#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}
