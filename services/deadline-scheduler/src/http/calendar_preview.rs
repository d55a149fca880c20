//! `POST /calendar/preview`: which running limits a notice would move, without moving any.

use anyhow::Context as _;
use axum::extract::State;
use calendar::{Overlay, day_of};
use identity::{Action, may};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, FieldError, Json, Later, Problem};

use crate::app::{
    calendars::{self, Notice},
    desk::Desk,
    recompute::preview,
    rules::Rules,
};

/// Most limits listed one by one; all are counted.
const LISTED: usize = 200;

/// What a notice would move.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct CalendarPreview {
    /// Running limits that were reckoned.
    looked_at: i64,
    /// Those that would move to another instant.
    moved: i64,
    /// Those whose day would no longer be provisional, or become so, without moving.
    confirmed: i64,
    /// The first of those that would move.
    moves: Vec<MoveView>,
}

/// One limit that would move.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MoveView {
    case: Uuid,
    clock: Uuid,
    name: &'static str,
    #[schema(value_type = String, format = Date)]
    from_day: Date,
    #[schema(value_type = String, format = Date)]
    to_day: Date,
}

/// Says which running limits a notice would move: a year's or a region's file as `deploy/calendars` has them.
#[utoipa::path(post, path = "/calendar/preview", tag = "calendar", security(("bearer" = [])), request_body = Object,
    responses((status = 200, body = CalendarPreview), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn calendar_preview(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    file: Later<Value>,
) -> Result<Json<CalendarPreview>, Problem> {
    may(&claims, &Action::Administer)?;
    let file = file.read()?;
    let notice = notice(file)?;
    let rules = under(&desk, notice).await?;
    let (mut seen, mut after) = (CalendarPreview::default(), None);
    loop {
        let (looked, moves, last) = preview(&desk.db, &rules, after).await.context("reckoning anew")?;
        seen.looked_at += looked;
        for moved in moves {
            if moved.from_at == moved.clock.due_at {
                seen.confirmed += 1;
                continue;
            }
            seen.moved += 1;
            if seen.moves.len() < LISTED {
                // A due instant is the first that is too late: the day before it is the last in time.
                let from_day = day_of(moved.from_at - jiff::SignedDuration::from_nanos(1));
                seen.moves.push(MoveView {
                    case: moved.clock.case.0,
                    clock: moved.clock.id.0,
                    name: moved.clock.name.as_str(),
                    from_day,
                    to_day: moved.clock.due_day,
                });
            }
        }
        if last.is_none() {
            return Ok(Json(seen));
        }
        after = last;
    }
}

/// Reads a file as it was handed in.
pub(super) fn notice(file: Value) -> Result<Notice, Problem> {
    let notice: Notice = serde_json::from_value(file).map_err(|error| wrong(&error.to_string()))?;
    let code = |region: &str| {
        region.len().is_multiple_of(2)
            && (2..=12).contains(&region.len())
            && region.bytes().all(|digit| digit.is_ascii_digit())
    };
    match notice {
        Notice::Region(overlay) if !code(&overlay.region) => {
            Err(Problem::unprocessable(vec![FieldError::new(
                "region",
                "应为行政区划代码或其前几位（2 至 12 位数字，成对）",
                "must be a region code or its leading pairs of digits",
            )]))
        }
        Notice::Region(overlay) => {
            let region = Overlay::beginning(&overlay.region).to_owned();
            Ok(Notice::Region(Overlay { region, ..overlay }))
        }
        Notice::Year(_) => Ok(notice),
    }
}

/// The rules as they would be with a notice in force.
pub(super) async fn under(desk: &Desk, notice: Notice) -> Result<Rules, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading calendars")?;
    let mut set = calendars::load(&mut connection).await?;
    notice.put_into(&mut set);
    let calendars = set.compile().map_err(|error| wrong(&error.to_string()))?;
    Ok(Rules { calendars: std::sync::Arc::new(calendars), ..desk.live.now() })
}

fn wrong(en: &str) -> Problem {
    Problem::unprocessable(vec![FieldError::new("file", "不是有效的日历文件", en)])
}
