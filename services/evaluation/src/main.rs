//! The evaluation service as a process of its own: a catalogue of one.

fn main() -> std::process::ExitCode {
    runtime::main(&[runtime::entry::<evaluation::Evaluation>()])
}
