//! The intake service as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(&[runtime::entry::<intake::Intake>()])
}
