//! `huiyin report figures` and `scores`: formulas of a pack, the cases behind them, points and ranks of units.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::{
    grid::{fields, grid, shown},
    say,
};
use crate::{Suite, cli::Place};

/// On the screen or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Out {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Which cases count.
#[derive(Args, Serialize)]
pub(crate) struct Figures {
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
    /// 单位 / unit
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// 分组 / none, kind, region, unit or month
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    group_by: Option<String>,
    /// 截至日 / the day by which due days are judged; today when absent
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Date>,
    /// 指标代码 / only this figure, with the cases behind it
    #[arg(long)]
    #[serde(skip)]
    code: Option<String>,
    /// 格式 / format
    #[arg(long, value_enum, default_value = "table")]
    #[serde(skip)]
    format: Out,
}

/// Which month or year.
#[derive(Args, Serialize)]
pub(crate) struct Scores {
    /// 规则包 / the pack
    #[arg(long)]
    policy: String,
    /// 年 / the year
    #[arg(long)]
    year: i16,
    /// 月 / the month; the whole year when absent
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<i8>,
    /// 格式 / format
    #[arg(long, value_enum, default_value = "table")]
    #[serde(skip)]
    format: Out,
}

/// Prints the figures, or the cases behind one.
pub(super) async fn figures(asked: Figures, place: Place) -> anyhow::Result<ExitCode> {
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Auditor)?;
    let path = asked.code.as_ref().map_or_else(
        || "/api/evaluation/figures".to_owned(),
        |code| format!("/api/evaluation/figures/{code}/cases"),
    );
    let answer: anyhow::Result<Value> = client.get(&path, &asked).await;
    suite.stop().await?;
    let answer = answer?;
    if asked.format == Out::Json {
        say(serde_json::to_string(&answer)?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(cases) = answer.as_array() {
        let columns = [
            ("number", "编号"),
            ("kind", "类别"),
            ("region", "区划"),
            ("unit", "单位"),
            ("received_day", "收件"),
            ("due_day", "时限"),
            ("answered_day", "答复"),
            ("in_numerator", "计入分子"),
            ("excluded", "剔除"),
        ];
        say(fields(cases, &columns));
        return Ok(ExitCode::SUCCESS);
    }
    let formulas = answer["formulas"].as_array().cloned().unwrap_or_default();
    let head = ["分组", "指标", "分子", "分母", "值", "单位", "剔除"].map(str::to_owned);
    let mut rows = Vec::new();
    for line in answer["rows"].as_array().into_iter().flatten() {
        for (formula, figure) in formulas.iter().zip(line["figures"].as_array().into_iter().flatten()) {
            rows.push(vec![
                line["group"].as_str().unwrap_or_default().to_owned(),
                shown(&formula["zh"]),
                shown(&figure["numerator"]),
                shown(&figure["denominator"]),
                value(&figure["value"], formula["unit"].as_str().unwrap_or_default()),
                shown(&formula["unit"]),
                shown(&figure["excluded"]),
            ]);
        }
    }
    say(grid(&head, &rows));
    Ok(ExitCode::SUCCESS)
}

/// A share in per cent, hours with minutes, days with two places.
fn value(value: &Value, unit: &str) -> String {
    let Some(number) = value.as_f64() else { return "—".to_owned() };
    match unit {
        "share" => format!("{:.2}%", number * 100.0),
        "hours" => {
            let minutes = (number * 60.0).round();
            format!("{}小时{:02}分", (minutes / 60.0).floor(), minutes % 60.0)
        }
        "count" => format!("{number:.0}"),
        _ => format!("{number:.2}"),
    }
}

/// Prints points and ranks.
pub(super) async fn scores(asked: Scores, place: Place) -> anyhow::Result<ExitCode> {
    let suite = Suite::found(place.settings(&[])?).await?;
    let client = suite.client(identity::Role::Auditor)?;
    let answer: anyhow::Result<Value> = client.get("/api/evaluation/scores", &asked).await;
    suite.stop().await?;
    let answer = answer?;
    if asked.format == Out::Json {
        say(serde_json::to_string(&answer)?);
        return Ok(ExitCode::SUCCESS);
    }
    let units = answer["units"].as_array().cloned().unwrap_or_default();
    let columns = [
        ("group", "分组"),
        ("unit", "单位"),
        ("score", "得分"),
        ("rank", "名次"),
        ("red", "红榜"),
        ("black", "黑榜"),
    ];
    say(fields(&units, &columns));
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_in_their_own_unit() {
        assert_eq!(value(&json!(0.5), "share"), "50.00%");
        assert_eq!(value(&json!(3.0 + 25.0 / 60.0), "hours"), "3小时25分");
        assert_eq!(value(&json!(66.5), "hours"), "66小时30分");
        assert_eq!(value(&json!(4.0), "count"), "4");
        assert_eq!(value(&Value::Null, "share"), "—");
    }
}
