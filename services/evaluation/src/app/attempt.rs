//! 回访: a call is tried; after as many in vain as the pack says the follow-up ends unreached.

use evaluation_rules::{Command, FollowUpState};
use identity::{Action, Claims, may};
use ids::FollowUpId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Refused, complete};
use crate::{
    Parts,
    store::{
        attempts, facts,
        followups::{self, Kept},
    },
};

/// A try, as whoever called tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// Somebody answered.
    pub(crate) reached: bool,
    /// The client's own key: told again under it, a call counts once.
    pub(crate) key: Option<&'a str>,
}

/// Gives the number of the try, and whether the follow-up is over with it; both in one transaction.
pub(crate) async fn run(
    parts: &Parts,
    claims: &Claims,
    id: FollowUpId,
    call: Call<'_>,
) -> Result<(i32, bool), Refused> {
    let mut transaction = parts.db.pool.begin().await?;
    let kept = own(&mut transaction, claims, id).await?;
    let fact = facts::read(&mut transaction, kept.task.case).await?.ok_or(Refused::Missing)?.fact;
    let rules = fact.pack.as_ref().and_then(|pack| parts.packs.find(pack));
    let most = rules.and_then(|rules| rules.follow_up.attempts);
    let over = |number: i32| !call.reached && most.is_some_and(|most| number >= most);
    let told = call.key.map(|key| Uuid::new_v5(&claims.sub, format!("attempt:{key}").as_bytes()));
    if let Some(told) = told
        && let Some((number, reached)) = attempts::told(&mut transaction, id, told).await?
    {
        if reached != call.reached {
            return Err(Refused::State(
                "此 Idempotency-Key 已用于内容不同的请求。",
                "This Idempotency-Key was used for a request with another body.",
            ));
        }
        return Ok((number, over(number)));
    }
    if kept.state != FollowUpState::Open {
        return Err(Refused::State("该回访已完成。", "The follow-up is completed."));
    }
    let (by, at) = (claims.actor(), parts.clock.now());
    let number = attempts::add(&mut transaction, id, (call.reached, told), &by, at).await?;
    let over = over(number);
    if over {
        complete::end(parts, &mut transaction, claims, kept, Command::NotReached).await?;
    }
    transaction.commit().await?;
    if over {
        parts.wake.outbox();
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
