//! 回访: a call is tried; after as many in vain as the pack says the follow-up ends unreached.

use evaluation_rules::{Command, FollowUpState};
use identity::{Action, Claims, may};
use ids::FollowUpId;
use sqlx::PgConnection;

use super::{Refused, complete};
use crate::{
    Parts,
    store::{
        attempts, facts,
        followups::{self, Kept},
    },
};

/// Gives the number of the try, and whether the follow-up is over with it.
pub(crate) async fn run(
    parts: &Parts,
    claims: &Claims,
    id: FollowUpId,
    reached: bool,
) -> Result<(i32, bool), Refused> {
    let mut transaction = parts.db.pool.begin().await?;
    let kept = own(&mut transaction, claims, id).await?;
    if kept.state != FollowUpState::Open {
        return Err(Refused::State("该回访已完成。", "The follow-up is completed."));
    }
    let number = attempts::add(&mut transaction, id, reached, &claims.actor(), parts.clock.now()).await?;
    let fact = facts::read(&mut transaction, kept.task.case).await?.ok_or(Refused::Missing)?.fact;
    let rules = fact.pack.as_ref().and_then(|pack| parts.packs.find(pack));
    let most = rules.and_then(|rules| rules.follow_up.attempts);
    transaction.commit().await?;
    let over = !reached && most.is_some_and(|most| number >= most);
    if over {
        complete::run(parts, claims, id, Command::NotReached).await?;
    }
    Ok((number, over))
}

/// Locks a follow-up that the caller may work on.
pub(crate) async fn own(db: &mut PgConnection, claims: &Claims, id: FollowUpId) -> Result<Kept, Refused> {
    may(claims, &Action::FollowUp)?;
    let kept = followups::lock(db, id).await?.ok_or(Refused::Missing)?;
    let (case, region) = (kept.task.case, kept.task.region.clone());
    if !runtime::seals::sees(db, claims, case.0, Some(&region)).await? {
        return Err(Refused::Missing);
    }
    may(claims, &Action::ReadCase { case, unit: None, region: Some(region) })?;
    Ok(kept)
}
