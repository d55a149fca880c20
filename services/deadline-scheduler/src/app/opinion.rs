//! 延期 of an opinion: the head of the organ gave more time, so the limit of that stage moves, reckoned from its own start.

use calendar::Unit;
use contracts::{Event, clock::ClockExtended, petition::OpinionExtended, words::ReviewStage};
use deadline_scheduler_rules::{ClockName, grant};
use runtime::{ApplyError, Draft};

use crate::{
    app::{
        case::{Case, Tracked},
        extend::asked,
        reckon::settle,
        rules::Rules,
        step::out_of_calendar,
    },
    publish,
};

/// Moves the open limit of the stage; nothing where the pack has none, or none that may be moved so far.
pub(crate) fn extend(
    case: &mut Case,
    event: &Event,
    body: &OpinionExtended,
    rules: &Rules,
) -> Result<Vec<Draft>, ApplyError> {
    let name = match body.stage {
        ReviewStage::Handling => ClockName::Handle,
        ReviewStage::Review => ClockName::Recheck,
        ReviewStage::Reexamination => ClockName::Reexamine,
    };
    let round = case.facts.round;
    let days = u32::try_from(body.days).unwrap_or(0);
    let of_stage = |tracked: &&mut Tracked| {
        tracked.clock.name == name && tracked.clock.round == round && !tracked.ended()
    };
    let Some(tracked) = case.clocks.iter_mut().find(of_stage) else { return Ok(Vec::new()) };
    let Some((_, entry)) = rules.entry(&tracked.clock) else { return Ok(Vec::new()) };
    let fits = entry.limit.unit == Unit::Days;
    if !fits || grant(entry, &asked(&tracked.clock, false, days, event.time)).is_err() {
        // The decision stands where it was made; this limit is not one that it can move.
        tracing::warn!(clock = %tracked.clock.id, "an opinion was given more time than its limit can have");
        return Ok(Vec::new());
    }
    let from_day = tracked.clock.due_day;
    tracked.clock.extended += days;
    tracked.clock.times += 1;
    tracked.changed = true;
    settle(tracked, entry, &case.facts.pauses, rules, event.time).map_err(out_of_calendar)?;
    let clock = tracked.clock.clone();
    let told = ClockExtended {
        clock: clock.id,
        name: clock.name.as_str().to_owned(),
        unit: clock.unit.clone(),
        reason: "opinion".to_owned(),
        from_day,
        due_day: clock.due_day,
        due_at: clock.due_at,
        times: i32::from(clock.times),
    };
    case.take_back(event.time);
    let opened = publish::opened(event, case, &[clock]);
    Ok(std::iter::once(publish::because(event, told.into())).chain(opened).collect())
}
