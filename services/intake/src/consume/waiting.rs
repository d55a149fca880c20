//! What an answer does to the cases that wait on the one answered, and what is noted of matters ended for good.

use std::collections::{HashMap, HashSet};

use contracts::{Body, Event};
use intake_rules::{Command, Effect, State};
use runtime::Draft;
use sqlx::PgConnection;
use uuid::Uuid;

use super::report;
use crate::{
    publish,
    store::{
        cases::{self, Standing},
        merging::{self, Waiting},
    },
};

/// The cases that wait on any of these; nothing is asked when there are none.
pub(super) async fn on(
    transaction: &mut PgConnection,
    answered: &[Uuid],
) -> Result<Vec<Waiting>, sqlx::Error> {
    if answered.is_empty() { Ok(Vec::new()) } else { merging::waiting_on(transaction, answered).await }
}

/// Locks cases that were merged in the moment before the lock.
pub(super) async fn lock_late(
    transaction: &mut PgConnection,
    waiting: &[Waiting],
    locked: &[Uuid],
) -> Result<Vec<Standing>, sqlx::Error> {
    let late: Vec<Uuid> = waiting
        .iter()
        .map(|waits| waits.case_id)
        .filter(|case| locked.binary_search(case).is_err())
        .collect();
    if late.is_empty() { Ok(Vec::new()) } else { cases::lock(transaction, &late).await }
}

/// Closes everything that waits on a case that an answer has just closed.
pub(super) fn close(
    standings: &mut HashMap<Uuid, Standing>,
    waiting: &[Waiting],
    event: &Event,
) -> Vec<Draft> {
    let Body::CaseAnswered(answer) = &event.body else { return Vec::new() };
    if standings.get(&event.aggregate).is_none_or(|primary| primary.life.state != State::Closed) {
        return Vec::new();
    }
    let own = waiting.iter().filter(|waits| waits.primary_id == event.aggregate);
    own.filter_map(|waits| {
        let Some(Effect::TellClosed { round }) =
            report(standings.get_mut(&waits.case_id)?, Command::ClosePrimary)
        else {
            return None;
        };
        Some(publish::closed_with(event, answer, (waits.case_id, waits.region.clone()), round))
    })
    .collect()
}

/// Writes down which cases wait no longer.
pub(super) async fn end(
    transaction: &mut PgConnection,
    before: &[Standing],
    after: &HashMap<Uuid, Standing>,
    batch: &[Event],
) -> Result<(), sqlx::Error> {
    let left = |old: &&Standing| {
        old.life.state == State::Merged
            && after.get(&old.case_id).is_some_and(|new| new.life.state != State::Merged)
    };
    let ended: Vec<Uuid> = before.iter().filter(left).map(|standing| standing.case_id).collect();
    let last = batch.iter().map(|event| event.time).max();
    match last {
        Some(at) if !ended.is_empty() => merging::end(transaction, &ended, at, "closed").await,
        Some(_) | None => Ok(()),
    }
}

/// Notes the matters that routing ended for good.
pub(super) async fn terminate(
    transaction: &mut PgConnection,
    batch: &[Event],
    known: &HashMap<Uuid, Standing>,
) -> Result<(), sqlx::Error> {
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for event in batch {
        if let Body::CaseTerminated(ended) = &event.body
            && known.contains_key(&event.aggregate)
            && seen.insert(event.aggregate)
        {
            rows.push((event.aggregate, ended.termination.as_str(), event.time));
        }
    }
    if rows.is_empty() { Ok(()) } else { merging::terminated(transaction, &rows).await }
}
