//! `GET /findings`: defects of handling that were raised, oldest first.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use evaluation_rules::Defect;
use identity::{Action, Scope, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Page, Problem, Query};

use super::paging;
use crate::{
    Parts,
    store::findings::{self, Raised},
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `fob-off`, `repeated-assignment`, `repeated-complaint`, `unanswered-supervision`, `wrong-return`, `second-request`,
    /// `no-officer`; all when missing.
    #[param(value_type = Option<String>)]
    defect: Option<Defect>,
}

/// One defect of one case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    id: Uuid,
    case_id: Uuid,
    number: Option<String>,
    defect: String,
    /// What people read.
    defect_zh: &'static str,
    /// Whose; null where no unit's.
    unit: Option<String>,
    /// How often it has happened by now.
    times: i32,
    region: String,
    #[schema(value_type = String, format = DateTime)]
    raised_at: Timestamp,
}

/// 办理质量问题 findings
#[utoipa::path(
    get, path = "/findings", operation_id = "list_findings", params(Filter, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Finding], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Finding>>), Problem> {
    may(&claims, &Action::ReadReports)?;
    let unit = match claims.scope() {
        Scope::All | Scope::Region(_) => None,
        Scope::Unit(unit) => Some(unit),
        Scope::Case(_) | Scope::Nothing => return Ok((HeaderMap::new(), Json(Vec::new()))),
    };
    let defect = filter.defect.map(Defect::as_str);
    let region = claims.region.as_ref().map_or("", ids::RegionCode::stem);
    let after = paging::after(&page)?;
    let mut db = parts.db.pool.acquire().await.context("listing findings")?;
    let limit = paging::most(&page);
    let rows = findings::list(&mut db, defect, unit.as_ref(), region, after, limit).await;
    let rows = rows.context("listing findings")?;
    let (headers, rows) =
        paging::cut(&page, rows, "findings", &[("defect", defect)], |row| (row.raised_at.to_jiff(), row.id));
    Ok((headers, Json(rows.into_iter().map(Finding::from).collect())))
}

impl From<Raised> for Finding {
    fn from(row: Raised) -> Self {
        let known = Defect::ALL.iter().find(|defect| defect.as_str() == row.defect);
        Self {
            id: row.id,
            case_id: row.case_id,
            number: row.number,
            defect_zh: known.map_or("", |defect| defect.zh()),
            defect: row.defect,
            unit: Some(row.unit).filter(|unit| !unit.is_empty()),
            times: row.times,
            region: row.region,
            raised_at: row.raised_at.to_jiff(),
        }
    }
}
