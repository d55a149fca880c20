//! GET /origins/{body}/reports and POST …/{serial}/ack: what a body that handed matters down is told of their answers (回告).

use axum::{
    extract::{OriginalUri, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Json, Later, Page, Path, Problem, next_link};

use crate::{
    app::Desk,
    http::{channels::origins, fault, list::without_after},
    store::reports,
};

/// Reports that wait for the body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OriginReports {
    /// Oldest first.
    reports: Vec<OriginReport>,
}

/// One answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OriginReport {
    /// That body's own number.
    serial: String,
    /// Ours.
    number: String,
    /// 1 for the first answer, 2 after the first reopening.
    round: i32,
    /// What the answer came to.
    outcome: String,
    /// The unit that answered.
    unit: String,
    #[schema(value_type = String, format = DateTime)]
    answered_at: Timestamp,
}

/// Which report is acknowledged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    /// The round of the report.
    round: i32,
}

/// Lists the reports that a body has not acknowledged.
#[utoipa::path(get, path = "/origins/{body}/reports", tag = "channels",
    params(("body" = String, Path, description = "the body"), Page),
    responses((status = 200, body = OriginReports, headers(("Link" = String))),
              (status = 403, body = Problem), (status = 404, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn reports(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    OriginalUri(address): OriginalUri,
    Path(body): Path<String>,
    page: Page,
) -> Result<Response, Problem> {
    let body = origins::one(&desk, &claims, &body).await?;
    origins::speaks_for(&claims, &body)?;
    let after = match &page.after {
        None => 0,
        Some(cursor) => cursor
            .as_str()
            .parse()
            .map_err(|_| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))?,
    };
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        reports::open(&mut connection, &body.code, after, i64::from(page.limit) + 1).await
    };
    let mut rows = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| next_link(&without_after(&address), &row.position.to_string()));
    let shown = rows.into_iter().map(|row| OriginReport {
        serial: row.serial,
        number: row.number,
        round: row.round,
        outcome: row.outcome,
        unit: row.unit,
        answered_at: row.answered_at.to_jiff(),
    });
    let body = Json(OriginReports { reports: shown.collect() });
    Ok(match next {
        Some(link) => ([(header::LINK, link)], body).into_response(),
        None => body.into_response(),
    })
}

/// Notes that a body has a report; it is not shown again.
#[utoipa::path(post, path = "/origins/{body}/reports/{serial}/ack", tag = "channels", request_body = Acknowledgement,
    params(("body" = String, Path, description = "the body"), ("serial" = String, Path, description = "its number")),
    responses((status = 204, description = "noted"), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn acknowledge(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((body, serial)): Path<(String, String)>,
    sent: Later<Acknowledgement>,
) -> Result<StatusCode, Problem> {
    let body = origins::one(&desk, &claims, &body).await?;
    origins::speaks_for(&claims, &body)?;
    let Acknowledgement { round } = sent.read()?;
    let done = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        reports::acknowledge(&mut connection, &body.code, &serial, round, desk.core.now()).await
    };
    match done.await.map_err(|error: sqlx::Error| fault(error.into()))? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("没有这份回告。", "There is no such report.")),
    }
}
