//! 重办: the case goes round again at somebody's wish.

use contracts::Event;
use evaluation_rules::{
    Command, Completed, Fact, FollowUpState, Reason, ReopenRefused, State, decide, reopen,
};
use identity::{Action, Claims, may};
use ids::CaseId;
use runtime::Draft;
use sqlx::PgConnection;

use super::{Refused, fresh, keep, own_fact, send_round};
use crate::{
    NAME, Parts,
    publish::{Circumstance, Said},
    store::followups,
};

/// Gives the round that begins and the fact's version.
pub(crate) async fn run(
    parts: &Parts,
    claims: &Claims,
    case: CaseId,
    reason: Reason,
    read: Option<i64>,
) -> Result<(i32, i64), Refused> {
    may(claims, &Action::Reopen { case })?;
    let mut transaction = parts.db.pool.begin().await?;
    let mut stored = own_fact(&mut transaction, claims, case).await?;
    fresh(&stored, read)?;
    let (Some(pack), Some(region)) = (&stored.fact.pack, &stored.fact.region) else {
        return Err(Refused::Missing);
    };
    let pack = parts
        .packs
        .find(pack)
        .ok_or(Refused::State("该件适用的规则包未安装。", "The case's policy pack is not here."))?;
    reopen(&stored.fact, &pack.redo).map_err(refused)?;
    let by = Circumstance {
        case,
        region: region.clone(),
        time: parts.clock.now(),
        actor: claims.actor(),
        cause: None,
    };
    let drafts =
        round(&mut transaction, &mut stored.fact, &by, |round| Said::Reopened { round, reason }).await?;
    keep(&mut transaction, &mut stored, &parts.calendars.now()).await?;
    runtime::emit(&mut transaction, NAME, drafts).await?;
    transaction.commit().await?;
    parts.wake.outbox();
    Ok((stored.fact.round, stored.version))
}

/// Begins a round; a follow-up that still asks about the one before is overtaken.
pub(crate) async fn round(
    transaction: &mut PgConnection,
    fact: &mut Fact,
    by: &Circumstance,
    said: impl FnOnce(i32) -> Said,
) -> Result<Vec<Draft>, sqlx::Error> {
    let mut drafts = Vec::new();
    if let Some(kept) = followups::lock_of_round(&mut *transaction, fact.case, fact.round).await?
        && let Ok((FollowUpState::Completed(_), Some(Completed(result)))) =
            decide(kept.state, Command::Overtaken)
    {
        followups::complete(transaction, &[kept.task.id], result, by.time, &by.actor).await?;
        drafts.push(by.says(Said::FollowUpCompleted { followup: kept.task.id, result }));
    }
    drafts.push(send_round(fact, by, said));
    Ok(drafts)
}

/// New facts came after the closure, or what could not be solved is taken up again: the case goes round again, whatever number of rounds
/// dissatisfaction may ask for. Told twice it goes round once, because it is open by then.
pub(crate) async fn again(
    transaction: &mut PgConnection,
    fact: &mut Fact,
    event: &Event,
    said: impl FnOnce(i32) -> Said,
) -> Result<Vec<Draft>, sqlx::Error> {
    match fact.state() {
        State::Answered | State::Closed => {}
        State::Open | State::Withdrawn | State::Declined | State::Invalid => return Ok(Vec::new()),
    }
    let by = Circumstance {
        case: fact.case,
        region: event.region.clone(),
        time: event.time,
        actor: event.actor.clone(),
        cause: Some(event.id),
    };
    round(transaction, fact, &by, said).await
}

const fn refused(why: ReopenRefused) -> Refused {
    match why {
        ReopenRefused::StillOpen => Refused::State("该件正在办理中。", "The case is still being handled."),
        ReopenRefused::Ended => {
            Refused::State("该件已撤回或未受理，不能重办。", "The case ended without an answer.")
        }
        ReopenRefused::Off => {
            Refused::State("该件适用的规则没有重办程序。", "The rules of this case know no further round.")
        }
        ReopenRefused::NoRoundLeft => {
            Refused::State("该件重办次数已用完。", "All further rounds of this case are used up.")
        }
    }
}
