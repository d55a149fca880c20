//! `POST /assignments/{id}/sub-dispatch` 二次派单.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::{AssignmentId, UnitCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::{Desk, outcome::transition, views::AssignmentView};
use crate::app::transition::Act;

/// To whom the case goes down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubDispatchRequest {
    /// A unit below one's own.
    #[schema(value_type = String)]
    unit: UnitCode,
}

/// 二次派单: passes the case to a unit below. The unit keeps the duty; the answer, or a return, comes back to it.
/// Answers the hand-over below.
#[utoipa::path(post, path = "/assignments/{id}/sub-dispatch", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    request_body = SubDispatchRequest,
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<SubDispatchRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let request = request.read_by(&gate)?;
    transition(&desk, claims, AssignmentId(id), version, Act::PassDown { unit: request.unit }).await
}
