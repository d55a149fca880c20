//! GET and PUT /origins: the bodies that hand matters over to us, or take them (an entry in a table, not code).

use axum::{body::Bytes, extract::State, http::HeaderMap};
use contracts::words::Channel;
use identity::{Action, Claims, Role, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use crate::{
    app::Desk,
    http::{
        fault,
        given::Given,
        rows::{self, Replaced},
    },
    store::registers::{self, BODIES, OtherBody},
};

const SORTS: &[&str] = &["emergency", "superior", "supervision", "media", "grid", "other"];

/// Other bodies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BodyTable {
    origins: Vec<OtherBody>,
}

/// Lists the bodies.
#[utoipa::path(get, path = "/origins", tag = "channels", security(("bearer" = [])),
    responses((status = 200, body = BodyTable), (status = 401, body = Problem)))]
pub(crate) async fn origins(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<BodyTable>, Problem> {
    may(&claims, &Action::ListCases)?;
    Ok(Json(BodyTable { origins: all(&desk).await? }))
}

async fn all(desk: &Desk) -> Result<Vec<OtherBody>, Problem> {
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    registers::all(&mut connection, &BODIES).await.map_err(|error| fault(error.into()))
}

/// One body, for those who may bring matters in at all; who may not learns nothing of which bodies there are.
pub(crate) async fn one(desk: &Desk, claims: &Claims, code: &str) -> Result<OtherBody, Problem> {
    may(claims, &Action::RegisterCase)?;
    let found = all(desk).await?.into_iter().find(|body| body.code == code);
    found.ok_or_else(|| Problem::not_found("没有登记这个机构。", "No such body is registered."))
}

/// Lets the body's own programmes through, and staff.
pub(crate) fn speaks_for(claims: &Claims, body: &OtherBody) -> Result<(), Problem> {
    may(claims, &Action::RegisterCase)?;
    let own = claims.has(Role::Agency) && body.unit.is_some() && claims.unit == body.unit;
    if own || claims.has(Role::Operator) || claims.has(Role::Dispatcher) {
        return Ok(());
    }
    // A body must not learn from the answer which others there are.
    Err(Problem::not_found("没有登记这个机构。", "No such body is registered."))
}

/// Puts a table of bodies in the place of the one before: JSON, TOML or CSV.
#[utoipa::path(put, path = "/origins", tag = "channels", security(("bearer" = [])),
    request_body(content = Vec<OtherBody>, description = "{\"origins\": […]}, [[origins]], or CSV with a head"),
    responses((status = 200, body = Replaced), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put_origins(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Replaced>, Problem> {
    rows::may_replace(&claims, &Action::ManageCatalogue)?;
    let mut bodies: Vec<OtherBody> = rows::read(&headers, &body, "origins")?;
    let mut given = Given::default();
    for (at, row) in bodies.iter_mut().enumerate() {
        let field = |name: &str| format!("origins[{at}].{name}");
        given.code(&field("code"), &row.code);
        row.zh = given.line(&field("zh"), &row.zh, 100);
        row.en = given.line(&field("en"), &row.en, 100);
        given.word(&field("sort"), &row.sort, SORTS);
        given.ensure(
            row.channel.parse::<Channel>().is_ok(),
            &field("channel"),
            "没有这个渠道",
            "there is no such channel",
        );
    }
    given.once("origins", bodies.iter().map(|body| body.code.as_str()));
    given.check()?;
    let write = async {
        let mut transaction = desk.core.platform.db.pool.begin().await?;
        registers::replace(&mut transaction, &BODIES, &bodies).await?;
        transaction.commit().await
    };
    write.await.map_err(|error| fault(error.into()))?;
    Ok(Json(Replaced { rows: bodies.len() }))
}
