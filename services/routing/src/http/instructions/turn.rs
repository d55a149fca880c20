//! `POST /instructions/{id}/report` and `/review`: the unit reports, the leader takes it or sends it back.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use ids::InstructionId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag, own_unit};

use super::view::InstructionView;
use crate::{
    app::instructions,
    http::{
        Desk,
        inputs::Inputs,
        outcome::{fault, problem},
    },
    store::instructions::{Instruction, reports},
};

/// What came of the instruction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportRequest {
    /// What the unit says.
    text: String,
}

/// The leader's word on a report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerRequest {
    /// `true`: closed; `false`: the unit reports once more.
    accept: bool,
    /// What the leader says to it; owed when it is sent back.
    answer: Option<String>,
}

async fn shown(desk: &Desk, row: Instruction) -> Result<Response, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let reports = reports(&mut connection, &[row.id.0]).await.map_err(fault)?;
    let view = InstructionView::of(&row, None, &reports, &desk.app.vault)?;
    Ok(([etag(row.version)], Json(view)).into_response())
}

/// The lead unit reports on an instruction.
#[utoipa::path(post, path = "/instructions/{id}/report", tag = "leaders", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "instruction"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReportRequest,
    responses((status = 200, body = InstructionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn report(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ReportRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let text = inputs.text("text", &request.text);
    gate.first(inputs.check())?;
    let id = InstructionId(id);
    let row = instructions::report(&desk.app, &claims, id, version, &text).await?.map_err(problem)?;
    shown(&desk, row).await
}

/// A leader takes a report or sends it back.
#[utoipa::path(post, path = "/instructions/{id}/review", tag = "leaders", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "instruction"), ("If-Match" = String, Header, description = "version read")),
    request_body = AnswerRequest,
    responses((status = 200, body = InstructionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn review(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<AnswerRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Instruct]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let answer = inputs.optional("answer", request.answer.as_deref());
    if !request.accept && answer.is_none() {
        inputs.wrong("answer", "退回报告须说明意见", "say why the report is sent back");
    }
    gate.first(inputs.check())?;
    let id = InstructionId(id);
    let row = instructions::review(&desk.app, &claims, id, version, request.accept, answer).await?;
    shown(&desk, row.map_err(problem)?).await
}
