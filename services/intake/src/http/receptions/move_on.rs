//! POST /receptions/{id}/publish, …/open, …/hold, …/cancel: a session goes from state to state.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, Claims, may};
use intake_rules::{SessionCommand, SessionState, decide_session, published_late};
use runtime::emit;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag};

use crate::{
    app::Desk,
    http::{
        fault,
        given::Given,
        receptions::{SessionFile, begin, commit, open, rules, shown, state, tell::tell},
    },
    store::receptions,
};

/// Why a session is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancellation {
    /// Shown to who booked.
    reason: String,
}

/// Publishes a session: from here on it is shown to everyone and takes bookings. Less notice than the pack asks for is marked.
#[utoipa::path(post, path = "/receptions/{id}/publish", tag = "receptions",
    params(("id" = String, Path, description = "session"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn publish(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    act(&desk, &claims, &id, &version, Act::Publish).await
}

/// Opens a session, on its day.
#[utoipa::path(post, path = "/receptions/{id}/open", tag = "receptions",
    params(("id" = String, Path, description = "session"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn open_session(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    act(&desk, &claims, &id, &version, Act::Open).await
}

/// Closes a session that was held; it counts in the figures from here on.
#[utoipa::path(post, path = "/receptions/{id}/hold", tag = "receptions",
    params(("id" = String, Path, description = "session"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn hold(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    act(&desk, &claims, &id, &version, Act::Hold).await
}

/// Cancels a session, with a reason. Each who booked is told so, with the day of the next session that has a place.
#[utoipa::path(post, path = "/receptions/{id}/cancel", tag = "receptions", request_body = Cancellation,
    params(("id" = String, Path, description = "session"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn cancel(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
    sent: Later<Cancellation>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ManageReception]);
    let mut given = Given::default();
    let Cancellation { reason } = sent.read_by(&gate)?;
    let reason = given.line("reason", &reason, 200);
    gate.first(given.check())?;
    act(&desk, &claims, &id, &version, Act::Cancel(reason)).await
}

enum Act {
    Publish,
    Open,
    Hold,
    Cancel(String),
}

async fn act(
    desk: &Desk,
    claims: &Claims,
    id: &str,
    version: &IfMatch,
    act: Act,
) -> Result<Response, Problem> {
    may(claims, &Action::ManageReception)?;
    let version = version.require()?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let mut row = open(&mut transaction, claims, id).await?;
    let (today, day) = (core.today(), row.day.to_jiff());
    let command = match &act {
        Act::Publish => SessionCommand::Publish,
        Act::Open => SessionCommand::Open { on_the_day: today == day },
        Act::Hold => SessionCommand::Hold,
        Act::Cancel(_) => SessionCommand::Cancel,
    };
    let before = state(&row)?;
    let (after, effect) = decide_session(before, command).map_err(|refused| {
        Problem::conflict(
            format!("该场接待当前为“{}”，或今天不是接待日，不能进行此操作。", refused.state.zh()),
            format!(
                "The session is {}, or today is not its day; this cannot be done now.",
                refused.state.as_str()
            ),
        )
    })?;
    if after != before {
        if version != row.version {
            return Err(Problem::precondition_failed());
        }
        if after == SessionState::Published {
            if day < today {
                return Err(Problem::conflict("接待日已过，不能公布。", "Its day has passed."));
            }
            row.late = published_late(today, day, rules(core, &row)?.lead_days);
        }
        if let Act::Cancel(reason) = act {
            row.reason = Some(reason);
        }
        after.as_str().clone_into(&mut row.state);
        row.version += 1;
        let now = core.now();
        receptions::update(&mut transaction, &row, now).await.map_err(|error| fault(error.into()))?;
        if let Some(effect) = effect {
            let drafts = tell(core, &mut transaction, claims, (&row, day), effect).await?;
            emit(&mut transaction, "intake", drafts).await.map_err(|error| fault(error.into()))?;
        }
    }
    commit(core, transaction).await?;
    Ok(([etag(row.version)], Json(shown(row)?)).into_response())
}
