//! `huiyin serve`: the services named, with the servers of the configuration; what a container runs.

use std::process::ExitCode;

use runtime::Clock;

use crate::{CATALOGUE, cli::Place};

/// Serves until told to stop.
pub(crate) async fn perform(services: Vec<String>, place: Place) -> anyhow::Result<ExitCode> {
    let settings = place.settings(&[])?;
    anyhow::ensure!(
        !settings.database.url.is_empty() && !settings.nats.url.is_empty(),
        "`serve` needs database.url and nats.url; `run` starts private servers"
    );
    let list = runtime::select(CATALOGUE, &services)?;
    let name = if services.len() == 1 { services[0].as_str() } else { "huiyin" };
    let telemetry = telemetry::init(name, &settings.telemetry)?;
    let running = runtime::start(&list, &settings, Clock::default()).await?;
    tracing::info!(address = %running.address(), services = ?list.iter().map(|e| e.name).collect::<Vec<_>>(), "listening");
    running.wait().await?;
    let well = running.stop().await;
    telemetry.flush();
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
