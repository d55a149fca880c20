//! 考核申诉、剔除: asked by the unit or for it, decided by another person, taken back when it does not hold.

use evaluation_rules::{ExclusionCommand, ExclusionRefused, decide_exclusion, may_ask};
use identity::{Action, Claims, may};
use ids::{CaseId, ExclusionId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Refused, own_fact};
use crate::{
    NAME, Parts,
    publish::{Circumstance, Said},
    store::{
        exclusions::{self, Asked, Kept},
        facts,
    },
};

/// What a unit asks for.
pub(crate) struct Wish {
    pub(crate) indicator: String,
    pub(crate) reason: String,
    pub(crate) grounds: String,
    pub(crate) evidence: Vec<String>,
}

/// Writes an appeal down; the same key again gives the first one.
pub(crate) async fn ask(
    parts: &Parts,
    claims: &Claims,
    case: CaseId,
    wish: &Wish,
    key: &str,
) -> Result<Kept, Refused> {
    let mut transaction = parts.db.pool.begin().await?;
    let stored = own_fact(&mut transaction, claims, case).await?;
    let (Some(unit), Some(pack)) = (&stored.fact.unit, &stored.fact.pack) else {
        return Err(Refused::State("该件尚未派到单位。", "No unit has the case yet."));
    };
    may(claims, &Action::Handle { unit: unit.clone() }).or_else(|_| may(claims, &Action::Supervise))?;
    let rules = parts
        .packs
        .find(pack)
        .ok_or(Refused::State("该件适用的规则包未安装。", "The case's policy pack is not here."))?;
    may_ask(rules.exclusion.as_ref(), &rules.indicators, &wish.indicator, &wish.reason).map_err(refused)?;
    let id = Uuid::new_v5(&case.0, format!("exclusion:{}:{key}", claims.sub).as_bytes());
    let asked = Asked {
        id,
        case,
        indicator: &wish.indicator,
        unit,
        reason: &wish.reason,
        grounds: &parts.texts.seal(id, &wish.grounds),
        evidence: &wish.evidence,
        pack,
        by: &claims.actor(),
        at: parts.clock.now(),
    };
    exclusions::insert(&mut transaction, &asked).await?;
    let kept = exclusions::lock(&mut transaction, id).await?.ok_or(Refused::State(
        "该件该项指标已有申诉或已剔除。",
        "An exclusion of this case from this indicator is asked for or granted already.",
    ))?;
    let kept = told(&mut transaction, kept).await?;
    transaction.commit().await?;
    Ok(kept)
}

/// With all that was said on it.
async fn told(db: &mut PgConnection, kept: Kept) -> Result<Kept, Refused> {
    let mut all = exclusions::with_steps(db, vec![kept]).await?;
    all.pop().ok_or(Refused::Missing)
}

/// Decides or revokes.
pub(crate) async fn decide(
    parts: &Parts,
    claims: &Claims,
    id: Uuid,
    command: ExclusionCommand,
    words: &str,
    read: i64,
) -> Result<Kept, Refused> {
    may(claims, &Action::Supervise)?;
    let mut transaction = parts.db.pool.begin().await?;
    let kept = exclusions::lock(&mut transaction, id).await?.ok_or(Refused::Missing)?;
    let case = CaseId(kept.case_id);
    let stored = facts::read(&mut transaction, case).await?.ok_or(Refused::Missing)?;
    let region = stored.fact.region;
    if !runtime::seals::sees(&mut transaction, claims, case.0, region.as_ref()).await? {
        return Err(Refused::Missing);
    }
    may(claims, &Action::ReadCase { case, unit: None, region: region.clone() })?;
    let by = claims.actor();
    let own = claims.acted_as(&kept.asked_by);
    let Some(next) = decide_exclusion(kept.standing()?, command, own).map_err(refused)? else {
        return told(&mut transaction, kept).await;
    };
    if read != kept.version {
        return Err(Refused::Stale);
    }
    let words = parts.texts.seal(id, words);
    let at = parts.clock.now();
    let kept = exclusions::decide(&mut transaction, id, next, &words, &by, at).await?;
    if let (Some(region), Ok(unit)) = (region, kept.unit.parse()) {
        let said = Said::Excluded {
            exclusion: ExclusionId(id),
            indicator: kept.indicator.clone(),
            unit,
            state: next,
            reason: kept.reason.clone(),
        };
        let draft = Circumstance { case, region, time: at, actor: by, cause: None }.says(said);
        runtime::emit(&mut transaction, NAME, vec![draft]).await?;
    }
    let kept = told(&mut transaction, kept).await?;
    transaction.commit().await?;
    parts.wake.outbox();
    Ok(kept)
}

const fn refused(why: ExclusionRefused) -> Refused {
    match why {
        ExclusionRefused::State => {
            Refused::State("该申诉当前状态不允许此操作。", "Where the exclusion stands does not allow this.")
        }
        ExclusionRefused::Own => {
            Refused::State("申诉人不能裁定自己的申诉。", "Who asked for an exclusion does not decide on it.")
        }
        ExclusionRefused::Off => {
            Refused::State("该规则包没有剔除规定。", "The rules of this case know no exclusions.")
        }
        ExclusionRefused::Reason => {
            Refused::State("不是规则包中的剔除理由。", "The reason is not one of the policy pack.")
        }
        ExclusionRefused::Indicator => {
            Refused::State("不是规则包中的指标。", "The indicator is not one of the policy pack.")
        }
    }
}
