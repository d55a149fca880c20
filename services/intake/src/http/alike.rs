//! GET /cases/{number}/alike and GET /alike: which matters were told before in like words. A read of its own, after the registration.

use axum::extract::State;
use identity::{Action, Claims, Scope, may};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Path, Problem, Query};

use crate::{
    app::{
        Core, Desk,
        prepare::pack,
        same::{self, Alike, Words},
    },
    http::{access, broken, wrong},
};

/// Suggestions at most.
const MOST: usize = 20;

/// A case that is like another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Likeness {
    number: String,
    title: String,
    state: String,
    state_zh: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    region: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// Share of common word pairs, in thousandths.
    score: u16,
    /// It was ended for good.
    terminated: bool,
}

/// What is like a matter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// The most like first, at most twenty.
    alike: Vec<Likeness>,
}

/// A text that is not yet registered.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Its words.
    text: String,
}

pub(crate) fn shown(alike: Alike) -> Likeness {
    Likeness {
        number: alike.case.number,
        title: alike.case.title,
        state: alike.case.state.as_str().to_owned(),
        state_zh: alike.case.state.zh(),
        subject: alike.case.subject,
        region: alike.case.region,
        received_at: alike.case.received_at,
        score: alike.score,
        terminated: alike.case.terminated,
    }
}

/// The digits with which the regions begin that a caller may see; nothing for a caller who sees no list.
pub(crate) fn bounds(claims: &Claims) -> Option<Option<String>> {
    match claims.scope() {
        Scope::All => Some(None),
        Scope::Region(region) => Some(Some(region.stem().to_owned())),
        Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => None,
    }
}

async fn look(
    core: &Core,
    claims: &Claims,
    words: Words<'_>,
    except: Option<uuid::Uuid>,
    pack_id: Option<&str>,
) -> Result<Json<Suggestions>, Problem> {
    may(claims, &Action::ListCases)?;
    let Some(region) = bounds(claims) else { return Ok(Json(Suggestions { alike: Vec::new() })) };
    let least = pack(core, pack_id)?.pack.same.as_ref().map_or(1, |same| same.suggest);
    let alike = same::alike(core, words, except, region.as_deref(), (least, MOST)).await.map_err(broken)?;
    Ok(Json(Suggestions { alike: alike.into_iter().map(shown).collect() }))
}

/// Finds matters in words like those of a case. Confidential cases are never among them.
#[utoipa::path(get, path = "/cases/{number}/alike", tag = "same matter",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "suggestions with their score", body = Suggestions),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn of_case(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Suggestions>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    same::remember(&desk.core, &file).await.map_err(broken)?;
    let words = Words { title: &file.title, body: &file.body };
    look(&desk.core, &claims, words, Some(file.case_id.0), Some(&file.pack.id)).await
}

/// Finds matters in words like a text: while an operator still types.
#[utoipa::path(get, path = "/alike", tag = "same matter", params(Asked),
    responses((status = 200, description = "suggestions with their score", body = Suggestions),
              (status = 422, description = "the text is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn of_text(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Query(Asked { text }): Query<Asked>,
) -> Result<Json<Suggestions>, Problem> {
    let clean = text::clean(&text).text;
    if clean.is_empty() || clean.chars().count() > 2000 {
        return Err(wrong("text", "应为 1 至 2000 字", "must have 1 to 2000 characters"));
    }
    look(&desk.core, &claims, Words { title: "", body: &clean }, None, None).await
}
