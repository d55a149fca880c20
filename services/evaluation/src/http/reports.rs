//! `GET /reports`: what was made and archived, oldest period first.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use evaluation_rules::Series;
use identity::{Action, may};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Cursor, Json, Page, Problem, Query, next_link};

use crate::{
    Parts,
    store::reports::{self, Kept},
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `daily`, `weekly`, `digest`, `bulletin`, `leaders`, `quarterly`, `annual`; all when missing.
    #[param(value_type = Option<String>)]
    series: Option<Series>,
}

/// One report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Report {
    id: Uuid,
    series: String,
    policy: String,
    policy_version: i32,
    /// The city or county it speaks of; null: all.
    place: Option<String>,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// SHA-256 of the data.
    digest: String,
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// 签发; null: a draft, which only those see who edit and release.
    #[schema(value_type = Option<String>, format = DateTime)]
    released_at: Option<Timestamp>,
}

impl From<Kept> for Report {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id,
            series: kept.series,
            policy: kept.pack_id,
            policy_version: kept.pack_version,
            place: Some(kept.place).filter(|place| !place.is_empty()),
            from: kept.from_day.to_jiff(),
            to: kept.to_day.to_jiff(),
            digest: kept.digest,
            made_at: kept.made_at.to_jiff(),
            released_at: kept.released_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

/// 报告 reports
///
/// Who is bound to a region sees what speaks of it, and nothing that speaks of more.
#[utoipa::path(
    get, path = "/reports", operation_id = "list_reports", params(Filter, Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Report], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Report>>), Problem> {
    may(&claims, &Action::ReadReports)?;
    let series = filter.series.map(Series::as_str);
    let region = claims.region.as_ref().map_or("", ids::RegionCode::stem);
    let after = page.after.as_ref().map(place).transpose()?;
    let mut db = parts.db.pool.acquire().await.context("listing reports")?;
    let drafts = may(&claims, &Action::Supervise).is_ok();
    let rows = reports::list(&mut db, series, region, drafts, after, i64::from(page.limit) + 1).await;
    let mut rows = rows.context("listing reports")?;
    let mut headers = HeaderMap::new();
    if rows.len() > page.limit as usize {
        rows.truncate(page.limit as usize);
        if let Some(last) = rows.last() {
            let cursor = format!("{} {}", last.to_day.to_jiff(), last.id);
            let of = series.map_or_else(String::new, |series| format!("series={series}&"));
            let here = format!("/api/evaluation/reports?{of}limit={}", page.limit);
            headers.insert(header::LINK, next_link(&here, &cursor));
        }
    }
    Ok((headers, Json(rows.into_iter().map(Report::from).collect())))
}

fn place(cursor: &Cursor) -> Result<(Date, Uuid), Problem> {
    let read = || {
        let (day, id) = cursor.as_str().split_once(' ')?;
        Some((day.parse().ok()?, id.parse().ok()?))
    };
    read().ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}
