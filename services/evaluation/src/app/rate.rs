//! 评价: a rating is kept, completes the follow-up of its round, and may send the case round again.

use calendar::day_of;
use evaluation_rules::{
    Command, Completed, FollowUpState, Heard, Mark, Marks, Rating, RatingEffect, RatingRefused, Reason,
    decide, rate,
};
use identity::{Action, Claims, may};
use ids::CaseId;

use super::{Refused, fresh, keep, own_fact, send_round};
use crate::{
    NAME, Parts,
    publish::{Circumstance, Said},
    store::{followups, ratings},
};

/// What became of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// The round that was rated.
    pub(crate) round: i32,
    /// The case goes round again for this reason.
    pub(crate) again: Option<Reason>,
    /// The fact's version now.
    pub(crate) version: i64,
}

pub(crate) async fn run(
    parts: &Parts,
    claims: &Claims,
    case: CaseId,
    given: Rating,
    comment: Option<&str>,
    read: Option<i64>,
) -> Result<Outcome, Refused> {
    may(claims, &Action::Rate { case })?;
    let mut transaction = parts.db.pool.begin().await?;
    let mut stored = own_fact(&mut transaction, claims, case).await?;
    let (Some(pack), Some(region)) = (&stored.fact.pack, &stored.fact.region) else {
        return Err(Refused::Missing);
    };
    let pack = parts
        .packs
        .find(pack)
        .ok_or(Refused::State("该件适用的规则包未安装。", "The case's policy pack is not here."))?;
    let (round, again) = match rate(&stored.fact, given, pack).map_err(refused)? {
        RatingEffect::Repeated { round, again } => {
            return Ok(Outcome { round, again, version: stored.version });
        }
        RatingEffect::Kept { round, again } => (round, again),
    };
    fresh(&stored, read)?;
    let by = Circumstance {
        case,
        region: region.clone(),
        time: parts.clock.now(),
        actor: claims.actor(),
        cause: None,
    };
    // The citizen's words are for nobody to read here; sealed, whatever the case is.
    let comment = comment.map(|comment| parts.texts.seal(case.0, comment));
    ratings::insert(&mut transaction, case, round, given, comment.as_deref(), by.time, &by.actor).await?;
    stored.fact.hear(Heard::Happened(Marks::of(&[Mark::FollowedUp])));
    let worded = pack.rating.worded(given.grade).filter(|rule| rule.counts).map(|rule| rule.satisfied);
    stored.fact.take_rating(round, given, worded, day_of(by.time));
    let mut drafts = vec![by.says(Said::Rated { solved: given.solved, grade: given.grade, round })];
    if let Some(kept) = followups::lock_of_round(&mut transaction, case, round).await?
        && let Ok((FollowUpState::Completed(_), Some(Completed(result)))) = decide(kept.state, Command::Rate)
    {
        followups::complete(&mut transaction, &[kept.task.id], result, by.time, &by.actor).await?;
        drafts.push(by.says(Said::FollowUpCompleted { followup: kept.task.id, result }));
    }
    if let Some(reason) = again {
        drafts.push(send_round(&mut stored.fact, &by, |round| Said::Reopened { round, reason }));
    }
    keep(&mut transaction, &mut stored, &parts.calendars.now()).await?;
    runtime::emit(&mut transaction, NAME, drafts).await?;
    transaction.commit().await?;
    parts.wake.outbox();
    Ok(Outcome { round, again, version: stored.version })
}

const fn refused(why: RatingRefused) -> Refused {
    match why {
        RatingRefused::NotAnswered => {
            Refused::State("该件本轮尚未答复，暂不能评价。", "There is no answer of this round to rate yet.")
        }
        RatingRefused::Ended => {
            Refused::State("该件已撤回或未受理，不能评价。", "The case ended without an answer to rate.")
        }
        RatingRefused::RatedBefore => Refused::State(
            "该件本轮已评价，不能更改。",
            "This round was rated before; a rating is not changed.",
        ),
    }
}
