//! `GET /cases/{case_id}/answer` 答复.

use axum::extract::State;
use identity::{Action, Role, may};
use ids::{CaseId, UnitCode};
use routing_rules::secrecy::{Told, told};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Json, Path, Problem};

use super::{
    Desk,
    outcome::{fault, missing, refuse},
};
use crate::store::{
    cases::{self, CaseRoute},
    records,
};

/// What the citizen reads.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerView {
    /// The case.
    case_id: Uuid,
    /// 处理结果保密: the matter has ended; `text` says where the answer is given in person, and nothing else is told.
    secret: bool,
    /// The unit that handled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<String>,
    /// An outcome code of the pack.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// The answer itself; of a secret one, the words of the pack.
    text: String,
    /// The words of the pack in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_en: Option<String>,
    /// The legal basis, where one was owed.
    legal_basis: Option<String>,
    /// When the handling was completed.
    completed_on: Option<String>,
    /// The round that it answers.
    round: i32,
    /// When it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<String>,
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
    let unit = answer.as_ref().and_then(|answer| answer.unit.parse::<UnitCode>().ok());
    let may =
        may(&claims, &Action::ReadCase { case, unit: unit.clone(), region: Some(route.region.clone()) });
    refuse(&desk.app, &mut connection, &claims, &route, may, "answer").await?;
    let (Some(answer), Some(unit)) = (answer, unit) else {
        return Err(Problem::not_found("该诉求尚未答复。", "The case is not answered yet."));
    };
    match told(claims.has(Role::Citizen), route.confidential, answer.secret) {
        Told::Ended => Ok(Json(ended(&desk, &route, answer.round))),
        Told::Whole => {
            let reply = desk.app.vault.open_reply(answer.reply)?;
            let directory = desk.app.directory.current(&mut connection).await.map_err(fault)?;
            Ok(Json(AnswerView {
                case_id: id,
                secret: false,
                unit: Some(answer.unit),
                unit_name: Some(directory.name_of(&unit)),
                outcome: Some(reply.outcome),
                text: reply.public_text,
                text_en: None,
                legal_basis: reply.legal_basis,
                completed_on: reply.completed_on.map(|day| day.to_string()),
                round: answer.round,
                answered_at: Some(reply.at.to_string()),
            }))
        }
    }
}

/// What the citizen of a secret result reads: that it ended, and where it is told.
fn ended(desk: &Desk, route: &CaseRoute, round: i32) -> AnswerView {
    let words = desk.app.packs.of(&route.pack).and_then(|pack| pack.reply.secret.as_ref());
    AnswerView {
        case_id: route.case.0,
        secret: true,
        unit: None,
        unit_name: None,
        outcome: None,
        text: words.map(|words| words.zh.clone()).unwrap_or_default(),
        text_en: words.map(|words| words.en.clone()),
        legal_basis: None,
        completed_on: None,
        round,
        answered_at: None,
    }
}
