//! `GET /disputes`: what units quarrel about, the longest open first.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use identity::{Action, Scope, may};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Page, Problem, next_link};

use super::{
    Desk,
    assignments::{place, written},
    outcome::fault,
};
use crate::{
    store::{
        disputes::{self, Dispute},
        lists::Place,
    },
    vault::Vault,
};

/// Open disputes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisputeList {
    /// The longest open first.
    disputes: Vec<DisputeView>,
}

/// A dispute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisputeView {
    /// The case.
    pub(crate) case_id: Uuid,
    /// In which round.
    pub(crate) round: i32,
    /// The hand-over that stays meanwhile.
    pub(crate) assignment: Uuid,
    /// Since when.
    pub(crate) opened_at: String,
    /// When it ended.
    pub(crate) settled_at: Option<String>,
    /// `conference` 联席会议 or `designation` 指定.
    pub(crate) by: Option<String>,
    /// Who has to do it.
    pub(crate) to: Option<String>,
    /// What was concluded.
    pub(crate) conclusion: Option<String>,
    /// Who wrote it down.
    pub(crate) actor: Option<String>,
}

impl DisputeView {
    pub(crate) fn of(row: Dispute, vault: &Vault) -> anyhow::Result<Self> {
        Ok(Self {
            case_id: row.case.0,
            round: row.round,
            assignment: row.assignment.0,
            opened_at: row.opened_at.to_string(),
            settled_at: row.settled_at.map(|at| at.to_string()),
            by: row.settled_by,
            to: row.to_unit,
            conclusion: vault.open_some(row.case.0, row.conclusion.as_deref())?,
            actor: row.actor,
        })
    }
}

/// Lists the open disputes of the holder's region.
#[utoipa::path(get, path = "/disputes", tag = "cases", security(("bearer" = [])), params(Page),
    responses((status = 200, body = DisputeList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::Settle).or_else(|_| may(&claims, &Action::ReviewReturn))?;
    let prefix = match claims.scope() {
        Scope::Region(region) => routing_rules::catalogue::significant(&region).to_owned(),
        Scope::All | Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => String::new(),
    };
    let after = place(&page)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let limit = i64::from(page.limit) + 1;
    let mut rows = disputes::open(&mut connection, &prefix, after, limit).await.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| Place { at: row.opened_at, id: row.case.0 }).filter(|_| more);
    let view = |row| DisputeView::of(row, &desk.app.vault);
    let body = Json(DisputeList { disputes: rows.into_iter().map(view).collect::<anyhow::Result<_>>()? });
    Ok(match last {
        Some(last) => {
            let path = format!("/api/routing/disputes?limit={}", page.limit);
            ([(header::LINK, next_link(&path, &written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}
