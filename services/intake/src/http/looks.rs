//! GET /cases/{number}/looks: who looked into a case or read who told it; GET /sealed: that sealed cases exist.

use axum::extract::State;
use identity::{Action, may};
use ids::CaseNumber;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::Desk,
    http::{fault, list::prefix, no_such_case},
    store::{dossier, find, hands},
};

/// Kinds of entries that are looks.
const LOOKS: [&str; 7] = [
    "case.read",
    "party.read",
    "case.looked",
    "attachment.read",
    "archive.read",
    "calls.read",
    "call.listened",
];

/// Who looked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Looks {
    /// Oldest first.
    looks: Vec<Look>,
}

/// One look.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Look {
    /// Place in the dossier.
    seq: i32,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Role and account id.
    actor: String,
    /// `case.read`, `party.read`, `case.looked` (at another service), `attachment.read`, `archive.read`, `calls.read`,
    /// `call.listened` (a conversation about it).
    kind: String,
}

/// Sealed cases of a region.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sealed {
    /// How many there are.
    cases: i64,
}

/// 查阅记录: every look into a case, for the keeper and the auditor, who need not see the case for it.
#[utoipa::path(get, path = "/cases/{number}/looks", tag = "sealed",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "every look", body = Looks),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn looks(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Looks>, Problem> {
    let reads = claims.has(identity::Role::Auditor) || may(&claims, &Action::ReadSealed).is_ok();
    if !reads {
        may(&claims, &Action::NameHands)?;
    }
    let number: CaseNumber = number.parse().map_err(|_| no_such_case())?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let Some(file) = find::by_number(&mut connection, &number).await? else { return Ok(None) };
        let entries = dossier::of_case(&mut connection, file.case_id).await?;
        Ok(Some((file.region, entries)))
    };
    let found = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let (region, entries) = found.ok_or_else(no_such_case)?;
    if claims.region.as_ref().is_some_and(|bound| !bound.contains(&region)) {
        return Err(no_such_case());
    }
    let looks = entries.into_iter().filter(|entry| LOOKS.contains(&entry.what.kind.as_str()));
    let look = |entry: dossier::Entry| Look {
        seq: entry.seq,
        at: entry.what.happened_at,
        actor: entry.what.actor,
        kind: entry.what.kind,
    };
    Ok(Json(Looks { looks: looks.map(look).collect() }))
}

/// 密件数量: how many sealed cases there are, and nothing of them, for the keeper and the auditor.
#[utoipa::path(get, path = "/sealed", tag = "sealed",
    responses((status = 200, description = "that they exist", body = Sealed),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn sealed(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<Sealed>, Problem> {
    if !claims.has(identity::Role::Auditor) {
        may(&claims, &Action::NameHands)?;
    }
    let prefix = claims.region.as_ref().map(|region| prefix(region.as_str())).unwrap_or_default();
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        hands::count(&mut connection, &prefix).await
    };
    let cases = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    Ok(Json(Sealed { cases }))
}
