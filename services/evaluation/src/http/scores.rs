//! `GET /scores`: 考核得分 of a month or a year, with ranks within groups, red and black lists.

use anyhow::Context as _;
use axum::extract::State;
use calendar::day_of;
use evaluation_rules::{Evaluation as Pack, Place, Scored};
use identity::{Action, may};
use ids::RegionCode;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use crate::{
    Parts,
    app::{
        reach,
        scoring::{self, Month},
    },
    store::counts::{self, GroupBy},
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The policy pack.
    policy: Option<String>,
    /// The year.
    year: i16,
    /// The month, 1 to 12; missing: the whole year, as the mean of its months.
    month: Option<i8>,
    /// Of this city or county only, as its own bulletin has it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
}

/// The scores of a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Scores {
    policy: String,
    version: i32,
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Months (`YYYY-MM`) of which no bulletin was made yet: they are counted as they stand and may change.
    provisional: Vec<String>,
    units: Vec<Ranked>,
}

/// One unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ranked {
    unit: String,
    /// Units are compared within their group only; empty: no group of the pack takes it.
    group: String,
    /// What people are shown for the group.
    group_zh: String,
    /// Out of a hundred; null where nothing was due.
    score: Option<f64>,
    /// Null where nothing, or too little, was due.
    rank: Option<u32>,
    /// 红榜; in a year: proposed for commendation (评比表彰).
    red: bool,
    /// 黑榜.
    black: bool,
}

impl Ranked {
    fn of(place: Place, rules: &Pack) -> Self {
        let Scored { unit, group, score, .. } = place.scored;
        let group_zh = rules.score.as_ref().map_or("", |score| score.group_label(&group)).to_owned();
        Self { unit, group, group_zh, score, rank: place.rank, red: place.red, black: place.black }
    }
}

/// 考核得分 scores of a month or a year
///
/// A month is as its bulletin has it, whatever happened since; the year is the mean of its months, here and in the annual report.
#[utoipa::path(
    get, path = "/scores", operation_id = "scores", params(Asked), security(("bearer" = [])),
    responses(
        (status = 200, body = Scores), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(crate) async fn scores(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Scores>, Problem> {
    may(&claims, &Action::ReadReports)?;
    let own = reach::counted(&claims, None)?.unit;
    let found = parts.packs.newest(asked.policy.as_deref().unwrap_or_default());
    let (pack, rules) = found
        .ok_or_else(|| Problem::bad_request("policy", "没有该规则包", "there is no such policy pack"))?;
    let unknown = || Problem::bad_request("month", "年份或月份无效", "not a month of the calendar");
    let from = Date::new(asked.year, asked.month.unwrap_or(1), 1).map_err(|_| unknown())?;
    let to = asked.month.map_or_else(|| date(asked.year, 12, 31), |_| from.last_of_month());
    let today = day_of(parts.clock.now());
    let mut within: Vec<RegionCode> = claims.region.clone().into_iter().chain(asked.region).collect();
    // Of both the narrower one says whose bulletin it is.
    within.sort_by_key(|region| region.stem().len());
    let query = counts::Query {
        policy: pack.id.clone(),
        from: Some(from),
        to: Some(to),
        within,
        kind: None,
        unit: None,
        group_by: GroupBy::Unit,
        as_of: today,
        today,
        sealed: false,
    };
    let mut db = parts.db.pool.acquire().await.context("scoring")?;
    let months = scoring::months(&mut db, &query, rules).await.context("scoring")?;
    let months = months.ok_or_else(|| {
        Problem::not_found("该规则包没有考核得分办法。", "The policy pack knows no scores.")
    })?;
    let provisional = months.iter().filter(|month| !month.told).map(Month::name).collect();
    let units: Vec<Place> = match asked.month {
        Some(_) => months.into_iter().flat_map(|month| month.places).collect(),
        None => scoring::year(months, rules),
    };
    let shown = |place: &Place| own.as_ref().is_none_or(|own| own.as_str() == place.scored.unit);
    let units = units.into_iter().filter(shown).map(|place| Ranked::of(place, rules)).collect();
    Ok(Json(Scores { policy: pack.id.clone(), version: pack.version, from, to, provisional, units }))
}
