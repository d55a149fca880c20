//! GET /knowledge/due: whose knowledge waits for a look, and for how long; drafts that wait for publication.

use axum::extract::State;
use identity::{Action, Role, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, Json, Problem};

use super::ArticleView;
use crate::{
    app::Desk,
    http::fault,
    store::{article_log, articles},
};

const MOST: i64 = 200;

/// The state of the knowledge base.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upkeep {
    /// Longest overdue first.
    due: Vec<Overdue>,
    /// Drafts, newest first.
    drafts: Vec<ArticleView>,
    /// Each unit that owns articles; for those who keep all of them.
    units: Vec<OfUnit>,
}

/// An article whose review is due.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overdue {
    #[serde(flatten)]
    article: ArticleView,
    /// Days since the day on which it was due.
    late_days: i32,
}

/// How one unit keeps its articles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfUnit {
    unit: String,
    published: i64,
    due: i64,
    longest_days: i32,
}

/// Lists what is due. Officers see what their own unit owns.
#[utoipa::path(get, path = "/knowledge/due", tag = "knowledge",
    responses((status = 200, description = "what is due", body = Upkeep),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn due(State(desk): State<Desk>, Caller(claims): Caller) -> Result<Json<Upkeep>, Problem> {
    let all = may(&claims, &Action::ManageKnowledge);
    let own = claims.unit.clone().filter(|_| all.is_err() && claims.has(Role::Officer));
    if own.is_none() {
        all?;
    }
    let today = desk.core.today();
    let unit = own.as_ref().map(ids::UnitCode::as_str);
    let read = async {
        let mut connection = desk.core.platform.db.pool.acquire().await?;
        let due = articles::due(&mut connection, today, unit, MOST).await?;
        let drafts = articles::drafts(&mut connection, unit, MOST).await?;
        Ok((due, drafts, article_log::upkeep(&mut connection, today).await?))
    };
    let (due, drafts, units) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let overdue = |article: articles::Article| Overdue {
        late_days: article.next_review_on.map_or(0, |day| (today - day).get_days()),
        article: ArticleView::of(article, today),
    };
    let units = units.into_iter().filter(|(owner, ..)| unit.is_none_or(|unit| unit == owner));
    Ok(Json(Upkeep {
        due: due.into_iter().map(overdue).collect(),
        drafts: drafts.into_iter().map(|article| ArticleView::of(article, today)).collect(),
        units: units
            .map(|(unit, published, due, longest_days)| OfUnit { unit, published, due, longest_days })
            .collect(),
    }))
}
