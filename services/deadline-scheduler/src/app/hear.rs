//! Applies a batch of events: one load, one decision after another in memory, one save, one emit.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use contracts::{Body, Event};
use ids::CaseId;
use jiff::Timestamp;
use runtime::{ApplyError, Draft, emit};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    NAME,
    app::{
        case::{Alarms, Case, Tracked},
        follow,
        live::Live,
        opinion,
        rules::Rules,
        step::{facts, step},
    },
    consume::heard::heard,
    store,
};

pub(crate) type Cases = BTreeMap<Uuid, Case>;

/// Applies the batch and gives the earliest alarm that was armed.
pub(crate) async fn hear(
    connection: &mut PgConnection,
    live: &Live,
    batch: &[Event],
) -> Result<Option<Timestamp>, ApplyError> {
    runtime::seals::keep(&mut *connection, batch).await?;
    let rules = live.now();
    let concerns = |event: &&Event| match heard(event) {
        Some(heard) => rules.packs.concerns(heard.trigger),
        None => matches!(event.body, Body::CaseHistoryEnded(_) | Body::OpinionExtended(_)),
    };
    let batch: Vec<&Event> = batch.iter().filter(concerns).collect();
    if batch.is_empty() {
        return Ok(None);
    }
    let mut cases = load(connection, &batch).await?;
    let rules = live.holding(&mut *connection, versions(&cases, &batch)).await?;
    let mut drafts = Vec::new();
    for event in &batch {
        drafts.extend(decide(&mut cases, event, &rules)?);
    }
    let earliest = save(connection, cases.values()).await?;
    drafts.extend(follow::follow(connection, &cases, &batch, &rules).await?);
    emit(connection, NAME, drafts).await?;
    Ok(earliest)
}

/// Lists the versions of packs that a batch is about.
fn versions<'a>(cases: &'a Cases, batch: &[&'a Event]) -> BTreeSet<(&'a str, i32)> {
    let told = batch.iter().filter_map(|event| match &event.body {
        Body::CaseRegistered(body) => Some((body.pack.id.as_str(), body.pack.version)),
        Body::CaseAccepted(body) => Some((body.pack.id.as_str(), body.pack.version)),
        _ => None,
    });
    let facts = cases.values().map(|case| (case.facts.pack_id.as_str(), case.facts.pack_version));
    let clocks = cases.values().flat_map(|case| &case.clocks);
    let clocks = clocks.map(|tracked| (tracked.clock.pack_id.as_str(), tracked.clock.pack_version));
    told.chain(facts).chain(clocks).collect()
}

async fn load(connection: &mut PgConnection, batch: &[&Event]) -> Result<Cases, sqlx::Error> {
    let ids: Vec<Uuid> =
        batch.iter().map(|event| event.aggregate).collect::<BTreeSet<_>>().into_iter().collect();
    let mut cases = Cases::new();
    for facts in store::facts::lock(connection, &ids).await? {
        cases.insert(facts.case.0, Case::of(facts, Vec::new()));
    }
    let known: Vec<Uuid> = cases.keys().copied().collect();
    if !known.is_empty() {
        for clock in store::clocks::of_cases(connection, &known).await? {
            if let Some(case) = cases.get_mut(&clock.case.0) {
                case.clocks.push(Tracked::stored(clock));
            }
        }
    }
    Ok(cases)
}

fn decide(cases: &mut Cases, event: &Event, rules: &Rules) -> Result<Vec<Draft>, ApplyError> {
    let case = match (cases.entry(event.aggregate), facts(event)?) {
        (Entry::Vacant(place), Some(told)) => place.insert(Case::fresh(told)),
        (Entry::Occupied(place), Some(told)) => {
            let case = place.into_mut();
            case.facts.kind = told.kind;
            case.facts.urgency = told.urgency;
            if told.multi_unit {
                (case.facts.multi_unit, case.facts.co) = (true, Vec::new());
            }
            case.facts.class = told.class;
            case.facts.fast = told.fast;
            case.facts.pack_id = told.pack_id;
            case.facts.pack_version = told.pack_version;
            case.facts_changed = true;
            case
        }
        (Entry::Occupied(place), None) => place.into_mut(),
        // Sources may cross: routing's word of a case can come before intake's.
        (Entry::Vacant(_), None) => {
            let case = CaseId(event.aggregate);
            return Err(ApplyError::Later(anyhow::anyhow!("case {case} was not yet heard of")));
        }
    };
    match (heard(event), &event.body) {
        (Some(heard), _) => step(case, event, &heard, rules),
        (None, Body::OpinionExtended(body)) => opinion::extend(case, event, body, rules),
        (None, _) => {
            case.release(event.time, rules);
            Ok(Vec::new())
        }
    }
}

/// Writes what changed. Alarms go before they come, because a moved clock has both.
pub(crate) async fn save<'a>(
    connection: &mut PgConnection,
    cases: impl Iterator<Item = &'a Case> + Clone,
) -> Result<Option<Timestamp>, sqlx::Error> {
    let facts: Vec<_> = cases.clone().filter(|case| case.facts_changed).map(|case| &case.facts).collect();
    let all = || cases.clone().flat_map(|case| &case.clocks);
    let clocks: Vec<_> = all().filter(|tracked| tracked.changed).map(|tracked| &tracked.clock).collect();
    let mut gone: Vec<Uuid> = all()
        .filter(|tracked| tracked.alarms != Alarms::Keep && !tracked.fresh)
        .map(|tracked| tracked.clock.id.0)
        .collect();
    gone.sort_unstable();
    let come: Vec<_> = all().flat_map(Tracked::to_arm).collect();
    let moved: Vec<_> = all()
        .filter(|tracked| tracked.was_due.is_some())
        .map(|tracked| (tracked.clock.case, tracked.clock.id))
        .collect();
    let ended: Vec<_> = cases.filter_map(|case| Some((case.facts.case, case.history_ended?))).collect();
    store::facts::save(connection, &facts).await?;
    store::rungs::end_histories(connection, &ended).await?;
    store::clocks::save(connection, &clocks).await?;
    store::orders::drop_void(connection, &moved).await?;
    store::timers::disarm(connection, &gone).await?;
    store::timers::arm(connection, &come).await?;
    Ok(come.iter().map(|alarm| alarm.due_at).min())
}
