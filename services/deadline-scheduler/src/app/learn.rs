//! Takes up what an event tells of its case beyond registration and acceptance.

use contracts::{Body, Event, words::Part};
use deadline_scheduler_rules::{Pause, Trigger, begin, begun_by, end, ended_by};
use ids::AssignmentId;
use runtime::ApplyError;

use crate::{
    app::case::{Case, Tracked},
    consume::heard::Heard,
};

/// Writes into the facts what they did not know.
pub(crate) fn learn(case: &mut Case, event: &Event, heard: &Heard) -> Result<(), ApplyError> {
    parts(case, heard);
    pauses(case, event, heard);
    let unknown =
        |_| ApplyError::Poison { reason: "kind, urgency or class is not known to the rules".to_owned() };
    let facts = &mut case.facts;
    match &event.body {
        Body::CaseClassified(body) => {
            facts.kind = body.kind.as_str().parse().map_err(unknown)?;
            facts.urgency = body.urgency.as_str().parse().map_err(unknown)?;
            facts.class = body.class.as_str().parse().map_err(unknown)?;
            (facts.fast, facts.petition) = (body.fast.clone(), body.petition.clone());
            (facts.first, case.facts_changed) = (body.first, true);
        }
        Body::InstructionIssued(body) => {
            facts.urgency = body.urgency.as_str().parse().map_err(unknown)?;
            case.facts_changed = true;
        }
        Body::CaseMerged(_) => {
            facts.merged_at = Some(event.time);
            case.facts_changed = true;
        }
        Body::CaseUnmerged(_) => {
            facts.merged_at = None;
            case.facts_changed = true;
        }
        Body::CaseReopened(body) => {
            if body.round > facts.round {
                (facts.because, case.facts_changed) = (Some(body.reason.clone()), true);
                facts.round = body.round;
                leave(case, |_| true);
            }
            case.facts.unit = None;
        }
        // The others open, meet or end clocks and tell nothing of the case itself.
        _ => {}
    }
    Ok(())
}

fn parts(case: &mut Case, heard: &Heard) {
    match (heard.part, &heard.assignment) {
        (Some(Part::Co), Some((id, _))) => {
            let facts = &mut case.facts;
            // What intake called a case of several units stays one, whoever joins and leaves.
            let theirs = !facts.multi_unit || !facts.co.is_empty();
            if theirs && !facts.co.contains(id) {
                facts.co.push(*id);
                (facts.multi_unit, case.facts_changed) = (true, true);
            }
        }
        (Some(Part::Lead), Some((_, unit))) if heard.round == Some(case.facts.round) => {
            case.facts_changed = true;
            case.facts.unit = Some(unit.clone());
            let round = case.facts.round;
            let of_case = |tracked: &&mut Tracked| {
                let clock = &tracked.clock;
                let of_unit = clock.assignment.is_none() && clock.name.is_of_unit();
                of_unit && clock.round == round && !tracked.ended()
            };
            for tracked in case.clocks.iter_mut().filter(of_case) {
                tracked.clock.unit = Some(unit.clone());
                tracked.changed = true;
            }
        }
        (None, Some((id, _))) if heard.trigger == Trigger::AssignmentRedirected => leave(case, |co| co == id),
        (Some(_) | None, _) => {}
    }
}

/// Takes co-units out; a case of one unit is one again.
fn leave(case: &mut Case, gone: impl Fn(&AssignmentId) -> bool) {
    let facts = &mut case.facts;
    if facts.co.iter().any(&gone) {
        facts.co.retain(|id| !gone(id));
        (facts.multi_unit, case.facts_changed) = (!facts.co.is_empty(), true);
    }
}

/// A pause stays written when its clocks are chosen again, extended or not yet open. What waits for nothing any more
/// ends with the case.
fn pauses(case: &mut Case, event: &Event, heard: &Heard) {
    let assignment = heard.assignment.as_ref().map(|(id, _)| *id);
    let (pauses, at) = (&mut case.facts.pauses, event.time);
    if ended_by(heard.trigger).is_some() {
        let key = heard.key.clone();
        begin(pauses, Pause { by: heard.trigger, key, assignment, since: at, until: None });
        case.facts_changed = true;
    } else if let Some(by) = begun_by(heard.trigger) {
        end(pauses, by, &heard.key, assignment, at);
        case.facts_changed = true;
    } else if matches!(heard.trigger, Trigger::CaseClosed | Trigger::CaseWithdrawn)
        && pauses.iter().any(|pause| pause.until.is_none())
    {
        for pause in pauses.iter_mut().filter(|pause| pause.until.is_none()) {
            pause.until = Some(at.max(pause.since));
        }
        case.facts_changed = true;
    }
}
