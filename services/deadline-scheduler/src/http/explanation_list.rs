//! `GET /cases/{case_id}/explanations` and `GET /explanations`: why limits passed, for those to whom it is explained.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use identity::{Action, Scope, may};
use ids::CaseId;
use jiff::{Timestamp, civil::Date};
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
    store::{self, explanations::Filed},
};

/// Why a limit passed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExplanationView {
    case: Uuid,
    clock: Uuid,
    /// What the clock measures: `handle`, `sign`.
    name: String,
    /// Whom it binds.
    unit: Option<String>,
    /// The instant at which the limit passed.
    #[schema(value_type = String, format = DateTime)]
    limit_at: Timestamp,
    /// A reason code of the pack.
    reason: String,
    text: String,
    /// The day by which it will be done.
    #[schema(value_type = Option<String>, format = Date)]
    expected_on: Option<Date>,
    written_by: String,
    #[schema(value_type = String, format = DateTime)]
    written_at: Timestamp,
}

impl ExplanationView {
    /// # Errors
    /// A text does not open with the installation's key.
    fn of(desk: &Desk, filed: Filed) -> anyhow::Result<Self> {
        let written = filed.written;
        Ok(Self {
            case: written.case.0,
            clock: written.clock.0,
            name: filed.name,
            unit: filed.unit,
            limit_at: written.limit_at,
            reason: written.reason,
            text: desk.texts.open(written.clock.0, &written.body)?,
            expected_on: written.expected_on,
            written_by: written.by,
            written_at: written.at,
        })
    }
}

/// Lists the explanations of a case, in the order they were written; for staff who may read its dossier.
#[utoipa::path(get, path = "/cases/{case_id}/explanations", tag = "extensions", params(("case_id" = Uuid, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = [ExplanationView]), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(super) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
) -> Result<Json<Vec<ExplanationView>>, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading explanations")?;
    let facts = store::facts::seen(&mut connection, &claims, CaseId(case)).await.context("reading facts")?;
    let (unit, region) =
        facts.as_ref().map_or((None, None), |facts| (facts.unit.clone(), Some(facts.region.clone())));
    may(&claims, &Action::ReadDossier)?;
    may(&claims, &Action::ReadCase { case: CaseId(case), unit, region })?;
    facts.ok_or_else(missing)?;
    let rows = store::explanations::of_case(&mut connection, case).await.context("reading explanations")?;
    Ok(Json(rows.into_iter().map(|row| ExplanationView::of(&desk, row)).collect::<anyhow::Result<_>>()?))
}

/// Lists the explanations of the caller's region, in the order they were written: who goes on from the last page reads each once.
#[utoipa::path(get, path = "/explanations", tag = "extensions", params(Page), security(("bearer" = [])),
    responses((status = 200, body = [ExplanationView]), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn filed(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    asked: Page,
) -> Result<(HeaderMap, Json<Vec<ExplanationView>>), Problem> {
    may(&claims, &Action::Supervise).or_else(|_| may(&claims, &Action::Instruct))?;
    let region = match claims.scope() {
        Scope::All => String::new(),
        Scope::Region(region) => prefix(&region),
        Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => return Ok((HeaderMap::new(), Json(Vec::new()))),
    };
    let after = asked.after.as_ref().map(place).transpose()?;
    let mut connection = desk.db.pool.acquire().await.context("reading explanations")?;
    let most = i64::from(asked.limit) + 1;
    let rows = store::explanations::of_region(&mut connection, &region, &claims, after, most).await;
    let mut rows = rows.context("reading explanations")?;
    let last = |row: &Filed| (row.written.at, row.written.clock.0);
    let headers = cut(&mut rows, &asked, "explanations", last);
    let views = rows.into_iter().map(|row| ExplanationView::of(&desk, row));
    Ok((headers, Json(views.collect::<anyhow::Result<_>>()?)))
}
