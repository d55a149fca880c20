//! GET /publications?state=: what waits for a moderator, and what was decided.

use axum::extract::State;
use identity::{Action, may};
use intake_rules::PublicationState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use super::PublicationView;
use crate::{app::Desk, http::fault, store::publications};

const MOST: i64 = 200;

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `draft` when missing.
    state: Option<String>,
}

/// Public answers in one state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Publications {
    /// Newest first.
    publications: Vec<PublicationView>,
}

/// Lists the newest public answers in a state.
#[utoipa::path(get, path = "/publications", tag = "publications", params(Asked),
    responses((status = 200, description = "newest first", body = Publications),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Publications>, Problem> {
    may(&claims, &Action::Moderate)?;
    let state = PublicationState::read(asked.state.as_deref().unwrap_or("draft"))
        .ok_or_else(|| Problem::bad_request("state", "没有这个状态", "there is no such state"))?;
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        publications::in_state(&mut connection, state, MOST).await
    };
    let rows: Result<_, sqlx::Error> = read.await;
    let rows = rows.map_err(|error| fault(error.into()))?.into_iter();
    let stem = claims.region.as_ref().map(|region| region.stem().to_owned());
    let seen = rows.filter(|row| stem.as_ref().is_none_or(|stem| row.region.starts_with(stem.as_str())));
    Ok(Json(Publications { publications: seen.map(PublicationView::of).collect() }))
}
