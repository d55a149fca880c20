//! What all transitions of a case have in common: who may, on which version, and what is answered.

use axum::response::{IntoResponse, Response};
use identity::{Action, Claims, may};
use web::{IfMatch, Json, Problem, etag};

use crate::{
    app::{
        Desk,
        change::{Changed, Wish, change},
    },
    http::access,
    store::find::File,
};

/// Opens a case, asks whether the caller may, and carries out what `wish` makes of the request.
pub(crate) async fn transition(
    desk: &Desk,
    claims: &Claims,
    number: &str,
    version: &IfMatch,
    action: impl FnOnce(&File) -> Action,
    wish: impl FnOnce(&File) -> Result<Wish, Problem>,
) -> Result<Response, Problem> {
    let (file, version) = open(desk, claims, number, version, action).await?;
    let wish = wish(&file)?;
    Ok(changed(change(&desk.core, &file, claims, version, wish).await?))
}

/// Opens a case for a change: who sees it may still not be allowed to change it.
pub(crate) async fn open(
    desk: &Desk,
    claims: &Claims,
    number: &str,
    version: &IfMatch,
    action: impl FnOnce(&File) -> Action,
) -> Result<(File, i64), Problem> {
    let file = access::open(&desk.core, claims, number).await?;
    may(claims, &action(&file))?;
    Ok((file, version.require()?))
}

/// A changed case with its version as `ETag`.
pub(crate) fn changed(changed: Changed) -> Response {
    ([etag(changed.version)], Json(changed)).into_response()
}
