//! `huiyin calendar`: working-day arithmetic without any server, and notices of holidays put before a suite.

use std::process::ExitCode;

use calendar::{Limit, Roll, Unit};
use clap::{Subcommand, ValueEnum};
use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::json;

use super::{notice, say};
use crate::cli::Place;

/// The questions, and what is done with a notice.
#[derive(Subcommand)]
pub(crate) enum Calendar {
    /// 从某日起加若干工作日 / the day that lies a number of days after another; the first day does not count
    Add {
        /// 起算日 / start: a day, or a day and time for hours
        start: String,
        /// 数量 / how many
        amount: u32,
        /// 单位 / unit
        #[arg(long, value_enum, default_value = "workdays")]
        unit: UnitWord,
        /// 行政区划代码 / region whose calendar holds
        #[arg(long, default_value = "510000")]
        region: String,
        /// 末日遇休息日顺延 / a last day off moves to the next working day (calendar days only)
        #[arg(long)]
        roll: bool,
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// 两日之间的工作日 / working days after A up to and including B
    Between {
        /// 起 / A
        start: Date,
        /// 止 / B
        end: Date,
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// 预览放假通知会移动哪些时限 / which running limits a notice would move; moves none
    Preview {
        /// 日历文件 / a file as in deploy/calendars: a year's notice or a region's days
        file: std::path::PathBuf,
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// 发布放假通知 / put a notice in force; running limits are reckoned anew, closed cases never
    Import {
        /// 日历文件 / a file as in deploy/calendars: a year's notice or a region's days
        file: std::path::PathBuf,
    },
}

/// Units as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitWord {
    /// Working days.
    Workdays,
    /// Calendar days.
    Days,
    /// Hours round the clock.
    Hours,
    /// Hours of work.
    WorkHours,
}

/// Answers the question, or puts the notice before the suite.
pub(crate) async fn perform(question: Calendar, place: Place) -> anyhow::Result<ExitCode> {
    let calendar = calendar::shipped();
    match question {
        Calendar::Preview { file, json } => return notice::preview(&file, json, place).await,
        Calendar::Import { file } => return notice::import(&file, place).await,
        Calendar::Add { start, amount, unit, region, roll, json: as_json } => {
            let region: ids::RegionCode = region.parse()?;
            let calendars = calendar::shipped_set().compile()?;
            let calendar = calendars.of(region.as_str());
            let roll = if roll { Roll::Forward } else { Roll::None };
            let (unit, word) = match unit {
                UnitWord::Workdays => (Unit::Workdays, "workdays"),
                UnitWord::Days => (Unit::Days, "days"),
                UnitWord::Hours => (Unit::Hours, "hours"),
                UnitWord::WorkHours => (Unit::WorkHours, "work-hours"),
            };
            let begin = moment(&start)?;
            let (due, provisional) = match unit {
                Unit::Workdays => {
                    let due = calendar.add_workdays(calendar::day_of(begin), amount)?;
                    (due.date.to_string(), due.provisional)
                }
                Unit::Days => {
                    let due = calendar.add_days(calendar::day_of(begin), amount, roll)?;
                    (due.date.to_string(), due.provisional)
                }
                Unit::Hours | Unit::WorkHours => {
                    let due = calendar.due(begin, Limit { amount, unit, roll })?;
                    (due.at.to_zoned(calendar::zone()).datetime().to_string(), due.provisional)
                }
            };
            if provisional {
                eprintln!(
                    "注意:该年放假安排尚未公布,此为暂定 / beyond the last published notice: provisional"
                );
            }
            if as_json {
                say(
                    json!({"start": start, "days": amount, "unit": word, "due": due, "provisional": provisional}),
                );
            } else {
                say(due);
            }
        }
        Calendar::Between { start, end, json: as_json } => {
            let days = calendar.workdays_between(start, end)?;
            if as_json {
                say(json!({"start": start, "end": end, "days": days, "unit": "workdays"}));
            } else {
                say(days);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a day, a day and time of Shanghai, or an instant.
fn moment(text: &str) -> anyhow::Result<jiff::Timestamp> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(instant);
    }
    let shanghai: TimeZone = calendar::zone();
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        return Ok(day.to_zoned(shanghai)?.timestamp());
    }
    let at: DateTime = text.parse().map_err(|_| anyhow::anyhow!("start: not a day or time: {text}"))?;
    Ok(at.to_zoned(shanghai)?.timestamp())
}
