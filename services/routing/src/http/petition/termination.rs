//! `POST /petitions/{case_id}/termination` 提请终结.

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

/// Another kind of termination than by three levels.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TerminationRequest {
    /// A termination code of the pack.
    kind: String,
    /// What shows it: agreement and its performance, certificate, proof of service.
    evidence: String,
}

/// 提请终结: puts a termination to its approver.
#[utoipa::path(post, path = "/petitions/{case_id}/termination", operation_id = "petition_termination", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = TerminationRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<TerminationRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::DecideAcceptance, Action::ReviewPetition]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let act = Act::Propose {
        kind: inputs.code("kind", &request.kind),
        evidence: inputs.text("evidence", &request.evidence),
    };
    gate.first(inputs.check())?;
    done(&desk, &claims, CaseId(id), version, &act).await
}
