//! POST /cases/{number}/renew: new facts after the closure; the case goes round again.

use axum::{extract::State, response::Response};
use identity::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Gate, IfMatch, Later, Path, Problem, own_case};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish},
    },
    http::{supplement::checked, transition::transition},
    store::find::File,
};

/// What is new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct News {
    /// The new facts.
    text: String,
}

/// Brings new facts to a closed case.
#[utoipa::path(post, path = "/cases/{number}/renew", tag = "same matter", request_body = News,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now; reopened a moment later", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "it is not closed", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "the text is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn renew(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    sent: Later<News>,
) -> Result<Response, Problem> {
    let gate = Gate::any(&claims, [Action::Reopen { case: own_case(&claims) }]);
    let News { text } = sent.read_by(&gate)?;
    let wish =
        |file: &File| Ok(Wish::Renew { reason: "new-facts".to_owned(), text: checked(&desk, file, &text)? });
    let action = |file: &File| Action::Reopen { case: file.case_id };
    transition(&desk, &claims, &number, &version, action, wish).await
}
