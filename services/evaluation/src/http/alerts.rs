//! `GET /alerts`: 预警, oldest first.

use anyhow::Context as _;
use axum::{extract::State, http::HeaderMap};
use identity::{Action, may};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Page, Problem};

use super::paging;
use crate::{
    Parts,
    store::alerts::{self, Kept},
};

/// One early warning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alert {
    id: Uuid,
    policy: String,
    /// `hot-issue` 热点, `group-risk` 群体性风险, `marked-risk` 风险标签, `growing` 诉求加剧,
    /// `opinion` 舆情集中 or grave, `over-capacity` 接听能力不足.
    sign: String,
    subject: String,
    /// The county.
    place: String,
    /// The Monday of its week.
    #[schema(value_type = String, format = Date)]
    week: Date,
    /// Cases of the week when it was raised; for `over-capacity` what its worst day is expected to bring.
    cases: i64,
    /// Cases of the weeks before that it was compared with, together; for `over-capacity` what the seats can answer.
    before: i64,
    #[schema(value_type = String, format = DateTime)]
    raised_at: Timestamp,
}

/// 预警 early warnings
#[utoipa::path(
    get, path = "/alerts", operation_id = "list_alerts", params(Page), security(("bearer" = [])),
    responses(
        (status = 200, body = [Alert], headers(("Link" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
    )
)]
pub(crate) async fn list(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    page: Page,
) -> Result<(HeaderMap, Json<Vec<Alert>>), Problem> {
    may(&claims, &Action::ReadReports)?;
    let region = claims.region.as_ref().map_or("", ids::RegionCode::stem);
    let after = paging::after(&page)?;
    let mut db = parts.db.pool.acquire().await.context("listing alerts")?;
    let rows = alerts::list(&mut db, region, after, paging::most(&page)).await;
    let rows = rows.context("listing alerts")?;
    let (headers, rows) = paging::cut(&page, rows, "alerts", &[], |row| (row.raised_at.to_jiff(), row.id));
    Ok((headers, Json(rows.into_iter().map(Alert::from).collect())))
}

impl From<Kept> for Alert {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id,
            policy: kept.pack_id,
            sign: kept.sign,
            subject: kept.subject,
            place: kept.place,
            week: kept.week.to_jiff(),
            cases: kept.cases,
            before: kept.before,
            raised_at: kept.raised_at.to_jiff(),
        }
    }
}
