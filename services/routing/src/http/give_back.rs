//! `POST /assignments/{id}/return` 退单.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::AssignmentId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::{Desk, inputs::Inputs, outcome::transition, views::AssignmentView};
use crate::app::transition::Act;

/// Why the case is not the unit's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnRequest {
    /// A reason code, such as `not-competent`.
    reason: String,
    /// The detailed reasons.
    explanation: Option<String>,
}

/// 退单: the unit asks to give the case back.
#[utoipa::path(post, path = "/assignments/{id}/return", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReturnRequest,
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ReturnRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let reason = inputs.code("reason", &request.reason);
    let explanation = inputs.optional("explanation", request.explanation.as_deref());
    gate.first(inputs.check())?;
    transition(&desk, claims, AssignmentId(id), version, Act::AskReturn { reason, explanation }).await
}
