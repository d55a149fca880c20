//! `POST /petitions/{case_id}/request-decision` 受理复查、复核申请.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::CaseId;
use ids::UnitCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem};

use super::view::{PetitionView, done};
use crate::{
    app::petition::Act,
    http::{Desk, inputs::Inputs},
};

/// The higher organ's word on a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionRequest {
    /// `true`: taken.
    accept: bool,
    /// A refusal code of the pack; owed when not taken.
    reason: Option<String>,
    /// The organ that decides; the caller's own, else the one above by the table of units.
    #[schema(value_type = Option<String>)]
    organ: Option<UnitCode>,
    /// 文号; one of the case where it is left out.
    serial: Option<String>,
}

/// 受理或不予受理: takes a request for 复查 or 复核, or refuses it with a reason.
#[utoipa::path(post, path = "/petitions/{case_id}/request-decision", operation_id = "petition_request_decision", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = DecisionRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<DecisionRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ReviewPetition]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let act = Act::Decide {
        accept: request.accept,
        reason: request.reason.as_deref().map(|reason| inputs.code("reason", reason)),
        organ: request.organ,
        serial: inputs.optional_line("serial", request.serial.as_deref(), 100),
    };
    gate.first(inputs.check())?;
    done(&desk, &claims, CaseId(id), version, &act).await
}
