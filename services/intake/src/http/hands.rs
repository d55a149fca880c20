//! GET and PUT /cases/{number}/hands: who may see a sealed case.

use axum::{extract::State, http::StatusCode};
use identity::{Action, may};
use ids::{AccountId, UnitCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, FieldError, Json, Later, Path, Problem};

use crate::{
    app::{
        Desk,
        name_hands::{name_hands, whole},
    },
    http::{access, fault},
    store::hands::{self, Hands},
};

/// Most hands and most accused units of a case.
const MOST: usize = 100;

/// Named hands and accused units.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedHands {
    /// Accounts by id.
    #[schema(value_type = Vec<String>)]
    hands: Vec<AccountId>,
    /// Accused units: they and their whole line, above and below, are kept out.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    barred: Vec<UnitCode>,
}

/// 知悉人员: the hands of a sealed case, for its keeper.
#[utoipa::path(get, path = "/cases/{number}/hands", tag = "sealed",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "the newest list", body = NamedHands),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<NamedHands>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::NameHands)?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        hands::of_case(&mut connection, file.case_id).await
    };
    let Hands { hands, barred, .. } = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    Ok(Json(NamedHands { hands, barred }))
}

/// 指定知悉人员: names the hands of a sealed case and bars the accused units; the newest list holds.
#[utoipa::path(put, path = "/cases/{number}/hands", tag = "sealed", request_body = NamedHands,
    params(("number" = String, Path, description = "case number")),
    responses((status = 204, description = "named"),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem),
              (status = 409, description = "not a sealed case", body = Problem),
              (status = 422, description = "too many, or a hand acts for a unit in the line of an accused one", body = Problem),
              (status = 503, description = "who knows the units is away", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    named: Later<NamedHands>,
) -> Result<StatusCode, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::NameHands)?;
    if !file.confidential {
        return Err(Problem::conflict("该诉求不是密件。", "The case is not a sealed one."));
    }
    let mut named = named.read()?;
    named.hands.sort();
    named.hands.dedup();
    named.barred.sort();
    named.barred.dedup();
    for (field, count) in [("hands", named.hands.len()), ("barred", named.barred.len())] {
        if count > MOST {
            let zh = format!("最多 {MOST} 个");
            return Err(Problem::unprocessable(vec![FieldError::new(field, zh, format!("at most {MOST}"))]));
        }
    }
    let named = whole(&desk.core, named.hands, named.barred).await?;
    name_hands(&desk.core, &file, &claims, &named).await.map_err(|error| fault(error.into()))?;
    Ok(StatusCode::NO_CONTENT)
}
