//! `POST /register/{case_id}/review`, `/reactivate`, `/settle`: what came of looking again.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::{Action, Claims};
use ids::CaseId;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag, own_unit};

use super::list::EntryView;
use crate::{
    app::register::{Word, run},
    http::{Desk, inputs::Inputs, outcome::problem},
};

/// Still not possible.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = register::ReviewRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRequest {
    /// The next day to look again.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// What was found.
    note: String,
}

/// What was found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteRequest {
    /// Why.
    note: String,
}

async fn done(
    desk: &Desk,
    claims: &Claims,
    case: Uuid,
    version: IfMatch,
    word: Word,
    note: &str,
) -> Result<Response, Problem> {
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let note = inputs.text("note", note);
    inputs.check()?;
    let kept = run(&desk.app, claims, CaseId(case), version, word, &note).await?.map_err(problem)?;
    Ok(([etag(kept.version)], Json(EntryView::of(&kept, None))).into_response())
}

/// Looked at again, still not possible: kept with the next day.
#[utoipa::path(post, path = "/register/{case_id}/review", tag = "register", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReviewRequest,
    responses((status = 200, body = EntryView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn review(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    version: IfMatch,
    request: Later<ReviewRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }, Action::Dispatch]);
    let request = request.read_by(&gate)?;
    done(&desk, &claims, case, version, Word::Review { until: request.until }, &request.note).await
}

/// Possible now: it is taken off the register and handled again.
#[utoipa::path(post, path = "/register/{case_id}/reactivate", tag = "register", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = NoteRequest,
    responses((status = 200, body = EntryView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn reactivate(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    version: IfMatch,
    request: Later<NoteRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }, Action::Dispatch]);
    let request = request.read_by(&gate)?;
    done(&desk, &claims, case, version, Word::Reactivate, &request.note).await
}

/// No longer needed: it is taken off the register.
#[utoipa::path(post, path = "/register/{case_id}/settle", tag = "register", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = NoteRequest,
    responses((status = 200, body = EntryView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn settle(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    version: IfMatch,
    request: Later<NoteRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }, Action::Dispatch]);
    let request = request.read_by(&gate)?;
    done(&desk, &claims, case, version, Word::Settle, &request.note).await
}
