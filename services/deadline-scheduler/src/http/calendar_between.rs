//! `GET /calendar/between`: how many working days lie between; public arithmetic.

use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Problem, Query};

use super::calendar_add::{calendar_of, day, out_of_range};
use crate::app::desk::Desk;

/// From when to when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// A day (`2026-02-13`, Asia/Shanghai); not counted.
    start: String,
    /// A day; counted.
    end: String,
    /// Region whose calendar holds; the national one when missing.
    region: Option<String>,
}

/// How many working days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = between::Answer)]
pub(super) struct Answer {
    /// The day counted from.
    #[schema(value_type = String, format = Date)]
    start: Date,
    /// The day counted to.
    #[schema(value_type = String, format = Date)]
    end: Date,
    /// Working days after `start` up to and including `end`; 0 if `end` is not after `start`.
    workdays: u32,
    /// `end` lies beyond the last published holiday notice.
    provisional: bool,
}

/// Counts the working days between two days by the calendar of a region.
#[utoipa::path(get, path = "/calendar/between", tag = "calendar", params(Span),
    responses((status = 200, body = Answer), (status = 400, body = Problem)))]
pub(super) async fn calendar_between(
    State(desk): State<Desk>,
    Query(span): Query<Span>,
) -> Result<Json<Answer>, Problem> {
    let (start, end) = (day("start", &span.start)?, day("end", &span.end)?);
    let rules = desk.live.now();
    let calendar = calendar_of(&rules, span.region.as_deref())?;
    let workdays = calendar.workdays_between(start, end).map_err(|error| {
        let field = if calendar.is_workday(start).is_ok() { "end" } else { "start" };
        out_of_range(field, &error)
    })?;
    Ok(Json(Answer { start, end, workdays, provisional: end.year() > calendar.published_through() }))
}
