//! `GET /api/notification/spool`: the texts that wait for a carrier of messages.

use anyhow::Context as _;
use axum::extract::State;
use identity::{Action, may};
use sqlx::PgPool;
use web::{Caller, Page, Problem};

use super::{Listed, Notice, listed, slice};
use crate::store::reading;

/// 待发信息 texts of messages laid down, newest first; for auditors: they speak of cases, which the administrator does not see
#[utoipa::path(
    get, path = "/spool", operation_id = "list_spool", params(Page), security(("bearer" = [])),
    responses(
        (status = 200, body = Vec<Notice>, headers(("Link" = String, description = "The next page"))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
    page: Page,
) -> Result<Listed, Problem> {
    may(&claims, &Action::Audit).and_then(|()| may(&claims, &Action::ReadNotices))?;
    let slice = slice(&page, &claims)?;
    let mut connection = pool.acquire().await.context("listing the spool")?;
    let rows = reading::spool(&mut connection, &slice).await.context("listing the spool")?;
    Ok(listed(rows, &page, "/api/notification/spool"))
}
