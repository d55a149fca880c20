//! `POST /supervision/{id}/acts`: approve, drop, answer, accept, send back, lift; who may is another's question each time.

use anyhow::Context as _;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use deadline_scheduler_rules::{Approver, OrderCommand};
use identity::{Action, Claims, may};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Later, Path, Problem, etag};

use super::{
    inputs::{Inputs, missing},
    order_view::OrderView,
};
use crate::{
    app::{
        desk::{Desk, Hand},
        supervise::{self, Said, act},
    },
    store::{
        self,
        orders::{Order, find, update},
    },
};

/// What is done with the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Act {
    /// 签发: let it out.
    Approve,
    /// 不予签发.
    Drop,
    /// 书面回复: the unit answers.
    Answer,
    /// The answer is enough: the supervision ends.
    Accept,
    /// 退回: the answer is not enough.
    SendBack,
    /// 销号: it ends without an answer.
    Lift,
}

/// An act and its words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderAct {
    act: Act,
    /// The written answer, or a remark.
    text: Option<String>,
    /// Why it is lifted: `done`, `answered`, `mistaken`, `merged`.
    reason: Option<String>,
}

/// Moves an order on. Who asked for it does not approve it.
#[utoipa::path(post, path = "/supervision/{id}/acts", tag = "supervision",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "version read")), security(("bearer" = [])),
    request_body = OrderAct,
    responses((status = 200, body = OrderView), (status = 401, body = Problem), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
              (status = 422, body = Problem), (status = 428, body = Problem)))]
pub(super) async fn order_act(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    request: Later<OrderAct>,
) -> Result<Response, Problem> {
    let version = version.require()?;
    let mut connection = desk.db.pool.acquire().await.context("reading the order")?;
    let row = find(&mut connection, id).await.context("reading the order")?.ok_or_else(missing)?;
    drop(connection);
    let mut hand = desk.take(row.case, &claims).await?.ok_or_else(missing)?;
    let mut row = find(&mut hand.transaction, id).await.context("reading the order")?.ok_or_else(missing)?;
    let request = request.read()?;
    allowed(&claims, request.act, &row, &hand)?;
    if row.version != version {
        return Err(Problem::precondition_failed());
    }
    let mut inputs = Inputs::default();
    let text = inputs.optional("text", request.text.as_deref());
    let reason = request.reason.as_deref().map(|reason| inputs.code("reason", reason));
    if text.is_none() && matches!(request.act, Act::Answer | Act::SendBack | Act::Drop) {
        inputs.wrong("text", "应书面写明", "must be said in writing");
    }
    inputs.check()?;
    let text = text.map(|text| desk.kept(&hand, id, text));
    let (command, said) = match request.act {
        Act::Answer => (OrderCommand::Answer, Said { answer: text, ..Said::default() }),
        Act::Approve => (OrderCommand::Approve, Said { remark: text, ..Said::default() }),
        Act::Drop => (OrderCommand::Drop, Said { remark: text, ..Said::default() }),
        Act::Accept => (OrderCommand::Accept, Said { remark: text, ..Said::default() }),
        Act::SendBack => (OrderCommand::SendBack, Said { remark: text, ..Said::default() }),
        Act::Lift => (OrderCommand::Lift, Said { remark: text, reason, ..Said::default() }),
    };
    act(&mut hand, &mut row, command, said)?;
    if command == OrderCommand::Approve {
        tell_the_rung(&mut hand, &row).await.context("reading the rung")?;
    }
    update(&mut hand.transaction, &row).await.context("writing the order")?;
    desk.put(hand).await?;
    Ok(([etag(row.version)], Json(OrderView::of(&desk, row)?)).into_response())
}

/// What the ladder proposed is a rung that is climbed from now on.
async fn tell_the_rung(hand: &mut Hand, order: &Order) -> Result<(), sqlx::Error> {
    let Some(clock) = order.clock.filter(|_| order.requested_by == "system") else { return Ok(()) };
    let step = supervise::step(&order.form);
    let climbed = store::rungs::of_step(&mut hand.transaction, clock, step).await?;
    let tracked = hand.case.clocks.iter().find(|tracked| tracked.clock.id == clock);
    if let Some(said) = tracked.and_then(|tracked| supervise::climbed(order, &tracked.clock, &climbed)) {
        hand.say(said);
    }
    Ok(())
}

fn allowed(claims: &Claims, act: Act, order: &Order, hand: &Hand) -> Result<(), Problem> {
    let facts = &hand.case.facts;
    if act == Act::Answer {
        let unit = order.unit.as_ref().and_then(|unit| unit.parse().ok()).ok_or_else(missing)?;
        return Ok(may(claims, &Action::Handle { unit })?);
    }
    let pack = hand.rules.packs.find(&facts.pack_id, facts.pack_version);
    let head = pack
        .and_then(|pack| pack.supervision.as_ref())
        .is_some_and(|supervision| supervision.approver == Approver::Head);
    let decides = matches!(act, Act::Approve | Act::Drop);
    may(claims, &if decides && head { Action::Instruct } else { Action::Supervise })?;
    may(
        claims,
        &Action::ReadCase { case: facts.case, unit: facts.unit.clone(), region: Some(facts.region.clone()) },
    )?;
    if act == Act::Approve && claims.acted_as(&order.requested_by) {
        return Err(Problem::conflict(
            "提请人不得签发自己提请的督办单。",
            "Who asked for an order does not approve it.",
        ));
    }
    Ok(())
}
