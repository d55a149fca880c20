//! Extensions: ask, grant, refuse. A granted one moves the due instant from the same start and is told.

use anyhow::Context as _;
use contracts::clock::ClockExtended;
use deadline_scheduler_rules::{
    Approver, Ask, Decision, Entry, ExtensionState, Refusal, approver, decide_extension, grant,
};
use identity::{Action, Claims, may};
use uuid::Uuid;
use web::Problem;

use crate::{
    app::{
        desk::{Desk, Hand},
        reckon::settle,
    },
    publish,
    store::{
        clocks::Clock,
        extensions::{Request, find},
    },
};

/// What the rules want to know of a clock.
pub(crate) fn asked(clock: &Clock, ended: bool, amount: u32, at: jiff::Timestamp) -> Ask {
    Ask {
        amount,
        at,
        due_at: clock.due_at,
        ended,
        times: u32::try_from(clock.times).unwrap_or(0),
        extended: clock.extended,
        waiting: false,
        explained: true,
    }
}

/// Takes the case of a request in hand, and the request as it stands under its lock; nothing where there is none for the caller.
pub(crate) async fn held(desk: &Desk, claims: &Claims, id: Uuid) -> Result<Option<(Hand, Request)>, Problem> {
    let mut connection = desk.db.pool.acquire().await.context("reading the request")?;
    let Some(row) = find(&mut connection, id).await.context("reading the request")? else { return Ok(None) };
    drop(connection);
    let Some(mut hand) = desk.take(row.case, claims).await? else { return Ok(None) };
    let row = find(&mut hand.transaction, id).await.context("reading the request")?;
    Ok(row.map(|row| (hand, row)))
}

/// Says whether the caller's rank decides on this request.
pub(crate) fn may_decide(claims: &Claims, entry: &Entry, ask: &Ask) -> Result<(), Problem> {
    match approver(entry, ask) {
        Some(Approver::Head) => Ok(may(claims, &Action::Instruct)?),
        Some(Approver::Centre) | None => Ok(may(claims, &Action::Supervise)?),
    }
}

/// Decides a request.
///
/// # Errors
/// 409 if it was decided before, 422 if what is granted is more than there is.
pub(crate) fn decide(
    hand: &mut Hand,
    request: &mut Request,
    decision: Decision,
    granted: u32,
    remark: Option<String>,
) -> Result<(), Problem> {
    let state = if request.state == "asked" { ExtensionState::Asked } else { ExtensionState::Refused };
    let Some(next) = decide_extension(state, decision) else {
        return Err(Problem::conflict("该申请已经处理。", "The request was decided already."));
    };
    request.state = match next {
        ExtensionState::Asked => "asked",
        ExtensionState::Granted => "granted",
        ExtensionState::Refused => "refused",
        ExtensionState::Withdrawn => "withdrawn",
    }
    .to_owned();
    (request.decided_by, request.decided_at) = (Some(hand.actor.clone()), Some(hand.now));
    (request.remark, request.version) = (remark, request.version + 1);
    if next == ExtensionState::Granted {
        extend(hand, request, granted)?;
        request.granted = i32::try_from(granted).ok();
    }
    Ok(())
}

fn extend(hand: &mut Hand, request: &Request, granted: u32) -> Result<(), Problem> {
    let gone = || Problem::conflict("该时限已不存在。", "The limit is gone.");
    let (index, entry) = hand.clock(request.clock.0).ok_or_else(gone)?;
    let tracked = &mut hand.case.clocks[index];
    let ask = asked(&tracked.clock, tracked.ended(), granted, request.asked_at);
    grant(&entry, &ask).map_err(|refusal| refused(&refusal))?;
    let from_day = tracked.clock.due_day;
    tracked.clock.extended += granted;
    tracked.clock.times += 1;
    tracked.changed = true;
    settle(tracked, &entry, &hand.case.facts.pauses, &hand.rules, hand.now)
        .map_err(|error| Problem::internal(&anyhow::Error::new(error)))?;
    let clock = tracked.clock.clone();
    hand.case.take_back(hand.now);
    hand.say(ClockExtended {
        clock: clock.id,
        name: clock.name.as_str().to_owned(),
        unit: clock.unit.clone(),
        reason: request.reason.clone(),
        from_day,
        due_day: clock.due_day,
        due_at: clock.due_at,
        times: i32::from(clock.times),
    });
    for body in publish::opened_bodies(&hand.case, &[clock]) {
        hand.say(body);
    }
    Ok(())
}

/// A refusal of the rules as a problem that names the field.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    let one = |field: &str, zh: &str| {
        Problem::unprocessable(vec![web::FieldError::new(field, zh, refusal.to_string())])
    };
    match refusal {
        Refusal::Never => one("clock", "该时限不得延期"),
        Refusal::Ended => one("clock", "该时限已经结束"),
        Refusal::TooLate => one("clock", "已超过期限，延期须在到期前提出"),
        Refusal::TooOften => one("clock", "延期次数已用完"),
        Refusal::TooMuch { most } => one("amount", &format!("最多还可延长 {most}")),
        Refusal::Nothing => one("amount", "应大于 0"),
        Refusal::Waiting => one("clock", "已有延期申请待审批"),
        Refusal::Unexplained => one("grounds", "应写明理由"),
    }
}
