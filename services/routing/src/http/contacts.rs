//! `GET /assignments/{id}/contacts`: every try to reach the citizen.

use axum::extract::State;
use identity::{Action, may};
use ids::AssignmentId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::{
    Desk,
    outcome::{fault, missing, refuse},
};
use crate::store::{assignments, cases, records};

/// Tries to reach the citizen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactList {
    /// Oldest first.
    contacts: Vec<ContactView>,
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactView {
    /// When.
    at: String,
    /// Whether the citizen was reached.
    reached: bool,
    /// For the file; stays inside.
    note: Option<String>,
    /// Who called.
    actor: String,
}

/// Lists the tries of first contact (先行联系).
#[utoipa::path(get, path = "/assignments/{id}/contacts", tag = "assignments", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "assignment")),
    responses((status = 200, body = ContactList), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ContactList>, Problem> {
    may(&claims, &Action::ListCases)?;
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let id = AssignmentId(id);
    let row = assignments::get(&mut connection, id).await.map_err(fault)?.ok_or_else(missing)?;
    let case = cases::get(&mut connection, row.case).await.map_err(fault)?.ok_or_else(missing)?;
    let here = Action::ReadCase { case: row.case, unit: Some(row.unit), region: Some(case.region.clone()) };
    refuse(&desk.app, &mut connection, &claims, &case, may(&claims, &here), "contacts").await?;
    let rows = records::contacts_of(&mut connection, id).await.map_err(fault)?;
    let view = |row: records::Contact| ContactView {
        at: row.at.to_string(),
        reached: row.reached,
        note: row.note,
        actor: row.actor,
    };
    Ok(Json(ContactList { contacts: rows.into_iter().map(view).collect() }))
}
