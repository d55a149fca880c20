//! `GET /reports/{id}?format=`: one report as data, as a page or as a workbook, always from the archived data.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse as _, Response},
};
use identity::{Action, may};
use ids::RegionCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Path, Problem, Query};

use crate::{
    Parts,
    report::{Document, page, workbook},
    store::reports,
};

/// How it is drawn.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// The archived data, byte by byte.
    #[default]
    Json,
    /// A page for the screen and the printer.
    Html,
    /// A workbook.
    Xlsx,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `json` (when missing), `html`, `xlsx`.
    #[serde(default)]
    #[param(inline)]
    format: Form,
}

const DIGEST: HeaderName = HeaderName::from_static("x-content-sha256");
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// 查看报告 one report
///
/// `X-Content-SHA256` is the digest of the data, whatever the form.
#[utoipa::path(
    get, path = "/reports/{id}", operation_id = "report", params(("id" = Uuid, Path), Asked), security(("bearer" = [])),
    responses(
        (status = 200, headers(("X-Content-SHA256" = String))), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
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
    let (data, digest, place) =
        reports::read(&mut db, id).await.context("reading a report")?.ok_or_else(missing)?;
    let within = match (&claims.region, place.parse::<RegionCode>()) {
        (None, _) => true,
        (Some(bound), Ok(place)) => bound.contains(&place),
        // It speaks of all places.
        (Some(_), Err(_)) => false,
    };
    if !within {
        return Err(missing());
    }
    let document = || serde_json::from_str::<Document>(&data).context("an archived report cannot be read");
    let (media, bytes) = match asked.format {
        Form::Json => ("application/json", data.into_bytes()),
        Form::Html => ("text/html; charset=utf-8", page(&document()?, &digest).into_bytes()),
        Form::Xlsx => (XLSX, workbook(&document()?, &digest).context("drawing a workbook")?),
    };
    Ok(([(header::CONTENT_TYPE, media.to_owned()), (DIGEST, digest)], bytes).into_response())
}
