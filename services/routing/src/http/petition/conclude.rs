//! `POST /petitions/{case_id}/review-opinion` 复查、复核意见书.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::CaseId;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem};

use super::view::{PaperRequest, PetitionView, done};
use crate::{app::petition::Act, http::Desk};

/// 复查、复核意见书: the higher organ's opinion, served; that of 复核 ends the matter.
#[utoipa::path(post, path = "/petitions/{case_id}/review-opinion", operation_id = "petition_review_opinion", tag = "petitions",
    security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case"), ("If-Match" = String, Header, description = "version read")),
    request_body = PaperRequest,
    responses((status = 200, body = PetitionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<PaperRequest>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::ReviewPetition]);
    let version = version.require()?;
    let request = request.read_by(&gate)?;
    let act = Act::Conclude(Box::new(request.read()?));
    done(&desk, &claims, CaseId(id), version, &act).await
}
