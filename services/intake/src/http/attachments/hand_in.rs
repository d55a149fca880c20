//! POST /cases/{number}/attachments: a file is handed in, by staff, by the citizen's token or with the query code.

use axum::{
    extract::{Multipart, State, multipart::Field},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use identity::{Action, Claims, may};
use ids::CaseNumber;
use intake_rules::{Refusal, Seen};
use utoipa::ToSchema;
use web::{Json, MaybeCaller, Origin, Path, Problem};

use super::{AttachmentView, shown};
use crate::{
    app::{self, Core, Desk, attach},
    files::{Stored, Writer},
    http::{access, no_such_case},
    inspect::Inspector,
    store::find::File,
};

/// The form of the request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the API's description; it is read as a stream")]
pub(crate) struct Form {
    /// One file, with its name and media type.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Hands in one file. The same file twice is one attachment.
#[utoipa::path(post, path = "/cases/{number}/attachments", tag = "attachments",
    params(("number" = String, Path, description = "case number"),
           ("Query-Code" = Option<String>, Header, description = "the ten digits told at registration, instead of a token")),
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 201, description = "taken", body = AttachmentView),
              (status = 200, description = "it was there already", body = AttachmentView),
              (status = 404, description = "no such case", body = Problem),
              (status = 409, description = "the case takes nothing any more", body = Problem),
              (status = 413, description = "too long", body = Problem),
              (status = 422, description = "a file that is not taken, with the reason", body = Problem)),
    security(("bearer" = []), ()))]
pub(crate) async fn hand_in(
    State(desk): State<Desk>,
    MaybeCaller(claims): MaybeCaller,
    Path(number): Path<String>,
    origin: Origin,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let (file, actor) = entitled(core, claims, &number, (&headers, &origin)).await?;
    let most = attach::most_bytes(core, &file)?;
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        if field.name() != Some("file") {
            continue;
        }
        let (stored, seen) = take(core, field, most).await?;
        let taken = attach::attach(core, &file, actor, stored, &seen).await;
        if taken.is_err() {
            // Another case may have the same file; what nobody points to goes.
            forget_unowned(core, &stored).await;
        }
        let taken = taken?;
        let status = if taken.repeated { StatusCode::OK } else { StatusCode::CREATED };
        return Ok((status, Json(shown(core, taken.attachment)?)).into_response());
    }
    Err(Problem::bad_request("file", "缺少文件", "the file is missing"))
}

/// Who may hand in: the citizen of the case, the desk, and the unit that has it.
async fn entitled(
    core: &Core,
    claims: Option<Claims>,
    number: &str,
    (headers, origin): (&HeaderMap, &Origin),
) -> Result<(File, String), Problem> {
    if let Some(claims) = claims {
        let file = access::open(core, &claims, number).await?;
        let unit = file.unit.clone().filter(|_| claims.unit == file.unit);
        let handles = unit.is_some_and(|unit| may(&claims, &Action::Handle { unit }).is_ok());
        if !handles {
            may(&claims, &Action::Supplement { case: file.case_id })?;
        }
        return Ok((file, claims.actor()));
    }
    let code = headers.get("query-code").and_then(|code| code.to_str().ok());
    let code = code.ok_or_else(Problem::unauthorized)?;
    let number: CaseNumber = number.parse().map_err(|_| no_such_case())?;
    let from = origin.behind(core.config.trusted_proxies);
    Ok((app::track::track(core, from, &number, code).await?, "citizen".to_owned()))
}

/// Reads the file once: counted, looked at, sealed and written as it comes.
async fn take(core: &Core, mut field: Field<'_>, most: u64) -> Result<(Stored, Seen), Problem> {
    let name = text::safe_file_name(field.file_name().unwrap_or_default());
    let declared = field.content_type().map(str::to_owned);
    let mut inspector = Inspector::new();
    let mut writer = Writer::begin(&core.files, &core.vault).await.map_err(disk)?;
    while let Some(part) = field.chunk().await.map_err(|error| unread(&error))? {
        if writer.bytes() + part.len() as u64 > most {
            return Err(attach::refused(Refusal::TooLong));
        }
        inspector.look(&part);
        writer.write(&part).await.map_err(disk)?;
    }
    let stored = writer.finish().await.map_err(disk)?;
    Ok((stored, inspector.end(name, declared.as_deref())))
}

async fn forget_unowned(core: &Core, stored: &Stored) {
    let asked = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        crate::store::files::is_used(&mut connection, &stored.digest).await
    };
    if matches!(asked.await, Ok(false))
        && let Err(error) = core.files.remove(&stored.digest).await
    {
        tracing::warn!(%error, "a refused file stays in the store");
    }
}

fn disk(error: std::io::Error) -> Problem {
    Problem::internal(&anyhow::Error::new(error).context("writing a file into the store"))
}

fn unread(error: &axum::extract::multipart::MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        _ => Problem::bad_request("file", "不是完整的文件上传", "not a complete multipart upload"),
    }
}
