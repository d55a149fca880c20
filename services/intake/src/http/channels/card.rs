//! GET /cases/{number}/card: the card that is handed to a visitor (便民联系卡).

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{app::Desk, http::access};

/// What stands on the card: enough to ask again, nothing of who told the matter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactCard {
    number: String,
    state_zh: &'static str,
    state_en: &'static str,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// The unit that has the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// The first instant that is too late, where a limit runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    /// How to ask again.
    ask_zh: &'static str,
    ask_en: &'static str,
}

/// Makes the card of a case.
#[utoipa::path(get, path = "/cases/{number}/card", tag = "channels",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, body = ContactCard), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn card(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<ContactCard>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    Ok(Json(ContactCard {
        number: file.number.to_string(),
        state_zh: file.state.zh(),
        state_en: file.state.en(),
        received_at: file.received_at,
        unit: file.unit.map(|unit| unit.to_string()),
        due_at: file.due_at,
        ask_zh: "凭编号和查询码可查询办理进度、补充情况、评价答复。",
        ask_en: "Number and query code show where it is, take additions, and rate the answer.",
    }))
}
