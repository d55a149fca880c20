//! The figures once more, from the file itself: day by day and number by number, with nothing of the services.

use std::{collections::HashSet, path::Path};

use anyhow::{Context as _, Result, ensure};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::kit::{self, Place, checkout};

/// A message: the day it came in and the day it was answered.
pub(crate) type Message = (Date, Option<Date>);

/// Calculates a row of the report for messages that all have the same number of working days.
pub(crate) fn row(messages: &[Message], limit: usize, as_of: Date) -> Result<Value> {
    let days = testkit::Days::read()?;
    let (mut due, mut in_time, mut overdue) = (0, 0, 0);
    let mut taken = Vec::new();
    for (received, answered) in messages {
        let last = days.after(*received, limit);
        match answered {
            Some(answered) => {
                due += 1;
                in_time += usize::from(*answered <= last);
                taken.push(days.between(*received, *answered));
            }
            None if last < as_of => {
                due += 1;
                overdue += 1;
            }
            None => {}
        }
    }
    taken.sort_unstable();
    Ok(json!({
        "cases": messages.len(), "answered": taken.len(), "due": due, "in_time": in_time,
        "rate": (due > 0).then(|| in_time as f64 / f64::from(due)),
        "median_workdays": percentile(&taken, 5), "p90_workdays": percentile(&taken, 9),
        "open": messages.len() - taken.len(), "overdue": overdue,
    }))
}

/// On the straight line between neighbours, in tenths of the list.
fn percentile(sorted: &[usize], tenths: usize) -> Option<f64> {
    let place = sorted.len().checked_sub(1)? * tenths;
    let (below, rest) = (sorted[place / 10], place % 10);
    let above = sorted[(place / 10 + 1).min(sorted.len() - 1)];
    Some((below * 10 + (above - below) * rest) as f64 / 10.0)
}

/// Compares rows; numbers as numbers, whether they are written with a point or not.
pub(crate) fn same(found: &Value, wanted: &Value) -> bool {
    let (Some(found), Some(wanted)) = (found.as_object(), wanted.as_object()) else { return false };
    wanted.iter().all(|(key, wanted)| match (wanted.as_f64(), found.get(key)) {
        (Some(wanted), Some(found)) => found.as_f64().is_some_and(|found| (found - wanted).abs() < 1e-9),
        (None, found) => found == Some(wanted),
        (Some(_), None) => false,
    })
}

/// Asks for the report.
pub(crate) fn report(place: &Place, more: &[&str]) -> Result<Vec<Value>> {
    let mut command = place.program();
    command.args(["report", "indicators", "--policy", "mailbox-002", "--format", "json"]).args(more);
    let rows = kit::json(&mut command)?;
    Ok(rows.as_array().context("an array")?.clone())
}

/// Reads the numbers out of a time, however it is written, and keeps the day.
fn day(text: &str) -> Result<Date> {
    let numbers: Vec<i16> =
        text.split(|ch: char| !ch.is_ascii_digit()).take(3).map(str::parse).collect::<Result<_, _>>()?;
    let [year, month, day] = numbers[..] else { anyhow::bail!("{text}") };
    Ok(Date::new(year, i8::try_from(month)?, i8::try_from(day)?)?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_messages_give_exactly_what_the_calendar_says() -> Result<()> {
    let file = checkout().join("../shared/data/teddycup/messages_with_replies.csv");
    if !file.exists() {
        eprintln!("skipped: the real messages are not beside this checkout");
        return Ok(());
    }
    let messages = read(&file)?;
    let place = Place::open("figures", "").await?;
    // The file of failed rows would lie beside the first.
    let copy = place.write("messages.csv", &std::fs::read(&file)?)?;
    let counts = kit::json(&mut place.import(&copy, "kind=complaint"))?;
    ensure!(counts["saved"] == messages.len() && counts["failed"] == 0, "{counts}");
    let as_of = date(2026, 1, 1);
    let found = report(&place, &["--as-of", "2026-01-01"])?;
    let wanted = row(&messages, 20, as_of)?;
    ensure!(found.len() == 1 && same(&found[0], &wanted), "{found:?} {wanted}");
    let part: Vec<Message> =
        messages.iter().copied().filter(|(received, _)| received.year() == 2019).collect();
    let found = report(&place, &["--as-of", "2026-01-01", "--from", "2019-01-01", "--to", "2019-12-31"])?;
    let wanted = row(&part, 20, as_of)?;
    ensure!(!part.is_empty() && same(&found[0], &wanted), "{found:?} {wanted}");
    Ok(())
}

fn read(file: &Path) -> Result<Vec<Message>> {
    let mut reader = csv::ReaderBuilder::new().from_path(file)?;
    let headers = reader.headers()?.clone();
    let at = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
    let (id, time) = (at("留言编号").context("留言编号")?, at("留言时间").context("留言时间")?);
    let (reply, replied) = (at("答复意见").context("答复意见")?, at("答复时间").context("答复时间")?);
    let (mut seen, mut messages) = (HashSet::new(), Vec::new());
    for record in reader.records() {
        let record = record?;
        if seen.insert(record[id].trim().to_owned()) {
            let answered = !record[reply].trim().is_empty();
            messages.push((
                day(record[time].trim())?,
                answered.then(|| day(record[replied].trim())).transpose()?,
            ));
        }
    }
    Ok(messages)
}
