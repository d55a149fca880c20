//! POST and GET /cases/{number}/links: cases that have to do with each other, and what waits on what.

use axum::{extract::State, response::Response};
use contracts::record::CaseLinked;
use identity::{Action, may};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem};

use crate::{
    app::{Desk, change::Changed, hand::Hand},
    http::{access, broken, transition, wrong},
    store::merging,
};

/// A link to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    /// Number of the other case.
    to: String,
    /// `repeat` (the same matter again) or `related`.
    link: String,
}

/// What a case has to do with others.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Links {
    /// The case that it waits on.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    /// The cases that wait on it and are answered with it.
    waiting: Vec<String>,
    /// Linked cases.
    links: Vec<Linked>,
}

/// A linked case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Linked {
    number: String,
    link: String,
}

/// Links a case to another. The same link again changes nothing.
#[utoipa::path(post, path = "/cases/{number}/links", tag = "same matter", request_body = Link,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "not a case to link to", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn link(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    wanted: Later<Link>,
) -> Result<Response, Problem> {
    let (file, version) = transition::open(&desk, &claims, &number, &version, |_| Action::Merge).await?;
    let wanted = wanted.read()?;
    if !["repeat", "related"].contains(&wanted.link.as_str()) {
        return Err(wrong("link", "应为 repeat 或 related", "must be repeat or related"));
    }
    let core = &desk.core;
    let other = access::open(core, &claims, &wanted.to).await;
    let other = other.map_err(|_| wrong("to", "没有这个编号的诉求", "there is no case with this number"))?;
    if other.case_id == file.case_id {
        return Err(wrong("to", "不能关联自身", "a case is not linked to itself"));
    }
    let mut hand = Hand::take(core, &file).await?;
    let pair = (file.case_id.0, other.case_id.0);
    let new = merging::link(hand.connection(), pair, &wanted.link, core.now(), &claims.actor()).await;
    if !new.map_err(broken)? {
        return Ok(transition::changed(hand.same()));
    }
    hand.fits(version)?;
    let draft = hand.draft(&claims, CaseLinked { to: other.case_id, link: wanted.link });
    Ok(transition::changed(hand.done(vec![draft]).await?))
}

/// Reads what a case has to do with others. A citizen learns only that it waits.
#[utoipa::path(get, path = "/cases/{number}/links", tag = "same matter",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "links", body = Links),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Links>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    if claims.case.is_some() {
        return Ok(Json(Links { merged_into: None, waiting: Vec::new(), links: Vec::new() }));
    }
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(broken)?;
    let primary = merging::primary_of(&mut connection, file.case_id.0).await.map_err(broken)?;
    let waiting = merging::waiting_on(&mut connection, &[file.case_id.0]).await.map_err(broken)?;
    let links = merging::links(&mut connection, file.case_id.0).await.map_err(broken)?;
    let sees = may(&claims, &Action::ReadSealed).is_ok();
    Ok(Json(Links {
        merged_into: primary.map(|waits| waits.number),
        waiting: waiting.into_iter().map(|waits| waits.number).collect(),
        links: links
            .into_iter()
            .filter(|(_, _, confidential)| sees || !confidential)
            .map(|(number, link, _)| Linked { number, link })
            .collect(),
    }))
}
