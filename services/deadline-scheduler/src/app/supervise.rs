//! Supervision orders: made by the ladder or by a person, moved by their table, said as events.

use contracts::supervision::{
    SupervisionAnswered, SupervisionEscalated, SupervisionLifted, SupervisionOrdered,
};
use deadline_scheduler_rules::{
    Doer, Order as State, OrderCommand, OrderEffect, Rung, State as ClockState, Step, Trigger, decide_order,
};
use ids::{ClockId, OrderId};
use jiff::{Timestamp, civil::Date};
use web::Problem;

use crate::{
    app::desk::Hand,
    consume::heard::Heard,
    store::{clocks::Clock, facts::Facts, orders::Order, rungs::Next},
};

const STATES: [(State, &str); 5] = [
    (State::Proposed, "proposed"),
    (State::Ordered, "ordered"),
    (State::Answered, "answered"),
    (State::Dropped, "dropped"),
    (State::Lifted, "lifted"),
];

/// The word of a state.
pub(crate) fn word(state: State) -> &'static str {
    STATES.iter().find(|(known, _)| *known == state).map_or("", |(_, word)| word)
}

fn state(order: &Order) -> State {
    STATES.iter().find(|(_, word)| *word == order.state).map_or(State::Dropped, |(state, _)| *state)
}

/// The form that events and lists call a rung by.
pub(crate) fn form(step: Step) -> &'static str {
    if step == Step::Order { "notice" } else { step.as_str() }
}

/// The number of the order that a rung makes.
fn of_rung(clock: ClockId, limit_at: Timestamp, rank: i16) -> OrderId {
    OrderId::derived(&format!("{clock}:{limit_at}:{rank}"))
}

/// What is said once a person has let out what the ladder proposed: now the rung is climbed. `climbed` are the rungs of
/// that step on the order's clock.
pub(crate) fn climbed(
    order: &Order,
    clock: &Clock,
    climbed: &[(Timestamp, i16)],
) -> Option<SupervisionEscalated> {
    let (due_at, rank) =
        climbed.iter().find(|(limit_at, rank)| of_rung(clock.id, *limit_at, *rank) == order.id)?;
    Some(SupervisionEscalated {
        clock: clock.id,
        limit: clock.name.as_str().to_owned(),
        unit: clock.unit.clone(),
        step: step(&order.form).to_owned(),
        rank: i32::from(*rank),
        due_at: *due_at,
        proposed: false,
    })
}

/// The rung that a form of an order is made by.
pub(crate) fn step(form: &str) -> &str {
    if form == "notice" { Step::Order.as_str() } else { form }
}

/// The order that a rung makes; the same one however often it is climbed.
pub(crate) fn by_ladder(facts: &Facts, clock: &Clock, rung: &Rung, next: &Next) -> Order {
    let id = of_rung(clock.id, next.limit_at, next.rank);
    let alone = rung.by == Doer::System;
    Order {
        id,
        case: facts.case,
        clock: Some(clock.id),
        form: form(rung.step).to_owned(),
        unit: clock.unit.as_ref().map(ToString::to_string),
        region: facts.region.to_string(),
        grounds: "overdue".to_owned(),
        demand: rung.source.clone(),
        state: word(if alone { State::Ordered } else { State::Proposed }).to_owned(),
        requested_by: "system".to_owned(),
        requested_at: next.due_at,
        approved_by: alone.then(|| "system".to_owned()),
        approved_at: alone.then_some(next.due_at),
        answer: None,
        answered_by: None,
        answered_at: None,
        remark: None,
        ended_by: None,
        ended_at: None,
        version: 1,
    }
}

/// What is said when an order is out.
pub(crate) fn ordered(order: &Order, issuer: String, answer_by: Option<Date>) -> SupervisionOrdered {
    SupervisionOrdered {
        order: order.id,
        form: order.form.clone(),
        clock: order.clock,
        unit: order.unit.as_ref().and_then(|unit| unit.parse().ok()),
        grounds: order.grounds.clone(),
        issuer,
        answer_by,
    }
}

/// What a person adds to a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) answer: Option<String>,
    pub(crate) remark: Option<String>,
    /// Why it is lifted.
    pub(crate) reason: Option<String>,
}

/// Moves an order by its table, opens or meets its clock, and says so.
///
/// # Errors
/// 409 if the state does not know the command.
pub(crate) fn act(
    hand: &mut Hand,
    order: &mut Order,
    command: OrderCommand,
    said: Said,
) -> Result<(), Problem> {
    let Some((next, effect)) = decide_order(state(order), command) else {
        return Err(Problem::conflict(
            "督办单的当前状态不允许这样做。",
            "The order does not allow this as it stands.",
        ));
    };
    let (actor, now) = (hand.actor.clone(), hand.now);
    order.state = word(next).to_owned();
    order.version += 1;
    order.remark = said.remark.or_else(|| order.remark.take());
    match command {
        OrderCommand::Approve | OrderCommand::Drop => {
            (order.approved_by, order.approved_at) = (Some(actor.clone()), Some(now));
        }
        OrderCommand::Answer => {
            (order.answer, order.answered_by, order.answered_at) =
                (said.answer, Some(actor.clone()), Some(now));
        }
        OrderCommand::Accept | OrderCommand::Lift => {
            (order.ended_by, order.ended_at) = (Some(actor.clone()), Some(now));
        }
        OrderCommand::SendBack => {}
    }
    let unit: Option<ids::UnitCode> = order.unit.as_ref().and_then(|unit| unit.parse().ok());
    let about = |trigger| Heard { matter: Some(order.id.0), ..Heard::plain(trigger) };
    match effect {
        OrderEffect::Ordered => {
            let answer_by = hand.happen(&about(Trigger::SupervisionOrdered), unit)?;
            let issuer = role(&actor);
            hand.say(ordered(order, issuer, answer_by));
        }
        OrderEffect::Answered => {
            hand.happen(&about(Trigger::SupervisionAnswered), None)?;
            let of_order = |clock: &&Clock| clock.matter == Some(order.id.0);
            let clocks = hand.case.clocks.iter().map(|tracked| &tracked.clock);
            let late = clocks
                .filter(of_order)
                .any(|clock| matches!(clock.state, ClockState::Met { late: true, at } if at == now));
            hand.say(SupervisionAnswered { order: order.id, unit, late });
        }
        OrderEffect::Lifted => {
            hand.happen(&about(Trigger::SupervisionLifted), None)?;
            let reason = said.reason.unwrap_or_else(|| "answered".to_owned());
            hand.say(SupervisionLifted { order: order.id, reason });
        }
        OrderEffect::Silent => {}
    }
    Ok(())
}

/// The role in an actor label; the account behind it is nobody's business outside.
fn role(actor: &str) -> String {
    actor.split(':').next().unwrap_or(actor).to_owned()
}
