//! GET and PUT /surges: periods in which more is expected than usual (敏感时段、重大活动).

use axum::{body::Bytes, extract::State, http::HeaderMap};
use identity::{Action, may};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use crate::{
    app::Desk,
    http::{
        fault,
        given::Given,
        rows::{self, Replaced},
    },
    store::registers::{self, SURGES, Surge},
};

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OnDay {
    /// Only those that hold on this day.
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
}

/// Surges.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurgeCalendar {
    surges: Vec<Surge>,
}

/// Lists the surges.
#[utoipa::path(get, path = "/surges", tag = "channels", params(OnDay), security(("bearer" = [])),
    responses((status = 200, body = SurgeCalendar), (status = 403, body = Problem)))]
pub(crate) async fn surges(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(OnDay { on }): Query<OnDay>,
) -> Result<Json<SurgeCalendar>, Problem> {
    may(&claims, &Action::ListCases)?;
    let mut surges = all(&desk).await?;
    surges.retain(|surge| on.is_none_or(|day| (surge.first_day..=surge.last_day).contains(&day)));
    Ok(Json(SurgeCalendar { surges }))
}

/// Every surge.
pub(crate) async fn all(desk: &Desk) -> Result<Vec<Surge>, Problem> {
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    registers::all(&mut connection, &SURGES).await.map_err(|error| fault(error.into()))
}

/// Puts a calendar of surges in the place of the one before: JSON, TOML or CSV.
#[utoipa::path(put, path = "/surges", tag = "channels", security(("bearer" = [])),
    request_body(content = Vec<Surge>, description = "{\"surges\": […]}, [[surges]], or CSV with a head"),
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_surges(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Replaced>, Problem> {
    rows::may_replace(&claims, &Action::ManageCatalogue)?;
    let mut surges: Vec<Surge> = rows::read(&headers, &body, "surges")?;
    let mut given = Given::default();
    for (at, surge) in surges.iter_mut().enumerate() {
        let field = |name: &str| format!("surges[{at}].{name}");
        given.code(&field("code"), &surge.code);
        surge.zh = given.line(&field("zh"), &surge.zh, 100);
        surge.en = given.line(&field("en"), &surge.en, 100);
        given.ensure(
            surge.first_day <= surge.last_day,
            &field("last_day"),
            "早于开始日",
            "lies before the first day",
        );
        given.ensure(
            surge.factor.is_finite() && surge.factor > 0.0 && surge.factor <= 100.0,
            &field("factor"),
            "应大于 0，不超过 100",
            "must be above 0 and at most 100",
        );
        if let Some(region) = &surge.region {
            given.region(&desk.core, &claims, &field("region"), region).await?;
        }
    }
    given.once("surges", surges.iter().map(|surge| surge.code.as_str()));
    given.check()?;
    let write = async {
        let mut transaction = desk.core.platform.db.pool.begin().await?;
        registers::replace(&mut transaction, &SURGES, &surges).await?;
        transaction.commit().await
    };
    write.await.map_err(|error| fault(error.into()))?;
    Ok(Json(Replaced { rows: surges.len() }))
}
