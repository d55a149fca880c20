//! `GET /api/gateway/accounts`: the administrator sees who may sign in.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use identity::{Action, Role, may};
use ids::{AccountId, RegionCode, UnitCode};
use utoipa::ToSchema;
use web::{Caller, Cursor, Json, Page, Problem, next_link};

use super::Door;
use crate::store::accounts::{self, Account};

/// One account.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Listed {
    /// Its id, as in `Event.actor`.
    #[schema(value_type = String, format = Uuid)]
    id: AccountId,
    /// What is typed to sign in.
    login: String,
    /// The function, as shown.
    label: String,
    /// The roles, the primary one first.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
    /// The unit for which the holder acts.
    #[schema(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// The region to which the holder is bound.
    #[schema(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// Whether it signs in no more.
    disabled: bool,
}

impl From<Account> for Listed {
    fn from(account: Account) -> Self {
        let Account { id, login, password_hash: _, roles, unit, region, label, disabled } = account;
        Self { id, login, label, roles, unit, region, disabled }
    }
}

/// 账号列表 list accounts
#[utoipa::path(
    get, path = "/accounts", operation_id = "list_accounts", params(Page), security(("bearer" = [])),
    responses(
        (status = 200, body = Vec<Listed>, headers(("Link" = String, description = "the next page"))),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(door): State<Door>,
    Caller(claims): Caller,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Listed>>), Problem> {
    may(&claims, &Action::Administer)?;
    let limit = page.limit as usize;
    let after = page.after.as_ref().map_or("", Cursor::as_str);
    let mut db = door.pool.acquire().await.context("listing accounts")?;
    // One more than asked for says whether there is a next page.
    let mut found =
        accounts::list(&mut db, after, i64::from(page.limit) + 1).await.context("listing accounts")?;
    let mut headers = HeaderMap::new();
    if found.len() > limit {
        found.truncate(limit);
        let last = found.last().map_or("", |account| account.login.as_str());
        headers.insert(header::LINK, next_link(&format!("/api/gateway/accounts?limit={limit}"), last));
    }
    Ok((headers, Json(found.into_iter().map(Listed::from).collect())))
}
