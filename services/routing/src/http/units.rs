//! `GET` and `PUT /units`.

use axum::extract::State;
use identity::{Action, may};
use ids::{RegionCode, UnitCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use super::{Desk, inputs::Inputs, outcome::fault};
use crate::store::units::{self, Unit};

/// An office that handles cases.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitBody {
    /// 1 to 64 of a-z, 0-9, `-`, `_`, `.`.
    #[schema(value_type = String)]
    code: UnitCode,
    /// What people call it.
    name: String,
    /// Where it is competent.
    #[schema(value_type = String)]
    region: RegionCode,
    /// The unit above.
    #[schema(value_type = Option<String>)]
    parent: Option<UnitCode>,
    /// `department`, `government`, `township`, `utility`, …
    #[serde(default = "department")]
    kind: String,
    /// On duty round the clock (水电气热).
    #[serde(default)]
    duty24h: bool,
    /// Gets new cases.
    #[serde(default = "yes")]
    active: bool,
    /// Function labels of those who handle there; never names.
    #[serde(default)]
    functions: Vec<String>,
}

fn department() -> String {
    "department".to_owned()
}

fn yes() -> bool {
    true
}

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
    changed: u64,
}

/// Lists all units.
#[utoipa::path(get, path = "/units", tag = "directory", security(("bearer" = [])),
    responses((status = 200, body = UnitList), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn get(State(desk): State<Desk>, Caller(claims): Caller) -> Result<Json<UnitList>, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::Administer))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let units = units::all(&mut connection).await.map_err(fault)?;
    let body = |unit: Unit| UnitBody {
        code: unit.code,
        name: unit.name,
        region: unit.region,
        parent: unit.parent,
        kind: unit.kind,
        duty24h: unit.duty24h,
        active: unit.active,
        functions: unit.functions,
    };
    Ok(Json(UnitList { units: units.into_iter().map(body).collect() }))
}

/// Writes units, new or changed; units not named stay.
#[utoipa::path(put, path = "/units", tag = "directory", security(("bearer" = [])), request_body = UnitList,
    responses((status = 200, body = Changed), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Json(list): Json<UnitList>,
) -> Result<Json<Changed>, Problem> {
    may(&claims, &Action::Administer)?;
    let mut inputs = Inputs::default();
    let mut rows: Vec<Unit> = Vec::with_capacity(list.units.len());
    for (at, unit) in list.units.into_iter().enumerate() {
        let field = |name: &str| format!("units[{at}].{name}");
        let functions = unit.functions.iter();
        rows.push(Unit {
            name: inputs.line(&field("name"), &unit.name, 200),
            kind: inputs.code(&field("kind"), &unit.kind),
            functions: functions.map(|label| inputs.line(&field("functions"), label, 100)).collect(),
            code: unit.code,
            region: unit.region,
            parent: unit.parent,
            duty24h: unit.duty24h,
            active: unit.active,
        });
    }
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    if let Some(twice) = rows.windows(2).find(|pair| pair[0].code == pair[1].code) {
        let code = &twice[0].code;
        inputs.wrong("units", format!("单位 {code} 出现两次"), format!("unit {code} stands twice"));
    }
    inputs.check()?;
    let mut transaction = desk.app.db.pool.begin().await.map_err(fault)?;
    let changed = units::upsert(&mut transaction, &rows).await.map_err(fault)?;
    transaction.commit().await.map_err(fault)?;
    Ok(Json(Changed { changed }))
}
