//! `POST /petitions/{case_id}/hearing` 听证.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem};

use super::view::{PetitionView, done};
use crate::{app::petition::Act, http::Desk};

/// A hearing begins or ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HearingRequest {
    /// `true`: it begins; its time is not counted.
    open: bool,
}

/// 听证: the time of a hearing is not counted.
#[utoipa::path(post, path = "/petitions/{case_id}/hearing", operation_id = "petition_hearing", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = HearingRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<HearingRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ReviewPetition]);
    let version = version.require()?;
    let request = request.read_by(&gate)?;
    let act = Act::Hearing { open: request.open };
    done(&desk, &claims, CaseId(id), version, &act).await
}
