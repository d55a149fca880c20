//! `GET /cases/{case_id}/extensions` and `GET /extensions`: requests for more time, of a case and those that wait.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use identity::{Action, Scope, may};
use ids::CaseId;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Page, Path, Problem};

use super::{
    board::{cut, place, prefix},
    inputs::missing,
};
use crate::{
    app::desk::Desk,
    store::{self, extensions::Request},
};

/// A request for more time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExtensionView {
    extension: Uuid,
    case: Uuid,
    clock: Uuid,
    /// In the unit of the limit.
    amount: i32,
    reason: String,
    grounds: String,
    asked_by: String,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    /// `asked`, `granted`, `refused`, `withdrawn`.
    state: String,
    /// What was granted, in the unit of the limit.
    granted: Option<i32>,
    remark: Option<String>,
    decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    version: i64,
}

impl ExtensionView {
    /// # Errors
    /// A text does not open with the installation's key.
    pub(super) fn of(desk: &Desk, row: Request) -> anyhow::Result<Self> {
        let place = row.id.0;
        Ok(Self {
            extension: row.id.0,
            case: row.case.0,
            clock: row.clock.0,
            amount: row.amount,
            reason: row.reason,
            grounds: desk.texts.open(place, &row.grounds)?,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            state: row.state,
            granted: row.granted,
            remark: desk.texts.open_some(place, row.remark.as_deref())?,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            version: row.version,
        })
    }
}

/// Lists the requests for more time of a case, in the order they were made; for staff who may read its dossier.
#[utoipa::path(get, path = "/cases/{case_id}/extensions", tag = "extensions", params(("case_id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = [ExtensionView]), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(super) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
) -> Result<Json<Vec<ExtensionView>>, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading extensions")?;
    let facts = store::facts::seen(&mut connection, &claims, CaseId(case)).await.context("reading facts")?;
    let (unit, region) =
        facts.as_ref().map_or((None, None), |facts| (facts.unit.clone(), Some(facts.region.clone())));
    may(&claims, &Action::ReadDossier)?;
    may(&claims, &Action::ReadCase { case: CaseId(case), unit, region })?;
    facts.ok_or_else(missing)?;
    let rows = store::extensions::of_case(&mut connection, case).await.context("reading extensions")?;
    Ok(Json(rows.into_iter().map(|row| ExtensionView::of(&desk, row)).collect::<anyhow::Result<_>>()?))
}

/// Lists what waits for a decision in the caller's region, the oldest first.
#[utoipa::path(get, path = "/extensions", tag = "extensions", params(Page), security(("bearer" = [])),
    responses((status = 200, body = [ExtensionView]), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn waiting(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    asked: Page,
) -> Result<(HeaderMap, Json<Vec<ExtensionView>>), Problem> {
    may(&claims, &Action::Supervise).or_else(|_| may(&claims, &Action::Instruct))?;
    let region = match claims.scope() {
        Scope::All => String::new(),
        Scope::Region(region) => prefix(&region),
        Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => return Ok((HeaderMap::new(), Json(Vec::new()))),
    };
    let after = asked.after.as_ref().map(place).transpose()?;
    let mut connection = desk.db.pool.acquire().await.context("reading extensions")?;
    let rows =
        store::extensions::waiting(&mut connection, &region, &claims, after, i64::from(asked.limit) + 1)
            .await;
    let mut rows = rows.context("reading extensions")?;
    let headers = cut(&mut rows, &asked, "extensions", |row| (row.asked_at, row.id.0));
    Ok((
        headers,
        Json(rows.into_iter().map(|row| ExtensionView::of(&desk, row)).collect::<anyhow::Result<_>>()?),
    ))
}
