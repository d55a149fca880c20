//! `POST /assignments/{id}/review` 答复审核.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::AssignmentId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::{Desk, inputs::Inputs, outcome::transition, views::AssignmentView};
use crate::app::transition::Act;

/// The centre's word on a reply in 交办.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewRequest {
    /// `true`: the citizen gets the answer; `false`: the unit handles on.
    release: bool,
    /// A reject code of the pack; owed when not released.
    reason: Option<String>,
}

/// 答复审核: releases a reply to the citizen or sends it back.
#[utoipa::path(post, path = "/assignments/{id}/review", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    request_body = ReviewRequest,
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ReviewRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(
        &claims,
        [Action::ReviewReply, Action::Release, Action::Handle { unit: own_unit(&claims) }],
    );
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let reason = request.reason.as_deref().map(|reason| inputs.code("reason", reason));
    gate.first(inputs.check())?;
    let act = Act::Review { release: request.release, reason };
    transition(&desk, claims, AssignmentId(id), version, act).await
}
