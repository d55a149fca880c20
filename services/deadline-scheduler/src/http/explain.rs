//! `POST /cases/{case_id}/clocks/{clock_id}/explanation` 情况说明: the unit writes why the limit passed.

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode};
use contracts::clock::ClockExplained;
use deadline_scheduler_rules::{State as ClockState, Trigger};
use identity::{Action, may};
use ids::CaseId;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Later, Path, Problem};

use super::inputs::{Inputs, missing};
use crate::{
    app::desk::Desk,
    consume::heard::Heard,
    store::explanations::{self, Explanation},
};

/// Why the limit passed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExplanationRequest {
    /// A reason code of the pack.
    reason: String,
    /// What happened and what is being done.
    text: String,
    /// The day by which it will be done.
    #[schema(value_type = Option<String>, format = Date)]
    expected_on: Option<Date>,
}

/// 情况说明: writes down why a limit that binds the caller's unit passed; the matter is still to be handled.
#[utoipa::path(post, path = "/cases/{case_id}/clocks/{clock_id}/explanation", tag = "extensions",
    params(("case_id" = Uuid, Path), ("clock_id" = Uuid, Path)), security(("bearer" = [])),
    request_body = ExplanationRequest,
    responses((status = 204, description = "written down; the same again changes nothing, other words are refused"), (status = 401, body = Problem),
              (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn explain(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path((case, clock)): Path<(Uuid, Uuid)>,
    request: Later<ExplanationRequest>,
) -> Result<StatusCode, Problem> {
    let mut hand = desk.take(CaseId(case), &claims).await?.ok_or_else(missing)?;
    let (index, _) = hand.clock(clock).ok_or_else(missing)?;
    let broken = hand.case.clocks[index].clock.clone();
    may(&claims, &Action::Handle { unit: broken.unit.clone().ok_or_else(missing)? })?;
    let late = match broken.state {
        ClockState::Met { late, .. } => late,
        ClockState::Running | ClockState::Warned { .. } | ClockState::Expired => broken.due_at <= hand.now,
        ClockState::Paused { .. } | ClockState::Cancelled { .. } => false,
    };
    if !late {
        return Err(Problem::conflict(
            "该时限没有超期，不需要说明。",
            "The limit did not pass: nothing to explain.",
        ));
    }
    let mut inputs = Inputs::default();
    let request = request.read()?;
    let reason = inputs.code("reason", &request.reason);
    let body = inputs.text("text", &request.text);
    let pack = hand.rules.packs.find(&broken.pack_id, broken.pack_version);
    if pack.is_some_and(|pack| !pack.knows_reason(&reason)) {
        inputs.wrong("reason", "规则包中没有这一理由代码", "not a reason of the pack");
    }
    inputs.check()?;
    let kept = desk.kept(&hand, broken.id.0, body.clone());
    let row = Explanation {
        case: CaseId(case),
        clock: broken.id,
        limit_at: broken.due_at,
        reason: reason.clone(),
        body: kept,
        expected_on: request.expected_on,
        by: hand.actor.clone(),
        at: hand.now,
    };
    let before = explanations::put(&mut hand.transaction, &row).await.context("writing the explanation")?;
    if let Some(before) = before {
        let said = (before.reason, desk.texts.open(broken.id.0, &before.body)?, before.expected_on);
        return if said == (reason, body, request.expected_on) {
            Ok(StatusCode::NO_CONTENT)
        } else {
            Err(Problem::conflict(
                "这次超期已经说明过，说明不能改写。",
                "This breach was explained before; an explanation is not rewritten.",
            ))
        };
    }
    hand.say(ClockExplained {
        clock: broken.id,
        name: broken.name.as_str().to_owned(),
        unit: broken.unit.clone(),
        reason: reason.clone(),
        expected_on: request.expected_on,
    });
    hand.happen(&Heard { matter: Some(clock), ..Heard::plain(Trigger::ClockExplained) }, None)?;
    desk.put(hand).await?;
    Ok(StatusCode::NO_CONTENT)
}
