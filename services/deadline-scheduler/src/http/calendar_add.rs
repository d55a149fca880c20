//! `GET /calendar/add`: when something is due; public arithmetic.

use axum::extract::State;
use calendar::{Calendar, Limit, Roll, Unit, day_of, start_of_day};
use ids::RegionCode;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Problem, Query};

use crate::app::{desk::Desk, rules::Rules};

/// What is to be added to what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Sum {
    /// A day (`2026-02-13`, Asia/Shanghai) or, for hours, an instant (`2026-02-13T09:00:00+08:00`).
    start: String,
    /// How many; 0 to 100,000.
    days: u32,
    /// `workdays` (when missing), `days`, `hours` or `work-hours`.
    #[param(value_type = Option<String>)]
    unit: Option<Unit>,
    /// Region whose calendar holds; the national one when missing.
    region: Option<String>,
}

/// When it is due.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    /// As asked.
    start: String,
    /// As asked.
    days: u32,
    /// As asked.
    unit: &'static str,
    /// The last day in time, whole (Asia/Shanghai).
    #[schema(value_type = String, format = Date)]
    due: Date,
    /// The first instant that is too late.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// Beyond the last published holiday notice: may move.
    provisional: bool,
}

/// Adds working days, days or hours by the calendar of a region; the first day is not counted.
#[utoipa::path(get, path = "/calendar/add", tag = "calendar", params(Sum),
    responses((status = 200, body = Answer), (status = 400, body = Problem)))]
pub(super) async fn calendar_add(
    State(desk): State<Desk>,
    Query(sum): Query<Sum>,
) -> Result<Json<Answer>, Problem> {
    if sum.days > 100_000 {
        return Err(Problem::bad_request("days", "应为 0 至 100000", "must be 0 to 100000"));
    }
    let start = instant(&sum.start).ok_or_else(|| {
        Problem::bad_request(
            "start",
            "应为日期（如 2026-02-13）或带时区的时刻",
            "must be a date or an instant with offset",
        )
    })?;
    let unit = sum.unit.unwrap_or(Unit::Workdays);
    let limit = Limit { amount: sum.days, unit, roll: Roll::None };
    let rules = desk.live.now();
    let calendar = calendar_of(&rules, sum.region.as_deref())?;
    let due = calendar.due(start, limit).map_err(|error| out_of_range("start", &error))?;
    Ok(Json(Answer {
        start: sum.start,
        days: sum.days,
        unit: unit.as_str(),
        due: due.date,
        due_at: due.at,
        provisional: due.provisional,
    }))
}

fn instant(text: &str) -> Option<Timestamp> {
    // A timestamp is tried first: jiff reads a date out of the front of one.
    text.parse().ok().or_else(|| text.parse().ok().map(start_of_day))
}

/// The calendar asked for.
pub(super) fn calendar_of<'a>(rules: &'a Rules, region: Option<&str>) -> Result<&'a Calendar, Problem> {
    let region = region.map(str::parse).transpose();
    let region: Option<RegionCode> = region
        .map_err(|_| Problem::bad_request("region", "应为行政区划代码", "must be the code of a region"))?;
    Ok(region.map_or_else(|| rules.calendars.national(), |region| rules.calendar(&region)))
}

/// Says which days the calendar covers.
pub(super) fn out_of_range(field: &'static str, error: &calendar::OutOfRange) -> Problem {
    let calendar = calendar::shipped();
    let (first, last) = (calendar.first_day(), calendar.last_day());
    Problem::bad_request(field, format!("日历只包含 {first} 至 {last}"), error.to_string())
}

/// Reads a day, also out of an instant.
pub(super) fn day(field: &'static str, text: &str) -> Result<Date, Problem> {
    instant(text).map(day_of).ok_or_else(|| {
        Problem::bad_request(field, "应为日期（如 2026-02-13）", "must be a date such as 2026-02-13")
    })
}
