//! POST /conversations/{id}/end: the operator tells that a conversation is over.

use axum::extract::State;
use identity::{Action, may};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use super::{Told, own};
use crate::{
    app::{Desk, listening},
    http::{access, broken, contacts, fault},
    store::conversations,
};

/// What came of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = conversations::Outcome)]
pub(crate) struct Outcome {
    /// The number of the case.
    case: Option<String>,
    /// The contact that was written down.
    contact: Option<String>,
}

/// Ends a conversation, and every listening with it. Told twice it is ended once.
#[utoipa::path(post, path = "/conversations/{id}/end", tag = "listening", request_body = Outcome,
    params(("id" = String, Path, description = "conversation")),
    responses((status = 200, body = Told), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn end(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    sent: Later<Outcome>,
) -> Result<Json<Told>, Problem> {
    may(&claims, &Action::RecordContact)?;
    let core = &desk.core;
    let came = sent.read()?;
    let case = match &came.case {
        None => None,
        Some(number) => Some(access::open(core, &claims, number).await?.case_id.0),
    };
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    let row = own(&mut transaction, &claims, &id).await?;
    let contact = match &came.contact {
        None => None,
        Some(id) => Some(contacts::open(&mut transaction, &claims, id).await?.contact_id),
    };
    let id = row.conversation_id;
    conversations::keep(&mut transaction, id, false, case, contact).await.map_err(broken)?;
    if row.ended_at.is_none() {
        listening::over(&mut transaction, &[id], core.now()).await.map_err(fault)?;
    }
    let row = conversations::lock(&mut transaction, id).await.map_err(broken)?;
    transaction.commit().await.map_err(broken)?;
    Ok(Json(Told::from(&row.ok_or_else(super::no_such_conversation)?)))
}
