//! POST /disclosures/{number}/decision and …/extension.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::Action;
use intake_rules::Decision;
use serde::Deserialize;
use text::valid;
use utoipa::ToSchema;
use web::{Caller, FieldError, Gate, IfMatch, Json, Later, Path, Problem, etag};

use super::{DisclosureView, shown};
use crate::{
    app::{
        Desk,
        disclosure::{self, Deed},
    },
    http::knowledge::input::wrong,
};

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionInput {
    /// `granted`, `partly` or `refused`.
    decision: String,
    /// Owed for `partly` and `refused`, with its legal basis.
    reason: Option<String>,
}

/// Why more time is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionInput {
    reason: String,
}

fn reason(words: &str) -> Result<String, Problem> {
    let mut errors = Vec::new();
    let reason = valid::body(words, 1000).unwrap_or_else(|error| wrong("reason", error, &mut errors));
    if errors.is_empty() { Ok(reason) } else { Err(Problem::unprocessable(errors)) }
}

/// Decides on a request.
#[utoipa::path(post, path = "/disclosures/{number}/decision", tag = "disclosure", request_body = DecisionInput,
    params(("number" = String, Path, description = "the request's number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "decided", body = DisclosureView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "decided otherwise already", body = Problem),
              (status = 422, description = "a field is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn decide(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    input: Later<DecisionInput>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Moderate]);
    let input = input.read_by(&gate)?;
    let decision = Decision::read(&input.decision).ok_or_else(|| {
        let reason = ("应为 granted、partly 或 refused", "must be granted, partly or refused");
        Problem::unprocessable(vec![FieldError::new("decision", reason.0, reason.1)])
    })?;
    let reason = match (decision, input.reason) {
        (Decision::Granted, None) => None,
        (_, words) => Some(reason(&words.unwrap_or_default())?),
    };
    let deed = Deed::Decide { decision, reason };
    let row = disclosure::perform(&desk.core, &claims, &number, version.require()?, deed).await?;
    Ok(([etag(row.version)], Json(shown(&desk.core, row)?)).into_response())
}

/// Extends the limit, once, before it is over.
#[utoipa::path(post, path = "/disclosures/{number}/extension", tag = "disclosure", request_body = ExtensionInput,
    params(("number" = String, Path, description = "the request's number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "extended", body = DisclosureView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "extended before, late, or decided", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn extend(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    input: Later<ExtensionInput>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Moderate]);
    let input = input.read_by(&gate)?;
    let deed = Deed::Extend { reason: reason(&input.reason)? };
    let row = disclosure::perform(&desk.core, &claims, &number, version.require()?, deed).await?;
    Ok(([etag(row.version)], Json(shown(&desk.core, row)?)).into_response())
}
