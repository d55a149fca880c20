//! Choosing the entry of an open clock again when what is known of its case has changed.

use deadline_scheduler_rules::{Facts as Known, choose, put};
use runtime::ApplyError;

use crate::{
    app::{
        case::{Alarms, Case},
        packs::Packs,
        step::out_of_calendar,
    },
    store::facts::Facts,
};

/// What the rules want to know of a case.
pub(crate) fn rules_facts(facts: &Facts) -> Known {
    Known {
        kind: facts.kind,
        urgency: facts.urgency,
        multi_unit: facts.multi_unit,
        received_at: facts.received_at,
    }
}

/// Moves every open clock of the round to the entry that now holds, counted from the same start, and lists those that
/// moved. A clock that had passed its old limit runs again if the new one lies ahead.
pub(crate) fn choose_again(case: &mut Case, packs: &Packs) -> Result<Vec<usize>, ApplyError> {
    let known = rules_facts(&case.facts);
    let round = case.facts.round;
    let mut moved = Vec::new();
    for (index, tracked) in case.clocks.iter_mut().enumerate() {
        if tracked.clock.round != round || !tracked.open() {
            continue;
        }
        let clock = &mut tracked.clock;
        let Some(pack) = packs.find(&clock.pack_id, clock.pack_version) else { continue };
        let Some(entry) = pack.entry(&clock.entry) else { continue };
        let Some(holds) = choose(pack, entry.start, entry.name, &known) else { continue };
        if holds.id == entry.id {
            continue;
        }
        let opening = put(holds, clock.started_at, calendar::shipped()).map_err(out_of_calendar)?;
        clock.entry.clone_from(&holds.id);
        (clock.due_at, clock.due_day) = (opening.due.at, opening.due.date);
        clock.provisional = opening.due.provisional;
        tracked.changed = true;
        tracked.alarms = if clock.held { Alarms::Keep } else { Alarms::Arm(opening.warnings) };
        moved.push(index);
    }
    Ok(moved)
}
