//! `POST /assignments/{id}/steps` 登记办理过程.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use ids::AssignmentId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, Json, Later, Path, Problem, etag, own_unit};

use super::body::{RecordBody, StepView};
use crate::{
    app::steps::{Act, run},
    http::{Desk, common, inputs::Inputs, outcome::problem},
};

/// A step of handling.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepRequest {
    /// A step code of the pack: `investigation`, `visit_home`, `hearing` …
    step: String,
    /// What was done; for a hearing, a mediation, a track of assistance: how it begins.
    #[serde(default)]
    record: RecordBody,
}

/// 登记办理过程: writes a step down, or begins one that has an end.
#[utoipa::path(post, path = "/assignments/{id}/steps", tag = "handling", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"),
        ("Idempotency-Key" = Option<String>, Header, description = "a repeat with it writes nothing")),
    request_body = StepRequest,
    responses((status = 201, body = StepView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    IdempotencyKey(key): IdempotencyKey,
    request: Later<StepRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let code = inputs.code("step", &request.step);
    let record = request.record.read(&mut inputs);
    gate.first(inputs.check())?;
    let step = common::creation("step", &claims, id, key.as_deref());
    let act = Act::Enter { assignment: AssignmentId(id), code, record };
    let step = run(&desk.app, &claims, step, act).await?.map_err(problem)?;
    Ok((StatusCode::CREATED, [etag(step.version)], Json(StepView::of(&step, &desk.app.vault)?))
        .into_response())
}
