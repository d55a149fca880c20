//! POST /knowledge/{article}/publish, …/withdraw, …/review: what is done with an article that is written.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, Claims};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, Gate, IfMatch, Json, Later, Path, Problem, etag, own_unit};

use super::ArticleView;
use crate::app::{
    Core, Desk,
    knowledge::{self, Deed, missing},
};

/// When it is to be looked at again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    /// Missing: as the pack says.
    #[schema(value_type = Option<String>, format = Date)]
    next_review_on: Option<Date>,
}

async fn perform(
    core: &Core,
    claims: &Claims,
    article: &str,
    version: IfMatch,
    deed: Deed,
) -> Result<Response, Problem> {
    let id = article.parse().map_err(|_| missing())?;
    let after = knowledge::perform(core, claims, id, version.require()?, deed).await?;
    Ok(([etag(after.version)], Json(ArticleView::of(after, core.today()))).into_response())
}

/// Publishes a draft: it is found from now on.
#[utoipa::path(post, path = "/knowledge/{article}/publish", tag = "knowledge",
    params(("article" = String, Path, description = "the article's id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = ArticleView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "the state does not allow it", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn publish(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(article): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    perform(&desk.core, &claims, &article, version, Deed::Publish).await
}

/// Withdraws an article: it is not found any longer.
#[utoipa::path(post, path = "/knowledge/{article}/withdraw", tag = "knowledge",
    params(("article" = String, Path, description = "the article's id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = ArticleView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn withdraw(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(article): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    perform(&desk.core, &claims, &article, version, Deed::Withdraw).await
}

/// Confirms that an article is still right (复核); how late that was is written down.
#[utoipa::path(post, path = "/knowledge/{article}/review", tag = "knowledge", request_body = Review,
    params(("article" = String, Path, description = "the article's id"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = ArticleView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 409, description = "the state does not allow it", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn review(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(article): Path<String>,
    version: IfMatch,
    sent: Later<Review>,
) -> Result<Response, Problem> {
    let gate =
        Gate::any(&claims, [Action::ProposeKnowledge { unit: own_unit(&claims) }, Action::ManageKnowledge]);
    let today = desk.core.today();
    let Review { next_review_on } = sent.read_by(&gate)?;
    if next_review_on.is_some_and(|day| day <= today) {
        return Err(Problem::bad_request("next_review_on", "应为今天以后的日期", "must lie after today"));
    }
    perform(&desk.core, &claims, &article, version, Deed::Confirm { next_review_on }).await
}
