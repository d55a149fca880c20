//! `POST /charges/{id}/log`: the inspector's own log, and what is demanded of a unit.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::Action;
use ids::UnitCode;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, IfMatch, Json, Later, Path, Problem, etag};

use super::view::ChargeView;
use crate::{
    app::inspection::{Writing, write},
    http::{Desk, common, inputs::Inputs, outcome::problem},
};

/// A line of the log, or a demand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogRequest {
    /// What.
    text: String,
    /// The unit of which a statement is demanded; without it only the inspector sees the line.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// The day by which the statement is owed.
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<Date>,
}

/// Writes into the inspector's log, or demands a statement of a unit that has or had the case.
#[utoipa::path(post, path = "/charges/{id}/log", tag = "charges", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "charge of the discipline lane"),
        ("If-Match" = String, Header, description = "version read"),
        ("Idempotency-Key" = Option<String>, Header, description = "a repeat with it writes nothing")),
    request_body = LogRequest,
    responses((status = 200, body = ChargeView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    IdempotencyKey(key): IdempotencyKey,
    request: Later<LogRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::TakeCharge, Action::Inspect]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let text = inputs.text("text", &request.text);
    gate.first(inputs.check())?;
    let entry = common::creation("charge-log", &claims, id, key.as_deref());
    let writing = Writing { entry, text, unit: request.unit, due: request.due };
    let book = write(&desk.app, &claims, id, version, writing).await?.map_err(problem)?;
    let view = ChargeView::of(&book, common::charge_kind(&desk.app, &book.charge), &desk.app.vault)?;
    Ok(([etag(book.charge.version)], Json(view)).into_response())
}
