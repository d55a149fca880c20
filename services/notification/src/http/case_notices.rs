//! `GET /api/notification/cases/{case_id}/notices`: what was told about a case.

use anyhow::Context as _;
use axum::extract::State;
use identity::{Action, may};
use ids::CaseId;
use sqlx::PgPool;
use web::{Caller, Page, Path, Problem};

use super::{Listed, Notice, listed, slice};
use crate::store::reading;

/// 查看告知记录 what was told about a case: to the citizen what the citizen was told, to staff everything
#[utoipa::path(
    get, path = "/cases/{case_id}/notices", operation_id = "list_case_notices",
    params(("case_id" = String, Path, description = "The case", format = Uuid), Page), security(("bearer" = [])),
    responses(
        (status = 200, body = Vec<Notice>, headers(("Link" = String, description = "The next page"))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
    Path(case): Path<CaseId>,
    page: Page,
) -> Result<Listed, Problem> {
    let staff = may(&claims, &Action::ReadNotices);
    let audience = match (claims.case, staff) {
        (Some(own), Err(_)) if own == case => {
            may(&claims, &Action::ReadCase { case, unit: None, region: None })?;
            Some("citizen")
        }
        (_, allowed) => allowed.map(|()| None)?,
    };
    let slice = slice(&page, &claims)?;
    let mut connection = pool.acquire().await.context("listing the notices of a case")?;
    let seen = runtime::seals::sees(&mut connection, &claims, case.0, None).await;
    if !seen.context("listing the notices of a case")? {
        return Ok(listed(Vec::new(), &page, ""));
    }
    let rows = reading::of_case(&mut connection, case, audience, &slice).await;
    let rows = rows.context("listing the notices of a case")?;
    Ok(listed(rows, &page, &format!("/api/notification/cases/{case}/notices")))
}
