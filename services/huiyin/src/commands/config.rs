//! `huiyin config`: look at the configuration before anything starts.

use std::process::ExitCode;

use clap::Subcommand;

use super::say;
use crate::{CATALOGUE, cli::Place};

/// What can be asked.
#[derive(Subcommand)]
pub(crate) enum Config {
    /// 检查配置 / check it; every mistake at once, exit code 64
    Check,
    /// 打印默认配置 / print the commented defaults
    Defaults,
}

/// Answers.
pub(crate) fn perform(config: Config, place: Place) -> anyhow::Result<ExitCode> {
    match config {
        Config::Defaults => say(runtime::DEFAULTS.trim_end()),
        Config::Check => {
            let settings = place.settings_with(&[], CATALOGUE)?;
            runtime::PolicyFiles::read(&settings.policy.folder)?;
            let own = |url: &str| if url.is_empty() { "内嵌 embedded" } else { "已配置 configured" };
            say(format_args!("http.listen   {}", settings.http.listen));
            // Addresses may hold passwords, so it is said only whether they are there.
            say(format_args!("database.url  {}", own(&settings.database.url)));
            say(format_args!("nats.url      {}", own(&settings.nats.url)));
            say("配置无误 the configuration is in order");
        }
    }
    Ok(ExitCode::SUCCESS)
}
