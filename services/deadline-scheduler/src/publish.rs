//! From what became of clocks to the events that say so.

use contracts::{
    Body, Event,
    case::PackRef,
    clock::{
        ClockExpired, ClockMet, ClockOpened, ClockPaused, ClockResumed, ClockWarned, Met, Named, Running,
    },
};
use deadline_scheduler_rules::{Effect, State, Trigger};
use jiff::Timestamp;
use runtime::Draft;

use crate::{
    app::case::Case,
    consume::heard::Heard,
    store::{clocks::Clock, facts::Facts, timers::Due},
};

/// One `clock.opened` for all that one event opened or moved; nothing if it opened nothing.
pub(crate) fn opened(cause: &Event, case: &Case, clocks: &[Clock]) -> Vec<Draft> {
    opened_bodies(case, clocks).into_iter().map(|body| because(cause, body)).collect()
}

/// The clocks as they stand.
pub(crate) fn running(clocks: &[Clock]) -> Vec<Running> {
    let one = |clock: &Clock| Running {
        clock: clock.id,
        name: clock.name.as_str().to_owned(),
        assignment: clock.assignment,
        unit: clock.unit.clone(),
        started_at: clock.started_at,
        due_at: clock.due_at,
        due_day: clock.due_day,
        provisional: clock.provisional,
    };
    clocks.iter().map(one).collect()
}

/// What was opened or moved; nothing if nothing was.
pub(crate) fn opened_bodies(case: &Case, clocks: &[Clock]) -> Vec<Body> {
    let body = |(pack, clocks): (PackRef, Vec<Clock>)| {
        ClockOpened { clocks: running(&clocks), pack, round: case.facts.round, mended: case.mended }.into()
    };
    by_pack(clocks.to_vec(), |clock| clock).into_iter().map(body).collect()
}

/// Parts what is to be said by the versions that the clocks are stamped with; nearly always there is one.
pub(crate) fn by_pack<T>(all: Vec<T>, clock: impl Fn(&T) -> &Clock) -> Vec<(PackRef, Vec<T>)> {
    let mut parts: Vec<(PackRef, Vec<T>)> = Vec::new();
    for one in all {
        let Clock { pack_id, pack_version, .. } = clock(&one);
        match parts.iter_mut().find(|(pack, _)| pack.id == *pack_id && pack.version == *pack_version) {
            Some((_, part)) => part.push(one),
            None => {
                parts.push((PackRef { id: pack_id.clone(), version: *pack_version }, vec![one]));
            }
        }
    }
    parts
}

/// One `clock.met` for all that one event stopped; nothing if it stopped nothing.
pub(crate) fn met(cause: &Event, clocks: &[Clock]) -> Option<Draft> {
    met_body(clocks).map(|body| because(cause, body))
}

/// What was met; nothing if nothing was.
pub(crate) fn met_body(clocks: &[Clock]) -> Option<Body> {
    let met = |clock: &Clock| match clock.state {
        State::Met { at, late } => {
            Some(Met { clock: clock.id, name: clock.name.as_str().to_owned(), met_at: at, late })
        }
        State::Running
        | State::Warned { .. }
        | State::Expired
        | State::Paused { .. }
        | State::Cancelled { .. } => None,
    };
    let clocks: Vec<Met> = clocks.iter().filter_map(met).collect();
    (!clocks.is_empty()).then(|| ClockMet { clocks }.into())
}

/// One `clock.paused` for all that one event stopped counting; nothing if it paused nothing.
pub(crate) fn paused(cause: &Event, heard: &Heard, clocks: &[Clock]) -> Option<Draft> {
    let named = |clock: &Clock| Named { clock: clock.id, name: clock.name.as_str().to_owned() };
    let body =
        ClockPaused { clocks: clocks.iter().map(named).collect(), reason: reason(heard), since: cause.time };
    (!clocks.is_empty()).then(|| because(cause, body.into()))
}

/// One `clock.resumed` for all that runs again; nothing if nothing does.
pub(crate) fn resumed(cause: &Event, heard: &Heard, clocks: &[Clock]) -> Option<Draft> {
    let body = ClockResumed { clocks: running(clocks), reason: reason(heard) };
    (!clocks.is_empty()).then(|| because(cause, body.into()))
}

/// Why time stands still, in one word. A clock that opens during a pause stands still for what began before it.
fn reason(heard: &Heard) -> String {
    match heard.trigger {
        Trigger::CaseMaterialsRequested | Trigger::CaseMaterialsReceived => "materials".to_owned(),
        Trigger::AssignmentDisputed | Trigger::AssignmentSettled => "dispute".to_owned(),
        Trigger::AssignmentReturned | Trigger::AssignmentReturnRefused => "return".to_owned(),
        Trigger::CaseDeferred | Trigger::CaseUndeferred => "deferred".to_owned(),
        Trigger::CasePaused | Trigger::CaseResumed => heard.key.clone(),
        // Any other event only opens clocks.
        _ => "before".to_owned(),
    }
}

/// What a fired alarm says. Its time is the scheduled one: a breach is judged by that, never by arrival.
pub(crate) fn fired(due: &Due, effect: Effect) -> Option<Draft> {
    let lateness_ms = lateness_ms(due);
    let (clock, name, unit) = (due.clock, due.name.as_str().to_owned(), due.unit.clone());
    let body: Body = match effect {
        Effect::Warned => {
            let scheduled_for = due.scheduled_for;
            ClockWarned { clock, name, unit, due_at: due.due_at, scheduled_for, lateness_ms }.into()
        }
        Effect::Expired => ClockExpired { clock, name, unit, due_at: due.due_at, lateness_ms }.into(),
        Effect::Met { .. } | Effect::Resumed { .. } | Effect::Restored => return None,
    };
    Some(by_itself(due, body))
}

/// Said of a case without a cause among the events, at the alarm's own time.
pub(crate) fn by_itself(due: &Due, body: Body) -> Draft {
    Draft {
        aggregate: due.case.0,
        region: due.region.clone(),
        time: due.scheduled_for,
        actor: "system".to_owned(),
        causation: None,
        historic: false,
        trace: None,
        body,
    }
}

/// Said of a case because somebody acted, or because its time came.
pub(crate) fn said(facts: &Facts, actor: String, time: Timestamp, body: Body) -> Draft {
    Draft {
        aggregate: facts.case.0,
        region: facts.region.clone(),
        time,
        actor,
        causation: None,
        historic: false,
        trace: None,
        body,
    }
}

/// How late an alarm fired, by the database's clock.
pub(crate) fn lateness_ms(due: &Due) -> i64 {
    due.now.as_millisecond() - due.scheduled_for.as_millisecond()
}

pub(crate) fn because(cause: &Event, body: Body) -> Draft {
    Draft {
        aggregate: cause.aggregate,
        region: cause.region.clone(),
        time: cause.time,
        actor: "system".to_owned(),
        causation: Some(cause.id),
        historic: cause.historic,
        trace: None,
        body,
    }
}
