//! GET /cases/{number}/archive: the file itself, as a page or as JSON; who reads it stands in the dossier first.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use web::{Caller, Path, Problem, Query};

use crate::{
    app::{Core, Desk, archive::not_archived, note::note},
    files::Reader,
    http::{
        access,
        attachments::read::{saved_as, streamed, unreadable},
        fault,
    },
    store::archive,
};

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `html` (the kept file itself, when missing) or `json` (what stands in it, without the attachments' bytes).
    format: Option<String>,
}

/// Where the JSON begins and ends within the page.
const BEGIN: &[u8] = b"<script type=\"application/json\" id=\"huiyin-archive\">";
const END: &[u8] = b"</script>";

/// Reads the file of a case. It holds everything, so it is for those who may see everything of the case.
#[utoipa::path(get, path = "/cases/{number}/archive", tag = "archive",
    params(("number" = String, Path, description = "case number"), Asked),
    responses((status = 200, description = "the file", content_type = "text/html", headers(("Digest" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 404, description = "no such case, or not archived", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn read(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    for action in [Action::Archive, Action::ReadParty, Action::ReadDossier] {
        may(&claims, &action)?;
    }
    let as_json = match asked.format.as_deref() {
        None | Some("html") => false,
        Some("json") => true,
        Some(_) => return Err(Problem::bad_request("format", "应为 html 或 json", "must be html or json")),
    };
    let newest = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        archive::newest(&mut connection, file.case_id).await
    };
    let newest: Result<_, sqlx::Error> = newest.await;
    let row = newest.map_err(|error| fault(error.into()))?.ok_or_else(not_archived)?;
    let reader = Reader::open(&core.files, &row.digest).await.map_err(unreadable)?;
    let digest = crate::files::hex(&row.digest);
    note(core, file.case_id, &claims, "archive.read", json!({"digest": digest}))
        .await
        .map_err(|error| fault(error.into()))?;
    let (body, media, extension) = match as_json {
        true => (within(core, reader).await?.into_response(), "application/json", "json"),
        false => (streamed(core.clone(), reader).into_response(), "text/html; charset=utf-8", "html"),
    };
    let mut response = body;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CONTENT_DISPOSITION, saved_as(&format!("{}.{extension}", file.number))?);
    headers
        .insert("digest", HeaderValue::from_str(&format!("sha-256={digest}")).map_err(anyhow::Error::from)?);
    Ok(response)
}

/// Reads the JSON that stands at the end of the page, without the rest in memory.
async fn within(core: &Core, mut reader: Reader) -> Result<Vec<u8>, Problem> {
    let find = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).position(|at| at == word);
    let (mut kept, mut begun) = (Vec::new(), false);
    while let Some(piece) = reader.next(&core.vault).await.map_err(unreadable)? {
        kept.extend(piece);
        if begun {
            continue;
        }
        match find(&kept, BEGIN) {
            Some(at) => {
                kept.drain(..at + BEGIN.len());
                begun = true;
            }
            None => drop(kept.drain(..kept.len().saturating_sub(BEGIN.len()))),
        }
    }
    let end = find(&kept, END).filter(|_| begun);
    kept.truncate(end.ok_or_else(|| anyhow::anyhow!("an archived file has no JSON inside"))?);
    Ok(kept)
}
