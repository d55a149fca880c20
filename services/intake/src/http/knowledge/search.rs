//! GET /knowledge?q=: what is known on a question, best first, with what was found marked.

use axum::extract::State;
use identity::{Action, may};
use ids::RegionCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, Query};

use super::ArticleView;
use crate::{
    app::Desk,
    http::fault,
    store::{articles, postings},
};

/// Characters of a snippet.
const SNIPPET: usize = 80;
/// Found before filtering by region, form and validity.
const MOST: i64 = 200;

/// What is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The question, in the words of who asks.
    q: String,
    /// `article` or `service`.
    form: Option<String>,
    /// Where it matters: articles of this region, of one around it, or of none.
    region: Option<String>,
    /// How many at most, 1 to 50.
    limit: Option<usize>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = knowledge::Found)]
pub(crate) struct Found {
    /// Best first.
    hits: Vec<Hit>,
}

/// One article that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hit {
    #[serde(flatten)]
    article: ArticleView,
    score: f64,
    /// The part of the text in which most was found.
    snippet: String,
    /// Ranges of characters of the snippet that were found.
    marks: Vec<(usize, usize)>,
    /// Ranges of characters of the title that were found.
    title_marks: Vec<(usize, usize)>,
}

/// Searches what is published and still valid.
#[utoipa::path(get, path = "/knowledge", tag = "knowledge", params(Asked),
    responses((status = 200, description = "best first", body = Found),
              (status = 400, description = "a parameter is wrong", body = Problem),
              (status = 403, description = "not allowed", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn search(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Found>, Problem> {
    let core = &desk.core;
    may(&claims, &Action::ListCases)?;
    let limit = asked.limit.unwrap_or(10);
    if !(1..=50).contains(&limit) {
        return Err(Problem::bad_request("limit", "应为 1 至 50", "must be 1 to 50"));
    }
    if asked.q.chars().count() > 500 || asked.q.contains('\0') {
        return Err(Problem::bad_request("q", "最多 500 个字", "at most 500 characters"));
    }
    let region = asked.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region =
        region.map_err(|_| Problem::bad_request("region", "不是行政区划代码", "is not a region code"))?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let scores = postings::find(&mut connection, postings::KNOWLEDGE, &asked.q, MOST).await?;
        let ids: Vec<uuid::Uuid> = scores.iter().map(|(id, _)| *id).collect();
        Ok((scores, articles::by_ids(&mut connection, &ids).await?))
    };
    let (scores, found) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let today = core.today();
    let mut by_id: std::collections::HashMap<_, _> = found
        .into_iter()
        .filter(|article| asked.form.as_ref().is_none_or(|form| *form == article.form))
        .filter(|article| intake_rules::standing(article.state, article.valid_until, today) == "published")
        .filter(|article| concerns(article.region.as_deref(), region.as_ref()))
        .map(|article| (article.id.0, article))
        .collect();
    let words = text::search_words(&asked.q);
    let words: Vec<&str> = words.keys().map(String::as_str).collect();
    let hits = scores.into_iter().filter_map(|(id, score)| Some((by_id.remove(&id)?, score))).take(limit);
    let hits = hits.map(|(article, score)| {
        let (snippet, marks) = snippet(&article.body, &words);
        let title_marks = text::find_words(&article.title, words.iter().copied());
        Hit { article: ArticleView::of(article, today), score, snippet, marks, title_marks }
    });
    Ok(Json(Found { hits: hits.collect() }))
}

/// An article without a region holds everywhere.
fn concerns(of: Option<&str>, asked: Option<&RegionCode>) -> bool {
    match (of.and_then(|code| code.parse::<RegionCode>().ok()), asked) {
        (Some(of), Some(asked)) => of.contains(asked),
        (None, _) | (_, None) => true,
    }
}

/// The window of a text in which most is found.
pub(crate) fn snippet(body: &str, words: &[&str]) -> (String, Vec<(usize, usize)>) {
    let marks = text::find_words(body, words.iter().copied());
    let within = |from: usize| {
        marks
            .iter()
            .filter(|(at, to)| *at >= from && *to <= from + SNIPPET)
            .map(|(at, to)| to - at)
            .sum::<usize>()
    };
    let from = marks
        .iter()
        .map(|(at, _)| at.saturating_sub(8))
        .max_by_key(|from| (within(*from), usize::MAX - from));
    let from = from.unwrap_or(0);
    let text: String =
        body.chars().skip(from).take(SNIPPET).map(|ch| if ch == '\n' { ' ' } else { ch }).collect();
    let length = text.chars().count();
    let marks = marks.iter().filter(|(at, to)| *at >= from && *to <= from + length);
    (text, marks.map(|(at, to)| (at - from, to - from)).collect())
}
