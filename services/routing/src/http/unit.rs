//! `GET /units/{code}`: one unit with the chain of those who answer for it, level by level, down to the person.

use axum::extract::State;
use identity::{Action, may};
use ids::UnitCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use super::{
    Desk,
    outcome::fault,
    unit_body::{PostBody, UnitBody},
};
use crate::{directory::Snapshot, store::returns};

/// A unit with those above and below it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitDetail {
    /// The unit.
    unit: UnitBody,
    /// Who answers, from the unit up (一级抓一级，责任到人).
    chain: Vec<Link>,
    /// Units directly below, by code.
    below: Vec<String>,
    /// Who continues its powers now, where it is no more.
    #[schema(value_type = Option<String>)]
    heir: Option<String>,
    /// Hand-overs that it still has.
    open: i64,
}

/// Who answers at one level.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Link {
    /// The unit's code.
    unit: String,
    /// What people call it.
    unit_name: String,
    /// Its level.
    level: &'static str,
    /// 分管领导.
    leader: Option<PostBody>,
    /// 承办人员.
    handler: Option<PostBody>,
}

/// Who answers for a unit, from itself up.
pub(crate) fn chain(directory: &Snapshot, unit: &UnitCode) -> Vec<Link> {
    let above = directory.catalogue.tree().above(unit);
    let link = |code: &UnitCode| {
        let unit = directory.units.get(code)?;
        let body = UnitBody::of(unit);
        Some(Link {
            unit: code.to_string(),
            unit_name: unit.name.clone(),
            level: unit.works_at().as_str(),
            leader: body.leader,
            handler: body.handler,
        })
    };
    std::iter::once(unit).chain(above).filter_map(link).collect()
}

/// One unit: who leads it, who handles there, who stands above, who continues its work.
#[utoipa::path(get, path = "/units/{code}", tag = "directory", security(("bearer" = [])),
    params(("code" = String, Path, description = "unit")),
    responses((status = 200, body = UnitDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(code): Path<String>,
) -> Result<Json<UnitDetail>, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::Administer))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let code: UnitCode = code.parse().map_err(|_| missing_unit())?;
    let unit = directory.units.get(&code).ok_or_else(missing_unit)?;
    let mut below: Vec<String> = directory
        .units
        .values()
        .filter(|other| other.parent.as_ref() == Some(&code) && other.code != code)
        .map(|other| other.code.to_string())
        .collect();
    below.sort();
    let heir = directory.catalogue.tree().heir(&code).filter(|heir| **heir != code);
    Ok(Json(UnitDetail {
        unit: UnitBody::of(unit),
        chain: chain(&directory, &code),
        below,
        heir: heir.map(ToString::to_string),
        open: returns::open_of(&mut connection, &code).await.map_err(fault)?,
    }))
}

/// 404 of a unit.
pub(crate) fn missing_unit() -> Problem {
    Problem::not_found("没有这一单位。", "There is no such unit.")
}
