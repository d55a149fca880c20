//! `huiyin report`: what the evaluation service has counted from events.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{report_figures, report_files, say};
use crate::{
    Suite,
    cli::{Format, Place},
};

/// The reports.
#[derive(Subcommand)]
pub(crate) enum Report {
    /// 指标 / indicators of a pack: cases, answered, due, in time, rate, working days, open, overdue
    Indicators(Indicators),
    /// 指标公式 / the formulas of a pack with numerator, denominator and value; with --code the cases behind one
    Figures(report_figures::Figures),
    /// 考核得分 / scores and ranks of units, of a month or a year
    Scores(report_figures::Scores),
    /// 报告目录 / reports that were made
    List(report_files::List),
    /// 查看报告 / one report: on the screen, or to a file as HTML, XLSX or PDF
    Show(report_files::Show),
    /// 预览报告 / a report of any period as it stands now, not archived
    Preview(report_files::Preview),
    /// 补编报告 / archive the report of a past period
    Make(report_files::Make),
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

const COLUMNS: [&str; 10] = [
    "group",
    "cases",
    "answered",
    "due",
    "in_time",
    "rate",
    "median_workdays",
    "p90_workdays",
    "open",
    "overdue",
];

/// Prints the report.
pub(crate) async fn perform(report: Report, place: Place) -> anyhow::Result<ExitCode> {
    let question = match report {
        Report::Indicators(question) => question,
        Report::Figures(asked) => return report_figures::figures(asked, place).await,
        Report::Scores(asked) => return report_figures::scores(asked, place).await,
        Report::List(asked) => return report_files::list(asked, place).await,
        Report::Show(asked) => return report_files::show(asked, place).await,
        Report::Preview(asked) => return report_files::preview(asked, place).await,
        Report::Make(asked) => return report_files::make(asked, place).await,
    };
    let suite = Suite::found(place.settings(&[])?).await?;
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

/// The columns that rows have, in the order in which people read them.
fn columns(rows: &[Map<String, Value>]) -> Vec<&'static str> {
    let Some(first) = rows.first() else { return Vec::new() };
    COLUMNS.into_iter().filter(|column| first.contains_key(*column)).collect()
}

fn cells(row: &Map<String, Value>, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| row.get(*column).map(cell).unwrap_or_default()).collect()
}

fn separated(rows: &[Map<String, Value>], by: &str) -> String {
    let columns = columns(rows);
    std::iter::once(columns.join(by))
        .chain(rows.iter().map(|row| cells(row, &columns).join(by)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn table(rows: &[Map<String, Value>]) -> String {
    let columns = columns(rows);
    if columns.is_empty() {
        return "没有案件 no cases".to_owned();
    }
    let mut widths: Vec<usize> = columns.iter().map(|column| column.len()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(cells(row, &columns)) {
            *width = (*width).max(cell.len());
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
    std::iter::once(line(columns.iter().map(ToString::to_string).collect()))
        .chain(rows.iter().map(|row| line(cells(row, &columns))))
        .collect::<Vec<_>>()
        .join("\n")
}
