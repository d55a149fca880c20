//! POST /mailboxes/{code}/letters: what the form of a mailbox sends; answered with a page.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::Response,
};
use web::{Path, Problem};

use crate::{
    app::{
        Desk, doors,
        party::Party,
        prepare::{self, From, Message},
    },
    http::channels::{html, made, mailboxes},
};

/// Registers a letter that was written in the form of a mailbox.
#[utoipa::path(post, path = "/mailboxes/{code}/letters", tag = "channels", security(()),
    params(("code" = String, Path, description = "mailbox")),
    responses((status = 201, description = "number and query code", content_type = "text/html"),
              (status = 404, body = Problem),
              (status = 422, description = "the form with what is wrong", content_type = "text/html")))]
pub(crate) async fn letter(
    State(desk): State<Desk>,
    Path(code): Path<String>,
    typed: Result<Form<html::Letter>, FormRejection>,
) -> Result<Response, Problem> {
    let mailbox = mailboxes::one(&desk, &code).await?;
    let Form(typed) =
        typed.map_err(|_| Problem::bad_request("form", "表单无法读取", "the form cannot be read"))?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut message = Message {
        kind: given(&typed.kind),
        title: typed.title.clone(),
        text: typed.text.clone(),
        region: String::new(),
        mailbox: Some(mailbox.code.clone()),
        party: Party { name: given(&typed.name), phone: given(&typed.phone), ..Party::default() },
        ..Message::default()
    };
    let entry = doors::enter(&desk.core, &mut message).await?;
    let known = prepare::pack(&desk.core, Some(&mailbox.pack))?;
    let channel = doors::channel(known, None, &message)?;
    // The key of the form is one of ours; anything else typed there is no key.
    let key = typed.key.parse::<uuid::Uuid>().ok().map(|key| format!("form-{key}"));
    let from = From { actor: "citizen".to_owned(), channel, key };
    let ready = match prepare::prepare(&desk.core, message, from).await {
        Ok(mut ready) => {
            ready.entry = entry;
            ready
        }
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let wrong: Vec<(String, String)> =
                problem.fields().iter().map(|error| (error.field.clone(), error.reason.clone())).collect();
            let body = html::form(&known.pack.kinds, &typed, &wrong);
            return Ok(html::page(StatusCode::UNPROCESSABLE_ENTITY, &mailbox, &body));
        }
        Err(problem) => return Err(problem),
    };
    let (answer, _) = made(desk.register(ready).await)?;
    let body = html::thanks(answer.number.as_str(), &answer.query_code);
    Ok(html::page(StatusCode::CREATED, &mailbox, &body))
}
