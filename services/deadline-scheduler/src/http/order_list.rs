//! `GET /cases/{case_id}/supervision` and `GET /supervision`: orders of a case, and those not at their end.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use identity::{Action, Scope, may};
use ids::CaseId;
use uuid::Uuid;
use web::{Caller, Json, Page, Path, Problem};

use super::{
    board::{cut, place, prefix},
    inputs::missing,
    order_view::OrderView,
};
use crate::{
    app::desk::Desk,
    store::{self, orders::Order},
};

/// Lists the orders of a case, in the order they were asked for; for staff who may read its dossier.
#[utoipa::path(get, path = "/cases/{case_id}/supervision", tag = "supervision", params(("case_id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = [OrderView]), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(super) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
) -> Result<Json<Vec<OrderView>>, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading orders")?;
    let facts = store::facts::seen(&mut connection, &claims, CaseId(case)).await.context("reading facts")?;
    let (unit, region) =
        facts.as_ref().map_or((None, None), |facts| (facts.unit.clone(), Some(facts.region.clone())));
    may(&claims, &Action::ReadDossier)?;
    may(&claims, &Action::ReadCase { case: CaseId(case), unit, region })?;
    facts.ok_or_else(missing)?;
    let mut rows = store::orders::of_case(&mut connection, case).await.context("reading orders")?;
    if matches!(claims.scope(), Scope::Unit(_)) {
        // What nobody has let out binds no unit and is nothing it is told of.
        rows.retain(Order::was_let_out);
    }
    Ok(Json(rows.into_iter().map(|row| OrderView::of(&desk, row)).collect::<anyhow::Result<_>>()?))
}

/// Lists orders not at their end, the oldest first: all of the caller's region, or those that bind the caller's unit.
#[utoipa::path(get, path = "/supervision", tag = "supervision", params(Page), security(("bearer" = [])),
    responses((status = 200, body = [OrderView]), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn open(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    asked: Page,
) -> Result<(HeaderMap, Json<Vec<OrderView>>), Problem> {
    may(&claims, &Action::ListCases)?;
    let (region, unit) = match claims.scope() {
        Scope::All => (String::new(), None),
        Scope::Region(region) => (prefix(&region), None),
        Scope::Unit(unit) => (String::new(), Some(unit)),
        Scope::Case(_) | Scope::Nothing => return Ok((HeaderMap::new(), Json(Vec::new()))),
    };
    let unit = unit.as_ref().map(ids::UnitCode::as_str);
    let after = asked.after.as_ref().map(place).transpose()?;
    let mut connection = desk.db.pool.acquire().await.context("reading orders")?;
    let rows =
        store::orders::open(&mut connection, (&region, unit), &claims, after, i64::from(asked.limit) + 1)
            .await;
    let mut rows = rows.context("reading orders")?;
    let headers = cut(&mut rows, &asked, "supervision", |row| (row.requested_at, row.id.0));
    Ok((headers, Json(rows.into_iter().map(|row| OrderView::of(&desk, row)).collect::<anyhow::Result<_>>()?)))
}
