//! `POST /petitions/{case_id}/extension` 延期.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem};

use super::view::{PetitionView, done};
use crate::{
    app::petition::Act,
    http::{Desk, inputs::Inputs},
};

/// More time, approved by the head of the organ.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRequest {
    /// Calendar days, at most as many as the pack allows.
    days: i32,
    /// Why; the petitioner is told.
    reason: String,
    /// 文号; one of the case where it is left out.
    serial: Option<String>,
}

/// 延期: the head of the organ gives more time and the petitioner is told why.
#[utoipa::path(post, path = "/petitions/{case_id}/extension", operation_id = "petition_extension", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = ExtensionRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ExtensionRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Instruct]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let act = Act::Extend {
        days: request.days,
        reason: inputs.text("reason", &request.reason),
        serial: inputs.optional_line("serial", request.serial.as_deref(), 100),
    };
    gate.first(inputs.check())?;
    done(&desk, &claims, CaseId(id), version, &act).await
}
