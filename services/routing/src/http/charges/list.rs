//! `GET /cases/{case_id}/charges` and `GET /charges`: ledgers and registers.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use ids::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Page, Path, Problem, Query, next_link};

use super::view::ChargeView;
use crate::{
    app::{charges::Book, inspection::LANE, reach::papers},
    http::{
        Desk,
        assignments::{place, written},
        common,
        outcome::{fault, missing, refuse},
    },
    store::{assignments, cases, charges, lists::Place},
};

/// Charges.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChargeList {
    /// Oldest first.
    charges: Vec<ChargeView>,
}

/// Which register is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `leader`, `seven`, `task-force`, `backlog`, `discipline`.
    charge: String,
    /// `active`, `solved`, `lifted`.
    state: Option<String>,
}

/// The charges of a case. What the inspector opened only inspectors see.
#[utoipa::path(get, path = "/cases/{case_id}/charges", tag = "charges", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = ChargeList), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ChargeList>, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    let may_read = papers(&claims, &route, &hands);
    refuse(&desk.app, &mut connection, &claims, &route, may_read, "case").await?;
    let inspector = may(&claims, &Action::Inspect).is_ok();
    let mut rows = charges::of_case(&mut connection, case).await.map_err(fault)?;
    rows.retain(|charge| inspector || charge.code != LANE);
    Ok(Json(ChargeList { charges: views(&desk, &mut connection, rows).await? }))
}

/// A register: every charge of one kind, such as the backlog (积案), with its ledger.
#[utoipa::path(get, path = "/charges", tag = "charges", security(("bearer" = [])), params(Filter, Page),
    responses((status = 200, body = ChargeList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn register(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<Response, Problem> {
    let action = if filter.charge == LANE { Action::Inspect } else { Action::TakeCharge };
    may(&claims, &action)?;
    let state = filter.state.as_deref();
    if state.is_some_and(|state| routing_rules::charge::State::read(state).is_none()) {
        return Err(Problem::bad_request("state", "没有这种状态", "no such state"));
    }
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let (after, limit) = (place(&page)?, i64::from(page.limit) + 1);
    let prefix = common::prefix(&claims);
    let mut rows = charges::register(&mut connection, &filter.charge, state, &prefix, after, limit)
        .await
        .map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| Place { at: row.at, id: row.id }).filter(|_| more);
    let body = Json(ChargeList { charges: views(&desk, &mut connection, rows).await? });
    Ok(match last {
        Some(last) => {
            let state = state.map(|state| format!("&state={state}")).unwrap_or_default();
            let path = format!("/api/routing/charges?charge={}{state}&limit={}", filter.charge, page.limit);
            ([(header::LINK, next_link(&path, &written(last)))], body).into_response()
        }
        None => body.into_response(),
    })
}

async fn views(
    desk: &Desk,
    connection: &mut sqlx::PgConnection,
    rows: Vec<charges::Charge>,
) -> Result<Vec<ChargeView>, Problem> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let named = charges::named(&mut *connection, &ids).await.map_err(fault)?;
    let entries = charges::entries(connection, &ids).await.map_err(fault)?;
    let book = |charge: charges::Charge| Book {
        named: named.iter().filter(|named| named.charge == charge.id).cloned().collect(),
        entries: entries.iter().filter(|entry| entry.charge == charge.id).cloned().collect(),
        charge,
    };
    let books = rows.into_iter().map(book);
    let view =
        |book: Book| ChargeView::of(&book, common::charge_kind(&desk.app, &book.charge), &desk.app.vault);
    Ok(books.map(view).collect::<anyhow::Result<_>>()?)
}
