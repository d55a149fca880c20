//! 长期台账: what could not be solved is looked at again: kept for longer, taken up again, or settled.

use calendar::day_of;
use contracts::handling::{CaseDeferred, CaseUndeferred};
use identity::{Action, Claims, may};
use ids::{CaseId, RegionCode};
use jiff::civil::Date;
use routing_rules::deferral::{Command, Effect, decide};

use super::{
    App,
    desk::{Desk, Voice},
    reach::{self, papers},
    refusal::Refusal,
};
use crate::store::register::{self, Kept};

/// What comes of a review.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    /// Still not possible.
    Review { until: Date },
    /// Possible now: it is handled again.
    Reactivate,
    /// No longer needed.
    Settle,
}

/// Writes down what came of a review; the same once more changes nothing.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn run(
    app: &App,
    claims: &Claims,
    case: CaseId,
    version: i64,
    word: Word,
    note: &str,
) -> anyhow::Result<Result<Kept, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let mut desk = Desk::of_cases(&mut transaction, &[case.0]).await?;
    let Some(route) = desk.route(case).cloned() else { return Ok(Err(Refusal::NotFound)) };
    if let Err(refusal) = reach::sealed(app, &mut transaction, claims, &route).await? {
        return Ok(Err(refusal));
    }
    let Some(kept) = register::of_cases(&mut transaction, &[case.0]).await?.pop() else {
        return Ok(Err(Refusal::NotFound));
    };
    let voice = Voice::of(claims, app.clock.now());
    let own = may(claims, &Action::Handle { unit: kept.unit.clone() });
    let allowed = own.or_else(|_| may(claims, &Action::Dispatch)).map_err(Refusal::from);
    let allowed = allowed.and_then(|()| Ok(papers(claims, &route, desk.hands(case))?));
    let decided = allowed.and_then(|()| decided(app, (&kept, &route.region), version, word, &voice));
    let (after, effect) = match decided {
        Ok(Some(decided)) => decided,
        Ok(None) => return Ok(Ok(kept)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (name, body) = match effect {
        Effect::Deferred { until } => ("review", CaseDeferred { until }.into()),
        Effect::Undeferred => match word {
            Word::Review { .. } | Word::Reactivate => {
                ("reactivate", CaseUndeferred { again: Some(true) }.into())
            }
            Word::Settle => ("settle", CaseUndeferred { again: Some(false) }.into()),
        },
    };
    let note = reach::seal(app, &route, case.0, note);
    register::reviewed(&mut transaction, case, voice.at, name, &note, &voice.actor).await?;
    register::keep(&mut transaction, &after).await?;
    desk.say(case, &voice, body);
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(Ok(after))
}

fn decided(
    app: &App,
    (kept, region): (&Kept, &RegionCode),
    version: i64,
    word: Word,
    voice: &Voice,
) -> Result<Option<(Kept, Effect)>, Refusal> {
    let command = match word {
        Word::Review { until } => {
            in_time(app, (kept, region), until, voice)?;
            Command::Review { until }
        }
        Word::Reactivate => Command::Reactivate,
        Word::Settle => Command::Settle,
    };
    let refused = |_| Refusal::Conflict {
        zh: "该诉求不在长期台账上，或已移出台账。",
        en: "the case is not on the register, or has been taken off it",
    };
    let (Some(entry), Some(effect)) = decide(Some(kept.entry), command).map_err(refused)? else {
        return Ok(None);
    };
    if kept.version != version {
        return Err(Refusal::Stale);
    }
    Ok(Some((Kept { entry, version: version + 1, ..kept.clone() }, effect)))
}

fn in_time(
    app: &App,
    (kept, region): (&Kept, &RegionCode),
    until: Date,
    voice: &Voice,
) -> Result<(), Refusal> {
    let pack = app.packs.of(&kept.pack).ok_or(Refusal::Unavailable)?;
    let Some(register) = &pack.register else { return Ok(()) };
    let calendars = app.calendars.now();
    let calendar = calendars.of(region.as_str());
    let last = calendar.due(voice.at, register.review_within).map(|due| due.date);
    let last = last.unwrap_or_else(|_| calendar.last_day());
    if register.takes(day_of(voice.at), last, until) {
        return Ok(());
    }
    let zh = format!("复查日期应在今天之后、{last} 之前（含当日）");
    Err(Refusal::field("until", zh, format!("the review lies after today, up to {last}")))
}
