//! GET /public/answers: released answers, newest first or best first for a question.

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use contracts::words::Kind;
use ids::{RegionCode, UnitCode};
use intake_rules::PublicationState;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Json, Page, Problem, Query, next_link};

use super::{PublicAnswer, cacheable};
use crate::{
    app::Desk,
    http::{fault, list::without_after, publications::month},
    store::{
        portal::{self, Wanted},
        postings, publications,
    },
};

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// A question; then the best come first, fifty at most, without pages.
    q: Option<String>,
    /// A region with all that lies in it.
    region: Option<String>,
    /// A kind.
    kind: Option<String>,
    /// The unit that answered.
    unit: Option<String>,
    /// Released in this month, such as `2026-11`.
    month: Option<String>,
    /// Typical cases of this month.
    typical: Option<String>,
}

/// Public answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublicAnswers {
    answers: Vec<PublicAnswer>,
}

/// Lists public answers; nobody needs to sign in.
#[utoipa::path(get, path = "/public/answers", tag = "public", params(Asked, Page),
    responses((status = 200, description = "a page", body = PublicAnswers, headers(("Link" = String), ("Cache-Control" = String))),
              (status = 400, description = "a parameter is wrong", body = Problem)),
    security(()))]
pub(crate) async fn answers(
    State(desk): State<Desk>,
    OriginalUri(address): OriginalUri,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Problem> {
    let core = &desk.core;
    let mut wanted = narrow(&asked)?;
    wanted.after = page.after.as_ref().map(|cursor| place(cursor.as_str())).transpose()?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let mut next = None;
        let ids: Vec<Uuid> = match asked.q.as_deref().filter(|words| !words.trim().is_empty()) {
            Some(words) => {
                let found = postings::find(&mut connection, postings::ANSWERS, words, 50).await?;
                found.into_iter().map(|(id, _)| id).collect()
            }
            None => {
                let mut places = portal::page(&mut connection, &wanted, i64::from(page.limit) + 1).await?;
                let more = places.len() > page.limit as usize;
                places.truncate(page.limit as usize);
                next = places.last().filter(|_| more).copied();
                places.into_iter().map(|(id, _)| id.0).collect()
            }
        };
        let mut rows = publications::by_ids(&mut connection, &ids).await?;
        rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id.0));
        Ok((rows, next))
    };
    let (rows, next) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let shown = rows
        .into_iter()
        .filter(|row| row.state == PublicationState::Released)
        .filter(|row| wanted.region.as_ref().is_none_or(|stem| row.region.starts_with(stem.as_str())))
        .filter(|row| wanted.kind.as_ref().is_none_or(|kind| row.kind == *kind))
        .filter(|row| wanted.unit.is_none() || row.unit == wanted.unit)
        .filter(|row| wanted.typical.is_none() || row.typical_month == wanted.typical);
    let body = Json(PublicAnswers { answers: shown.map(PublicAnswer::of).collect() });
    let mut response = ([cacheable(core)], body).into_response();
    if let Some((id, at)) = next {
        let link = next_link(&without_after(&address), &format!("{},{id}", at.as_microsecond()));
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn narrow(asked: &Asked) -> Result<Wanted, Problem> {
    if asked.q.as_ref().is_some_and(|words| words.chars().count() > 500 || words.contains('\0')) {
        return Err(Problem::bad_request("q", "最多 500 个字", "at most 500 characters"));
    }
    let region = asked.region.as_deref().map(str::parse::<RegionCode>).transpose();
    let region =
        region.map_err(|_| Problem::bad_request("region", "不是行政区划代码", "is not a region code"))?;
    let kind = asked.kind.as_deref().map(str::parse::<Kind>).transpose();
    let kind = kind.map_err(|_| Problem::bad_request("kind", "没有这个类型", "there is no such kind"))?;
    let unit = asked.unit.as_deref().map(str::parse::<UnitCode>).transpose();
    let unit = unit.map_err(|_| Problem::bad_request("unit", "不是单位代码", "is not a unit code"))?;
    Ok(Wanted {
        region: region.map(|region| region.stem().to_owned()),
        kind: kind.map(|kind| kind.as_str().to_owned()),
        unit: unit.map(|unit| unit.to_string()),
        month: asked.month.as_deref().map(month).transpose()?,
        typical: asked.typical.as_deref().map(month).transpose()?,
        after: None,
    })
}

fn place(cursor: &str) -> Result<(Timestamp, Uuid), Problem> {
    let read = || {
        let (micros, id) = cursor.split_once(',')?;
        Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, id.parse().ok()?))
    };
    read().ok_or_else(|| Problem::bad_request("after", "翻页位置无效", "not a cursor of this list"))
}
