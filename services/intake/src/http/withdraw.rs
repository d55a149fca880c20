//! POST /cases/{number}/withdraw: the matter is taken back (撤回).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use web::{Caller, IfMatch, Json, Path, Problem, etag};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish, change},
    },
    http::access,
};

/// Takes a matter back, by the citizen or by an operator who was told so.
#[utoipa::path(post, path = "/cases/{number}/withdraw", tag = "cases",
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 428, description = "If-Match is missing", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn withdraw(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::Withdraw { case: file.case_id })?;
    let changed = change(&desk.core, &file, &claims, version.require()?, Wish::Withdraw).await?;
    Ok(([etag(changed.version)], Json(changed)).into_response())
}
