//! PUT /conversations/{id}: the operator tells what the conversation turned out to be.

use axum::extract::State;
use identity::{Action, may};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use super::{Told, own};
use crate::{
    app::Desk,
    http::{access, broken},
    store::conversations,
};

/// What is known of a conversation since.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = conversations::Known)]
pub(crate) struct Known {
    /// It is for named hands only; never taken back.
    #[serde(default)]
    secret: bool,
    /// The number of the case it is about.
    case: Option<String>,
}

/// Tells which case a conversation is about, or that it is for named hands only: who listens without their right is taken off.
#[utoipa::path(put, path = "/conversations/{id}", tag = "listening", request_body = Known,
    params(("id" = String, Path, description = "conversation")),
    responses((status = 200, body = Told), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn change(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    sent: Later<Known>,
) -> Result<Json<Told>, Problem> {
    may(&claims, &Action::RecordContact)?;
    let core = &desk.core;
    let known = sent.read()?;
    let case = match &known.case {
        None => None,
        Some(number) => Some(access::open(core, &claims, number).await?.case_id.0),
    };
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    let row = own(&mut transaction, &claims, &id).await?;
    let write = async {
        conversations::keep(&mut transaction, row.conversation_id, known.secret, case, None).await?;
        let row = conversations::lock(&mut transaction, row.conversation_id).await?;
        transaction.commit().await?;
        row.ok_or(sqlx::Error::RowNotFound)
    };
    Ok(Json(Told::from(&write.await.map_err(broken)?)))
}
