//! The gateway alone in its process.

fn main() -> std::process::ExitCode {
    runtime::main(const { &[runtime::entry::<gateway::Gateway>()] })
}
