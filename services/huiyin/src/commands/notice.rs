//! A notice of holidays put before a suite: first what it would move, then in force.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use identity::Role;
use reqwest::Method;
use serde_json::Value;

use super::say;
use crate::{Suite, cli::Place};

const PREVIEW: &str = "/api/deadline-scheduler/calendar/preview";
const FILES: &str = "/api/deadline-scheduler/calendar/files";

/// Tells which running limits would move.
pub(super) async fn preview(file: &Path, as_json: bool, place: Place) -> anyhow::Result<ExitCode> {
    let notice = read(file)?;
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(Role::Admin)?;
    let answer: anyhow::Result<Value> = client.post(PREVIEW, &notice).await;
    suite.stop().await?;
    let seen = answer?;
    if as_json {
        say(serde_json::to_string_pretty(&seen)?);
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!(
        "在办时限 running limits {}  将移动 would move {}  由暂定转为确定 confirmed {}",
        seen["looked_at"], seen["moved"], seen["confirmed"]
    ));
    for moved in seen["moves"].as_array().into_iter().flatten() {
        let word = |key: &str| moved[key].as_str().unwrap_or_default().to_owned();
        say(format_args!("{}  {:10}  {} → {}", word("case"), word("name"), word("from_day"), word("to_day")));
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts it in force.
pub(super) async fn import(file: &Path, place: Place) -> anyhow::Result<ExitCode> {
    let notice = read(file)?;
    let suite = Suite::found(place.settings(&[])?).await?;
    let outcome = publish(&suite, &notice).await;
    suite.stop().await?;
    outcome?;
    say("已发布,在办时限正在重算 in force; running limits are being reckoned anew");
    Ok(ExitCode::SUCCESS)
}

async fn publish(suite: &Suite, notice: &Value) -> anyhow::Result<()> {
    let answer = suite.client(Role::Admin)?.request(Method::POST, FILES).json(notice).send().await?;
    if answer.status().is_success() {
        return Ok(());
    }
    anyhow::bail!("{}", answer.text().await?)
}

fn read(file: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}
