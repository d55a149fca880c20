//! Fires what is due: claim, decide, say, in one transaction.

use std::{collections::HashMap, time::Duration};

use deadline_scheduler_rules::{Command, Effect, State, decide};
use ids::ClockId;
use pg::Database;
use runtime::{Draft, emit};
use telemetry::metrics;

use crate::{
    NAME,
    publish::{fired, lateness_ms},
    store::timers::{Due, LIMIT, claim},
};

/// Fires up to about `limit` due alarms of the shards and gives how many; each is gone and said in one transaction.
///
/// # Errors
/// The database is away or refused; nothing fired.
pub async fn fire_due(db: &Database, shards: &[i16], limit: i64) -> Result<usize, sqlx::Error> {
    if shards.is_empty() {
        return Ok(0);
    }
    let shares = i64::try_from(shards.len()).unwrap_or(i64::MAX);
    let mut transaction = db.pool.begin().await?;
    let due = claim(&mut transaction, shards, (limit / shares).max(1)).await?;
    if due.is_empty() {
        transaction.rollback().await?;
        return Ok(0);
    }
    emit(&mut transaction, NAME, drafts(&due)).await?;
    transaction.commit().await?;
    for alarm in &due {
        let kind = if alarm.what == LIMIT { "limit" } else { "warning" };
        let late = u64::try_from(lateness_ms(alarm)).unwrap_or(0);
        metrics::timer::fired(kind, Duration::from_millis(late));
    }
    Ok(due.len())
}

/// Decides each alarm in the order of their times. That the row was there is the proof that its clock is open and
/// runs: whatever ends or pauses a clock takes its alarms in the same transaction.
fn drafts(due: &[Due]) -> Vec<Draft> {
    let mut states: HashMap<ClockId, State> = HashMap::with_capacity(due.len());
    let mut drafts = Vec::with_capacity(due.len());
    for alarm in due {
        let state = states.entry(alarm.clock).or_insert(State::Running);
        let command = match alarm.what {
            LIMIT => Command::Expire { now: alarm.now },
            rank => Command::Warn { rank },
        };
        let (next, effect) = decide(*state, alarm.due_at, command);
        *state = next;
        drafts.extend(effect.and_then(|effect: Effect| fired(alarm, effect)));
    }
    drafts
}
