//! GET /public/answers/{publication}: one released answer.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use ids::PublicationId;
use intake_rules::PublicationState;
use web::{Json, Path, Problem};

use super::{PublicAnswer, cacheable};
use crate::{
    app::{Desk, publishing::missing},
    http::fault,
    store::{publications, secrecy},
};

/// Reads one public answer. What is not public cannot be told from what is not there.
#[utoipa::path(get, path = "/public/answers/{publication}", tag = "public",
    params(("publication" = String, Path, description = "its id")),
    responses((status = 200, description = "the answer", body = PublicAnswer, headers(("Cache-Control" = String))),
              (status = 404, description = "no such public answer", body = Problem)),
    security(()))]
pub(crate) async fn answer(
    State(desk): State<Desk>,
    Path(publication): Path<String>,
) -> Result<Response, Problem> {
    let id: PublicationId = publication.parse().map_err(|_| missing())?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let found = publications::by_ids(&mut connection, &[id.0]).await?.pop();
        Ok(match found {
            Some(row) if secrecy::stands(&mut connection, row.case_id).await? => None,
            found => found,
        })
    };
    let found: Result<_, sqlx::Error> = read.await;
    let row = found.map_err(|error| fault(error.into()))?;
    let row = row.filter(|row| row.state == PublicationState::Released).ok_or_else(missing)?;
    Ok(([cacheable(&desk.core)], Json(PublicAnswer::of(row))).into_response())
}
