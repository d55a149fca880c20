//! GET /contacts/{id}: one contact; its telephone only for who calls back, and never without a trace.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem, etag};

use crate::{
    app::{Desk, sealed},
    http::{
        contacts::{ContactStanding, begin, commit, list::may_see, open, standing},
        fault,
    },
    store::contacts,
};

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactFile {
    #[serde(flatten)]
    standing: ContactStanding,
    channel: String,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    note: String,
    /// The objection of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    grounds: Option<String>,
    /// Why it was decided so.
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruled_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<String>,
    /// The number to call back, for who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    pack: String,
    pack_version: i32,
}

/// Reads a contact. Reading its telephone is written down first.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path, description = "contact")),
    responses((status = 200, body = ContactFile, headers(("ETag" = String))), (status = 403, body = Problem),
              (status = 404, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn get_contact(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    may_see(&claims)?;
    let core = &desk.core;
    let mut transaction = begin(core).await?;
    let row = open(&mut transaction, &claims, &id).await?;
    let calls = may(&claims, &Action::RecordContact).is_ok() && may(&claims, &Action::ReadParty).is_ok();
    let phone = match row.phone.as_deref().filter(|_| calls) {
        None => None,
        Some(sealed) => {
            let look = contacts::look(&mut transaction, row.contact_id, core.now(), &claims.actor()).await;
            look.map_err(|error| fault(error.into()))?;
            let plain = core.vault.open(row.contact_id.as_bytes(), sealed);
            let plain = plain.ok_or_else(|| anyhow::anyhow!("a telephone does not open with this key"))?;
            Some(String::from_utf8(plain).map_err(anyhow::Error::from)?)
        }
    };
    let tag = etag(row.version);
    let file = ContactFile {
        standing: standing(&row)?,
        channel: row.channel,
        region: row.region,
        line: row.line,
        article: row.article.map(|article| article.to_string()),
        about: row.about,
        at: row.at.to_jiff(),
        // Of a sealed case that came of it nothing is shown here, nor that there is one.
        case_id: row
            .case_id
            .filter(|_| sealed::plain(row.note.clone()).is_some())
            .map(|case| case.to_string()),
        note: sealed::plain(row.note).unwrap_or_default(),
        grounds: row.grounds.and_then(sealed::plain),
        ruling: row.ruling.and_then(sealed::plain),
        ruled_by: row.ruled_by,
        phone,
        pack: row.pack_id,
        pack_version: row.pack_version,
    };
    commit(core, transaction).await?;
    Ok(([tag], Json(file)).into_response())
}
