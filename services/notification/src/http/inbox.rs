//! `GET /api/notification/inbox`: what a unit, the centre, the supervisors or the leaders are told.

use anyhow::Context as _;
use axum::extract::State;
use identity::{Action, may};
use ids::UnitCode;
use sqlx::PgPool;
use utoipa::IntoParams;
use web::{Caller, Page, Problem, Query};

use super::{Listed, Notice, listed, slice};
use crate::store::reading;

/// Whose inbox, and what of it.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The inbox of this unit; an officer's own when nothing is named.
    #[param(value_type = Option<String>)]
    unit: Option<UnitCode>,
    /// `centre`, `supervisor` or `leader`, where no unit is named; the centre's when nothing is.
    of: Option<Desk>,
    /// Only what nobody has opened yet.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
}

/// Inboxes that belong to no unit.
#[derive(Clone, Copy, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Desk {
    Centre,
    Supervisor,
    Leader,
}

impl Desk {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Supervisor => "supervisor",
            Self::Leader => "leader",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Centre => Action::ReadNotices,
            Self::Supervisor | Self::Leader => Action::Supervise,
        }
    }
}

/// 收件箱 an inbox of staff, newest first
#[utoipa::path(
    get, path = "/inbox", operation_id = "list_inbox", params(Asked, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = Vec<Notice>, headers(("Link" = String, description = "The next page"))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(pool): State<PgPool>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Listed, Problem> {
    let own =
        || claims.unit.clone().filter(|unit| may(&claims, &Action::Handle { unit: unit.clone() }).is_ok());
    let (unit, desk) = match (asked.unit, asked.of) {
        (Some(_), Some(_)) => {
            return Err(Problem::bad_request("of", "不能与 unit 同时使用", "cannot stand beside unit"));
        }
        (None, None) => (own(), Desk::Centre),
        (unit, desk) => (unit, desk.unwrap_or(Desk::Centre)),
    };
    match &unit {
        Some(unit) => may(&claims, &Action::Handle { unit: unit.clone() })
            .or_else(|denied| may(&claims, &Action::ReadNotices).map_err(|_| denied))?,
        None => may(&claims, &desk.action())?,
    }
    let whose = unit.as_ref().map_or((desk.as_str(), desk.as_str()), |unit| ("unit", unit.as_str()));
    let slice = slice(&page, &claims)?;
    let mut connection = pool.acquire().await.context("listing an inbox")?;
    let rows =
        reading::inbox(&mut connection, whose, asked.unread, &slice).await.context("listing an inbox")?;
    let key = if unit.is_some() { "unit" } else { "of" };
    let address = format!("/api/notification/inbox?{key}={}&unread={}", whose.1, asked.unread);
    Ok(listed(rows, &page, &address))
}
