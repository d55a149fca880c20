//! POST /receptions/{id}/move: a session takes place at another time (改期); who booked keeps the place and is told.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use intake_rules::{SessionCommand, SessionState, decide_session, published_late};
use jiff::{
    ToSpan as _,
    civil::{Date, Time},
};
use pg::ToSqlx as _;
use runtime::emit;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use crate::{
    app::Desk,
    http::{
        broken,
        given::Given,
        receptions::{SessionFile, begin, commit, open, rules, shown, state, tell::tell},
    },
    store::receptions,
};

/// When and where it is now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Postponement {
    #[schema(value_type = String, format = Date)]
    day: Date,
    #[schema(value_type = String, example = "09:00:00")]
    starts: Time,
    #[schema(value_type = String, example = "11:30:00")]
    ends: Time,
    /// Where; as before when missing.
    place: Option<String>,
    /// Why; shown with the session.
    reason: String,
}

/// Moves a session that is not open yet. Places and their codes stay; each who booked is told the new day.
#[utoipa::path(post, path = "/receptions/{id}/move", tag = "receptions", request_body = Postponement,
    params(("id" = String, Path, description = "session"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn move_session(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
    wanted: Later<Postponement>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ManageReception)?;
    let (core, version) = (&desk.core, version.require()?);
    let today = core.today();
    let mut given = Given::default();
    let wanted = wanted.read()?;
    let reason = given.line("reason", &wanted.reason, 200);
    let place = wanted.place.as_deref().map(|place| given.line("place", place, 200));
    given.ensure(wanted.day >= today, "day", "不能早于今天", "lies in the past");
    let latest = today.saturating_add(2.years());
    given.ensure(wanted.day <= latest, "day", "最多提前两年", "is more than two years ahead");
    given.ensure(wanted.starts < wanted.ends, "ends", "应晚于开始时间", "must be after the start");
    given.check()?;
    let at = |time: Time| {
        let zoned = wanted.day.to_datetime(time).to_zoned(core.zone.clone());
        zoned.map(|zoned| zoned.timestamp().to_sqlx()).map_err(anyhow::Error::from)
    };
    let (starts_at, ends_at) = (at(wanted.starts)?, at(wanted.ends)?);
    let mut transaction = begin(core).await?;
    let mut row = open(&mut transaction, &claims, &id).await?;
    let before = state(&row)?;
    let (_, effect) = decide_session(before, SessionCommand::Move).map_err(|refused| {
        Problem::conflict(
            format!("该场接待当前为“{}”，不能改期。", refused.state.zh()),
            format!("The session is {}; it cannot be moved now.", refused.state.as_str()),
        )
    })?;
    let same = row.starts_at.to_jiff() == starts_at.to_jiff() && row.ends_at.to_jiff() == ends_at.to_jiff();
    if same && place.as_ref().is_none_or(|place| *place == row.place) {
        return Ok(([etag(row.version)], Json(shown(row)?)).into_response());
    }
    if version != row.version {
        return Err(Problem::precondition_failed());
    }
    let from = row.day.to_jiff();
    (row.day, row.starts_at, row.ends_at) = (wanted.day.to_sqlx(), starts_at, ends_at);
    row.place = place.unwrap_or(row.place);
    if before == SessionState::Published {
        row.reason = Some(reason);
        row.late |= published_late(today, wanted.day, rules(core, &row)?.lead_days);
    }
    row.version += 1;
    receptions::reschedule(&mut transaction, &row).await.map_err(broken)?;
    if let Some(effect) = effect {
        let drafts = tell(core, &mut transaction, &claims, (&row, from), effect).await?;
        emit(&mut transaction, "intake", drafts).await.map_err(broken)?;
    }
    commit(core, transaction).await?;
    Ok(([etag(row.version)], Json(shown(row)?)).into_response())
}
