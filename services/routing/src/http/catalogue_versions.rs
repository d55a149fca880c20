//! `GET /catalogue/versions` and `GET /catalogue/versions/{version}`: the history of the catalogue.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Page, Path, Problem, next_link};

use super::{Desk, catalogue::EntryBody, outcome::fault};
use crate::store::catalogue::{self, Version};

/// Versions of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionList {
    /// Newest first.
    versions: Vec<VersionView>,
}

/// Who made a version, when and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionView {
    /// Its number.
    version: i32,
    /// `planned`, `current` or `past`.
    state: String,
    /// Its first day.
    valid_from: String,
    /// Why it was made.
    note: Option<String>,
    /// The proposal that led to it.
    proposal: Option<Uuid>,
    /// Who made it.
    actor: String,
    /// When.
    at: String,
    /// How many lines it has.
    entries: i64,
}

/// The lines of one version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionEntries {
    /// In order.
    entries: Vec<EntryBody>,
}

/// Lists the versions of the catalogue.
#[utoipa::path(get, path = "/catalogue/versions", tag = "directory", security(("bearer" = [])), params(Page),
    responses((status = 200, body = VersionList), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    page: Page,
) -> Result<Response, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::Administer))?;
    let before = match &page.after {
        None => i32::MAX,
        Some(cursor) => cursor
            .as_str()
            .parse()
            .map_err(|_| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))?,
    };
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let mut rows =
        catalogue::versions(&mut connection, before, i64::from(page.limit) + 1).await.map_err(fault)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| row.version).filter(|_| more);
    let view = |row: Version| VersionView {
        version: row.version,
        state: row.state,
        valid_from: row.valid_from.to_string(),
        note: row.note,
        proposal: row.proposal,
        actor: row.actor,
        at: row.at.to_string(),
        entries: row.entries,
    };
    let body = Json(VersionList { versions: rows.into_iter().map(view).collect() });
    Ok(match last {
        Some(last) => {
            let path = format!("/api/routing/catalogue/versions?limit={}", page.limit);
            ([(header::LINK, next_link(&path, &last.to_string()))], body).into_response()
        }
        None => body.into_response(),
    })
}

/// Reads one version of the catalogue, so that each old decision can be explained.
#[utoipa::path(get, path = "/catalogue/versions/{version}", tag = "directory", security(("bearer" = [])),
    params(("version" = i32, Path, description = "version")),
    responses((status = 200, body = VersionEntries), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(version): Path<i32>,
) -> Result<Json<VersionEntries>, Problem> {
    may(&claims, &Action::ListCases).or_else(|_| may(&claims, &Action::Administer))?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let lines = catalogue::of_version(&mut connection, version).await.map_err(fault)?;
    if lines.is_empty() {
        return Err(Problem::not_found("没有这一版目录。", "There is no such version."));
    }
    let entries = lines.into_iter().map(|(id, entry)| EntryBody::of(id, entry)).collect();
    Ok(Json(VersionEntries { entries }))
}
