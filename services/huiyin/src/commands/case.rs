//! `huiyin case show`: the dossier of one case.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::Value;

use super::say;
use crate::{Suite, cli::Place};

/// What can be asked.
#[derive(Subcommand)]
pub(crate) enum Case {
    /// 全程留痕 / every step with time, who, service, event id
    Show {
        /// 编号 / the case's number
        number: String,
        /// JSON
        #[arg(long)]
        json: bool,
    },
}

/// Answers.
pub(crate) async fn perform(case: Case, place: Place) -> anyhow::Result<ExitCode> {
    let Case::Show { number, json } = case;
    let number: ids::CaseNumber = number.parse()?;
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Auditor)?;
    let answer: anyhow::Result<Value> = client.get(&format!("/api/intake/cases/{number}/dossier"), &()).await;
    suite.stop().await?;
    let dossier = answer?;
    if json {
        say(serde_json::to_string_pretty(&dossier)?);
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!("编号 number {number}"));
    let empty = Vec::new();
    for entry in dossier["entries"].as_array().unwrap_or(&empty) {
        let word = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        say(format_args!(
            "{:>3}  {:25}  {:28}  {:18}  {:40}  {}",
            entry["seq"],
            word("happened_at"),
            word("kind"),
            word("source"),
            word("actor"),
            word("event_id")
        ));
    }
    Ok(ExitCode::SUCCESS)
}
