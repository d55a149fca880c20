//! `POST /petitions/{case_id}/termination-decision` 审批终结.

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

/// The approver's word.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalRequest {
    /// `true`: the petition is terminated.
    approve: bool,
    /// 文号 of the notice; one of the case where it is left out.
    serial: Option<String>,
}

/// 审批终结: another person than who proposed it decides.
#[utoipa::path(post, path = "/petitions/{case_id}/termination-decision", operation_id = "petition_termination_decision", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = ApprovalRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<ApprovalRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Supervise]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let act = Act::Settle {
        approve: request.approve,
        serial: inputs.optional_line("serial", request.serial.as_deref(), 100),
    };
    gate.first(inputs.check())?;
    done(&desk, &claims, CaseId(id), version, &act).await
}
