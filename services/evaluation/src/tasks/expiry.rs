//! Completes follow-ups whose time for an answer is over (`follow_up.closes_after` of the pack), by the clock of the process.

use std::time::Duration;

use evaluation_rules::{Command, Completed, FollowUpResult, Mark, decide};
use tokio_util::sync::CancellationToken;

use crate::{
    NAME, Parts,
    publish::{Circumstance, Said},
    store::{facts, followups},
};

const MOST: i64 = 500;

/// Runs until told to stop. What one pass misses the next one does.
pub(crate) async fn run(parts: Parts, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        match pass(&parts).await {
            // More may wait; go on at once.
            Ok(done) if done == usize::try_from(MOST).unwrap_or_default() => continue,
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "expiry of follow-ups put off"),
        }
        let pause = Duration::from_secs(parts.config.sweep_seconds);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

/// Completes a handful in one transaction; says how many.
pub(crate) async fn pass(parts: &Parts) -> Result<usize, sqlx::Error> {
    let mut transaction = parts.db.pool.begin().await?;
    let expired = followups::lock_expired(&mut transaction, parts.clock.now(), MOST).await?;
    let (mut over, mut cases, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
    for kept in &expired {
        let Ok((_, Some(Completed(result)))) = decide(kept.state, Command::Expire) else { continue };
        let by = Circumstance {
            case: kept.task.case,
            region: kept.task.region.clone(),
            // It happened when the time was over, however late the look.
            time: kept.task.closes_at.unwrap_or(kept.task.opened_at),
            actor: "system".to_owned(),
            cause: None,
        };
        over.push(kept.task.id);
        cases.push(kept.task.case.0);
        drafts.push(by.says(Said::FollowUpCompleted { followup: kept.task.id, result }));
    }
    if over.is_empty() {
        return Ok(0);
    }
    let done = over.len();
    let at = parts.clock.now();
    followups::complete(&mut transaction, &over, FollowUpResult::Unreachable, at, "system").await?;
    facts::mark(&mut transaction, &cases, Mark::FollowedUp).await?;
    runtime::emit(&mut transaction, NAME, drafts).await?;
    transaction.commit().await?;
    parts.wake.outbox();
    Ok(done)
}
