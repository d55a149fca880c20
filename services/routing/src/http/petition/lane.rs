//! `PUT /petitions/{case_id}/lane` 分类途径.

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

/// Which of the lanes of Art. 31 the petition takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LaneRequest {
    /// A lane code of the pack.
    lane: String,
}

/// 分类: says which of the six lanes the petition takes.
#[utoipa::path(put, path = "/petitions/{case_id}/lane", operation_id = "petition_lane", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = LaneRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<LaneRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::DecideAcceptance]);
    let version = version.require()?;
    let mut inputs = Inputs::default();
    let request = request.read_by(&gate)?;
    let act = Act::Lane { code: inputs.code("lane", &request.lane) };
    gate.first(inputs.check())?;
    done(&desk, &claims, CaseId(id), version, &act).await
}
