//! `huiyin run`: everything on this machine.

use std::process::ExitCode;

use clap::Args;
use runtime::Clock;

use super::say;
use crate::{Suite, cli::Place};

/// Options of `run`.
#[derive(Args)]
pub(crate) struct Run {
    /// 不建示范城市 / without the demonstration city
    #[arg(long)]
    bare: bool,
}

/// Starts, tells where to go, and stops cleanly.
pub(crate) async fn perform(run: Run, place: Place) -> anyhow::Result<ExitCode> {
    let settings = place.settings(&[])?;
    let telemetry = telemetry::init("huiyin", &settings.telemetry)?;
    let suite = Suite::start(settings, Clock::default()).await?;
    if !run.bare
        && let Err(error) = crate::demo::ensure(&suite).await
    {
        suite.stop().await.ok();
        return Err(error.context("示范城市 the demonstration city"));
    }
    say(format_args!("\n回音已启动 Huiyin is up: {}", suite.base));
    if !run.bare {
        crate::demo::tell(&suite)?;
    }
    say("按 Ctrl-C 停止 / Ctrl-C stops it");
    suite.wait().await?;
    say("正在停止 stopping…");
    let well = suite.stop().await?;
    telemetry.flush();
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
