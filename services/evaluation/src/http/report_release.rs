//! `POST /reports/{id}/release`: 签发, by another hand than the editor's.

use axum::{extract::State, http::StatusCode};
use uuid::Uuid;
use web::{Caller, Path, Problem};

use crate::{Parts, app::reporting};

/// 签发报告 release an edited report
///
/// Whoever wrote the last words does not release them (409). A second release changes nothing.
#[utoipa::path(
    post, path = "/reports/{id}/release", operation_id = "release_report", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem),
    )
)]
pub(crate) async fn release(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    reporting::release(&parts, &claims, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
