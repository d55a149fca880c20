//! `GET` and `PUT /units`.

use axum::extract::State;
use identity::{Action, may};
use ids::{RegionCode, UnitCode};
use routing_rules::tree::Level;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Later, Problem, Query};

use super::{Desk, inputs::Inputs, outcome::fault, unit_body::UnitBody};
use crate::{
    app,
    store::units::{self, Unit},
};

/// Units.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitList {
    /// By code.
    units: Vec<UnitBody>,
}

/// How much changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// Units new or changed.
    pub(crate) changed: u64,
}

/// Which units are asked for; without any of these, all.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// In this region and all that lies within.
    region: Option<String>,
    /// 条线.
    line: Option<String>,
    /// At this level.
    level: Option<String>,
    /// Directly below this unit.
    parent: Option<String>,
    /// 网络成员单位 only, or the others only.
    network: Option<bool>,
    /// On duty round the clock only, or the others only.
    duty24h: Option<bool>,
    /// At work only, or ended only.
    active: Option<bool>,
}

/// Lists units: the tree by region, line and level.
#[utoipa::path(get, path = "/units", tag = "directory", security(("bearer" = [])), params(Filter),
    responses((status = 200, body = UnitList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(filter): Query<Filter>,
) -> Result<Json<UnitList>, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::Administer))?;
    let region = filter.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region =
        region.map_err(|_| Problem::bad_request("region", "不是行政区划代码", "not a region code"))?;
    let level = filter.level.as_deref().map(|word| {
        Level::read(word).ok_or_else(|| Problem::bad_request("level", "没有这一层级", "no such level"))
    });
    let level = level.transpose()?;
    let wanted = |unit: &&Unit| {
        region.as_ref().is_none_or(|region| region.contains(&unit.region))
            && filter.line.as_ref().is_none_or(|line| unit.line.as_ref() == Some(line))
            && level.is_none_or(|level| unit.works_at() == level)
            && filter
                .parent
                .as_deref()
                .is_none_or(|code| unit.parent.as_ref().map(UnitCode::as_str) == Some(code))
            && filter.network.is_none_or(|network| unit.network == network)
            && filter.duty24h.is_none_or(|duty| unit.duty24h == duty)
            && filter.active.is_none_or(|active| unit.active == active)
    };
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let units = units::all(&mut connection).await.map_err(fault)?;
    Ok(Json(UnitList { units: units.iter().filter(wanted).map(UnitBody::of).collect() }))
}

/// Writes units, new or changed; units not named stay.
#[utoipa::path(put, path = "/units", tag = "directory", security(("bearer" = [])), request_body = UnitList,
    responses((status = 200, body = Changed), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    list: Later<UnitList>,
) -> Result<Json<Changed>, Problem> {
    may(&claims, &Action::ManageCatalogue)?;
    let mut inputs = Inputs::default();
    let list = list.read()?;
    let units = list.units.into_iter().enumerate();
    let mut rows: Vec<Unit> =
        units.map(|(at, unit)| unit.check(&claims, &format!("units[{at}]"), &mut inputs)).collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    if let Some(twice) = rows.windows(2).find(|pair| pair[0].code == pair[1].code) {
        let code = &twice[0].code;
        inputs.wrong("units", format!("单位 {code} 出现两次"), format!("unit {code} stands twice"));
    }
    inputs.check()?;
    let changed = app::units::write(&desk.app, &rows).await.map_err(fault)?;
    Ok(Json(Changed { changed }))
}
