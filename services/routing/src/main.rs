//! Routing alone: a catalogue of one.
fn main() -> std::process::ExitCode {
    runtime::main(&[runtime::entry::<routing::Routing>()])
}
