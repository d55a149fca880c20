//! POST /knowledge/{article}/uses: somebody was answered from this article.

use axum::extract::State;
use identity::{Action, may};
use ids::ArticleId;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Path, Problem};

use crate::{
    app::{Desk, knowledge::missing},
    http::fault,
    store::article_log,
};

/// How often it was used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Uses {
    uses: i64,
}

/// Counts one use. What is expired or withdrawn answers nobody.
#[utoipa::path(post, path = "/knowledge/{article}/uses", tag = "knowledge",
    params(("article" = String, Path, description = "the article's id")),
    responses((status = 200, description = "counted", body = Uses),
              (status = 404, description = "no article that stands", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn used(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(article): Path<String>,
) -> Result<Json<Uses>, Problem> {
    may(&claims, &Action::RegisterCase)?;
    let id: ArticleId = article.parse().map_err(|_| missing())?;
    let counted = async {
        let mut transaction = desk.core.platform.db.pool.begin().await?;
        let uses = article_log::used(&mut transaction, id, desk.core.today()).await?;
        transaction.commit().await?;
        Ok(uses)
    };
    let uses: Result<_, sqlx::Error> = counted.await;
    let uses = uses.map_err(|error| fault(error.into()))?.ok_or_else(missing)?;
    Ok(Json(Uses { uses }))
}
