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
use crate::{
    app::desk::family::owner_of,
    store::{assignments, cases, copies, lists, sides},
};

/// A case with all its hand-overs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseDetail {
    /// The case.
    case: CaseView,
    /// Oldest first.
    assignments: Vec<AssignmentView>,
    /// Whose the case is; missing while the centre looks for its first unit.
    owner: Option<OwnerView>,
    /// 抄送: units that read along.
    copies: Vec<String>,
    /// How hand-overs were made, where it was not the plain way.
    ways: Vec<WayView>,
}

/// The one unit whose the case is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnerView {
    /// Its code.
    unit: String,
    /// What people call it.
    unit_name: String,
    /// It gave the case back and keeps it until the next unit has it.
    retained: bool,
}

/// How a hand-over was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WayView {
    /// The hand-over.
    assignment: Uuid,
    /// `self` 自办, `direct` 直派, `designated` 指定, `conference` 联席会议, `succession` 职权承接.
    way: String,
    /// Why, as the dispatcher wrote.
    basis: Option<String>,
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
    let copies = copies::of_case(&mut connection, case).await.map_err(fault)?;
    let along = copies.iter().find(|unit| claims.unit.as_ref() == Some(unit));
    let unit = own.map(|hand| hand.unit.clone()).or_else(|| along.cloned());
    let may = may(&claims, &Action::ReadCase { case, unit, region: Some(route.region.clone()) });
    refuse(&desk.app, &mut connection, &claims, &route, may, "case").await?;
    let due = lists::due_of(&mut connection, id).await.map_err(fault)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    let ids: Vec<_> = hands.iter().map(|hand| hand.id).collect();
    let ways = sides::ways_of(&mut connection, &ids).await.map_err(fault)?;
    let way = |id: &ids::AssignmentId| {
        let (way, basis) = ways.get(id)?;
        let basis = desk.app.vault.open_some(id.0, basis.as_deref());
        Some(basis.map(|basis| WayView { assignment: id.0, way: way.clone(), basis }))
    };
    let owner = owner_of(&hands).map(|(unit, retained)| OwnerView {
        unit_name: directory.name_of(&unit),
        unit: unit.to_string(),
        retained,
    });
    let detail = CaseDetail {
        case: CaseView::of(&route, due, &directory),
        assignments: hands.iter().map(AssignmentView::of).collect(),
        owner,
        copies: copies.iter().map(ToString::to_string).collect(),
        ways: ids.iter().filter_map(way).collect::<anyhow::Result<_>>()?,
    };
    Ok(([etag(route.version)], Json(detail)).into_response())
}
