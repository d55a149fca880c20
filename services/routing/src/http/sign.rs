//! `POST /assignments/{id}/sign` 签收.

use axum::{extract::State, response::Response};
use ids::AssignmentId;
use uuid::Uuid;
use web::{Caller, IfMatch, Path, Problem};

use super::{Desk, outcome::transition, views::AssignmentView};
use crate::app::transition::Act;

/// 签收: the unit takes the case up.
#[utoipa::path(post, path = "/assignments/{id}/sign", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment"), ("If-Match" = String, Header, description = "version read")),
    responses((status = 200, body = AssignmentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
) -> Result<Response, Problem> {
    transition(&desk, claims, AssignmentId(id), version.require()?, Act::Sign).await
}
