//! `POST /assignments/{id}/return-review` 退单审核.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::{AssignmentId, UnitCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::{Desk, inputs::Inputs, outcome::transition, views::AssignmentView};
use crate::app::transition::Act;

/// The centre's word on a return.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnReviewRequest {
    /// `true`: the case leaves the unit; `false`: the unit keeps it and may not return it again.
    agree: bool,
    /// The unit named instead; without it the case waits for a dispatcher.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// A reason code; owed for a refusal.
    reason: Option<String>,
}

/// 退单审核: the centre agrees to a return (改派) or does not.
#[utoipa::path(post, path = "/assignments/{id}/return-review", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReturnReviewRequest,
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ReturnReviewRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ReviewReturn, Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let reason = request.reason.as_deref().map(|reason| inputs.code("reason", reason));
    gate.first(inputs.check())?;
    let act = Act::ReviewReturn { agree: request.agree, unit: request.unit, reason };
    transition(&desk, claims, AssignmentId(id), version, act).await
}
