//! PUT /publications/{id} and POST …/release, …/refuse, …/unpublish, …/typical: what moderators do.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, Claims, may};
use serde::Deserialize;
use text::valid;
use utoipa::ToSchema;
use web::{Caller, FieldError, Gate, IfMatch, Json, Later, Path, Problem, etag};

use super::{PublicationView, month};
use crate::{
    app::{
        Core, Desk,
        publishing::{self, Deed, missing},
        redaction,
    },
    http::knowledge::input::wrong,
};

/// The words as a person has edited them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edited {
    title: String,
    question: String,
    answer: String,
}

/// What may stand though it looks like somebody's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleaseInput {
    /// Kinds such as `phone`, for the telephone of an office; it is written down who let them stand.
    #[serde(default)]
    let_stand: Vec<String>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// A code: small letters, digits, `-` and `_`.
    reason: String,
}

/// Of which month.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typical {
    /// A month such as `2026-11`; null takes the mark away.
    month: Option<String>,
}

async fn perform(
    core: &Core,
    claims: &Claims,
    id: &str,
    version: IfMatch,
    deed: Deed,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| missing())?;
    let after = publishing::perform(core, claims, id, version.require()?, deed).await?;
    Ok(([etag(after.version)], Json(PublicationView::of(after))).into_response())
}

fn code(because: Because) -> Result<String, Problem> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if (1..=64).contains(&because.reason.len()) && because.reason.bytes().all(plain) {
        return Ok(because.reason);
    }
    Err(Problem::unprocessable(vec![FieldError::new("reason", "不是原因代码", "is not a reason code")]))
}

/// Changes the words of what is not public now.
#[utoipa::path(put, path = "/publications/{publication}", tag = "publications", request_body = Edited,
    params(("publication" = String, Path, description = "its id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = PublicationView, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 422, description = "a field is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn edit(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(publication): Path<String>,
    version: IfMatch,
    edited: Later<Edited>,
) -> Result<Response, Problem> {
    may(&claims, &Action::Moderate)?;
    let mut errors = Vec::new();
    let edited = edited.read()?;
    let title = valid::line(&edited.title, 200).unwrap_or_else(|error| wrong("title", error, &mut errors));
    let mut body = |field: &str, words: &str| {
        valid::body(words, 20_000).unwrap_or_else(|error| wrong(field, error, &mut errors))
    };
    let (question, answer) = (body("question", &edited.question), body("answer", &edited.answer));
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    perform(&desk.core, &claims, &publication, version, Deed::Edit { title, question, answer }).await
}

/// Lets everybody read it. What still tells of somebody is refused with the field.
#[utoipa::path(post, path = "/publications/{publication}/release", tag = "publications", request_body = ReleaseInput,
    params(("publication" = String, Path, description = "its id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "public", body = PublicationView, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 422, description = "it still tells of somebody", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn release(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(publication): Path<String>,
    version: IfMatch,
    input: Later<ReleaseInput>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Moderate]);
    let input = input.read_by(&gate)?;
    let kinds: Option<Vec<text::Kind>> = input.let_stand.iter().map(|word| redaction::kind(word)).collect();
    let let_stand = kinds.ok_or_else(|| {
        let error = FieldError::new("let_stand", "没有这个类别", "there is no such kind");
        Problem::unprocessable(vec![error])
    })?;
    perform(&desk.core, &claims, &publication, version, Deed::Release { let_stand }).await
}

/// Keeps it private: it was answered to the citizen only.
#[utoipa::path(post, path = "/publications/{publication}/refuse", tag = "publications", request_body = Because,
    params(("publication" = String, Path, description = "its id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "private", body = PublicationView, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn refuse(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(publication): Path<String>,
    version: IfMatch,
    because: Later<Because>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Moderate]);
    let because = because.read_by(&gate)?;
    perform(&desk.core, &claims, &publication, version, Deed::Refuse { reason: code(because)? }).await
}

/// Takes back what was public.
#[utoipa::path(post, path = "/publications/{publication}/unpublish", tag = "publications", request_body = Because,
    params(("publication" = String, Path, description = "its id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "public no longer", body = PublicationView, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn unpublish(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(publication): Path<String>,
    version: IfMatch,
    because: Later<Because>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Moderate]);
    let because = because.read_by(&gate)?;
    perform(&desk.core, &claims, &publication, version, Deed::Unpublish { reason: code(because)? }).await
}

/// Names it a typical case of a month (典型案例), or no longer.
#[utoipa::path(post, path = "/publications/{publication}/typical", tag = "publications", request_body = Typical,
    params(("publication" = String, Path, description = "its id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = PublicationView, headers(("ETag" = String))),
              (status = 409, description = "not public, or the month has enough", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn typical(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(publication): Path<String>,
    version: IfMatch,
    typical: Later<Typical>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Moderate]);
    let typical = typical.read_by(&gate)?;
    let month = typical.month.as_deref().map(month).transpose()?;
    perform(&desk.core, &claims, &publication, version, Deed::Mark { month }).await
}
