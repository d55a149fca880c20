//! Measures the suite on this machine: how fast each of its figures is, beside what the machine itself can do.
//!
//! The suite runs as a process of its own (this same program, started again as `huiyin`), with a private, durable
//! PostgreSQL and NATS; this process only makes the load and reads the clock of the database.

mod alike;
mod chain;
mod days;
mod figure;
mod house;
mod import;
mod limits;
mod line;
mod messages;
mod register;
mod search;
mod timers;
mod usage;

use std::{io::Write as _, process::ExitCode};

use clap::Parser;

use figure::{Figure, table};
use house::House;
use limits::Limits;

/// The suite is measured with the allocator that `huiyin` has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Set for the process that is to be the suite.
pub(crate) const AS_SUITE: &str = "HUIYIN_BENCH_AS_SUITE";

/// Options of the benchmark.
#[derive(Parser)]
#[command(name = "suite")]
struct Options {
    /// A minute instead of five: smaller numbers of everything.
    #[arg(long)]
    quick: bool,
    /// Which figures: a to f, all when none is named.
    #[arg(long, value_delimiter = ',')]
    only: Vec<char>,
    /// Writes the table as Markdown.
    #[arg(long)]
    markdown: bool,
    /// Tells on stderr which statements cost PostgreSQL the most; needs its module `pg_stat_statements`.
    #[arg(long)]
    statements: bool,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    if std::env::var_os(AS_SUITE).is_some() {
        return huiyin::cli::main();
    }
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(all(&options)));
    match outcome {
        Ok(figures) => {
            let written = std::io::stdout().write_all(table(&figures, options.markdown).as_bytes());
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn all(options: &Options) -> anyhow::Result<Vec<Figure>> {
    let wanted = |figure: char| options.only.is_empty() || options.only.contains(&figure);
    let quick = options.quick;
    let mut house = House::build(options.statements).await?;
    let limits = Limits::measure(&house, quick).await?;
    let mut figures = limits.figures();
    let tell = |figures: &[Figure], from: usize| eprint!("{}", table(&figures[from..], false));
    tell(&figures, 0);
    let outcome = async {
        if wanted('d') {
            figures.push(days::measure());
        }
        if ['a', 'b', 'e', 'f'].into_iter().any(wanted) {
            house.open_suite(&["run", "--bare"]).await?;
            house.furnish().await?;
            for (name, size) in [('a', 0), ('b', 0), ('e', 0), ('f', 0)] {
                let from = figures.len() + size;
                match name {
                    _ if !wanted(name) => {}
                    'a' => figures.extend(register::measure(&house, &limits, quick).await?),
                    'b' => figures.extend(chain::measure(&house, &limits, quick).await?),
                    'e' => figures.extend(import::measure(&house, quick).await?),
                    _ => figures.extend(search::measure(&house, quick).await?),
                }
                tell(&figures, from);
            }
            figures.push(house.memory().await?);
            house.close_suite().await?;
        }
        if wanted('c') {
            let from = figures.len();
            // Measured alone, nobody has made the tables yet.
            let made = house.huiyin(&["migrate"])?.status().await?;
            anyhow::ensure!(made.success(), "the tables could not be made");
            house.open_suite(&["serve", "deadline-scheduler"]).await?;
            figures.extend(timers::measure(&house, &limits, quick).await?);
            house.close_suite().await?;
            tell(&figures, from);
        }
        if options.statements {
            eprint!("{}", house.statements().await?);
        }
        anyhow::Ok(figures)
    }
    .await;
    house.clear().await?;
    outcome
}
