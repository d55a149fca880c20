//! POST /contacts/{id}/attempts: a call back is written down, whatever came of it (回拨).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use intake_rules::ContactCommand;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem, etag};

use crate::{
    app::{
        Desk,
        contacts::{With, change},
    },
    http::contacts::{ContactStanding, begin, commit, open, standing},
};

/// A call back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallBack {
    /// Which one it is, from 1: the same number again is a repeat.
    attempt: i32,
    /// Someone answered.
    reached: bool,
}

/// Writes a call back down. After so many in vain as the pack names the person counts as unreachable.
#[utoipa::path(post, path = "/contacts/{id}/attempts", tag = "contacts", request_body = CallBack,
    params(("id" = String, Path, description = "contact")),
    responses((status = 200, body = ContactStanding, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn attempt(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    sent: Later<CallBack>,
) -> Result<Response, Problem> {
    may(&claims, &Action::RecordContact)?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let mut row = open(&mut transaction, &claims, &id).await?;
    let rules = core.packs.of_case(&row.pack_id)?.pack.contacts;
    // Without a rule nobody is ever given up.
    let most = rules.map_or(i32::MAX, |rules| rules.call_back_attempts);
    let CallBack { attempt: number, reached } = sent.read()?;
    let command = ContactCommand::Attempt { number, reached, most };
    change(core, &mut transaction, &mut row, &claims.actor(), None, command, With::Nothing).await?;
    commit(core, transaction).await?;
    Ok(([etag(row.version)], Json(standing(&row)?)).into_response())
}
