//! GET /receptions/published: who receives when and where, for everyone (接待安排公布).

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use ids::RegionCode;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Page, Problem, Query, next_link};

use crate::{
    app::Desk,
    http::{
        fault,
        list::{place, without_after},
    },
    store::receptions::{self, SessionFilter, SessionRow},
};

/// Where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Where {
    /// A region code; all that lies in the region is found.
    pub(super) region: Option<String>,
}

/// The schedule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Schedule {
    /// From today on, in the order of days.
    sessions: Vec<PublishedSession>,
}

/// One session as everyone sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedSession {
    session: String,
    live: bool,
    leaders: Vec<String>,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    remit: String,
    place: String,
    #[schema(value_type = String, format = Date)]
    day: Date,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Places that can still be booked.
    free: i32,
    /// Why it does not take place.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<String>,
}

/// Shows the sessions that were published, from today on; those cancelled after publication with the reason.
#[utoipa::path(get, path = "/receptions/published", tag = "receptions", params(Where, Page), security(()),
    responses((status = 200, body = Schedule, headers(("Link" = String))), (status = 400, body = Problem)))]
pub(crate) async fn published(
    State(desk): State<Desk>,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<Where>,
    page: Page,
) -> Result<Response, Problem> {
    let region = asked.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region = region.map_err(|_| {
        Problem::bad_request("region", "应为 6、9 或 12 位行政区划代码", "must have 6, 9 or 12 digits")
    })?;
    let filter = SessionFilter {
        states: vec!["published", "open", "cancelled"],
        public: true,
        regions: region.iter().map(|region| region.stem().to_owned()).collect(),
        from: Some(desk.core.today()),
        after: page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?,
        ..SessionFilter::default()
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        receptions::page(&mut connection, &filter, i64::from(page.limit) + 1).await
    };
    let mut rows = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| {
        let cursor = format!("{},{}", row.starts_at.to_jiff().as_microsecond(), row.session_id);
        next_link(&without_after(&address), &cursor)
    });
    let body = Json(Schedule { sessions: rows.into_iter().map(everyones).collect() });
    Ok(match next {
        Some(link) => ([(header::LINK, link)], body).into_response(),
        None => body.into_response(),
    })
}

fn everyones(row: SessionRow) -> PublishedSession {
    PublishedSession {
        session: row.session_id.to_string(),
        live: row.live,
        leaders: row.leaders,
        region: row.region,
        unit: row.unit,
        remit: row.remit,
        place: row.place,
        day: row.day.to_jiff(),
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        free: if row.state == "published" { row.capacity - row.taken } else { 0 },
        cancelled: row.reason.filter(|_| row.state == "cancelled"),
    }
}
