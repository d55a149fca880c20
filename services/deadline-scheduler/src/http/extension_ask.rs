//! `POST /cases/{case_id}/clocks/{clock_id}/extensions` 申请延期: the unit asks for more time, before the limit.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use deadline_scheduler_rules::ask;
use identity::{Action, may};
use ids::{CaseId, ClockId, ExtensionId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IdempotencyKey, Json, Later, Path, Problem, etag};

use super::{
    extension_list::ExtensionView,
    inputs::{Inputs, missing},
};
use crate::{
    app::{
        desk::Desk,
        extend::{asked, refused},
    },
    store::extensions::{Request, find, of_case, put},
};

/// How much more time, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtensionRequest {
    /// In the unit of the limit: working days, days or hours.
    #[schema(minimum = 1)]
    amount: u32,
    /// A reason code of the pack, told to the citizen.
    reason: String,
    /// The reasons in detail.
    grounds: Option<String>,
}

/// 申请延期: asks for more time for a limit that binds the caller's unit.
#[utoipa::path(post, path = "/cases/{case_id}/clocks/{clock_id}/extensions", tag = "extensions",
    params(("case_id" = Uuid, Path), ("clock_id" = Uuid, Path)), security(("bearer" = [])),
    request_body = ExtensionRequest,
    responses((status = 201, body = ExtensionView), (status = 200, body = ExtensionView, description = "asked before with this key"),
              (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn extension_ask(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((case, clock)): Path<(Uuid, Uuid)>,
    key: IdempotencyKey,
    request: Later<ExtensionRequest>,
) -> Result<Response, Problem> {
    let mut hand = desk.take(CaseId(case), &claims).await?.ok_or_else(missing)?;
    let (index, entry) = hand.clock(clock).ok_or_else(missing)?;
    let tracked = &hand.case.clocks[index];
    let unit = tracked.clock.unit.clone().ok_or_else(missing)?;
    may(&claims, &Action::Handle { unit })?;
    let mut inputs = Inputs::default();
    let request = request.read()?;
    let reason = inputs.code("reason", &request.reason);
    let grounds = inputs.optional("grounds", request.grounds.as_deref());
    let pack = hand.rules.packs.find(&tracked.clock.pack_id, tracked.clock.pack_version);
    if pack.is_some_and(|pack| !pack.knows_reason(&reason)) {
        inputs.wrong("reason", "规则包中没有这一理由代码", "not a reason of the pack");
    }
    inputs.check()?;
    let id = key.0.map_or_else(ExtensionId::fresh, |key| {
        ExtensionId::derived(&format!("{clock}:{}:{key}", claims.sub))
    });
    if let Some(before) = find(&mut hand.transaction, id.0).await.context("looking for the request")? {
        return Ok(([etag(before.version)], Json(ExtensionView::of(&desk, before)?)).into_response());
    }
    let others = of_case(&mut hand.transaction, case).await.context("looking for requests")?;
    let waiting = others.iter().any(|other| other.clock == ClockId(clock) && other.state == "asked");
    let question = deadline_scheduler_rules::Ask {
        waiting,
        explained: grounds.is_some(),
        ..asked(&tracked.clock, tracked.ended(), request.amount, hand.now)
    };
    ask(&entry, &question).map_err(|refusal| refused(&refusal))?;
    let row = Request {
        id,
        case: CaseId(case),
        clock: ClockId(clock),
        amount: i32::try_from(request.amount).unwrap_or(i32::MAX),
        reason,
        grounds: desk.kept(&hand, id.0, grounds.unwrap_or_default()),
        asked_by: hand.actor.clone(),
        asked_at: hand.now,
        state: "asked".to_owned(),
        granted: None,
        remark: None,
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    put(&mut hand.transaction, &row).await.context("writing the request")?;
    hand.wait();
    desk.put(hand).await?;
    Ok((StatusCode::CREATED, [etag(1)], Json(ExtensionView::of(&desk, row)?)).into_response())
}
