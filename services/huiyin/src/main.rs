//! The command line of Huiyin and the process with all services.

fn main() -> std::process::ExitCode {
    huiyin::cli::main()
}
