//! `GET /capacity`: what the coming days are expected to bring, against what the seats can answer.

use anyhow::Context as _;
use axum::extract::State;
use calendar::day_of;
use evaluation_rules::{Rise, Volume};
use identity::{Action, may};
use ids::RegionCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use crate::{
    Parts,
    app::capacity::{self, Asked, Coming, Covering},
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The policy pack.
    policy: Option<String>,
    /// The region whose seats answer; that of the caller when missing.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
    /// How many days, 1 to 62; as many as the pack says when missing.
    days: Option<u32>,
}

/// The coming days of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Foreseen {
    policy: String,
    version: i32,
    region: String,
    /// Of how many weeks before the same weekday makes the usual.
    weeks: u32,
    handled_a_day: f64,
    /// Above which share of the capacity an alert is raised.
    share: f64,
    /// Whether contacts that made no case count.
    contacts: bool,
    days: Vec<ForeseenDay>,
}

/// A coming day, each number with what stands behind it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForeseenDay {
    #[schema(value_type = String, format = Date)]
    day: Date,
    workday: bool,
    usual: DailyRate,
    times: Vec<TimeAhead>,
    /// How many times the usual is expected.
    rise: f64,
    /// Null where nothing is known of the past.
    expected: Option<f64>,
    /// Null where no seats are configured for the region.
    seats: Option<u32>,
    /// Seats times what one handles a day.
    capacity: Option<f64>,
    /// More is expected than the share of the capacity.
    over: bool,
}

/// Matters over days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DailyRate {
    matters: u64,
    days: u64,
    /// Null where there is no day.
    a_day: Option<f64>,
}

/// A season or another known time that covers the day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimeAhead {
    kind: String,
    zh: String,
    en: String,
    /// What times of its kind brought, a day; null where its rise is in the usual already.
    during: Option<DailyRate>,
    /// A day of the weeks before them.
    before: Option<DailyRate>,
    /// One over the other; null where nothing was measured.
    times: Option<f64>,
}

/// 接听能力 the coming days against the seats
#[utoipa::path(
    get, path = "/capacity", operation_id = "capacity", params(Wanted), security(("bearer" = [])),
    responses(
        (status = 200, body = Foreseen), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, description = "the pack has no rule of capacity", body = Problem),
    )
)]
pub(crate) async fn foreseen(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Foreseen>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let found = parts.packs.newest(wanted.policy.as_deref().unwrap_or_default());
    let (pack, rules) = found
        .ok_or_else(|| Problem::bad_request("policy", "没有该规则包", "there is no such policy pack"))?;
    let rule = rules.capacity.as_ref().ok_or_else(|| {
        Problem::not_found("该规则包未规定接听能力测算。", "The pack has no rule of capacity.")
    })?;
    let place = wanted
        .region
        .or_else(|| claims.region.clone())
        .ok_or_else(|| Problem::bad_request("region", "应指明行政区划", "name a region"))?;
    if claims.region.as_ref().is_some_and(|bound| !bound.contains(&place)) {
        return Err(Problem::bad_request("region", "不在您的辖区内", "lies outside your region"));
    }
    let days = wanted.days.unwrap_or(rule.days);
    if !(1..=62).contains(&days) {
        return Err(Problem::bad_request("days", "应为1至62", "must be 1 to 62"));
    }
    let mut db = parts.db.pool.acquire().await.context("weighing days")?;
    let asked = Asked {
        pack,
        rules,
        rule,
        place: &place,
        seats: &parts.config.seats,
        calendars: &parts.calendars.now(),
        today: day_of(parts.clock.now()),
        days,
    };
    let coming = capacity::coming(&mut db, asked).await.context("weighing days")?;
    Ok(Json(Foreseen {
        policy: pack.id.clone(),
        version: pack.version,
        region: place.to_string(),
        weeks: rule.weeks,
        handled_a_day: rule.handled_a_day,
        share: rule.share,
        contacts: rule.contacts,
        days: coming.into_iter().map(ForeseenDay::from).collect(),
    }))
}

impl From<Coming> for ForeseenDay {
    fn from(coming: Coming) -> Self {
        Self {
            day: coming.day,
            workday: coming.workday,
            usual: coming.usual.into(),
            times: coming.times.into_iter().map(TimeAhead::from).collect(),
            rise: coming.ahead.rise,
            expected: coming.ahead.expected,
            seats: coming.seats,
            capacity: coming.ahead.capacity,
            over: coming.ahead.over,
        }
    }
}

impl From<Volume> for DailyRate {
    fn from(volume: Volume) -> Self {
        Self { matters: volume.matters, days: volume.days, a_day: volume.a_day() }
    }
}

impl From<Covering> for TimeAhead {
    fn from(time: Covering) -> Self {
        Self {
            kind: time.kind,
            zh: time.zh,
            en: time.en,
            during: time.rise.map(|rise| rise.during.into()),
            before: time.rise.map(|rise| rise.before.into()),
            times: time.rise.and_then(Rise::times),
        }
    }
}
