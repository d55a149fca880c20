//! POST /cases/{number}/accept: a person accepts a case (受理).

use axum::{extract::State, response::Response};
use identity::Action;
use web::{Caller, IfMatch, Path, Problem};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish},
    },
    http::transition::transition,
};

/// Accepts a case that was not accepted at registration.
#[utoipa::path(post, path = "/cases/{number}/accept", tag = "cases",
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 428, description = "If-Match is missing", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn accept(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    transition(&desk, &claims, &number, &version, |_| Action::DecideAcceptance, |_| Ok(Wish::Accept)).await
}
