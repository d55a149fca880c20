//! The lane of a petition: one act, one transaction: load, decide, store with its documents, say.

mod paper;
mod turn;

use identity::{Action, Claims, may};
use ids::{CaseId, UnitCode};
use jiff::civil::Date;
use routing_rules::{
    petition::{Lane, Stage},
    petition_pack::PetitionPack,
};

pub(crate) use self::paper::{Contents, Paper};
use self::turn::Turn;
use super::{App, desk::Desk, refusal::Refusal, sealed};
use crate::store::{
    petitions::{self, Petition},
    records,
};

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Which of the six lanes it takes.
    Lane { code: String },
    /// 处理意见书.
    Opinion(Box<Paper>),
    /// 延期.
    Extend { days: i32, reason: String, serial: Option<String> },
    /// 申请复查、复核.
    Ask { stage: Stage, received_on: Option<Date>, grounds: String },
    /// 受理或不予受理申请.
    Decide { accept: bool, reason: Option<String>, organ: Option<UnitCode>, serial: Option<String> },
    /// 听证.
    Hearing { open: bool },
    /// 复查、复核意见书.
    Conclude(Box<Paper>),
    /// 提请终结.
    Propose { kind: String, evidence: String },
    /// 审批终结.
    Settle { approve: bool, serial: Option<String> },
}

/// Does an act on the version that the caller read; a repeat changes nothing. Answers the petition afterwards.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the caller.
pub(crate) async fn run(
    app: &App,
    claims: &Claims,
    case: CaseId,
    version: i64,
    act: &Act,
) -> anyhow::Result<Result<Petition, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let desk = Desk::of_cases(&mut transaction, &[case.0]).await?;
    let directory = app.directory.current(&mut transaction).await?;
    let Some(route) = desk.route(case) else { return Ok(Err(Refusal::NotFound)) };
    let seals = sealed::seals_of(&mut transaction, desk.routes()).await?;
    if !sealed::sees(claims, route, seals.get(&case), &directory) {
        return Ok(Err(Refusal::NotFound));
    }
    let lead = desk.lead(case).cloned();
    let unit = lead.as_ref().map(|lead| lead.unit.clone());
    if let Err(denied) = allowed(claims, act, case, unit.clone(), route.region.clone()) {
        return Ok(Err(denied.into()));
    }
    let Some(pack) = app.packs.of(&route.pack).and_then(|pack| pack.petition.as_ref()) else {
        let (zh, en) = ("本规则没有信访事项的复查复核程序。", "the policy pack knows no review of petitions");
        return Ok(Err(Refusal::Conflict { zh, en }));
    };
    let kept = petitions::get(&mut transaction, case).await?;
    let documents = petitions::documents(&mut transaction, case).await?;
    let answered = records::released(&mut transaction, case).await?;
    let turn = Turn {
        app,
        claims,
        route,
        pack,
        directory: &directory,
        documents: &documents,
        answered: answered.filter(|answer| answer.round == route.round).map(|answer| answer.reply.outcome),
        unit,
        now: app.clock.now(),
    };
    let petition = kept.unwrap_or_else(|| fresh(case, route.round, pack));
    let before = petition.version;
    let done = turn.act(&mut transaction, petition, version, act).await?;
    let Ok(petition) = done else { return Ok(done) };
    if petition.version != before {
        petitions::keep(&mut transaction, &petition).await?;
        transaction.commit().await?;
        app.wake.outbox();
    }
    Ok(Ok(petition))
}

/// A petition of which nothing is written yet stands at version 0.
pub(crate) fn fresh(case: CaseId, round: i32, pack: &PetitionPack) -> Petition {
    let code = pack.lane.iter().find(|lane| lane.opinion).map(|lane| lane.code.clone());
    Petition {
        case,
        code: code.unwrap_or_default(),
        lane: Lane::new(round),
        proposed: None,
        handled_by: None,
        organ: None,
        asked_on: None,
        served_on: None,
        ask_by: None,
        due_on: None,
        version: 0,
    }
}

fn allowed(
    claims: &Claims,
    act: &Act,
    case: CaseId,
    unit: Option<UnitCode>,
    region: ids::RegionCode,
) -> Result<(), identity::Denied> {
    may(claims, &Action::ReadCase { case, unit: unit.clone(), region: Some(region) })?;
    // Nobody handles a case that no unit has.
    let handles = |unit: Option<UnitCode>| match unit {
        Some(unit) => may(claims, &Action::Handle { unit }),
        None => may(claims, &Action::Dispatch),
    };
    match act {
        Act::Lane { .. } => may(claims, &Action::DecideAcceptance),
        Act::Opinion(_) => handles(unit),
        Act::Extend { .. } => may(claims, &Action::Instruct),
        Act::Ask { .. } => may(claims, &Action::Supplement { case }),
        Act::Decide { .. } | Act::Hearing { .. } | Act::Conclude(_) => may(claims, &Action::ReviewPetition),
        Act::Propose { .. } => may(claims, &Action::DecideAcceptance)
            .or_else(|_| may(claims, &Action::ReviewPetition))
            .or_else(|_| handles(unit)),
        Act::Settle { .. } => may(claims, &Action::Supervise),
    }
}
