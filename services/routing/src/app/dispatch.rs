//! 派单: a dispatcher chooses the unit of a waiting case.

use contracts::words::{Mode, Part};
use identity::{Action, Claims, may};
use ids::{CaseId, UnitCode};

use super::{
    App,
    desk::{Desk, Target, Voice},
    refusal::Refusal,
    sealed,
};
use crate::{
    publish,
    store::cases::{CaseRoute, RouteState},
};

/// What the dispatcher chose.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) unit: UnitCode,
    pub(crate) mode: Option<Mode>,
    pub(crate) co_units: Vec<UnitCode>,
}

/// Hands the case over; the same choice again changes nothing.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the dispatcher.
pub(crate) async fn run(
    app: &App,
    claims: &Claims,
    case: CaseId,
    version: i64,
    choice: &Choice,
) -> anyhow::Result<Result<CaseRoute, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let mut desk = Desk::of_cases(&mut transaction, &[case.0]).await?;
    let directory = app.directory.current(&mut transaction).await?;
    let unknown = std::iter::once(&choice.unit)
        .chain(&choice.co_units)
        .find(|unit| !directory.catalogue.knows(unit))
        .cloned();
    let seals = sealed::seals_of(&mut transaction, desk.routes()).await?;
    let seal = seals.get(&case);
    if desk.route(case).is_some_and(|route| !sealed::sees(claims, route, seal, &directory)) {
        return Ok(Err(Refusal::NotFound));
    }
    let going = std::iter::once(&choice.unit).chain(&choice.co_units);
    let barred = going.map(|unit| sealed::may_go_to(unit, seal, &directory)).find_map(Result::err);
    if let Some(refusal) = barred {
        return Ok(Err(refusal));
    }
    let decided = decide(app, claims, case, version, choice, unknown.as_ref(), &mut desk);
    if decided.is_ok() {
        desk.save(&mut transaction).await?;
        transaction.commit().await?;
        app.wake.outbox();
    }
    Ok(decided)
}

fn decide(
    app: &App,
    claims: &Claims,
    case: CaseId,
    version: i64,
    choice: &Choice,
    unknown: Option<&UnitCode>,
    desk: &mut Desk,
) -> Result<CaseRoute, Refusal> {
    may(claims, &Action::Dispatch)?;
    let route = desk.route(case).cloned().ok_or(Refusal::NotFound)?;
    may(claims, &Action::ReadCase { case, unit: None, region: Some(route.region.clone()) })?;
    let pack = app.packs.of(&route.pack).ok_or(Refusal::Unavailable)?;
    if let Some(unit) = unknown {
        let (zh, en) = (format!("没有在用单位 {unit}"), format!("no active unit {unit}"));
        return Err(Refusal::field("unit", zh, en));
    }
    match route.state {
        RouteState::Waiting => {}
        RouteState::Dispatched if desk.lead(case).is_some_and(|lead| lead.unit == choice.unit) => {
            return Ok(route);
        }
        RouteState::Dispatched => {
            return Err(Refusal::Conflict {
                zh: "该诉求已派单；改派须经退单审核。",
                en: "the case is dispatched; another unit needs a return that is agreed",
            });
        }
        RouteState::Answered | RouteState::Closed => {
            return Err(Refusal::Conflict {
                zh: "该诉求已答复或办结，不能派单。",
                en: "the case is answered or closed",
            });
        }
    }
    if choice.co_units.len() > pack.dispatch.co_units_max {
        let most = pack.dispatch.co_units_max;
        let (zh, en) = (format!("协办单位最多 {most} 个"), format!("at most {most} co-units"));
        return Err(Refusal::field("co_units", zh, en));
    }
    let asked = choice.mode.or(route.mode_hint).map(publish::mode_in);
    if choice.mode.is_some() && asked.is_some_and(|mode| !pack.modes.allowed.contains(&mode)) {
        return Err(Refusal::field("mode", "本规则没有这种办理方式", "the policy pack has no such mode"));
    }
    if route.version != version {
        return Err(Refusal::Stale);
    }
    let to = Target {
        unit: choice.unit.clone(),
        co_units: choice.co_units.clone(),
        mode: publish::mode_out(pack.mode(asked, publish::urgency_in(route.urgency))),
        decided_by: "person",
        designated: route.returns >= pack.returns.max_per_case && route.returns > 0,
    };
    let voice =
        Voice { actor: claims.actor(), at: app.clock.now(), causation: None, historic: false, trace: None };
    desk.dispatch(case, &to, &voice);
    debug_assert!(desk.lead(case).is_some_and(|lead| lead.part == Part::Lead));
    desk.route(case).cloned().ok_or(Refusal::NotFound)
}
