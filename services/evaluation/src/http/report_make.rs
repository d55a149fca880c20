//! `POST /reports` and `GET /reports/preview`: a report of any past period archived now, and one of any period looked at only.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use calendar::day_of;
use evaluation_rules::{Evaluation as Pack, PackRef, Period, ReportKind, Series};
use identity::{Action, Claims, may};
use ids::RegionCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Json, Later, Problem, Query};

use super::report::{Form, Sheet, drawn};
use crate::{
    Parts,
    app::{reach, reporting},
};

/// Which report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = report_make::Order)]
pub(crate) struct Order {
    /// The policy pack.
    policy: String,
    /// `daily`, `weekly`, `digest`, `bulletin`, `leaders`, `quarterly`, `annual`.
    #[schema(value_type = String)]
    series: Series,
    /// A day of the period; it must be over and settled.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// The city or county, where the pack makes the series of each; else none.
    #[schema(value_type = Option<String>)]
    place: Option<RegionCode>,
}

/// Which report, and how it is drawn.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The policy pack.
    policy: String,
    /// `daily`, `weekly`, `digest`, `bulletin`, `leaders`, `quarterly`, `annual`.
    #[param(value_type = String)]
    series: Series,
    /// A day of the period; today when missing.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// Of this city or county only.
    #[param(value_type = Option<String>)]
    place: Option<RegionCode>,
    /// `json` (when missing), `html`, `xlsx`, `pdf`.
    #[serde(default)]
    #[param(inline)]
    format: Form,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Made {
    id: Uuid,
    /// It was not there before.
    new: bool,
}

/// 补编报告 make the report of a past period
///
/// As the schedule makes it, for a period that was missed or brought in later. What is archived stays as it is (200 with `new` false).
#[utoipa::path(
    post, path = "/reports", operation_id = "make_report", request_body = Order, security(("bearer" = [])),
    responses(
        (status = 201, body = Made), (status = 200, body = Made), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn make(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    order: Later<Order>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    may(&claims, &Action::Supervise).or_else(|_| may(&claims, &Action::Audit))?;
    let order = order.read()?;
    let (found, kind) = kind(&parts, &order.policy, order.series)?;
    bound(&claims, order.place.as_ref())?;
    if !kind.places().takes(order.place.as_ref()) {
        return Err(Problem::bad_request(
            "place",
            "规则包规定该报告按全部、按市州或按县区编制，请相应填写或不填",
            "the pack has this report of all, of each city or of each county: name one accordingly, or none",
        ));
    }
    let period = order.series.holding(order.day);
    if !period.settled(parts.clock.now(), kind.settle_minutes) {
        return Err(Problem::conflict(
            "统计期尚未结束或尚未沉淀，可用预览。",
            "The period is not over, or has not settled; look at a preview.",
        ));
    }
    let made = reporting::make(&parts, found, kind, order.place.as_ref(), period).await?;
    let (id, new) = made.ok_or_else(Problem::unavailable)?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Made { id: id.0, new })))
}

/// 预览报告 look at a report that is not archived
///
/// The period that holds the day, as it stands now; nothing is kept. One that a person edits and releases is looked at by those who do,
/// and is marked as a draft; none is for those who act for one unit or keep the accounts.
#[utoipa::path(
    get, path = "/reports/preview", operation_id = "preview_report", params(Asked), security(("bearer" = [])),
    responses(
        (status = 200, headers(("X-Content-SHA256" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem),
    )
)]
pub(crate) async fn preview(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ReadReports)?;
    let Query(asked) = asked?;
    let (found, kind) = kind(&parts, &asked.policy, asked.series)?;
    if kind.edited || !reach::beyond_a_unit(&claims) {
        may(&claims, &Action::Supervise)?;
    }
    let place = asked.place.or_else(|| claims.region.clone());
    bound(&claims, place.as_ref())?;
    let today = day_of(parts.clock.now());
    let Period { from, to } = asked.series.holding(asked.day.unwrap_or(today));
    let mut db = parts.db.pool.acquire().await.context("drawing a preview")?;
    let drawn_up =
        reporting::drawn(&parts, &mut db, found, kind, place.as_ref(), Period { from, to }, to.min(today))
            .await
            .context("drawing a preview")?;
    drop(db);
    let data = serde_json::to_string(&drawn_up.document).context("writing a report")?;
    let digest = reporting::digest(&data);
    // Counted now: no sealed case is in it.
    drawn(&parts, asked.format, Sheet { data, digest, note: None, draft: kind.edited, sealed: 0 }).await
}

fn kind<'a>(
    parts: &'a Parts,
    policy: &str,
    series: Series,
) -> Result<((&'a PackRef, &'a Pack), &'a ReportKind), Problem> {
    let found = parts
        .packs
        .newest(policy)
        .ok_or_else(|| Problem::bad_request("policy", "没有该规则包", "there is no such policy pack"))?;
    let kind = found.1.reports.as_ref().and_then(|reports| reports.kind(series)).ok_or_else(|| {
        Problem::bad_request("series", "该规则包没有这种报告", "the policy pack has no such report")
    })?;
    Ok((found, kind))
}

fn bound(claims: &Claims, place: Option<&RegionCode>) -> Result<(), Problem> {
    let within = claims.region.as_ref().is_none_or(|own| place.is_some_and(|place| own.contains(place)));
    if within {
        return Ok(());
    }
    Err(Problem::bad_request("place", "不在您的区划内", "does not lie within your region"))
}
