//! POST /contacts/track and /contacts/objection: who has the code learns what was decided and may object, once.

use axum::extract::State;
use intake_rules::ContactCommand;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Json, Origin, Problem};

use crate::{
    app::{
        Desk,
        contacts::{With, by_code, change},
    },
    http::{
        contacts::{ContactStanding, begin, commit, standing},
        given::Given,
    },
    store::contacts::ContactRow,
};

/// What the person was given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactKeys {
    contact: Uuid,
    code: String,
}

/// An objection.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Objection {
    contact: Uuid,
    code: String,
    /// Why the decision is not accepted.
    grounds: String,
}

/// What the person may know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decided {
    #[serde(flatten)]
    standing: ContactStanding,
    /// The facts that were written down.
    facts: String,
    /// Why it was decided so.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The objection can still be made.
    may_object: bool,
}

/// Shows a decision to the person it is about.
#[utoipa::path(post, path = "/contacts/track", tag = "contacts", request_body = ContactKeys,
    responses((status = 200, body = Decided), (status = 404, body = Problem), (status = 429, body = Problem)),
    security(()))]
pub(crate) async fn track(
    State(desk): State<Desk>,
    origin: Origin,
    Json(ContactKeys { contact, code }): Json<ContactKeys>,
) -> Result<Json<Decided>, Problem> {
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let from = origin.behind(core.config.trusted_proxies);
    let found = by_code(core, &mut transaction, from, (contact, &code)).await;
    // Also the count of wrong codes is kept.
    commit(core, transaction).await?;
    decided(&found?)
}

/// Objects to a decision. A supervisor looks again; the second decision is for good.
#[utoipa::path(post, path = "/contacts/objection", tag = "contacts", request_body = Objection,
    responses((status = 200, body = Decided), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem), (status = 429, body = Problem)), security(()))]
pub(crate) async fn object(
    State(desk): State<Desk>,
    origin: Origin,
    Json(Objection { contact, code, grounds }): Json<Objection>,
) -> Result<Json<Decided>, Problem> {
    let mut given = Given::default();
    let grounds = given.text("grounds", &grounds, 2000);
    given.check()?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let from = origin.behind(core.config.trusted_proxies);
    let found = by_code(core, &mut transaction, from, (contact, &code)).await;
    let mut row = match found {
        Ok(row) => row,
        Err(problem) => {
            commit(core, transaction).await?;
            return Err(problem);
        }
    };
    let with = With::Grounds(grounds);
    change(core, &mut transaction, &mut row, "citizen", None, ContactCommand::Object, with).await?;
    commit(core, transaction).await?;
    decided(&row)
}

fn decided(row: &ContactRow) -> Result<Json<Decided>, Problem> {
    Ok(Json(Decided {
        standing: standing(row)?,
        facts: row.note.clone(),
        reason: row.ruling.clone(),
        may_object: row.state == "confirmed" && !row.objected,
    }))
}
