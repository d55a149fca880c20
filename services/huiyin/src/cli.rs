//! The words of the command line.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;

#[derive(Parser)]
#[command(
    name = "huiyin",
    version,
    about = "回音:件件有着落、事事有回音 / citizen matters, each landed, each echoed"
)]
struct Cli {
    /// 配置文件 / configuration file that stands above the defaults
    #[arg(long, global = true, env = "HUIYIN_CONFIG")]
    config: Option<PathBuf>,
    /// 数据目录 / data folder of the embedded servers
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 全部启动,含示范城市 / start everything on this machine, with a demonstration city
    Run(commands::run::Run),
    /// 启动所列服务 / serve the services named (all when none is), with the servers of the configuration
    Serve {
        /// 服务名 / names of services
        services: Vec<String>,
    },
    /// 建库、建流 / make or update databases and streams
    Migrate {
        /// 只建流 / streams and consumers only
        #[arg(long)]
        streams: bool,
        /// 只建库 / databases only
        #[arg(long, conflicts_with = "streams")]
        databases: bool,
    },
    /// 导入旧信箱 / bring a legacy mailbox in
    Import(commands::import::Import),
    /// 统计 / reports
    #[command(subcommand)]
    Report(commands::report::Report),
    /// 工作日计算 / working-day arithmetic, without any server
    #[command(subcommand)]
    Calendar(commands::calendar::Calendar),
    /// 一件一档 / one case
    #[command(subcommand)]
    Case(commands::case::Case),
    /// 档案 / dossiers: verify, anchor, export
    #[command(subcommand)]
    Dossier(commands::dossier::Dossier),
    /// 各服务对账 / reconcile the services with one another; exit code 0 only if all holds
    Audit(commands::audit::Audit),
    /// 规则包 / policy packs
    #[command(subcommand)]
    Policy(commands::policy::Policy),
    /// 配置 / configuration
    #[command(subcommand)]
    Config(commands::config::Config),
    /// 死信 / events that could not be applied
    #[command(subcommand)]
    DeadLetters(commands::dead_letters::DeadLetters),
}

/// How a table is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs: an array of objects.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Where everything is; the same for all commands.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Place {
    /// Configuration file.
    pub config: Option<PathBuf>,
    /// Data folder.
    pub data: Option<PathBuf>,
}

impl Place {
    /// Reads the configuration, with `more` on top.
    ///
    /// # Errors
    /// Every mistake at once.
    pub(crate) fn settings(&self, more: &[(&str, String)]) -> anyhow::Result<runtime::Settings> {
        self.settings_with(more, &[])
    }

    /// As [`Place::settings`], with the sections of all services of a catalogue.
    ///
    /// # Errors
    /// Every mistake at once.
    pub(crate) fn settings_with(
        &self,
        more: &[(&str, String)],
        catalogue: &[runtime::Entry],
    ) -> anyhow::Result<runtime::Settings> {
        let mut overrides = more.to_vec();
        if let Some(data) = &self.data {
            overrides.push(("process.data", data.display().to_string()));
        }
        Ok(runtime::Settings::read_with(self.config.as_deref(), &overrides, catalogue)?)
    }
}

/// The whole of `main`.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let place = Place { config: cli.config, data: cli.data };
    let outcome = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(perform(cli.command, place)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            // 64: the configuration, not the world, is at fault.
            if error.is::<runtime::Mistakes>() { ExitCode::from(64) } else { ExitCode::FAILURE }
        }
    }
}

async fn perform(command: Command, place: Place) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(run) => commands::run::perform(run, place).await,
        Command::Serve { services } => commands::serve::perform(services, place).await,
        Command::Migrate { streams, databases } => {
            commands::migrate::perform(streams, databases, place).await
        }
        Command::Import(import) => commands::import::perform(import, place).await,
        Command::Report(report) => commands::report::perform(report, place).await,
        Command::Calendar(calendar) => commands::calendar::perform(calendar, place).await,
        Command::Case(case) => commands::case::perform(case, place).await,
        Command::Dossier(dossier) => commands::dossier::perform(dossier, place).await,
        Command::Audit(audit) => commands::audit::perform(audit, place).await,
        Command::Policy(policy) => commands::policy::perform(policy, place),
        Command::Config(config) => commands::config::perform(config, place),
        Command::DeadLetters(letters) => commands::dead_letters::perform(letters, place).await,
    }
}
