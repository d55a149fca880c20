//! `POST /cases/{case_id}/instructions` 批示.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use ids::{CaseId, InstructionId, UnitCode};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, Json, Later, Path, Problem, etag};

use super::view::InstructionView;
use crate::{
    app::instructions::{Wish, issue},
    http::{Desk, common, inputs::Inputs, outcome::problem},
};

/// What a leader writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstructionRequest {
    /// `instruct` 批示, `urge` 催办, `note` 阅示: a kind of the pack.
    kind: String,
    /// The leader's rank, a code of the pack.
    rank: String,
    /// The words of the instruction; they stay here.
    text: String,
    /// To whom a waiting case goes; without it the best candidate has it.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// The last day for the report, not later than the pack's limit.
    #[schema(value_type = Option<String>, format = Date)]
    report_by: Option<Date>,
}

/// 批示: raises the urgency, hands a waiting case over at once, and begins the clock of the report.
#[utoipa::path(post, path = "/cases/{case_id}/instructions", tag = "leaders", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"),
        ("Idempotency-Key" = Option<String>, Header, description = "a repeat with it writes nothing")),
    request_body = InstructionRequest,
    responses((status = 201, body = InstructionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    IdempotencyKey(key): IdempotencyKey,
    request: Later<InstructionRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Instruct]);
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let wish = Wish {
        kind: inputs.code("kind", &request.kind),
        rank: inputs.code("rank", &request.rank),
        text: inputs.text("text", &request.text),
        unit: request.unit,
        report_by: request.report_by,
    };
    gate.first(inputs.check())?;
    let id = InstructionId(common::creation("instruction", &claims, case, key.as_deref()));
    let row = issue(&desk.app, &claims, id, CaseId(case), &wish).await?.map_err(problem)?;
    let view = InstructionView::of(&row, None, &[], &desk.app.vault)?;
    Ok((StatusCode::CREATED, [etag(row.version)], Json(view)).into_response())
}
