//! `GET /cases/{case_id}`: where a case is.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use ids::CaseId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem, etag};

use super::{
    Desk,
    outcome::{fault, missing, refuse},
    views::{AssignmentView, CaseView},
};
use crate::store::{assignments, cases, lists};

/// A case with all its hand-overs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseDetail {
    /// The case.
    case: CaseView,
    /// Oldest first.
    assignments: Vec<AssignmentView>,
}

/// Where a case is, with the version for `If-Match` as `ETag`.
#[utoipa::path(get, path = "/cases/{case_id}", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let hands = assignments::of_cases(&mut connection, &[id]).await.map_err(fault)?;
    // Staff of a unit see a case that their unit has or had.
    let own = hands.iter().find(|hand| claims.unit.as_ref() == Some(&hand.unit));
    let unit = own.map(|hand| hand.unit.clone());
    let may = may(&claims, &Action::ReadCase { case, unit, region: Some(route.region.clone()) });
    refuse(&desk.app, &mut connection, &claims, &route, may, "case").await?;
    let due = lists::due_of(&mut connection, id).await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let detail = CaseDetail {
        case: CaseView::of(&route, due, &directory),
        assignments: hands.iter().map(AssignmentView::of).collect(),
    };
    Ok(([etag(route.version)], Json(detail)).into_response())
}
