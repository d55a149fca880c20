//! `huiyin audit`: reconciles the services with one another.

use std::{process::ExitCode, time::Duration};

use clap::Args;

use super::say;
use crate::{Suite, audit, cli::Place, suite::secret};

/// Options of `audit`. Exit code 0: all holds. 1: something is broken. 2: nothing is broken, but not all has arrived.
#[derive(Args)]
pub(crate) struct Audit {
    /// 输出 JSON / print JSON
    #[arg(long)]
    json: bool,
    /// 最多等候在途事件 / wait at most so long for what is on its way, such as 30s or 2m; what is older counts as lost
    #[arg(long, default_value = "30s", value_parser = duration)]
    wait: Duration,
}

/// Audits the databases of the configuration, or those of the suite on this machine.
pub(crate) async fn perform(command: Audit, place: Place) -> anyhow::Result<ExitCode> {
    let mut settings = place.settings(&[])?;
    let report = if settings.database.url.is_empty() || settings.nats.url.is_empty() {
        let suite = Suite::found(settings).await?;
        let report = audit::audit(&suite.settings, command.wait).await;
        suite.stop().await?;
        report?
    } else {
        // Anchors of dossiers are proven with the secret that they were written with.
        if settings.process.data.join("secret").exists() {
            settings.security.secret = secret(&settings, &settings.process.data)?;
        }
        audit::audit(&settings, command.wait).await?
    };
    if command.json {
        say(serde_json::to_string_pretty(&report)?);
    } else {
        say(report.table());
    }
    Ok(match (report.holds(), report.is_quiet()) {
        (true, true) => ExitCode::SUCCESS,
        (false, _) => ExitCode::FAILURE,
        (true, false) => ExitCode::from(2),
    })
}

fn duration(words: &str) -> Result<Duration, String> {
    let (number, unit) = words.split_at(words.find(|c: char| !c.is_ascii_digit()).unwrap_or(words.len()));
    let number: u64 =
        number.parse().map_err(|_| "a number of seconds or minutes, such as 30s or 2m".to_owned())?;
    match unit {
        "" | "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number * 60)),
        _ => Err("s for seconds or m for minutes".to_owned()),
    }
}
