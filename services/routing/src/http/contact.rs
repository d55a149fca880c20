//! `POST /assignments/{id}/contact` 先行联系.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::AssignmentId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::{Desk, inputs::Inputs, outcome::transition, views::AssignmentView};
use crate::app::transition::Act;

/// A try to reach the citizen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactRequest {
    /// Whether the citizen was reached.
    reached: bool,
    /// For the file; stays inside.
    note: Option<String>,
}

/// 先行联系: the unit spoke with the citizen, or tried to.
#[utoipa::path(post, path = "/assignments/{id}/contact", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    request_body = ContactRequest,
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ContactRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let note = inputs.optional("note", request.note.as_deref());
    gate.first(inputs.check())?;
    let act = Act::Contact { reached: request.reached, note };
    transition(&desk, claims, AssignmentId(id), version, act).await
}
