//! `POST /cases/{case_id}/charges` 包案.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, Json, Later, Path, Problem, etag};

use super::view::ChargeView;
use crate::{
    app::charges::open,
    http::{Desk, common, inputs::Inputs, outcome::problem},
};

/// How a case is taken in charge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChargeRequest {
    /// `leader`, `seven`, `task-force`, `backlog`; `discipline` for inspectors.
    charge: String,
    /// Why.
    reason: String,
}

/// Takes a case in charge; one that is in such a charge already stays as it is.
#[utoipa::path(post, path = "/cases/{case_id}/charges", tag = "charges", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"),
        ("Idempotency-Key" = Option<String>, Header, description = "a repeat with it opens nothing")),
    request_body = ChargeRequest,
    responses((status = 201, body = ChargeView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    IdempotencyKey(key): IdempotencyKey,
    request: Later<ChargeRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::TakeCharge, Action::Inspect]);
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let code = inputs.code("charge", &request.charge);
    let reason = inputs.text("reason", &request.reason);
    gate.first(inputs.check())?;
    let id = common::creation("charge", &claims, case, key.as_deref());
    let book = open(&desk.app, &claims, id, CaseId(case), &code, &reason).await?.map_err(problem)?;
    let view = ChargeView::of(&book, common::charge_kind(&desk.app, &book.charge), &desk.app.vault)?;
    Ok((StatusCode::CREATED, [etag(book.charge.version)], Json(view)).into_response())
}
