//! POST /publications: a draft of a closed case, redacted by rule.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use serde::Deserialize;
use text::valid;
use utoipa::ToSchema;
use web::{Caller, Json, Later, Problem, etag};

use super::PublicationView;
use crate::{
    app::{Desk, publishing},
    http::{access, knowledge::input::wrong},
};

/// Which case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPublication {
    /// Its number.
    case: String,
    /// The answer, when routing cannot be asked; otherwise routing's own words are taken.
    answer: Option<String>,
}

/// Makes a draft; the same case again gives the same draft.
#[utoipa::path(post, path = "/publications", tag = "publications", request_body = NewPublication,
    responses((status = 201, description = "the draft", body = PublicationView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "stays private, with the reason", body = Problem),
              (status = 422, description = "the answer cannot be had", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn draft(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    new: Later<NewPublication>,
) -> Result<Response, Problem> {
    may(&claims, &Action::Moderate)?;
    let new = new.read()?;
    let file = access::open(&desk.core, &claims, &new.case).await?;
    let mut errors = Vec::new();
    let pasted = new
        .answer
        .map(|words| valid::body(&words, 20_000).unwrap_or_else(|error| wrong("answer", error, &mut errors)));
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    let row = publishing::draft(&desk.core, &claims, &file, pasted).await?;
    Ok((StatusCode::CREATED, [etag(row.version)], Json(PublicationView::of(row))).into_response())
}
