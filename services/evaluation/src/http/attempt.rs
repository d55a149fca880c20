//! `POST /followups/{id}/attempts`: a call was tried.

use axum::extract::State;
use identity::Action;
use ids::FollowUpId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Gate, IdempotencyKey, Json, Later, Path, Problem};

use crate::{
    Parts,
    app::attempt::{self, Call},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tried {
    /// Whether somebody answered.
    reached: bool,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Attempt {
    /// The how many-th call.
    attempt: i32,
    /// The follow-up ended unreached: the pack knows no further call.
    completed: bool,
}

/// 回访拨打 try a call
///
/// Told again under the same `Idempotency-Key` it is the same call, also when it was the last one that the pack allows.
#[utoipa::path(
    post, path = "/followups/{id}/attempts", operation_id = "try_followup", request_body = Tried,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses(
        (status = 200, body = Attempt), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn attempt(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    key: Result<IdempotencyKey, Problem>,
    tried: Later<Tried>,
) -> Result<Json<Attempt>, Problem> {
    let gate = Gate::any(&claims, [Action::FollowUp]);
    let IdempotencyKey(key) = gate.first(key)?;
    let tried = tried.read_by(&gate)?;
    let call = Call { reached: tried.reached, key: key.as_deref() };
    let (attempt, completed) = attempt::run(&parts, &claims, FollowUpId(id), call).await?;
    Ok(Json(Attempt { attempt, completed }))
}
