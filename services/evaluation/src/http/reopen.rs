//! `POST /cases/{case_id}/reopen`: 重办.

use axum::extract::State;
use evaluation_rules::Reason;
use identity::Action;
use ids::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem};

use crate::{Parts, app::reopen};

/// Why it should go round again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// `unsatisfied` 不满意, `unsolved` 未解决, `new-facts` 有新情况.
    #[schema(value_type = String, example = "unsolved")]
    reason: Reason,
}

/// The round that begins.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reopened {
    /// 2 after the first reopening.
    round: i32,
}

/// 重办 send the case round again
///
/// Within the rounds that the policy pack allows. A case that is being handled is refused (409), so a repeat opens nothing twice.
#[utoipa::path(
    post, path = "/cases/{case_id}/reopen", operation_id = "reopen_case", request_body = Wish,
    params(("case_id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "ETag of the fact, if it matters")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Reopened), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn reopen(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    IfMatch(read): IfMatch,
    wish: Later<Wish>,
) -> Result<([(axum::http::HeaderName, axum::http::HeaderValue); 1], Json<Reopened>), Problem> {
    let gate = Gate::any(&claims, [Action::Reopen { case: CaseId(case) }]);
    let wish = wish.read_by(&gate)?;
    let (round, version) = reopen::run(&parts, &claims, CaseId(case), wish.reason, read).await?;
    Ok(([web::etag(version)], Json(Reopened { round })))
}
