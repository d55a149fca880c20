//! `POST /extensions/{id}/decision` 延期审批: grants or refuses, by rank.

use anyhow::Context as _;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use deadline_scheduler_rules::Decision;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use super::{
    extension_list::ExtensionView,
    inputs::{Inputs, missing},
};
use crate::{
    app::{
        desk::Desk,
        extend::{asked, decide, held, may_decide},
    },
    store::extensions::put,
};

/// The decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExtensionDecision {
    /// Whether it is granted.
    grant: bool,
    /// How much is granted, if less than asked; in the unit of the limit.
    amount: Option<u32>,
    /// Said to the unit.
    remark: Option<String>,
}

/// 延期审批: the rank that the pack names decides; a granted extension moves the limit and is told to the citizen.
#[utoipa::path(post, path = "/extensions/{id}/decision", tag = "extensions",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "version read")), security(("bearer" = [])),
    request_body = ExtensionDecision,
    responses((status = 200, body = ExtensionView), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem), (status = 428, body = Problem)))]
pub(super) async fn extension_decide(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    decision: Later<ExtensionDecision>,
) -> Result<Response, Problem> {
    let version = version.require()?;
    let (mut hand, mut row) = held(&desk, &claims, id).await?.ok_or_else(missing)?;
    let (index, entry) = hand.clock(row.clock.0).ok_or_else(missing)?;
    let tracked = &hand.case.clocks[index];
    let amount = u32::try_from(row.amount).unwrap_or(0);
    may_decide(&claims, &entry, &asked(&tracked.clock, tracked.ended(), amount, row.asked_at))?;
    identity::may(
        &claims,
        &identity::Action::ReadCase {
            case: row.case,
            unit: hand.case.facts.unit.clone(),
            region: Some(hand.case.facts.region.clone()),
        },
    )?;
    if row.version != version {
        return Err(Problem::precondition_failed());
    }
    let mut inputs = Inputs::default();
    let decision = decision.read()?;
    let remark = inputs.optional("remark", decision.remark.as_deref());
    let granted = decision.amount.unwrap_or(amount);
    if granted > amount {
        inputs.wrong("amount", "不得多于申请的时间", "more than was asked for");
    }
    inputs.check()?;
    let what = if decision.grant { Decision::Grant } else { Decision::Refuse };
    let remark = remark.map(|remark| desk.kept(&hand, id, remark));
    decide(&mut hand, &mut row, what, granted, remark)?;
    put(&mut hand.transaction, &row).await.context("writing the decision")?;
    desk.put(hand).await?;
    Ok(([etag(row.version)], Json(ExtensionView::of(&desk, row)?)).into_response())
}
