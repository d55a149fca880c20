//! `GET /figures/{code}/cases`: the cases behind a figure, page by page.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, Uri, header},
};
use identity::{Action, may};
use ids::CaseId;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Page, Path, Problem, Query};

use super::figures::{Asked, query};
use crate::{Parts, store::alike};

/// One case behind a figure; no words, no person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Behind {
    case_id: Uuid,
    number: Option<String>,
    kind: Option<String>,
    region: Option<String>,
    unit: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    received_day: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    due_day: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    answered_day: Option<Date>,
    /// Counts in the numerator too; all of them count in the denominator.
    in_numerator: bool,
    /// Taken out by a granted exclusion (剔除).
    excluded: bool,
}

/// 指标明细 the cases behind a figure
///
/// The same filters as `/figures`; sealed cases are counted there and not listed here. For those who may list cases: an officer those
/// of the own unit, the administrator none.
#[utoipa::path(
    get, path = "/figures/{code}/cases", operation_id = "figure_cases",
    params(("code" = String, Path, description = "an indicator of the pack"), Asked), security(("bearer" = [])),
    responses(
        (status = 200, body = Vec<Behind>, headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn cases(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
    uri: Uri,
) -> Result<(HeaderMap, Json<Vec<Behind>>), Problem> {
    may(&claims, &Action::ReadReports).and_then(|()| may(&claims, &Action::ListCases))?;
    let query = query(&parts, &claims, &asked)?;
    let (_, rules) = parts.packs.newest(&query.policy).context("the pack was just found")?;
    let indicator = rules.indicators.iter().find(|indicator| indicator.code == code).ok_or_else(|| {
        Problem::not_found("该规则包没有这项指标。", "The policy pack has no such indicator.")
    })?;
    let after = match &page.after {
        None => CaseId(Uuid::nil()),
        Some(cursor) => cursor.as_str().parse().map_err(|_| {
            Problem::bad_request("after", "不是有效的翻页标记", "is not a cursor of this list")
        })?,
    };
    let counted = indicator.counted(rules.counting.merged, &rules.rating);
    let mut db = parts.db.pool.acquire().await.context("listing")?;
    let limit = i64::from(page.limit);
    let rows =
        alike::behind(&mut db, &query, indicator, &counted, after, limit + 1).await.context("listing")?;
    let mut headers = HeaderMap::new();
    let shown: Vec<Behind> = rows.into_iter().map(Behind::from).collect();
    let more = shown.len() > page.limit as usize;
    let shown: Vec<Behind> = shown.into_iter().take(page.limit as usize).collect();
    if let Some(last) = shown.last().filter(|_| more) {
        headers.insert(header::LINK, web::next_link(&here(&uri), &last.case_id.to_string()));
    }
    Ok((headers, Json(shown)))
}

/// The address of this list without the place of the page.
fn here(uri: &Uri) -> String {
    let kept: Vec<&str> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.starts_with("after=")).collect();
    format!("/api/evaluation{}?{}", uri.path(), kept.join("&"))
}

impl From<alike::Behind> for Behind {
    fn from(row: alike::Behind) -> Self {
        Self {
            case_id: row.case_id,
            number: row.number,
            kind: row.kind,
            region: row.region,
            unit: row.unit,
            received_day: row.received_day.map(jiff_sqlx::Date::to_jiff),
            due_day: row.due_day.map(jiff_sqlx::Date::to_jiff),
            answered_day: row.answered_day.map(jiff_sqlx::Date::to_jiff),
            in_numerator: row.in_numerator,
            excluded: row.excluded,
        }
    }
}
