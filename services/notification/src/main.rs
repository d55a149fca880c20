//! notification alone in a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main(&[runtime::entry::<notification::Notification>()])
}
