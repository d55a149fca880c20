//! GET /knowledge/{article}: one article with what was done to it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use ids::ArticleId;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem, etag};

use super::ArticleView;
use crate::{
    app::{
        Core, Desk,
        knowledge::{may_write, missing},
    },
    http::fault,
    store::{
        article_log,
        articles::{self, Article},
    },
};

/// An article with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArticleDetail {
    #[serde(flatten)]
    article: ArticleView,
    /// Oldest first.
    log: Vec<Done>,
}

/// One deed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    actor: String,
    /// `proposed`, `revised`, `published`, `withdrawn`, `reviewed`.
    deed: String,
    /// Of a review: days after the day on which it was due.
    late_days: Option<i32>,
}

/// Reads an article that is there.
pub(crate) async fn load(core: &Core, id: &str) -> Result<Article, Problem> {
    let id: ArticleId = id.parse().map_err(|_| missing())?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        articles::by_ids(&mut connection, &[id.0]).await
    };
    let found: Result<_, sqlx::Error> = read.await;
    found.map_err(|error| fault(error.into()))?.pop().ok_or_else(missing)
}

/// Reads one article. What is not published is for those who write it.
#[utoipa::path(get, path = "/knowledge/{article}", tag = "knowledge",
    params(("article" = String, Path, description = "the article's id")),
    responses((status = 200, description = "the article", body = ArticleDetail, headers(("ETag" = String))),
              (status = 404, description = "no such article", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(article): Path<String>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let article = load(core, &article).await?;
    let writes = may_write(&claims, &article.owner_unit).is_ok();
    let stands = intake_rules::standing(article.state, article.valid_until, core.today()) == "published";
    let reads = stands && may(&claims, &Action::ListCases).is_ok();
    if !(writes || reads) {
        return Err(missing());
    }
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        article_log::of_article(&mut connection, article.id).await
    };
    let log: Result<_, sqlx::Error> = read.await;
    let log = log.map_err(|error| fault(error.into()))?;
    let tag = etag(article.version);
    let done = |(version, at, actor, deed, late_days)| Done { version, at, actor, deed, late_days };
    let detail = ArticleDetail {
        article: ArticleView::of(article, core.today()),
        log: log.into_iter().map(done).collect(),
    };
    Ok(([tag], Json(detail)).into_response())
}
