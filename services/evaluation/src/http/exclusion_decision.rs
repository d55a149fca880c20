//! `POST /exclusions/{id}/decision`: whether a case is taken out of a figure, and whether it comes back.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
};
use evaluation_rules::ExclusionCommand;
use identity::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem};

use super::{exclude::words, exclusions::Exclusion};
use crate::{Parts, app::exclude};

/// What is decided.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// 同意剔除.
    Grant,
    /// 不同意.
    Refuse,
    /// 撤销剔除: the case counts again.
    Revoke,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    #[schema(inline)]
    verdict: Verdict,
    /// 裁定理由.
    reason: String,
}

/// 裁定申诉 decide on an exclusion
///
/// Never by who asked. What is granted leaves numerator and denominator; what is revoked comes back into both.
#[utoipa::path(
    post, path = "/exclusions/{id}/decision", operation_id = "decide_exclusion", request_body = Decision,
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("bearer" = [])),
    responses(
        (status = 200, body = Exclusion), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem), (status = 428, body = Problem),
    )
)]
pub(crate) async fn decide(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    read: IfMatch,
    decision: Later<Decision>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Exclusion>), Problem> {
    let gate = Gate::any(&claims, [Action::Supervise]);
    let read = read.require()?;
    let decision = decision.read_by(&gate)?;
    let reason = words("reason", &decision.reason)?;
    let command = match decision.verdict {
        Verdict::Grant => ExclusionCommand::Grant,
        Verdict::Refuse => ExclusionCommand::Refuse,
        Verdict::Revoke => ExclusionCommand::Revoke,
    };
    let kept = exclude::decide(&parts, &claims, id, command, &reason, read).await?;
    Ok(([web::etag(kept.version)], Json(Exclusion::of(&parts, kept)?)))
}
