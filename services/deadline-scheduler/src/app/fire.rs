//! Fires what is due: claim, decide, say, in one transaction.

use std::{collections::HashMap, time::Duration};

use calendar::DueAt;
use contracts::supervision::SupervisionEscalated;
use deadline_scheduler_rules::{Command, Effect, State, decide, step_of};
use ids::ClockId;
use pg::Database;
use runtime::{Draft, emit};
use telemetry::metrics;

use crate::{
    NAME,
    app::rules::Rules,
    publish::by_itself,
    publish::{fired, lateness_ms},
    store::{
        rungs::{self, Next},
        timers::{Due, LIMIT, claim},
    },
};

/// Fires as `fire_under` without any ladder: what is measured, and what tests of clocks alone want.
///
/// # Errors
/// As there.
pub async fn fire_due(db: &Database, shards: &[i16], limit: i64) -> Result<usize, sqlx::Error> {
    fire_under(db, None, shards, limit).await
}

/// Fires up to about `limit` due alarms of the shards and gives how many; each is gone and said in one transaction.
///
/// # Errors
/// The database is away or refused; nothing fired.
pub(crate) async fn fire_under(
    db: &Database,
    rules: Option<&Rules>,
    shards: &[i16],
    limit: i64,
) -> Result<usize, sqlx::Error> {
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
    let mut drafts = drafts(&due);
    if let Some(rules) = rules {
        rungs::put(
            &mut transaction,
            &due.iter().filter_map(|due| first_rung(due, rules)).collect::<Vec<_>>(),
        )
        .await?;
        drafts.extend(due.iter().filter_map(|due| card(due, rules)));
    }
    emit(&mut transaction, NAME, drafts).await?;
    transaction.commit().await?;
    for alarm in &due {
        let kind = if alarm.what == LIMIT { "limit" } else { "warning" };
        let late = u64::try_from(lateness_ms(alarm)).unwrap_or(0);
        metrics::timer::fired(kind, Duration::from_millis(late));
    }
    Ok(due.len())
}

/// The first rung of a limit that passed, if its pack has a ladder for it.
fn first_rung(due: &Due, rules: &Rules) -> Option<Next> {
    let pack = (due.what == LIMIT && !due.name.is_right())
        .then(|| rules.packs.find(&due.pack_id, due.pack_version))
        .flatten()?;
    let rung = pack.ladder(due.name)?.rungs.first()?;
    let due_at = rung.at(due.due_at, due.due_day, rules.calendar(&due.region)).ok()?;
    Some(Next { case: due.case, clock: due.clock, rank: 1, limit_at: due.due_at, due_at })
}

/// The card or reminder that a warning is beyond a warning, if its pack calls it one.
fn card(due: &Due, rules: &Rules) -> Option<Draft> {
    let pack = (due.what != LIMIT).then(|| rules.packs.find(&due.pack_id, due.pack_version)).flatten()?;
    let entry = pack.entry(&due.entry)?;
    let at = DueAt { at: due.due_at, date: due.due_day, provisional: false };
    let step = step_of(entry, due.started_at, &at, due.scheduled_for, rules.calendar(&due.region))?;
    let body = SupervisionEscalated {
        clock: due.clock,
        limit: due.name.as_str().to_owned(),
        unit: due.unit.clone(),
        step: step.as_str().to_owned(),
        rank: 0,
        due_at: due.due_at,
        proposed: false,
    };
    Some(by_itself(due, body.into()))
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
        // A right that nobody used lapses: no duty was broken, so nothing is said.
        let lapsed = effect == Some(Effect::Expired) && alarm.name.is_right();
        drafts.extend(effect.filter(|_| !lapsed).and_then(|effect: Effect| fired(alarm, effect)));
    }
    drafts
}
