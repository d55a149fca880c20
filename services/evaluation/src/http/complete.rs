//! `POST /followups/{id}/complete`: what came of asking, where it was no rating.

use axum::extract::State;
use evaluation_rules::Command;
use identity::Action;
use ids::FollowUpId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, Json, Later, Path, Problem};

use super::followups::Task;
use crate::{Parts, app::complete};

/// What came of asking. A rating is given by `POST /cases/{case_id}/rating`, which completes the follow-up by itself.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CallResult {
    /// 未接通.
    Unreachable,
    /// 不愿评价.
    Declined,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Done {
    #[schema(inline)]
    result: CallResult,
}

/// 完成回访 complete a follow-up
///
/// The same result again changes nothing; another one is refused (409).
#[utoipa::path(
    post, path = "/followups/{id}/complete", operation_id = "complete_followup", request_body = Done,
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 200, body = Task), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn complete(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    done: Later<Done>,
) -> Result<Json<Task>, Problem> {
    let gate = Gate::any(&claims, [Action::FollowUp]);
    let done = done.read_by(&gate)?;
    let command = match done.result {
        CallResult::Unreachable => Command::NotReached,
        CallResult::Declined => Command::Refused,
    };
    let kept = complete::run(&parts, &claims, FollowUpId(id), command).await?;
    Ok(Json(kept.into()))
}
