//! `huiyin report`: what the evaluation service has counted from events.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::say;
use crate::{
    Suite,
    cli::{Format, Place},
};

/// The reports.
#[derive(Subcommand)]
pub(crate) enum Report {
    /// 指标 / indicators of a pack: cases, answered, due, in time, rate, working days, open, overdue
    Indicators(Indicators),
}

/// Which cases count.
#[derive(Args, Serialize)]
pub(crate) struct Indicators {
    /// 规则包 / the pack
    #[arg(long)]
    policy: String,
    /// 收件日起 / first day of receipt
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    /// 收件日止 / last day of receipt
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Date>,
    /// 区划 / region
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// 类别 / kind
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// 单位 / unit
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// 分组 / none, kind, region, unit or month
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    group_by: Option<String>,
    /// 截至日 / the day from which it is looked at; today when absent
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Date>,
    /// 格式 / format
    #[arg(long, value_enum, default_value = "table")]
    #[serde(skip)]
    format: Format,
}

/// Prints the report.
pub(crate) async fn perform(report: Report, place: Place) -> anyhow::Result<ExitCode> {
    let Report::Indicators(question) = report;
    let suite = Suite::join_or_start(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Auditor)?;
    let answer: anyhow::Result<Value> = client.get("/api/evaluation/indicators", &question).await;
    suite.stop().await?;
    let rows: Vec<Map<String, Value>> = serde_json::from_value(answer?["rows"].take())?;
    match question.format {
        Format::Json => say(serde_json::to_string(&rows)?),
        Format::Csv => say(separated(&rows, ",")),
        Format::Table => say(table(&rows)),
    }
    Ok(ExitCode::SUCCESS)
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn separated(rows: &[Map<String, Value>], by: &str) -> String {
    let mut lines = Vec::with_capacity(rows.len() + 1);
    if let Some(first) = rows.first() {
        lines.push(first.keys().cloned().collect::<Vec<_>>().join(by));
    }
    lines.extend(rows.iter().map(|row| row.values().map(cell).collect::<Vec<_>>().join(by)));
    lines.join("\n")
}

fn table(rows: &[Map<String, Value>]) -> String {
    let Some(first) = rows.first() else { return "没有案件 no cases".to_owned() };
    let mut widths: Vec<usize> = first.keys().map(String::len).collect();
    for row in rows {
        for (width, value) in widths.iter_mut().zip(row.values()) {
            *width = (*width).max(cell(value).len());
        }
    }
    let line = |cells: Vec<String>| {
        cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:>width$}"))
            .collect::<Vec<_>>()
            .join("  ")
    };
    std::iter::once(line(first.keys().cloned().collect()))
        .chain(rows.iter().map(|row| line(row.values().map(cell).collect())))
        .collect::<Vec<_>>()
        .join("\n")
}
