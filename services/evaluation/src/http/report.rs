//! `GET /reports/{id}?format=`: one report as data, as a page, as a workbook or printed, always from the archived data.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Path, Problem, Query};

use crate::{
    Parts,
    app::{reporting::within, sealed::leave_out},
    report::{Document, Edition, Note, Undrawn, page, printed, workbook},
    store::{reports, words},
};

/// How it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// The archived data, byte by byte but for numbers of cases that the reader is not shown.
    #[default]
    Json,
    /// A page for the screen and the printer.
    Html,
    /// A workbook.
    Xlsx,
    /// Pages of A4.
    Pdf,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `json` (when missing), `html`, `xlsx`, `pdf`.
    #[serde(default)]
    #[param(inline)]
    format: Form,
}

const DIGEST: HeaderName = HeaderName::from_static("x-content-sha256");
const SEALED: HeaderName = HeaderName::from_static("x-sealed-since");
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// 查看报告 one report
///
/// `X-Content-SHA256` is the digest of the data, whatever the form. A draft is seen by those who edit and release; words of the editor
/// (原因分析、对策建议) stand in every form but `json`, see `/reports/{id}/words`. As PDF it needs a font (503 without one). Numbers of
/// cases that were sealed since it was made are left out of every form, `（已密封）` in their place; `X-Sealed-Since` says of how many.
/// To officers and administrators no number is shown (`（略）`). The archive keeps them, and the digest is that of the archive.
#[utoipa::path(
    get, path = "/reports/{id}", operation_id = "report", params(("id" = Uuid, Path), Asked), security(("bearer" = [])),
    responses(
        (status = 200, headers(("X-Content-SHA256" = String), ("X-Sealed-Since" = u64))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn report(
    State(parts): State<Parts>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    may(&claims, &Action::ReadReports)?;
    let mut db = parts.db.pool.acquire().await.context("reading a report")?;
    let missing = || Problem::not_found("没有该报告。", "There is no such report.");
    let mut whole = reports::read(&mut db, id).await.context("reading a report")?.ok_or_else(missing)?;
    let draft = whole.released_at.is_none();
    if !within(&claims, &whole.region) || (draft && may(&claims, &Action::Supervise).is_err()) {
        return Err(missing());
    }
    let newest = words::newest(&mut db, id).await.context("reading a report")?;
    let mut note = newest.map(|words| Note { causes: words.causes, remedies: words.remedies });
    let noted = note.iter_mut().flat_map(|note| [&mut note.causes, &mut note.remedies]);
    let mut texts: Vec<&mut String> = std::iter::once(&mut whole.data).chain(noted).collect();
    let sealed = leave_out(&mut db, &claims, &mut texts).await.context("reading a report")?;
    drop(db);
    drawn(&parts, asked.format, Sheet { data: whole.data, digest: whole.digest, note, draft, sealed }).await
}

/// What is drawn.
pub(super) struct Sheet {
    pub(super) data: String,
    /// Of the data as archived.
    pub(super) digest: String,
    pub(super) note: Option<Note>,
    pub(super) draft: bool,
    /// How many cases were left out of data and note.
    pub(super) sealed: usize,
}

/// Draws data in a form.
pub(super) async fn drawn(parts: &Parts, form: Form, sheet: Sheet) -> Result<Response, Problem> {
    let Sheet { data, digest, note, draft, sealed } = sheet;
    let mark = digest.clone();
    let faces = Arc::clone(&parts.faces);
    // Some pages of glyphs are work for milliseconds, and a font is read once: not on a thread that serves others.
    let draw = move || -> Result<(&'static str, Vec<u8>), Problem> {
        if form == Form::Json {
            return Ok(("application/json", data.into_bytes()));
        }
        let document: Document = serde_json::from_str(&data).context("an archived report cannot be read")?;
        let edition = Edition { document: &document, digest: &digest, note: note.as_ref(), draft, sealed };
        Ok(match form {
            Form::Json | Form::Html => ("text/html; charset=utf-8", page(&edition).into_bytes()),
            Form::Xlsx => (XLSX, workbook(&edition).context("drawing a workbook")?),
            Form::Pdf => ("application/pdf", pdf(&edition, &faces)?),
        })
    };
    let (media, bytes) = tokio::task::spawn_blocking(draw).await.context("drawing a report")??;
    let heads = [(header::CONTENT_TYPE, media.to_owned()), (DIGEST, mark), (SEALED, sealed.to_string())];
    Ok((heads, bytes).into_response())
}

fn pdf(edition: &Edition<'_>, faces: &crate::report::Faces) -> Result<Vec<u8>, Problem> {
    let drawn = faces.face().map_err(Undrawn::from).and_then(|face| printed(edition, face));
    drawn.map_err(|why| match why {
        Undrawn::NoFont(_) => Problem::unavailable().detail(
            "没有可用的中文字体，不能生成 PDF；请在配置 evaluation.report.font 中指定字体文件，其他格式不受影响。",
            "No font with Chinese is there to print with: set evaluation.report.font to a font file. The other forms need none.",
        ),
        Undrawn::Unwritten(_) => Problem::internal(&anyhow::Error::new(why)),
    })
}
