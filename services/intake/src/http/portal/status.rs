//! GET /public/status: how many matters came in and how they stand, by county, kind and unit (办理情况公示).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Problem, Query};

use super::cacheable;
use crate::{
    app::Desk,
    http::{fault, publications::month},
    store::portal::{self, Count},
};

/// Which month.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The month of receipt, such as `2026-11`; this month when missing.
    month: Option<String>,
}

/// How matters stand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Status {
    /// The first day of the month.
    #[schema(value_type = String, format = Date)]
    month: Date,
    /// Codes of counties.
    regions: Vec<Count>,
    kinds: Vec<Count>,
    units: Vec<Count>,
}

/// Counts the matters received in a month. Confidential ones are not counted.
#[utoipa::path(get, path = "/public/status", tag = "public", params(Asked),
    responses((status = 200, description = "the tables", body = Status, headers(("Cache-Control" = String))),
              (status = 400, description = "a parameter is wrong", body = Problem)),
    security(()))]
pub(crate) async fn status(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let this = core.today().first_of_month();
    let month = asked.month.as_deref().map(month).transpose()?.unwrap_or(this);
    let tables = core.status.get_or(month, core.config.public_seconds, async {
        let start = |day: Date| Ok::<_, jiff::Error>(day.to_zoned(core.zone.clone())?.timestamp());
        let from = start(month).map_err(anyhow::Error::from)?;
        let until = month.checked_add(1.month()).and_then(start).map_err(anyhow::Error::from)?;
        let mut connection = core.platform.db.pool.acquire().await.map_err(anyhow::Error::from)?;
        Ok(portal::counts(&mut connection, from, until).await?)
    });
    let [regions, kinds, units] = tables.await.map_err(fault)?;
    Ok(([cacheable(core)], Json(Status { month, regions, kinds, units })).into_response())
}
