//! PUT /knowledge/{article}: the next revision of an article; it is a draft again until it is published.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::Action;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag, own_unit};

use super::{ArticleView, get::load, input::ArticleInput};
use crate::app::{
    Desk,
    knowledge::{self, Deed},
};

/// Writes the next revision; the one before is kept.
#[utoipa::path(put, path = "/knowledge/{article}", tag = "knowledge", request_body = ArticleInput,
    params(("article" = String, Path, description = "the article's id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "the draft", body = ArticleView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "a field is wrong", body = Problem),
              (status = 428, description = "If-Match is missing", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn revise(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(article): Path<String>,
    version: IfMatch,
    input: Later<ArticleInput>,
) -> Result<Response, Problem> {
    let gate =
        Gate::any(&claims, [Action::ProposeKnowledge { unit: own_unit(&claims) }, Action::ManageKnowledge]);
    let before = load(&desk.core, &article).await?;
    knowledge::may_write(&claims, &before.owner_unit)?;
    let input = input.read_by(&gate)?;
    let words = input.check(before.form == "service")?;
    let deed = Deed::Revise(Box::new(words));
    let after = knowledge::perform(&desk.core, &claims, before.id, version.require()?, deed).await?;
    Ok(([etag(after.version)], Json(ArticleView::of(after, desk.core.today()))).into_response())
}
