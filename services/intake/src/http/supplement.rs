//! POST /cases/{number}/supplement: the citizen adds to the matter (补充).

use axum::{extract::State, response::Response};
use identity::Action;
use intake_rules::check_supplement;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, FieldError, Gate, IfMatch, Later, Path, Problem, own_case};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish},
    },
    http::transition::transition,
    store::find::File,
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
    sent: Later<Addition>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Supplement { case: own_case(&claims) }]);
    let Addition { text } = sent.read_by(&gate)?;
    let wish = |file: &File| Ok(Wish::Supplement { text: checked(&desk, file, &text)? });
    let action = |file: &File| Action::Supplement { case: file.case_id };
    transition(&desk, &claims, &number, &version, action, wish).await
}

/// Cleans what was added and measures it by the pack of the case.
pub(crate) fn checked(desk: &Desk, file: &File, text: &str) -> Result<String, Problem> {
    let known = desk.core.packs.of_case(&file.pack.id)?;
    let clean = text::clean(text).text;
    let errors = check_supplement(text, clean.chars().count(), &known.pack);
    if errors.is_empty() {
        return Ok(clean);
    }
    let errors = errors.into_iter().map(|error| FieldError::new(error.field, error.zh, error.en));
    Err(Problem::unprocessable(errors.collect()))
}
