//! The command line of Huiyin and the process with all services.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    huiyin::cli::main()
}
