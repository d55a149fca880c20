//! `GET /cases/{case_id}/answer` 答复.

use axum::extract::State;
use identity::{Action, may};
use ids::{CaseId, UnitCode};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::{
    Desk,
    outcome::{fault, missing, refuse},
};
use crate::store::{cases, records};

/// What the citizen reads.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerView {
    /// The case.
    case_id: Uuid,
    /// The unit that handled it.
    unit: String,
    /// What people call it.
    unit_name: String,
    /// An outcome code of the pack.
    outcome: String,
    /// The answer itself.
    text: String,
    /// The legal basis, where one was owed.
    legal_basis: Option<String>,
    /// When the handling was completed.
    completed_on: Option<String>,
    /// The round that it answers.
    round: i32,
    /// When it was given.
    answered_at: String,
}

/// The answer to a case, for the citizen who holds its token and for staff.
#[utoipa::path(get, path = "/cases/{case_id}/answer", tag = "cases", security(("bearer" = [])),
    params(("case_id" = Uuid, Path, description = "case")),
    responses((status = 200, body = AnswerView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<AnswerView>, Problem> {
    let mut connection = desk.app.db.pool.acquire().await.map_err(fault)?;
    let case = CaseId(id);
    let route = cases::get(&mut connection, case).await.map_err(fault)?.ok_or_else(missing)?;
    let answer = records::released(&mut connection, case).await.map_err(fault)?;
    let unit = answer.as_ref().and_then(|(_, unit, _)| unit.parse::<UnitCode>().ok());
    let may =
        may(&claims, &Action::ReadCase { case, unit: unit.clone(), region: Some(route.region.clone()) });
    refuse(&desk.app, &mut connection, &claims, &route, may, "answer").await?;
    // Who told a sealed matter learns its result from a person, never from a screen that another may look at.
    let answer = answer.filter(|_| !(route.confidential && claims.has(identity::Role::Citizen)));
    let (Some((reply, code, round)), Some(unit)) = (answer, unit) else {
        return Err(Problem::not_found("该诉求尚未答复。", "The case is not answered yet."));
    };
    let reply = desk.app.vault.open_reply(reply)?;
    let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
    Ok(Json(AnswerView {
        case_id: id,
        unit: code,
        unit_name: directory.name_of(&unit),
        outcome: reply.outcome,
        text: reply.public_text,
        legal_basis: reply.legal_basis,
        completed_on: reply.completed_on.map(|day| day.to_string()),
        round,
        answered_at: reply.at.to_string(),
    }))
}
