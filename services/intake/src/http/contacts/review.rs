//! POST /contacts/{id}/review: a supervisor decides whether the facts bear an abusive call out.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use intake_rules::ContactCommand;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use crate::{
    app::{
        Desk,
        contacts::{With, change},
    },
    http::{
        contacts::{ContactStanding, begin, commit, open, standing},
        given::Given,
    },
};

/// A decision with its reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ruling {
    /// The facts bear it out.
    abusive: bool,
    /// Why; the person may read it.
    reason: String,
}

/// Decides on an abusive call, or on the objection to such a decision.
#[utoipa::path(post, path = "/contacts/{id}/review", tag = "contacts", request_body = Ruling,
    params(("id" = String, Path, description = "contact"),
           ("If-Match" = String, Header, description = "the version that was read")),
    responses((status = 200, body = ContactStanding, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem), (status = 428, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn review(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    version: IfMatch,
    sent: Later<Ruling>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ReviewContact)?;
    let version = version.require()?;
    let mut given = Given::default();
    let Ruling { abusive, reason } = sent.read()?;
    let reason = given.text("reason", &reason, 2000);
    given.check()?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let mut row = open(&mut transaction, &claims, &id).await?;
    let command = ContactCommand::Review { abusive };
    let with = With::Ruling(reason);
    change(core, &mut transaction, &mut row, &claims.actor(), Some(version), command, with).await?;
    commit(core, transaction).await?;
    Ok(([etag(row.version)], Json(standing(&row)?)).into_response())
}
