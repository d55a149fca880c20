//! POST and GET /cases/{number}/materials: everything that must be brought, told at once (一次性告知).

use axum::{extract::State, response::Response};
use contracts::record::{CaseMaterialsReceived, CaseMaterialsRequested};
use identity::Action;
use intake_rules::materials::{Asked, MaterialCommand, MaterialEffect, decide_materials, items_for};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem};

use crate::{
    app::{Desk, change::Changed, hand::Hand, sealed},
    http::{access, broken, transition, wrong},
    store::{find::File, materials},
};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Everything; the pack's list for the subject when missing.
    items: Option<Vec<String>>,
}

/// Requests for materials.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Requests {
    /// The pack's list for the subject.
    suggested: Vec<String>,
    requests: Vec<Request>,
    /// Asking more than once is a defect.
    defects: usize,
}

/// One request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Request {
    request: i32,
    items: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    received_at: Option<Timestamp>,
}

fn asked(requests: &[materials::Request]) -> Asked {
    Asked {
        requests: u32::try_from(requests.len()).unwrap_or(u32::MAX),
        received: requests.last().is_some_and(|last| last.received_at.is_some()),
    }
}

fn number_of(request: u32) -> i32 {
    i32::try_from(request).unwrap_or(i32::MAX)
}

/// The officers of the unit that has the case may ask, and the desk.
fn action(file: &File) -> Action {
    Action::RequestMaterials { unit: file.unit.clone() }
}

/// Asks for materials. A second request is possible, and counted as a defect.
#[utoipa::path(post, path = "/cases/{number}/materials", tag = "acceptance", request_body = Wanted,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "the list is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn ask(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    wanted: Later<Wanted>,
) -> Result<Response, Problem> {
    let (file, version) = transition::open(&desk, &claims, &number, &version, action).await?;
    let core = &desk.core;
    let pack = &core.packs.of_case(&file.pack.id)?.pack;
    let listed =
        || items_for(&pack.materials, file.subject.as_deref()).into_iter().map(|item| item.zh.clone());
    let wanted = wanted.read()?;
    let items: Vec<String> = match wanted.items {
        Some(items) => items.iter().map(|item| text::clean(item).text).collect(),
        None => listed().collect(),
    };
    let fits = |item: &String| (1..=200).contains(&item.chars().count());
    if items.is_empty() || items.len() > 50 || !items.iter().all(fits) {
        return Err(wrong(
            "items",
            "应为 1 至 50 项，每项 1 至 200 字",
            "must have 1 to 50 items of 1 to 200 characters",
        ));
    }
    let mut hand = Hand::take(core, &file).await?;
    hand.fits(version)?;
    let before = materials::of_case(hand.connection(), file.case_id.0).await.map_err(broken)?;
    let Ok((_, Some(MaterialEffect::Requested { request }))) =
        decide_materials(asked(&before), MaterialCommand::Ask)
    else {
        return Ok(transition::changed(hand.same()));
    };
    let (request, at, by) = (number_of(request), core.now(), claims.actor());
    let kept: Vec<String> = items
        .iter()
        .map(|item| sealed::keep(&core.vault, file.confidential, file.case_id, item.clone()))
        .collect();
    materials::ask(hand.connection(), file.case_id.0, request, &kept, at, &by).await.map_err(broken)?;
    let count = i32::try_from(items.len()).unwrap_or(i32::MAX);
    let draft = hand.draft(&claims, CaseMaterialsRequested { count, request });
    Ok(transition::changed(hand.done(vec![draft]).await?))
}

/// Notes that everything asked for came in.
#[utoipa::path(post, path = "/cases/{number}/materials/received", tag = "acceptance",
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "nothing was asked for", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn received(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
) -> Result<Response, Problem> {
    let (file, version) = transition::open(&desk, &claims, &number, &version, action).await?;
    let core = &desk.core;
    let mut hand = Hand::take(core, &file).await?;
    let before = materials::of_case(hand.connection(), file.case_id.0).await.map_err(broken)?;
    let decided = decide_materials(asked(&before), MaterialCommand::Receive);
    let decided =
        decided.map_err(|_| Problem::conflict("没有要求补充过材料。", "No materials were asked for."))?;
    let (_, Some(MaterialEffect::Received { request })) = decided else {
        return Ok(transition::changed(hand.same()));
    };
    hand.fits(version)?;
    materials::received(hand.connection(), file.case_id.0, core.now(), &claims.actor())
        .await
        .map_err(broken)?;
    let draft = hand.draft(&claims, CaseMaterialsReceived { request: number_of(request) });
    Ok(transition::changed(hand.done(vec![draft]).await?))
}

/// Reads what was asked for, and the pack's list. The citizen of the case reads it too.
#[utoipa::path(get, path = "/cases/{number}/materials", tag = "acceptance",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "requests", body = Requests),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Requests>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let pack = &desk.core.packs.of_case(&file.pack.id)?.pack;
    let suggested = items_for(&pack.materials, file.subject.as_deref());
    let suggested = suggested.into_iter().map(|item| item.zh.clone()).collect();
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(broken)?;
    let requests = materials::of_case(&mut connection, file.case_id.0).await.map_err(broken)?;
    let open = |item: &String| sealed::open_text(&desk.core.vault, file.case_id, item);
    let shown = |request: materials::Request| {
        Ok(Request {
            request: request.request,
            items: request.items.iter().map(open).collect::<anyhow::Result<_>>()?,
            asked_at: request.asked_at,
            received_at: request.received_at,
        })
    };
    let defects = requests.len().saturating_sub(1);
    let requests = requests.into_iter().map(shown).collect::<anyhow::Result<_>>()?;
    Ok(Json(Requests { suggested, requests, defects }))
}
