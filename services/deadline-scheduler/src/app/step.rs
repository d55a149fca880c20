//! One event applied to one case in memory: facts, then what it ends, then what it opens.

use calendar::OutOfRange;
use contracts::{Body, Event};
use deadline_scheduler_rules::{
    Class, ClockName, Command, Effect, Entry, State, Subject, Trigger, decide, open,
};
use ids::CaseId;
use runtime::{ApplyError, Draft};

use crate::{
    app::{
        case::{Alarms, Case, Tracked},
        choose::{choose_again, rules_facts},
        learn::learn,
        reckon::settle,
        rules::Rules,
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
    paused: Vec<usize>,
    resumed: Vec<usize>,
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
    let (class, fast) = match &event.body {
        Body::CaseAccepted(body) => (body.class, body.fast.clone()),
        _ => (None, None),
    };
    let unknown =
        |_| ApplyError::Poison { reason: "kind, urgency or class is not known to the rules".to_owned() };
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
        because: None,
        historic: event.historic,
        unit: None,
        class: class.map_or(Ok(Class::Ordinary), |class| class.as_str().parse()).map_err(unknown)?,
        fast,
        first: false,
        petition: None,
        pauses: Vec::new(),
        merged_at: None,
        co: Vec::new(),
        waiting: false,
    }))
}

/// Applies what was heard and drafts what is to be said of it.
pub(crate) fn step(
    case: &mut Case,
    event: &Event,
    heard: &Heard,
    rules: &Rules,
) -> Result<Vec<Draft>, ApplyError> {
    if heard.round.is_some_and(|round| round > case.facts.round) && heard.trigger != Trigger::CaseReopened {
        return Err(ApplyError::Later(anyhow::anyhow!("the round was not yet heard to begin")));
    }
    let mut outcome = Outcome::default();
    let merged_at = case.facts.merged_at;
    learn(case, event, heard)?;
    if heard.trigger == Trigger::CaseReopened && !event.historic {
        // A history that ended with its answer is not told to have ended; another round belongs to today.
        case.release(event.time, rules);
    }
    end(case, event, heard, rules, &mut outcome)?;
    if heard.trigger == Trigger::CaseUnmerged {
        restore(case, event, merged_at, rules, &mut outcome)?;
    }
    outcome.opened.extend(choose_again(case, rules, event.time)?);
    begin(case, event, heard, rules, &mut outcome)?;
    case.take_back(event.time);
    outcome.opened.sort_unstable();
    outcome.opened.dedup();
    let pick =
        |indices: &[usize]| indices.iter().map(|index| case.clocks[*index].clock.clone()).collect::<Vec<_>>();
    let met = publish::met(event, &pick(&outcome.met));
    let opened = publish::opened(event, case, &pick(&outcome.opened));
    let paused = publish::paused(event, heard, &pick(&outcome.paused));
    let resumed = publish::resumed(event, heard, &pick(&outcome.resumed));
    Ok(met.into_iter().chain(resumed).chain(opened).chain(paused).collect())
}

/// Stops, cancels, pauses and resumes.
fn end(
    case: &mut Case,
    event: &Event,
    heard: &Heard,
    rules: &Rules,
    outcome: &mut Outcome,
) -> Result<(), ApplyError> {
    let round = heard.round.unwrap_or(case.facts.round);
    for (index, tracked) in case.clocks.iter_mut().enumerate() {
        let former = heard.trigger == Trigger::CaseReopened && tracked.clock.round < round;
        if !about(tracked, heard) || (tracked.clock.round != round && !former) {
            continue;
        }
        let entry = rules.entry(&tracked.clock).map(|(_, entry)| entry);
        if let Some(command) = command(entry, heard.trigger, event, former) {
            let (next, effect) = decide(tracked.clock.state, tracked.clock.due_at, command);
            if next != tracked.clock.state {
                tracked.clock.state = next;
                tracked.changed = true;
                tracked.alarms = Alarms::Drop;
                if let Some(Effect::Met { .. }) = effect {
                    outcome.met.push(index);
                }
            }
        } else if let Some(entry) = entry.filter(|entry| !tracked.ended() && stills(entry, heard.trigger)) {
            let (was, stood) = (tracked.clock.due_at, paused(tracked));
            settle(tracked, entry, &case.facts.pauses, rules, event.time).map_err(out_of_calendar)?;
            match (stood, paused(tracked)) {
                (false, true) => outcome.paused.push(index),
                (true, false) => outcome.resumed.push(index),
                (false, false) | (true, true) => {}
            }
            if tracked.clock.due_at != was {
                outcome.opened.push(index);
            }
        }
    }
    Ok(())
}

/// Says whether an event that names an assignment or a matter is about this clock; one that names none is about all.
fn about(tracked: &Tracked, heard: &Heard) -> bool {
    let other_unit = match (tracked.clock.assignment, &heard.assignment) {
        (Some(own), Some((id, _))) => own != *id,
        (None, _) | (_, None) => false,
    };
    let other_matter = tracked.clock.matter.zip(heard.matter).is_some_and(|(own, named)| own != named);
    !other_unit && !other_matter
}

fn paused(tracked: &Tracked) -> bool {
    matches!(tracked.clock.state, State::Paused { .. })
}

fn stills(entry: &Entry, trigger: Trigger) -> bool {
    entry.pause.contains(&trigger) || entry.resume.contains(&trigger)
}

/// What an event is to a clock. Nothing is owed any more in a case that was declined, withdrawn or merged, nor in a
/// round that another has followed, whatever the entry lists.
fn command(entry: Option<&Entry>, trigger: Trigger, event: &Event, former: bool) -> Option<Command> {
    let at = event.time;
    let named = entry.and_then(|entry| {
        [(&entry.stop, Command::Stop { at }), (&entry.cancel, Command::Cancel { at })]
            .into_iter()
            .find(|(list, _)| list.contains(&trigger))
            .map(|(_, command)| command)
    });
    let over =
        former || matches!(trigger, Trigger::CaseDeclined | Trigger::CaseWithdrawn | Trigger::CaseMerged);
    named.or(over.then_some(Command::Cancel { at }))
}

/// Lets run again what the merging cancelled, from the same start. What had passed before it was said then.
fn restore(
    case: &mut Case,
    event: &Event,
    merged_at: Option<jiff::Timestamp>,
    rules: &Rules,
    outcome: &mut Outcome,
) -> Result<(), ApplyError> {
    let Some(cancelled_at) = merged_at else { return Ok(()) };
    let (round, calendar) = (case.facts.round, rules.calendar(&case.facts.region));
    for (index, tracked) in case.clocks.iter_mut().enumerate() {
        let command = Command::Restore { cancelled_at };
        let (next, effect) = decide(tracked.clock.state, tracked.clock.due_at, command);
        let Some((_, entry)) = rules.entry(&tracked.clock) else { continue };
        // An order of supervision ended with the merging; its answer is owed no more.
        let order = tracked.clock.name == ClockName::Supervision;
        if order || tracked.clock.round != round || effect != Some(Effect::Restored) {
            continue;
        }
        tracked.clock.state = next;
        tracked.changed = true;
        let moved = settle(tracked, entry, &case.facts.pauses, rules, event.time).map_err(out_of_calendar)?;
        let said = tracked.clock.due_at <= cancelled_at && !moved;
        if !moved && !said && !tracked.clock.held {
            let due = calendar::DueAt {
                at: tracked.clock.due_at,
                date: tracked.clock.due_day,
                provisional: tracked.clock.provisional,
            };
            let started_at = tracked.clock.started_at;
            tracked.alarms = Alarms::Arm(super::reckon::left(entry, started_at, &due, calendar, event.time));
        }
        if tracked.clock.due_at <= event.time && !tracked.clock.held {
            // Rungs that came due meanwhile found nothing that stood: of these the one that holds now is climbed.
            case.history_ended = Some(event.time);
            case.overdue.extend(said.then_some(index));
        }
        outcome.opened.push(index);
    }
    case.unmerged = Some(cancelled_at);
    Ok(())
}

/// Opens what the pack starts with this event.
fn begin(
    case: &mut Case,
    event: &Event,
    heard: &Heard,
    rules: &Rules,
    outcome: &mut Outcome,
) -> Result<(), ApplyError> {
    if heard.round.is_some_and(|round| round < case.facts.round) || case.facts.merged_at.is_some() {
        return Ok(());
    }
    let standing = rules.packs.standing(&case.facts.pack_id, case.facts.pack_version);
    let (version, pack) = standing.ok_or_else(|| ApplyError::Poison {
        reason: format!("policy pack {} is not loaded", case.facts.pack_id),
    })?;
    let (facts, calendar) = (rules_facts(&case.facts), rules.calendar(&case.facts.region));
    let openings = open(pack, &heard.call(event), &facts, calendar).map_err(out_of_calendar)?;
    for opening in openings {
        let (assignment, unit) = match (opening.entry.subject, &heard.assignment) {
            (Subject::Assignment, Some((id, unit))) => (Some(*id), Some(unit.clone())),
            (Subject::Assignment, None) => continue,
            (Subject::Case | Subject::Matter, _) => (None, None),
        };
        let stamp = (version, calendar.revision());
        let opened = case.open(&opening, assignment, unit, heard.matter, stamp);
        let Some(index) = opened else { continue };
        // Most cases never pause; the others may stand still from the first moment.
        if !case.facts.pauses.is_empty() {
            let pauses = &case.facts.pauses;
            settle(&mut case.clocks[index], opening.entry, pauses, rules, event.time)
                .map_err(out_of_calendar)?;
        }
        outcome.paused.extend(paused(&case.clocks[index]).then_some(index));
        outcome.opened.push(index);
    }
    Ok(())
}

/// A due day that no calendar covers stays so however often it is tried.
pub(crate) fn out_of_calendar(error: OutOfRange) -> ApplyError {
    ApplyError::Poison { reason: error.to_string() }
}
