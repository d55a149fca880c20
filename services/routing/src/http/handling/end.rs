//! `POST /steps/{id}/finish` and `/drop`: a hearing, a mediation, a track of assistance ends.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag, own_unit};

use super::body::{RecordBody, StepView};
use crate::{
    app::steps::{Act, run},
    http::{Desk, inputs::Inputs, outcome::problem},
};

/// Ends a step with its result.
#[utoipa::path(post, path = "/steps/{id}/finish", tag = "handling", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "step"), ("If-Match" = String, Header, description = "version read")),
    request_body = RecordBody,
    responses((status = 200, body = StepView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn finish(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<RecordBody>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let record = request.read(&mut inputs);
    gate.first(inputs.check())?;
    let step = run(&desk.app, &claims, id, Act::Finish { record, version }).await?.map_err(problem)?;
    Ok(([etag(step.version)], Json(StepView::of(&step, &desk.app.vault)?)).into_response())
}

/// Gives a step up that was begun.
#[utoipa::path(post, path = "/steps/{id}/drop", tag = "handling", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "step"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = StepView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub(crate) async fn drop(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Response, Problem> {
    let version = version.require()?;
    let step = run(&desk.app, &claims, id, Act::Drop { version }).await?.map_err(problem)?;
    Ok(([etag(step.version)], Json(StepView::of(&step, &desk.app.vault)?)).into_response())
}
