//! 舆情线索: written down, watched, made a case of or dismissed; what is grave is told at once.

use calendar::day_of;
use evaluation_rules::{Gathering, OpinionCommand, OpinionState, Severity, Sign, Source, decide_opinion};
use identity::{Action, Claims, Denied, may};
use ids::{CaseId, RegionCode};
use jiff::{ToSpan as _, civil::Date};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Refused, own_fact, warning};
use crate::{
    Parts,
    store::opinions::{self, Change, Kept, New},
    vault::Vault,
};

/// What is written down.
pub(crate) struct Saying {
    pub(crate) source: Source,
    pub(crate) severity: Severity,
    pub(crate) policy: String,
    pub(crate) subject: String,
    pub(crate) region: RegionCode,
    pub(crate) link: Option<String>,
    pub(crate) words: String,
    pub(crate) heard_on: Date,
}

/// What is done with one.
pub(crate) enum Act {
    Follow,
    Case(CaseId),
    Dismiss(String),
}

/// Those at the desk and those who supervise.
pub(crate) fn allowed(claims: &Claims) -> Result<(), Denied> {
    may(claims, &Action::RecordContact).or_else(|_| may(claims, &Action::Supervise))
}

/// Writes one down; the same key again gives the first.
pub(crate) async fn record(
    parts: &Parts,
    vault: &Vault,
    claims: &Claims,
    saying: &Saying,
    key: &str,
) -> Result<Kept, Refused> {
    allowed(claims)?;
    let id = Uuid::new_v5(&claims.sub, format!("opinion:{key}").as_bytes());
    let (by, at) = (claims.actor(), parts.clock.now());
    let mut transaction = parts.db.pool.begin().await?;
    let new = New {
        id,
        source: saying.source.as_str(),
        severity: saying.severity.as_str(),
        policy: &saying.policy,
        subject: &saying.subject,
        region: saying.region.as_str(),
        link: saying.link.as_deref(),
        words: &vault.seal(id, &saying.words),
        heard_on: saying.heard_on,
        by: &by,
        at,
    };
    if opinions::insert(&mut transaction, &new).await? && saying.severity == Severity::Grave {
        warn(parts, &mut transaction, saying).await?;
    }
    let kept = opinions::lock(&mut transaction, id).await?.ok_or(Refused::Missing)?;
    transaction.commit().await?;
    parts.wake.outbox();
    Ok(kept)
}

/// Raises the early warning of what is grave without waiting for the next look; once for a subject, place and week.
async fn warn(parts: &Parts, db: &mut PgConnection, saying: &Saying) -> Result<(), Refused> {
    let now = parts.clock.now();
    let today = day_of(now);
    let week = today - i64::from(today.weekday().to_monday_zero_offset()).days();
    let place = county(&saying.region);
    let found = Gathering { opinions: 1, ..Gathering::default() };
    let alert = warning::noticed(&saying.policy, Sign::Opinion, &saying.subject, place, week, found);
    warning::raise(db, &saying.policy, vec![alert], now).await?;
    Ok(())
}

/// The county of a place; a province or city stands for itself.
fn county(region: &RegionCode) -> RegionCode {
    region.as_str().get(..6).and_then(|county| county.parse().ok()).unwrap_or_else(|| region.clone())
}

/// Changes where one stands.
pub(crate) async fn act(
    parts: &Parts,
    vault: &Vault,
    claims: &Claims,
    id: Uuid,
    act: Act,
    read: i64,
) -> Result<Kept, Refused> {
    allowed(claims)?;
    let mut transaction = parts.db.pool.begin().await?;
    let kept = opinions::lock(&mut transaction, id).await?.ok_or(Refused::Missing)?;
    let region: Option<RegionCode> = kept.region.parse().ok();
    if claims.region.as_ref().zip(region.as_ref()).is_some_and(|(bound, region)| !bound.contains(region)) {
        return Err(Refused::Missing);
    }
    let state = OpinionState::ALL.iter().find(|state| state.as_str() == kept.state);
    let state = *state.ok_or_else(|| Refused::Broken(anyhow::anyhow!("an opinion in an unknown state")))?;
    let (command, case, remark) = match act {
        Act::Follow => (OpinionCommand::Follow, None, None),
        Act::Case(case) => {
            // Only a case that the caller may see is named, and none that is sealed to them.
            own_fact(&mut transaction, claims, case).await?;
            (OpinionCommand::MakeCase { same: kept.case_id == Some(case.0) }, Some(case.0), None)
        }
        Act::Dismiss(why) => (OpinionCommand::Dismiss, None, Some(vault.seal(id, &why))),
    };
    let Some(next) = decide_opinion(state, command).map_err(refused)? else { return Ok(kept) };
    if read != kept.version {
        return Err(Refused::Stale);
    }
    let change =
        Change { state: next, case, remark: remark.as_deref(), by: &claims.actor(), at: parts.clock.now() };
    opinions::change(&mut transaction, id, change).await?;
    let kept = opinions::lock(&mut transaction, id).await?.ok_or(Refused::Missing)?;
    transaction.commit().await?;
    Ok(kept)
}

const fn refused(state: OpinionState) -> Refused {
    match state {
        OpinionState::Cased => Refused::State("该线索已转办成件。", "A case was made of this opinion."),
        OpinionState::Dismissed => Refused::State("该线索已不予跟踪。", "This opinion was dismissed."),
        OpinionState::Heard | OpinionState::Following => {
            Refused::State("该线索当前状态不允许此操作。", "Where the opinion stands does not allow this.")
        }
    }
}
