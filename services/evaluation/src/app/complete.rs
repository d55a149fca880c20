//! 回访: whoever asked writes down that nobody answered or would say.

use evaluation_rules::{Command, FollowUpState, Mark, decide};
use identity::{Action, Claims, may};
use ids::FollowUpId;

use super::Refused;
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
    may(claims, &Action::FollowUp)?;
    let mut transaction = parts.db.pool.begin().await?;
    let mut kept = followups::lock(&mut transaction, id).await?.ok_or(Refused::Missing)?;
    let within =
        Action::ReadCase { case: kept.task.case, unit: None, region: Some(kept.task.region.clone()) };
    may(claims, &within)?;
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
        followups::complete(&mut transaction, &[id], result, by.time, &by.actor).await?;
        facts::mark(&mut transaction, &[kept.task.case.0], Mark::FollowedUp).await?;
        let draft = by.says(Said::FollowUpCompleted { followup: id, result });
        runtime::emit(&mut transaction, NAME, vec![draft]).await?;
        transaction.commit().await?;
        parts.wake.outbox();
        kept.completed_at = Some(by.time);
    }
    kept.state = state;
    Ok(kept)
}
