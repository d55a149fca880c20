//! `GET /calendar`: which notices are in force, which is missing, and what the last ones moved.

use anyhow::Context as _;
use axum::extract::State;
use calendar::day_of;
use deadline_scheduler_rules::missing_year;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Problem};

use crate::{
    app::{calendars, desk::Desk},
    store::{self, recomputations::Recomputation},
};

/// The calendars in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarState {
    /// Grows whenever a file grows its version.
    revision: u32,
    /// The last year whose notice is published; due days after it are provisional.
    published_through: i16,
    /// The year whose notice is missing: the current one, or from November on the next.
    missing_year: Option<i16>,
    /// Notices of years.
    years: Vec<YearView>,
    /// The newest recomputations, the newest first.
    recomputations: Vec<RecomputationView>,
}

/// The notice of a year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct YearView {
    year: i16,
    version: u32,
    /// Addresses of the notices; empty while none is published.
    papers: Vec<String>,
}

/// What a change moved.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecomputationView {
    /// `calendar` or `pack`.
    cause: String,
    /// What changed.
    subject: String,
    /// Limits that were reckoned anew.
    looked_at: i64,
    /// Those that moved.
    moved: i64,
    asked_by: String,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    /// Missing while it runs.
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
}

impl RecomputationView {
    fn of(row: Recomputation) -> Self {
        Self {
            cause: row.cause,
            subject: row.subject,
            looked_at: row.looked_at,
            moved: row.moved,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            done_at: row.done_at,
        }
    }
}

/// Says which calendars are in force; public.
#[utoipa::path(get, path = "/calendar", tag = "calendar", responses((status = 200, body = CalendarState)))]
pub(super) async fn calendar_state(State(desk): State<Desk>) -> Result<Json<CalendarState>, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading calendars")?;
    let set = calendars::load(&mut connection).await?;
    let rows = store::recomputations::list(&mut connection).await.context("reading recomputations")?;
    let today = day_of(store::now(&mut connection).await.context("asking the time")?);
    let rules = desk.live.now();
    let national = rules.calendars.national();
    let years = set.years().map(|year| YearView {
        year: year.year,
        version: year.version,
        papers: year.papers.clone(),
    });
    Ok(Json(CalendarState {
        revision: national.revision(),
        published_through: national.published_through(),
        missing_year: missing_year(today, national.published_through()),
        years: years.collect(),
        recomputations: rows.into_iter().map(RecomputationView::of).collect(),
    }))
}
