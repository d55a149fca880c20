//! Choosing the entry of an open clock again when what is known of its case has changed.

use deadline_scheduler_rules::{Facts as Known, choose_again as chosen};
use jiff::Timestamp;
use runtime::ApplyError;

use crate::{
    app::{case::Case, reckon::settle, rules::Rules, step::out_of_calendar},
    store::{clocks::Past, facts::Facts},
};

/// What the rules want to know of a case.
pub(crate) fn rules_facts(facts: &Facts) -> Known {
    Known {
        kind: facts.kind,
        urgency: facts.urgency,
        class: facts.class,
        multi_unit: facts.multi_unit,
        fast: facts.fast.is_some(),
        first: facts.first,
        petition: facts.petition.clone(),
        round: facts.round,
        because: facts.because.clone(),
        received_at: facts.received_at,
    }
}

/// Moves every clock of the round that is not at its end to the entry that now holds, counted from the same start though no
/// shorter one ends before it could be known, and lists those that moved. A clock that had passed its old limit runs again if
/// the new one lies ahead.
pub(crate) fn choose_again(case: &mut Case, rules: &Rules, at: Timestamp) -> Result<Vec<usize>, ApplyError> {
    let known = rules_facts(&case.facts);
    let round = case.facts.round;
    let mut moved = Vec::new();
    for (index, tracked) in case.clocks.iter_mut().enumerate() {
        if tracked.clock.round != round || tracked.ended() {
            continue;
        }
        let Some((pack, entry)) = rules.entry(&tracked.clock) else { continue };
        let Some(holds) = chosen(pack, entry, &known) else { continue };
        if holds.id == entry.id {
            continue;
        }
        let followed = std::mem::replace(&mut tracked.clock.entry, holds.id.clone());
        let version = tracked.clock.pack_version;
        tracked.clock.former.push(Past { version, entry: followed, until: at });
        tracked.changed = true;
        if settle(tracked, holds, &case.facts.pauses, rules, at).map_err(out_of_calendar)? {
            moved.push(index);
        }
    }
    Ok(moved)
}
