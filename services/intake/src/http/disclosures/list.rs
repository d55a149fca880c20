//! GET /disclosures: requests that wait, the most urgent first, or those that are decided.

use axum::extract::State;
use identity::{Action, may};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use super::{DisclosureView, shown};
use crate::{app::Desk, http::fault, store::disclosures};

const MOST: i64 = 200;

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `true`: those that are decided, newest first.
    decided: Option<bool>,
}

/// Requests for disclosure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Disclosures {
    requests: Vec<DisclosureView>,
}

/// Lists requests.
#[utoipa::path(get, path = "/disclosures", tag = "disclosure", params(Asked),
    responses((status = 200, description = "requests", body = Disclosures),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Disclosures>, Problem> {
    may(&claims, &Action::Moderate)?;
    let open = !asked.decided.unwrap_or(false);
    let region = claims.region.as_ref().map(ids::RegionCode::stem);
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        disclosures::list(&mut connection, open, region, MOST).await
    };
    let rows: Result<_, sqlx::Error> = read.await;
    let rows = rows.map_err(|error| fault(error.into()))?.into_iter();
    let requests: anyhow::Result<_> = rows.map(|row| shown(&desk.core, row)).collect();
    Ok(Json(Disclosures { requests: requests? }))
}
