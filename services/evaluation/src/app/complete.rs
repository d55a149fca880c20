//! 回访: whoever asked writes down that nobody answered or would say.

use evaluation_rules::{Command, FollowUpState, Mark, decide};
use identity::Claims;
use ids::FollowUpId;
use sqlx::PgConnection;

use super::{Refused, attempt};
use crate::{
    NAME, Parts,
    publish::{Circumstance, Said},
    store::{
        facts,
        followups::{self, Kept},
    },
};

/// Gives the follow-up as it is now.
pub(crate) async fn run(
    parts: &Parts,
    claims: &Claims,
    id: FollowUpId,
    command: Command,
) -> Result<Kept, Refused> {
    let mut transaction = parts.db.pool.begin().await?;
    let kept = attempt::own(&mut transaction, claims, id).await?;
    let kept = end(parts, &mut transaction, claims, kept, command).await?;
    transaction.commit().await?;
    parts.wake.outbox();
    Ok(kept)
}

/// Ends a follow-up that is locked, in the caller's transaction.
pub(super) async fn end(
    parts: &Parts,
    db: &mut PgConnection,
    claims: &Claims,
    mut kept: Kept,
    command: Command,
) -> Result<Kept, Refused> {
    let (state, told) = decide(kept.state, command).map_err(|_| {
        Refused::State("该回访已有其他结果。", "The follow-up was completed with another result.")
    })?;
    if let (FollowUpState::Completed(result), Some(_)) = (state, told) {
        let by = Circumstance {
            case: kept.task.case,
            region: kept.task.region.clone(),
            time: parts.clock.now(),
            actor: claims.actor(),
            cause: None,
        };
        let followup = kept.task.id;
        followups::complete(&mut *db, &[followup], result, by.time, &by.actor).await?;
        facts::mark(&mut *db, &[kept.task.case.0], Mark::FollowedUp).await?;
        let draft = by.says(Said::FollowUpCompleted { followup, result });
        runtime::emit(db, NAME, vec![draft]).await?;
        kept.completed_at = Some(by.time);
    }
    kept.state = state;
    Ok(kept)
}
