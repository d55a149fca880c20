//! PUT /receptions/{id}/record: who took part in a session, by function, and what came of it (接待记录).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use intake_rules::SessionState;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use crate::{
    app::Desk,
    http::{
        fault,
        given::Given,
        receptions::{SessionFile, begin, commit, open, shown, state},
    },
    store::receptions,
};

/// The record of a session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionRecord {
    /// Functions of those who took part, such as 律师; never names.
    participants: Vec<String>,
    summary: String,
}

/// Writes the record of a session that is open or was held.
#[utoipa::path(put, path = "/receptions/{id}/record", tag = "receptions", request_body = SessionRecord,
    params(("id" = String, Path, description = "session"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = SessionFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn minutes(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
    record: Later<SessionRecord>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ManageReception)?;
    let version = version.require()?;
    let mut given = Given::default();
    let record = record.read()?;
    given.ensure(record.participants.len() <= 50, "participants", "最多 50 位", "must be at most 50");
    let participants: Vec<String> =
        record.participants.iter().map(|function| given.line("participants", function, 50)).collect();
    let summary = given.text("summary", &record.summary, 20_000);
    given.check()?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let mut row = open(&mut transaction, &claims, &id).await?;
    match state(&row)? {
        SessionState::Open | SessionState::Held => {}
        SessionState::Scheduled | SessionState::Published | SessionState::Cancelled => {
            return Err(Problem::conflict(
                "接待尚未开始或已取消。",
                "The session has not begun, or was cancelled.",
            ));
        }
    }
    if row.participants != participants || row.summary.as_ref() != Some(&summary) {
        if version != row.version {
            return Err(Problem::precondition_failed());
        }
        row.participants = participants;
        row.summary = Some(summary);
        row.version += 1;
        receptions::update(&mut transaction, &row, core.now()).await.map_err(|error| fault(error.into()))?;
    }
    commit(core, transaction).await?;
    Ok(([etag(row.version)], Json(shown(row)?)).into_response())
}
