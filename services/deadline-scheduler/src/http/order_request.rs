//! `POST /cases/{case_id}/supervision` 提请督办: asks for an order; another lets it out.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use deadline_scheduler_rules::Step;
use identity::{Action, may};
use ids::{CaseId, ClockId, OrderId, UnitCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, IdempotencyKey, Json, Later, Path, Problem, etag};

use super::{
    inputs::{Inputs, missing},
    order_view::OrderView,
};
use crate::{
    app::{desk::Desk, supervise},
    store::orders::{Order, find, insert},
};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderRequest {
    /// `notice`, `joint`, `on-site`, `listed`, `criticise`, `interview`, `account`.
    form: String,
    /// A code of the pack: why, such as `overdue`, `shirking`, `major`.
    grounds: String,
    /// What is demanded, in words.
    demand: String,
    /// The unit it is to bind; the lead unit of the case when missing.
    unit: Option<String>,
    /// The limit it is about.
    clock: Option<Uuid>,
}

/// 提请督办: asks for an order of supervision. It binds the unit once another person has approved it.
#[utoipa::path(post, path = "/cases/{case_id}/supervision", tag = "supervision", params(("case_id" = Uuid, Path)),
    security(("bearer" = [])), request_body = OrderRequest,
    responses((status = 201, body = OrderView), (status = 200, body = OrderView, description = "asked before with this key"),
              (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn order_request(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(case): Path<Uuid>,
    key: IdempotencyKey,
    request: Later<OrderRequest>,
) -> Result<Response, Problem> {
    may(&claims, &Action::Supervise).or_else(|_| may(&claims, &Action::Dispatch))?;
    let mut hand = desk.take(CaseId(case), &claims).await?.ok_or_else(missing)?;
    let facts = hand.case.facts.clone();
    may(
        &claims,
        &Action::ReadCase { case: facts.case, unit: facts.unit.clone(), region: Some(facts.region.clone()) },
    )?;
    let mut inputs = Inputs::default();
    let request = request.read()?;
    let (grounds, demand) =
        (inputs.code("grounds", &request.grounds), inputs.text("demand", &request.demand));
    let forms = [
        Step::Order,
        Step::Joint,
        Step::OnSite,
        Step::Listed,
        Step::Criticise,
        Step::Interview,
        Step::Account,
    ];
    if !forms.into_iter().any(|step| supervise::form(step) == request.form) {
        inputs.wrong("form", "没有这种督办形式", "not a form of supervision");
    }
    let unit = request.unit.as_deref().map(str::parse::<UnitCode>).transpose();
    let unit = unit.unwrap_or_else(|_| {
        inputs.wrong("unit", "应为单位代码", "must be the code of a unit");
        None
    });
    let Some(unit) = unit.or(facts.unit) else {
        return Err(Problem::conflict("该诉求还没有承办单位。", "The case has no unit yet."));
    };
    if request.clock.is_some_and(|clock| hand.clock(clock).is_none()) {
        inputs.wrong("clock", "该诉求没有这一时限", "not a limit of this case");
    }
    inputs.check()?;
    let id =
        key.0.map_or_else(OrderId::fresh, |key| OrderId::derived(&format!("{case}:{}:{key}", claims.sub)));
    let row = Order {
        id,
        case: facts.case,
        clock: request.clock.map(ClockId),
        form: request.form,
        unit: Some(unit.to_string()),
        region: facts.region.to_string(),
        grounds,
        demand: desk.kept(&hand, id.0, demand),
        state: supervise::word(deadline_scheduler_rules::Order::Proposed).to_owned(),
        requested_by: hand.actor.clone(),
        requested_at: hand.now,
        approved_by: None,
        approved_at: None,
        answer: None,
        answered_by: None,
        answered_at: None,
        remark: None,
        ended_by: None,
        ended_at: None,
        version: 1,
    };
    if !insert(&mut hand.transaction, &row).await.context("writing the order")? {
        let before =
            find(&mut hand.transaction, id.0).await.context("reading the order")?.ok_or_else(missing)?;
        return Ok(([etag(before.version)], Json(OrderView::of(&desk, before)?)).into_response());
    }
    hand.wait();
    desk.put(hand).await?;
    Ok((StatusCode::CREATED, [etag(1)], Json(OrderView::of(&desk, row)?)).into_response())
}
