//! `POST /units/{code}/end` 撤并: a unit is merged or abolished, and another continues its powers.

use axum::extract::State;
use identity::{Action, may};
use ids::UnitCode;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use super::{Desk, inputs::Inputs, outcome::fault, unit::missing_unit, unit_body::UnitBody};
use crate::{app, store::units::Unit};

/// How a unit ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndRequest {
    /// Who continues its powers. Without it the open cases stay until somebody is designated (a finding).
    #[schema(value_type = Option<String>)]
    successor: Option<UnitCode>,
    /// By what decision.
    basis: String,
    /// Since when; today where it is left out.
    #[schema(value_type = Option<String>)]
    on: Option<Date>,
}

/// Ends a unit: it gets nothing new, the catalogue names its successor, and its open cases move there by themselves
/// (《信访工作条例》 art. 24: the organ that continues the power).
#[utoipa::path(post, path = "/units/{code}/end", tag = "directory", security(("bearer" = [])),
    params(("code" = String, Path, description = "unit")), request_body = EndRequest,
    responses((status = 200, body = UnitBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn post(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(code): Path<String>,
    request: Later<EndRequest>,
) -> Result<Json<UnitBody>, Problem> {
    may(&claims, &Action::ManageCatalogue)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    drop(connection);
    let code: UnitCode = code.parse().map_err(|_| missing_unit())?;
    let unit = directory.units.get(&code).ok_or_else(missing_unit)?;
    let mut inputs = Inputs::default();
    let request = request.read()?;
    let basis = inputs.line("basis", &request.basis, 500);
    if let Some(successor) = &request.successor {
        let heir = directory.catalogue.tree().heir(successor);
        if *successor == code || heir.is_none() || heir == Some(&code) {
            let zh = format!("承接单位 {successor} 不存在、已停用或即为本单位");
            inputs.wrong(
                "successor",
                zh,
                format!("{successor} is unknown, no longer works, or is the unit itself"),
            );
        }
    }
    let ended = Unit {
        active: false,
        successor: request.successor,
        ended_on: Some(request.on.unwrap_or_else(|| calendar::day_of(desk.app.clock.now()))),
        ended_basis: Some(basis),
        ..unit.clone()
    };
    // The same check as for every other way in: a region's people end units of their region only.
    let ended = UnitBody::of(&ended).check(&claims, "unit", &mut inputs);
    inputs.check()?;
    app::ending::end(&desk.app, &claims.actor(), &ended).await.map_err(fault)?;
    Ok(Json(UnitBody::of(&ended)))
}
