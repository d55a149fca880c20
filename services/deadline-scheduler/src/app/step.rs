//! One event applied to one case in memory: facts, then what it ends, then what it opens.

use calendar::OutOfRange;
use contracts::{Body, Event, words::Part};
use deadline_scheduler_rules::{Command, Effect, Entry, Subject, Trigger, decide, open, postpone, warnings};
use ids::CaseId;
use runtime::{ApplyError, Draft};

use crate::{
    app::{
        case::{Alarms, Case, Tracked},
        choose::{choose_again, rules_facts},
        packs::Packs,
    },
    consume::heard::Heard,
    publish,
    store::facts::Facts,
};

/// What an event led to, to be said as one event each.
#[derive(Debug, Default)]
struct Outcome {
    met: Vec<usize>,
    opened: Vec<usize>,
}

/// Reads the facts that registration and acceptance tell.
pub(crate) fn facts(event: &Event) -> Result<Option<Facts>, ApplyError> {
    let (kind, urgency, multi_unit, received_at, pack, region) = match &event.body {
        Body::CaseRegistered(body) => {
            (body.kind, body.urgency, false, body.received_at, &body.pack, &body.region)
        }
        Body::CaseAccepted(body) => {
            (body.kind, body.urgency, body.multi_unit, body.received_at, &body.pack, &body.region)
        }
        _ => return Ok(None),
    };
    let unknown = |_| ApplyError::Poison { reason: "kind or urgency is not known to the rules".to_owned() };
    Ok(Some(Facts {
        case: CaseId(event.aggregate),
        kind: kind.as_str().parse().map_err(unknown)?,
        urgency: urgency.as_str().parse().map_err(unknown)?,
        region: region.clone(),
        multi_unit,
        received_at,
        pack_id: pack.id.clone(),
        pack_version: pack.version,
        round: 1,
        historic: event.historic,
        unit: None,
    }))
}

/// Applies what was heard and drafts what is to be said of it.
pub(crate) fn step(
    case: &mut Case,
    event: &Event,
    heard: &Heard,
    packs: &Packs,
) -> Result<Vec<Draft>, ApplyError> {
    if heard.round.is_some_and(|round| round > case.facts.round) && heard.trigger != Trigger::CaseReopened {
        return Err(ApplyError::Later(anyhow::anyhow!("the round was not yet heard to begin")));
    }
    let mut outcome = Outcome::default();
    learn(case, heard);
    if heard.trigger == Trigger::CaseReopened && !event.historic {
        // A history that ended with its answer is not told to have ended; another round belongs to today.
        case.release(event.time, packs);
    }
    end(case, event, heard, packs, &mut outcome)?;
    outcome.opened.extend(choose_again(case, packs)?);
    begin(case, event, heard, packs, &mut outcome)?;
    let pick =
        |indices: &[usize]| indices.iter().map(|index| case.clocks[*index].clock.clone()).collect::<Vec<_>>();
    let met = publish::met(event, &pick(&outcome.met));
    let opened = publish::opened(event, &case.facts, &pick(&outcome.opened));
    Ok(met.into_iter().chain(opened).collect())
}

/// Takes up what the event tells of the case beyond registration and acceptance.
fn learn(case: &mut Case, heard: &Heard) {
    match (heard.part, &heard.assignment) {
        (Some(Part::Co), _) => {
            case.facts_changed |= !case.facts.multi_unit;
            case.facts.multi_unit = true;
        }
        (Some(Part::Lead), Some((_, unit))) if heard.round == Some(case.facts.round) => {
            case.facts_changed = true;
            case.facts.unit = Some(unit.clone());
            let round = case.facts.round;
            let of_case = |tracked: &&mut Tracked| {
                tracked.clock.assignment.is_none() && tracked.clock.round == round && tracked.open()
            };
            for tracked in case.clocks.iter_mut().filter(of_case) {
                tracked.clock.unit = Some(unit.clone());
                tracked.changed = true;
            }
        }
        (Some(Part::Lead) | None, _) => {}
    }
    if let (Trigger::CaseReopened, Some(round)) = (heard.trigger, heard.round) {
        case.facts_changed |= round > case.facts.round;
        case.facts.round = case.facts.round.max(round);
        case.facts.unit = None;
    }
}

/// Stops, cancels, pauses and resumes.
fn end(
    case: &mut Case,
    event: &Event,
    heard: &Heard,
    packs: &Packs,
    outcome: &mut Outcome,
) -> Result<(), ApplyError> {
    let round = heard.round.unwrap_or(case.facts.round);
    for (index, tracked) in case.clocks.iter_mut().enumerate() {
        let clock = &tracked.clock;
        let other = match (clock.assignment, &heard.assignment) {
            (Some(own), Some((id, _))) => own != *id,
            (None, _) | (_, None) => false,
        };
        let former = heard.trigger == Trigger::CaseReopened && clock.round < round;
        if other || (clock.round != round && !former) {
            continue;
        }
        let entry = packs.find(&clock.pack_id, clock.pack_version).and_then(|pack| pack.entry(&clock.entry));
        let Some(command) = command(entry, heard.trigger, event, former) else { continue };
        let (next, effect) = decide(clock.state, clock.due_at, command);
        if next == clock.state {
            continue;
        }
        tracked.clock.state = next;
        tracked.changed = true;
        tracked.alarms = Alarms::Drop;
        match effect {
            Some(Effect::Met { .. }) => outcome.met.push(index),
            Some(Effect::Resumed { since, until }) => {
                if let Some(entry) = entry {
                    resume(tracked, entry, since, until).map_err(out_of_calendar)?;
                    outcome.opened.push(index);
                }
            }
            Some(Effect::Warned | Effect::Expired) | None => {}
        }
    }
    Ok(())
}

/// What an event is to a clock. Nothing is owed any more in a case that was declined or withdrawn, nor in a round that
/// another has followed, whatever the entry lists.
fn command(entry: Option<&Entry>, trigger: Trigger, event: &Event, former: bool) -> Option<Command> {
    let at = event.time;
    let named = entry.and_then(|entry| {
        [
            (&entry.stop, Command::Stop { at }),
            (&entry.cancel, Command::Cancel { at }),
            (&entry.pause, Command::Pause { at }),
            (&entry.resume, Command::Resume { at }),
        ]
        .into_iter()
        .find(|(list, _)| list.contains(&trigger))
        .map(|(_, command)| command)
    });
    let over = former || matches!(trigger, Trigger::CaseDeclined | Trigger::CaseWithdrawn);
    named.or(over.then_some(Command::Cancel { at }))
}

fn resume(
    tracked: &mut Tracked,
    entry: &Entry,
    since: jiff::Timestamp,
    until: jiff::Timestamp,
) -> Result<(), OutOfRange> {
    let (clock, calendar) = (&mut tracked.clock, calendar::shipped());
    let due = postpone(entry, clock.due_at, clock.due_day, since, until, calendar)?;
    (clock.due_at, clock.due_day, clock.provisional) = (due.at, due.date, due.provisional);
    let mut left = warnings(entry, clock.started_at, clock.due_at, clock.due_day, calendar);
    left.retain(|at| *at > until);
    tracked.alarms = if clock.held { Alarms::Keep } else { Alarms::Arm(left) };
    Ok(())
}

/// Opens what the pack starts with this event.
fn begin(
    case: &mut Case,
    event: &Event,
    heard: &Heard,
    packs: &Packs,
    outcome: &mut Outcome,
) -> Result<(), ApplyError> {
    if heard.round.is_some_and(|round| round < case.facts.round) {
        return Ok(());
    }
    let pack = packs.find(&case.facts.pack_id, case.facts.pack_version).ok_or_else(|| {
        ApplyError::Poison { reason: format!("policy pack {} is not loaded", case.facts.pack_id) }
    })?;
    let facts = rules_facts(&case.facts);
    let openings =
        open(pack, heard.trigger, &facts, event.time, calendar::shipped()).map_err(out_of_calendar)?;
    for opening in openings {
        let opened = match (opening.entry.subject, &heard.assignment) {
            (Subject::Case, _) => case.open(&opening, None, None),
            (Subject::Assignment, Some((id, unit))) => case.open(&opening, Some(*id), Some(unit.clone())),
            (Subject::Assignment, None) => None,
        };
        outcome.opened.extend(opened);
    }
    Ok(())
}

/// A due day that no calendar covers stays so however often it is tried.
pub(crate) fn out_of_calendar(error: OutOfRange) -> ApplyError {
    ApplyError::Poison { reason: error.to_string() }
}
