//! GET /archive/due: files whose time is over and whose end nobody has decided.

use axum::extract::State;
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use super::KeepingView;
use crate::{
    app::Desk,
    http::fault,
    store::{archive, list},
};

const MOST: i64 = 200;

/// Files past their day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DueFiles {
    /// Longest over first, two hundred at most.
    files: Vec<KeepingView>,
}

/// Lists files whose time is over. What becomes of them is for two people to decide.
#[utoipa::path(get, path = "/archive/due", tag = "archive",
    responses((status = 200, description = "longest over first", body = DueFiles),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn due(State(desk): State<Desk>, Caller(claims): Caller) -> Result<Json<DueFiles>, Problem> {
    may(&claims, &Action::Archive)?;
    let core = &desk.core;
    let region = claims.region.as_ref().map(ids::RegionCode::stem);
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let secret = may(&claims, &Action::ReadSealed).is_ok();
        let rows = archive::due(&mut connection, core.today(), region, secret, MOST).await?;
        let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.case_id).collect();
        Ok((rows, list::numbers(&mut connection, &ids).await?))
    };
    let (rows, numbers) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let number = |case| numbers.get(&case).map(ToString::to_string).unwrap_or_default();
    let files = rows.into_iter().map(|row| KeepingView::of(core, number(row.case_id), row));
    Ok(Json(DueFiles { files: files.collect::<anyhow::Result<_>>()? }))
}
