//! `huiyin report list`, `show`, `preview` and `make`: reports of the archive, on the screen or in a file.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::{
    grid::{fields, grid},
    report_figures::Out,
    say,
};
use crate::{Client, Suite, cli::Place};

/// How a report is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// On the screen.
    Table,
    /// Data.
    Json,
    /// A page.
    Html,
    /// A workbook.
    Xlsx,
    /// Pages of A4.
    Pdf,
}

impl Form {
    const fn word(self) -> &'static str {
        match self {
            Self::Table | Self::Json => "json",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }
}

/// Which reports.
#[derive(Args, Serialize)]
pub(crate) struct List {
    /// 种类 / daily, weekly, digest, bulletin, leaders, quarterly, annual
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<String>,
    /// 格式 / format
    #[arg(long, value_enum, default_value = "table")]
    #[serde(skip)]
    format: Out,
}

/// Which one.
#[derive(Args)]
pub(crate) struct Show {
    /// 报告编号 / its id, as `list` shows it
    id: uuid::Uuid,
    #[command(flatten)]
    drawn: Drawn,
}

/// Of which period.
#[derive(Args)]
pub(crate) struct Preview {
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    drawn: Drawn,
}

/// Which report is made.
#[derive(Args)]
pub(crate) struct Make {
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    drawn: Drawn,
}

/// Pack, series, day and county.
#[derive(Args, Serialize)]
pub(crate) struct Order {
    /// 规则包 / the pack
    #[arg(long)]
    policy: String,
    /// 种类 / daily, weekly, digest, bulletin, leaders, quarterly, annual
    #[arg(long)]
    series: String,
    /// 统计期内任一日 / a day of the period
    #[arg(long)]
    day: Date,
    /// 县区 / the county of a digest
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

/// How it is drawn, and where to.
#[derive(Args)]
pub(crate) struct Drawn {
    /// 格式 / format
    #[arg(long, value_enum, default_value = "table")]
    format: Form,
    /// 写入文件 / write to this file
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Drawn {
    fn check(&self) -> anyhow::Result<()> {
        let bytes = matches!(self.format, Form::Xlsx | Form::Pdf);
        ensure!(!bytes || self.out.is_some(), "--out: 请指定文件 / name a file for this format");
        Ok(())
    }
}

/// Prints the archive.
pub(super) async fn list(asked: List, place: Place) -> anyhow::Result<ExitCode> {
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Supervisor)?;
    let answer = every(&client, &asked).await;
    suite.stop().await?;
    let reports = answer?;
    match asked.format {
        Out::Json => say(serde_json::to_string(&reports)?),
        Out::Table => {
            let columns = [
                ("id", "编号"),
                ("series", "种类"),
                ("policy", "规则包"),
                ("place", "县区"),
                ("from", "起"),
                ("to", "止"),
                ("released_at", "签发"),
            ];
            say(fields(&reports, &columns));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// All pages of the list.
async fn every(client: &Client, asked: &List) -> anyhow::Result<Vec<Value>> {
    let (mut all, mut path) = (Vec::new(), Some("/api/evaluation/reports?limit=200".to_owned()));
    while let Some(next) = path.take() {
        let mut request = client.request(Method::GET, &next);
        if !next.contains("after=") {
            request = request.query(asked);
        }
        let answer = request.send().await?;
        let link = answer.headers().get("link").and_then(|link| link.to_str().ok());
        let link = link.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
        let status = answer.status();
        let body = answer.bytes().await?;
        ensure!(status.is_success(), "{status} {}", String::from_utf8_lossy(&body));
        all.extend(serde_json::from_slice::<Vec<Value>>(&body)?);
        path = link;
    }
    Ok(all)
}

/// Draws one of the archive.
pub(super) async fn show(asked: Show, place: Place) -> anyhow::Result<ExitCode> {
    asked.drawn.check()?;
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Supervisor)?;
    let path = format!("/api/evaluation/reports/{}", asked.id);
    let answer = bytes(&client, &path, &(), asked.drawn.format).await;
    suite.stop().await?;
    put(&answer?, &asked.drawn)
}

/// Draws one that is not kept.
pub(super) async fn preview(asked: Preview, place: Place) -> anyhow::Result<ExitCode> {
    asked.drawn.check()?;
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Supervisor)?;
    let answer = bytes(&client, "/api/evaluation/reports/preview", &asked.order, asked.drawn.format).await;
    suite.stop().await?;
    put(&answer?, &asked.drawn)
}

/// Archives one and draws it.
pub(super) async fn make(asked: Make, place: Place) -> anyhow::Result<ExitCode> {
    asked.drawn.check()?;
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Supervisor)?;
    let answer = made(&client, &asked).await;
    suite.stop().await?;
    put(&answer?, &asked.drawn)
}

async fn made(client: &Client, asked: &Make) -> anyhow::Result<Vec<u8>> {
    let made: Value = client.post("/api/evaluation/reports", &asked.order).await?;
    let id = made["id"].as_str().context("an id")?;
    eprintln!("{id}");
    bytes(client, &format!("/api/evaluation/reports/{id}"), &(), asked.drawn.format).await
}

async fn bytes(client: &Client, path: &str, query: &impl Serialize, form: Form) -> anyhow::Result<Vec<u8>> {
    let request = client.request(Method::GET, path).query(query).query(&[("format", form.word())]);
    let answer = request.send().await?;
    let status = answer.status();
    let body = answer.bytes().await?;
    ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
    Ok(body.to_vec())
}

/// Prints it or writes it to the file.
fn put(drawn: &[u8], to: &Drawn) -> anyhow::Result<ExitCode> {
    let text = match to.format {
        Form::Table => table(drawn)?.into_bytes(),
        Form::Json | Form::Html | Form::Xlsx | Form::Pdf => drawn.to_vec(),
    };
    match &to.out {
        Some(file) => std::fs::write(file, text).with_context(|| file.display().to_string())?,
        None => say(String::from_utf8_lossy(&text)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The data of a report as tables for a terminal.
fn table(data: &[u8]) -> anyhow::Result<String> {
    let document: Value = serde_json::from_slice(data)?;
    let word = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
    let mut lines = vec![format!("{}  {} 至 {}", word("title"), word("from"), word("to"))];
    for table in document["tables"].as_array().into_iter().flatten() {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let head: Vec<String> =
            list(&table["columns"]).iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect();
        let rows: Vec<Vec<String>> =
            list(&table["rows"]).iter().map(|row| list(row).iter().map(cell).collect()).collect();
        lines.push(format!("\n【{}】", table["title"].as_str().unwrap_or_default()));
        lines.push(if rows.is_empty() { "本期无".to_owned() } else { grid(&head, &rows) });
    }
    Ok(lines.join("\n"))
}

/// A field as the archive has it.
fn cell(cell: &Value) -> String {
    let value = &cell["value"];
    match cell["is"].as_str() {
        Some("share") => format!("{:.2}%", value.as_f64().unwrap_or_default() * 100.0),
        Some("number") => format!("{:.2}", value.as_f64().unwrap_or_default()),
        Some("minutes") => {
            let minutes = value.as_i64().unwrap_or_default();
            format!("{}小时{:02}分", minutes / 60, minutes % 60)
        }
        Some("nothing") | None => "—".to_owned(),
        Some(_) => super::grid::shown(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_become_tables_for_a_terminal() {
        let document = json!({"title": "日报", "from": "2026-06-14", "to": "2026-06-14", "tables": [
            {"title": "主要指标", "columns": ["指标", "本期"], "rows": [[
                {"is": "text", "value": "快交用时"}, {"is": "minutes", "value": 205}]]},
            {"title": "按类别", "columns": ["名称"], "rows": []}]});
        let shown = table(document.to_string().as_bytes()).unwrap();
        assert!(shown.starts_with("日报  2026-06-14 至 2026-06-14"), "{shown}");
        assert!(shown.contains("【主要指标】\n指标      本期\n快交用时  3小时25分"), "{shown}");
        assert!(shown.ends_with("【按类别】\n本期无"), "{shown}");
    }
}
