//! GET /cases/{number}/attachments/{id}: the file itself; who reads it stands in the dossier first.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use ids::AttachmentId;
use serde_json::json;
use web::{Caller, Path, Problem};

use super::name_of;
use crate::{
    app::{Desk, note::note},
    files::{Reader, Unreadable},
    http::{access, fault},
    store::attachments,
};

/// Reads a file. It is always offered for saving, never shown in place.
#[utoipa::path(get, path = "/cases/{number}/attachments/{attachment}", tag = "attachments",
    params(("number" = String, Path, description = "case number"),
           ("attachment" = String, Path, description = "the attachment's id")),
    responses((status = 200, description = "the content", content_type = "application/octet-stream"),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case or attachment", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn read(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((number, attachment)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    let missing = || Problem::not_found("没有这个附件。", "There is no such attachment.");
    let id: AttachmentId = attachment.parse().map_err(|_| missing())?;
    let rows = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        attachments::of_case(&mut connection, file.case_id).await
    };
    let rows = rows.await.map_err(|error| fault(error.into()))?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or_else(missing)?;
    let name = name_of(core, &row)?;
    let reader = Reader::open(&core.files, &row.digest).await.map_err(unreadable)?;
    note(core, file.case_id, &claims, "attachment.read", json!({"attachment": id}))
        .await
        .map_err(|error| fault(error.into()))?;
    let mut response = streamed(core.clone(), reader).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(row.bytes));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&row.media).map_err(anyhow::Error::from)?);
    headers.insert(header::CONTENT_DISPOSITION, saved_as(&name)?);
    Ok(response)
}

/// `Content-Disposition` with the name in its encoded form (RFC 6266, RFC 8187).
pub(crate) fn saved_as(name: &str) -> Result<HeaderValue, Problem> {
    use std::fmt::Write as _;
    let encoded = name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    });
    let value = format!("attachment; filename*=UTF-8''{encoded}");
    Ok(HeaderValue::from_str(&value).map_err(anyhow::Error::from)?)
}

/// A body that opens piece by piece; one that breaks on the way ends the connection, so that nobody takes it for whole.
pub(crate) fn streamed(core: std::sync::Arc<crate::app::Core>, reader: Reader) -> Body {
    let pieces = futures::stream::try_unfold(reader, move |mut reader| {
        let core = core.clone();
        async move { Ok::<_, Unreadable>(reader.next(&core.vault).await?.map(|piece| (piece, reader))) }
    });
    Body::from_stream(pieces)
}

/// A file that cannot be read is a fault of ours.
pub(crate) fn unreadable(error: Unreadable) -> Problem {
    Problem::internal(&anyhow::Error::new(error))
}
