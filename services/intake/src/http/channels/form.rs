//! GET /mailboxes/{code}/form: the form of one mailbox, to be shown alone or in a frame of the office's own site.

use axum::{extract::State, http::StatusCode, response::Response};
use web::{Path, Problem};

use crate::{
    app::{Desk, prepare},
    http::channels::{html, mailboxes},
};

/// Shows the form of a mailbox as HTML.
#[utoipa::path(get, path = "/mailboxes/{code}/form", tag = "channels", security(()),
    params(("code" = String, Path, description = "mailbox")),
    responses((status = 200, description = "the form", content_type = "text/html"), (status = 404, body = Problem)))]
pub(crate) async fn form(State(desk): State<Desk>, Path(code): Path<String>) -> Result<Response, Problem> {
    let mailbox = mailboxes::one(&desk, &code).await?;
    let known = prepare::pack(&desk.core, Some(&mailbox.pack))?;
    // Sent back with the letter, so that a second click sends no second letter.
    let typed = html::Letter {
        key: uuid::Uuid::new_v4().to_string(),
        kind: known.pack.default_kind.clone(),
        ..html::Letter::default()
    };
    Ok(html::page(StatusCode::OK, &mailbox, &html::form(&known.pack.kinds, &typed, &[])))
}
