//! POST /contacts/{id}/case: a case comes of a contact after all (成案).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use ids::ContactId;
use intake_rules::{ContactCommand, decide_contact};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Path, Problem};

use crate::{
    app::{
        Desk,
        contacts::{With, change, life},
        prepare::{From, Message, prepare},
    },
    http::{
        channels::made,
        contacts::{begin, commit, open},
        fault,
    },
    store::entries::{self, Entry},
};

/// The case that came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseOfContact {
    case_id: String,
    number: String,
    /// For the citizen; told with the first answer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    query_code: Option<String>,
}

/// Registers a case from a contact; a contact makes one case.
#[utoipa::path(post, path = "/contacts/{id}/case", tag = "contacts", request_body = Message,
    params(("id" = String, Path, description = "contact")),
    responses((status = 201, body = CaseOfContact), (status = 200, description = "it was one before", body = CaseOfContact),
              (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn make_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
    message: Later<Message>,
) -> Result<Response, Problem> {
    may(&claims, &Action::RecordContact)?;
    may(&claims, &Action::RegisterCase)?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let row = open(&mut transaction, &claims, &id).await?;
    let contact = ContactId(row.contact_id);
    decide_contact(life(&row)?, ContactCommand::MakeCase).map_err(|_| {
        Problem::conflict(
            "该记录正在认定，诉求请另行登记。",
            "A decision on this contact is open; register the matter by itself.",
        )
    })?;
    let before = entries::by_contact(&mut transaction, contact).await.map_err(|error| fault(error.into()))?;
    // The lock is not held over the registration: that has a transaction of its own, shared with others.
    commit(core, transaction).await?;
    let message = message.read()?;
    let (case, number, query_code) = match before {
        Some((case, number, _)) => (case, number, None),
        None => {
            let channel = row.channel.parse().map_err(anyhow::Error::from)?;
            let from = From { actor: claims.actor(), channel, key: Some(format!("contact/{contact}")) };
            let mut ready = prepare(core, message, from).await?;
            if let Some((key, digest)) = &mut ready.key {
                "contacts/case".clone_into(&mut key.0);
                digest.clear();
            }
            let line = row.line.clone();
            ready.entry = Some(Entry { contact: Some(contact), line, ..Entry::default() });
            let (answer, repeated) = made(desk.register(ready).await)?;
            (answer.case_id.0, answer.number.to_string(), (!repeated).then_some(answer.query_code))
        }
    };
    let mut transaction = begin(core).await?;
    let mut row = open(&mut transaction, &claims, &id).await?;
    let with = With::Case(case);
    change(core, &mut transaction, &mut row, &claims.actor(), None, ContactCommand::MakeCase, with).await?;
    commit(core, transaction).await?;
    let status = if query_code.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(CaseOfContact { case_id: case.to_string(), number, query_code })).into_response())
}
