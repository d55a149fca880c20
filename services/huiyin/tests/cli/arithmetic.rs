//! Working days by the calendars that ship, as anybody can check them on paper.

use anyhow::{Result, ensure};
use jiff::{ToSpan as _, civil::date};
use serde_json::{Value, json};

use crate::kit::{self, program, words};

fn add(arguments: &[&str]) -> Result<Value> {
    kit::json(program().args(["calendar", "add", "--json"]).args(arguments))
}

#[test]
fn the_days_of_2026_are_as_published() -> Result<()> {
    for (start, days, due) in [
        ("2026-02-13", 5, "2026-02-27"),
        // A Saturday that is worked.
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-18", 5, "2026-02-28"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-19", 1, "2026-09-20"),
        ("2026-04-03", 5, "2026-04-13"),
        ("2026-04-30", 20, "2026-06-01"),
        ("2025-12-25", 5, "2026-01-04"),
    ] {
        let found = add(&[start, &days.to_string()])?;
        let wanted =
            json!({"start": start, "days": days, "unit": "workdays", "due": due, "provisional": false});
        ensure!(found == wanted, "{found}");
    }
    for (start, days, due) in [
        ("2026-08-03", 60, "2026-10-08"),
        ("2026-01-31", 15, "2026-02-24"),
        ("2026-09-11", 15, "2026-09-28"),
        ("2026-04-16", 15, "2026-05-06"),
    ] {
        let found = add(&[start, &days.to_string(), "--unit", "days", "--roll"])?;
        let wanted = json!({"start": start, "days": days, "unit": "days", "due": due, "provisional": false});
        ensure!(found == wanted, "{found}");
    }
    let raw = add(&["2026-08-03", "60", "--unit", "days", "--region", "511600"])?;
    ensure!(raw["due"] == "2026-10-02", "{raw}");
    let hours = add(&["2026-02-13T16:00", "3", "--unit", "work-hours"])?;
    ensure!(hours["due"] == "2026-02-14T10:30:00" && hours["unit"] == "work-hours", "{hours}");
    Ok(())
}

#[test]
fn all_years_agree_with_counting_day_by_day() -> Result<()> {
    let days = testkit::Days::read()?;
    // One start in each of the twenty published years, each on another day of the year.
    for year in 2007..=2026_i16 {
        let start = date(year, 1, 3).checked_add((i32::from(year - 2007) * 17).days())?;
        let found = add(&[&start.to_string(), "20"])?;
        ensure!(found["due"] == days.after(start, 20).to_string(), "{found}");
    }
    let between = kit::json(program().args(["calendar", "between", "2007-01-01", "2026-12-31", "--json"]))?;
    let counted = days.between(date(2007, 1, 1), date(2026, 12, 31));
    ensure!(between["days"] == counted, "{between} {counted}");
    Ok(())
}

#[test]
fn a_day_beyond_the_last_notice_comes_with_a_warning() -> Result<()> {
    let output = program().args(["calendar", "add", "2026-12-28", "5", "--json"]).output()?;
    ensure!(output.status.success(), "{}", words(&output));
    let found: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(found["provisional"] == true && found["due"] == "2027-01-05", "{found}");
    let warning = String::from_utf8(output.stderr)?;
    ensure!(warning.contains("暂定") && warning.contains("provisional"), "{warning}");
    // What is certain comes without one.
    let output = program().args(["calendar", "add", "2026-02-13", "5"]).output()?;
    ensure!(output.stderr.is_empty() && output.stdout == b"2026-02-27\n", "{}", words(&output));
    for wrong in [["2026-02-30", "5"], ["tomorrow", "5"], ["2026-02-13", "-1"], ["1066-10-14", "5"]] {
        let output = program().args(["calendar", "add", "--json", "--"]).args(wrong).output()?;
        ensure!(!output.status.success() && output.stdout.is_empty(), "{wrong:?} {}", words(&output));
    }
    Ok(())
}
