//! GET /publications/candidates: closed cases whose answer nobody has looked at for publication.

use axum::extract::State;
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use crate::{app::Desk, http::fault, store::portal};

const MOST: i64 = 100;

/// Cases that may be made public.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Candidates {
    /// Newest receipt first.
    candidates: Vec<CandidateView>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CandidateView {
    case_id: String,
    number: String,
    title: String,
    kind: String,
    unit: Option<String>,
}

/// Lists candidates. Confidential cases are never among them.
#[utoipa::path(get, path = "/publications/candidates", tag = "publications",
    responses((status = 200, description = "newest first", body = Candidates),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn candidates(
    State(desk): State<Desk>,
    Caller(claims): Caller,
) -> Result<Json<Candidates>, Problem> {
    may(&claims, &Action::Moderate)?;
    let kinds = desk.core.packs.public_kinds();
    let region = claims.region.as_ref().map(ids::RegionCode::stem);
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        portal::candidates(&mut connection, &kinds, region, MOST).await
    };
    let rows: Result<_, sqlx::Error> = read.await;
    let rows = rows.map_err(|error| fault(error.into()))?.into_iter();
    let view = |(case, number, title, kind, unit): (uuid::Uuid, _, _, _, _)| CandidateView {
        case_id: case.to_string(),
        number,
        title,
        kind,
        unit,
    };
    Ok(Json(Candidates { candidates: rows.map(view).collect() }))
}
