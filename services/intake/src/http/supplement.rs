//! POST /cases/{number}/supplement: the citizen adds to the matter (补充).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use intake_rules::check_supplement;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, FieldError, IfMatch, Json, Path, Problem, etag};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish, change},
    },
    http::access,
};

/// What is added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Addition {
    /// The words.
    text: String,
}

/// Adds to a matter that is not yet at its end.
#[utoipa::path(post, path = "/cases/{number}/supplement", tag = "cases", request_body = Addition,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "the text is wrong", body = Problem),
              (status = 428, description = "If-Match is missing", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn supplement(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    Json(Addition { text }): Json<Addition>,
) -> Result<Response, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::Supplement { case: file.case_id })?;
    let version = version.require()?;
    let known = desk.core.packs.of_case(&file.pack.id)?;
    let clean = text::clean(&text).text;
    let errors = check_supplement(&text, clean.chars().count(), &known.pack);
    if !errors.is_empty() {
        let errors = errors.into_iter().map(|error| FieldError::new(error.field, error.zh, error.en));
        return Err(Problem::unprocessable(errors.collect()));
    }
    let changed = change(&desk.core, &file, &claims, version, Wish::Supplement { text: clean }).await?;
    Ok(([etag(changed.version)], Json(changed)).into_response())
}
