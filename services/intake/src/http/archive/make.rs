//! POST /cases/{number}/archive: the file of a closed case is made (归档).

use axum::extract::State;
use identity::{Action, may};
use web::{Caller, Json, Path, Problem};

use super::ArchiveView;
use crate::{
    app::{Desk, archive},
    http::access,
};

/// Archives a closed case; repeating it gives the file that is there.
#[utoipa::path(post, path = "/cases/{number}/archive", tag = "archive",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "the file that is kept", body = ArchiveView),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "not closed yet", body = Problem),
              (status = 503, description = "the words of the answer cannot be had now", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn make(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<ArchiveView>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    may(&claims, &Action::Archive)?;
    let made = archive::archive(&desk.core, &claims, &file).await?;
    Ok(Json(ArchiveView::of(file.number.to_string(), made)))
}
