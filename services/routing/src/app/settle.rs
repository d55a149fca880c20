//! 联席会议 and 指定: how a dispute between units ends. The case stays with the last lead until then.

use contracts::{handling::AssignmentSettled, words::Part};
use identity::{Action, Claims, may};
use ids::{CaseId, UnitCode};
use routing_rules::{
    Command,
    dispute::{self, Means, Quarrel},
};

use super::{
    App,
    desk::{Desk, Target, Voice},
    reach,
    refusal::Refusal,
    sealed,
    transition::quarrel,
};
use crate::{
    directory::Snapshot,
    publish::Detail,
    store::{
        cases::{CaseRoute, RouteState},
        disputes::{self, Conference, Step},
        records::Return,
        sides::Way,
    },
};

/// How it is settled.
#[derive(Clone, Debug)]
pub(crate) struct Settlement {
    pub(crate) means: Means,
    /// Who has to do it.
    pub(crate) unit: UnitCode,
    pub(crate) co_units: Vec<UnitCode>,
    pub(crate) conclusion: String,
}

/// Settles the open dispute of a case; the same settlement again changes nothing.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to whoever decides.
pub(crate) async fn run(
    app: &App,
    claims: &Claims,
    case: CaseId,
    version: i64,
    settlement: &Settlement,
) -> Result<Result<CaseRoute, Refusal>, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    let mut desk = Desk::of_cases(&mut transaction, &[case.0]).await?;
    let directory = app.directory.current(&mut transaction).await?;
    let seals = sealed::seals_of(&mut transaction, desk.routes()).await?;
    let seal = seals.get(&case);
    if desk.route(case).is_some_and(|route| !sealed::sees(claims, route, seal, &directory)) {
        return Ok(Err(Refusal::NotFound));
    }
    let going = std::iter::once(&settlement.unit).chain(&settlement.co_units);
    let barred = going.map(|unit| sealed::may_go_to(unit, seal, &directory)).find_map(Result::err);
    if let Some(refusal) = barred {
        return Ok(Err(refusal));
    }
    let conferences = disputes::conferences(&mut transaction, case).await?;
    let known = disputes::of_case(&mut transaction, case).await?;
    let round = desk.route(case).map(|route| route.round);
    let settled = known
        .iter()
        .rfind(|dispute| Some(dispute.round) == round && dispute.settled_by.is_some())
        .and_then(|dispute| dispute.to_unit.as_deref()?.parse().ok());
    let answer = decide(app, claims, &directory, &mut desk, case, version, settlement, &conferences, settled);
    if answer.is_ok() {
        desk.save(&mut transaction).await?;
        transaction.commit().await?;
        app.wake.outbox();
    }
    Ok(answer)
}

#[expect(clippy::too_many_arguments, reason = "everything that a pure decision needs is named")]
fn decide(
    app: &App,
    claims: &Claims,
    directory: &Snapshot,
    desk: &mut Desk,
    case: CaseId,
    version: i64,
    settlement: &Settlement,
    conferences: &[Conference],
    settled: Option<UnitCode>,
) -> Result<CaseRoute, Refusal> {
    may(claims, &Action::Settle)?;
    let route = desk.route(case).cloned().ok_or(Refusal::NotFound)?;
    may(claims, &Action::ReadCase { case, unit: None, region: Some(route.region.clone()) })?;
    let pack = app.packs.of(&route.pack).ok_or(Refusal::Unavailable)?;
    let lead = desk.lead(case).cloned().ok_or(Refusal::NotFound)?;
    let standing = match quarrel(pack, desk, &lead) {
        Quarrel::Quiet => settled.map_or(Quarrel::Quiet, |to| Quarrel::Settled { to }),
        other @ (Quarrel::Open | Quarrel::Settled { .. }) => other,
    };
    let (_, effect) = dispute::decide(&standing, dispute::Command::Settle { to: settlement.unit.clone() })
        .map_err(|refused| match refused {
            dispute::Refused::NoDispute => Refusal::Conflict {
                zh: "该诉求没有待解决的争议。",
                en: "the case has no open dispute",
            },
            dispute::Refused::Settled => {
                Refusal::Conflict { zh: "该争议已有结论。", en: "the dispute was settled otherwise" }
            }
        })?;
    if effect.is_none() {
        return Ok(route);
    }
    for unit in std::iter::once(&settlement.unit).chain(&settlement.co_units) {
        if !directory.catalogue.knows(unit) {
            let (zh, en) = (format!("没有在用单位 {unit}"), format!("no active unit {unit}"));
            return Err(Refusal::field("unit", zh, en));
        }
    }
    let sat =
        |conference: &Conference| conference.participants.iter().any(|unit| *unit == lead.unit.as_str());
    if settlement.means == Means::Conference && !conferences.iter().any(sat) {
        return Err(Refusal::field(
            "by",
            "没有有争议单位参加的联席会议记录",
            "there is no record of a conference with the units in dispute",
        ));
    }
    if route.version != version {
        return Err(Refusal::Stale);
    }
    let voice =
        Voice { actor: claims.actor(), at: app.clock.now(), causation: None, historic: false, trace: None };
    let (at, actor) = (voice.at, voice.actor.clone());
    let way = if settlement.means == Means::Conference { "conference" } else { "designated" };
    let stays = settlement.unit == lead.unit;
    if stays {
        let detail = Detail { reason: "settled".to_owned(), ..Detail::default() };
        desk.act(lead.id, Command::RefuseReturn, &detail, &voice)?;
        desk.change(case, |_| {});
    } else {
        let detail = Detail { to: Some(settlement.unit.clone()), ..Detail::default() };
        desk.act(lead.id, Command::AgreeReturn, &detail, &voice)?;
        desk.call_back_below(lead.id, &voice)?;
        desk.change(case, |route| {
            route.returns += 1;
            route.state = RouteState::Waiting;
        });
        let to = Target {
            unit: settlement.unit.clone(),
            co_units: Vec::new(),
            mode: lead.mode,
            decided_by: "person",
            designated: true,
        };
        desk.dispatch(case, &to, &voice);
    }
    let having: Vec<UnitCode> =
        desk.hands(case).filter(|hand| !hand.state.ended()).map(|hand| hand.unit.clone()).collect();
    let co = Target {
        unit: settlement.unit.clone(),
        co_units: Vec::new(),
        mode: lead.mode,
        decided_by: "person",
        designated: true,
    };
    for unit in settlement.co_units.iter().filter(|unit| !having.contains(unit)) {
        desk.hand_over(case, unit, Part::Co, &co, &voice);
    }
    let now_lead = desk.lead(case).map_or(lead.id, |lead| lead.id);
    desk.sides.ways.push(Way { assignment: now_lead, way, basis: None });
    desk.returned(Return::Decided {
        assignment: lead.id,
        at,
        agreed: !stays,
        reason: Some("settled".to_owned()),
        actor: actor.clone(),
    });
    let body = AssignmentSettled {
        assignment: lead.id,
        unit: lead.unit.clone(),
        by: settlement.means.as_str().to_owned(),
        to: settlement.unit.clone(),
    };
    desk.say(case, &voice, body.into());
    desk.sides.disputes.push(Step::Settled {
        case,
        by: settlement.means.as_str(),
        to: settlement.unit.clone(),
        conclusion: Some(reach::seal(app, &route, case.0, &settlement.conclusion)),
        actor,
        at,
    });
    desk.route(case).cloned().ok_or(Refusal::NotFound)
}
