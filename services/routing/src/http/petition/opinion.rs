//! `POST /petitions/{case_id}/opinion` 信访处理意见书.

use axum::{extract::State, response::Response};
use identity::Action;
use ids::CaseId;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_unit};

use super::view::{PaperRequest, PetitionView, done};
use crate::{app::petition::Act, http::Desk};

/// 处理意见书: the unit's formal opinion, served; 复查 may be asked from its service.
#[utoipa::path(post, path = "/petitions/{case_id}/opinion", operation_id = "petition_opinion", tag = "petitions",
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
    let gate = Gate::any(&claims, [Action::Handle { unit: own_unit(&claims) }, Action::Dispatch]);
    let version = version.require()?;
    let request = request.read_by(&gate)?;
    let act = Act::Opinion(Box::new(request.read()?));
    done(&desk, &claims, CaseId(id), version, &act).await
}
