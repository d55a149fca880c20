//! POST /knowledge: a new article, as a draft; officers propose for their own unit.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::Action;
use ids::UnitCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Caller, FieldError, Gate, Json, Later, Problem, etag, own_unit};

use super::{ArticleView, input::ArticleInput};
use crate::app::{Desk, knowledge};

/// A new article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewArticle {
    /// `article` or `service` (办事指南).
    form: String,
    /// The unit that answers for it.
    owner_unit: String,
    /// What it says.
    content: ArticleInput,
}

/// Proposes an article.
#[utoipa::path(post, path = "/knowledge", tag = "knowledge", request_body = NewArticle,
    responses((status = 201, description = "the draft", body = ArticleView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 422, description = "a field is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn propose(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    new: Later<NewArticle>,
) -> Result<Response, Problem> {
    let gate =
        Gate::any(&claims, [Action::ProposeKnowledge { unit: own_unit(&claims) }, Action::ManageKnowledge]);
    let new = new.read_by(&gate)?;
    if !matches!(new.form.as_str(), "article" | "service") {
        let error = FieldError::new("form", "应为 article 或 service", "must be article or service");
        return Err(Problem::unprocessable(vec![error]));
    }
    let owner: UnitCode = new.owner_unit.parse().map_err(|_| {
        Problem::unprocessable(vec![FieldError::new("owner_unit", "不是单位代码", "is not a unit code")])
    })?;
    let words = new.content.check(new.form == "service")?;
    let article = knowledge::propose(&desk.core, &claims, &new.form, owner, words).await?;
    let tag = etag(article.version);
    Ok((StatusCode::CREATED, [tag], Json(ArticleView::of(article, desk.core.today()))).into_response())
}
