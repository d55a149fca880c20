//! POST /cases/{number}/merge and …/unmerge: cases about the same under one clock (并单), reversible until the closure.

use axum::{extract::State, response::Response};
use identity::{Action, may};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Later, Path, Problem};

use crate::{
    app::{self, Desk, change::Changed},
    http::{access, transition, wrong},
    store::find::File,
};

/// Into which case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Into {
    /// Its number. Where it waits on another case itself, that one is meant.
    into: String,
}

/// Merges a case into another. It is answered and closed with that one.
#[utoipa::path(post, path = "/cases/{number}/merge", tag = "same matter", request_body = Into,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "not a case to merge into", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn merge(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    sent: Later<Into>,
) -> Result<Response, Problem> {
    let (file, version) = transition::open(&desk, &claims, &number, &version, |_| Action::Merge).await?;
    let Into { into } = sent.read()?;
    let other = access::open(&desk.core, &claims, &into).await;
    let other =
        other.map_err(|_| wrong("into", "没有这个编号的诉求", "there is no case with this number"))?;
    let open = |file: &File| !file.confidential && !file.historic;
    if !open(&file) || !open(&other) {
        // What is sealed is never brought together with what is not; what another system ended is over.
        return Err(wrong("into", "密件和历史数据不能并单", "sealed and historic cases are not merged"));
    }
    Ok(transition::changed(app::merge::merge(&desk.core, (&file, &other), &claims, version).await?))
}

/// Parts a case from the one that it waits on.
#[utoipa::path(post, path = "/cases/{number}/unmerge", tag = "same matter",
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "the state does not allow it", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn unmerge(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::Merge)?;
    let changed = app::merge::unmerge(&desk.core, &file, &claims, version.require()?).await?;
    Ok(transition::changed(changed))
}
