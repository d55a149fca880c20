//! 派单: dispatchers choose the units of waiting cases; many requests, one transaction, each with its own answer.

mod way;

use std::collections::HashMap;

use contracts::{unit::CaseCopied, words::Mode};
use identity::{Action, Claims, may};
use ids::{CaseId, UnitCode};
use jiff::Timestamp;
use routing_rules::{dispatch, grassroots, pack::RoutingPack};

pub(crate) use self::way::Way;
use super::{
    App,
    desk::{Desk, Target, Voice},
    reach,
    refusal::Refusal,
    sealed,
};
use crate::{
    directory::Snapshot,
    publish,
    store::{
        cases::{CaseRoute, RouteState},
        copies::Copy,
        seals::Seal,
        sides,
    },
};

/// What the dispatcher chose.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) unit: UnitCode,
    pub(crate) mode: Option<Mode>,
    pub(crate) co_units: Vec<UnitCode>,
    /// Units that read along.
    pub(crate) copies: Vec<UnitCode>,
    pub(crate) way: Way,
    pub(crate) basis: Option<String>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) claims: Claims,
    pub(crate) case: CaseId,
    /// The version that the caller read.
    pub(crate) version: i64,
    pub(crate) trace: Option<String>,
    pub(crate) choice: Choice,
}

/// The case afterwards.
pub(crate) type Answer = Result<CaseRoute, Refusal>;

/// Hands the cases over in one transaction, each after the one before it; the same choice again changes nothing.
pub(crate) async fn run(app: &App, requests: Vec<Request>) -> Vec<Answer> {
    let count = requests.len();
    match attempt(app, requests).await {
        Ok(answers) => {
            app.wake.outbox();
            answers
        }
        Err(error) => {
            tracing::error!(error = %format_args!("{error:#}"), requests = count, "dispatches were not stored");
            (0..count).map(|_| Err(Refusal::Unavailable)).collect()
        }
    }
}

async fn attempt(app: &App, requests: Vec<Request>) -> Result<Vec<Answer>, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    let mut ids: Vec<_> = requests.iter().map(|request| request.case.0).collect();
    ids.sort();
    ids.dedup();
    let mut desk = Desk::of_cases(&mut transaction, &ids).await?;
    let directory = app.directory.current(&mut transaction).await?;
    // Only a pack with a duty list asks for the subject.
    let asks = |case: &CaseId| {
        let pack = desk.route(*case).and_then(|route| app.packs.of(&route.pack));
        pack.is_some_and(|pack| pack.grassroots.is_some())
    };
    let asking: Vec<CaseId> = ids.iter().copied().map(CaseId).filter(asks).collect();
    let subjects = sides::subjects(&mut transaction, &asking).await?;
    let seals = sealed::seals_of(&mut transaction, desk.routes()).await?;
    let room = Room { app, directory: &directory, subjects: &subjects, seals: &seals };
    let now = app.clock.now();
    let answers = requests.into_iter().map(|request| one(room, &mut desk, &request, now)).collect();
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    Ok(answers)
}

/// What all requests of a transaction are decided in.
#[derive(Clone, Copy)]
struct Room<'a> {
    app: &'a App,
    directory: &'a Snapshot,
    subjects: &'a HashMap<CaseId, String>,
    seals: &'a HashMap<CaseId, Seal>,
}

fn one(room: Room<'_>, desk: &mut Desk, request: &Request, now: Timestamp) -> Answer {
    let Room { app, directory, subjects, seals } = room;
    let Request { claims, case, version, choice, trace } = request;
    let case = *case;
    let route = desk.route(case).cloned().ok_or(Refusal::NotFound)?;
    let seal = seals.get(&case);
    if !sealed::sees(claims, &route, seal, directory) {
        return Err(Refusal::NotFound);
    }
    may(claims, &Action::Dispatch)?;
    may(claims, &Action::ReadCase { case, unit: None, region: Some(route.region.clone()) })?;
    for unit in std::iter::once(&choice.unit).chain(&choice.co_units).chain(&choice.copies) {
        sealed::may_go_to(unit, seal, directory)?;
    }
    let pack = app.packs.of(&route.pack).ok_or(Refusal::Unavailable)?;
    let mut all = std::iter::once(&choice.unit).chain(&choice.co_units).chain(&choice.copies);
    if let Some(unit) = all.find(|unit| !directory.catalogue.knows(unit)) {
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
    let tree = directory.catalogue.tree();
    choice.way.check(pack, tree, &choice.unit)?;
    let subject = subjects.get(&case).map(String::as_str);
    let found = look_up(app, directory, &route, subject);
    stays_with_departments(pack, directory, &route, &found, subject, choice)?;
    if route.version != *version {
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
        Voice { actor: claims.actor(), at: now, causation: None, historic: false, trace: trace.clone() };
    desk.dispatch(case, &to, &voice);
    let lead = desk.lead(case).map(|lead| lead.id).ok_or(Refusal::NotFound)?;
    let basis = choice.basis.as_deref().map(|basis| reach::seal(app, &route, lead.0, basis));
    desk.sides.ways.extend(choice.way.row(lead, basis));
    let above = choice
        .way
        .copy(pack, tree, &choice.unit)
        .filter(|unit| sealed::may_hold(unit, seal, directory))
        .map(|unit| (unit.clone(), "direct"));
    let chosen = choice.copies.iter().map(|unit| (unit.clone(), "person"));
    for (unit, reason) in above.into_iter().chain(chosen).filter(|(unit, _)| *unit != choice.unit) {
        let body = CaseCopied { unit: unit.clone(), reason: reason.to_owned() };
        desk.say(case, &voice, body.into());
        desk.sides.copies.push(Copy { case, unit, at: now, reason });
    }
    desk.route(case).cloned().ok_or(Refusal::NotFound)
}

/// The candidates a case has, or would have by the catalogue of now where it keeps none.
fn look_up(
    app: &App,
    directory: &Snapshot,
    route: &CaseRoute,
    subject: Option<&str>,
) -> Vec<dispatch::Candidate> {
    if !route.candidates.is_empty() {
        return route.candidates.clone();
    }
    dispatch::rank(&app.config.weights, &directory.catalogue, &facts_of(route, subject))
}

/// 部门职责不得下派基层, for the lead and each co-unit.
fn stays_with_departments(
    pack: &RoutingPack,
    directory: &Snapshot,
    route: &CaseRoute,
    found: &[dispatch::Candidate],
    subject: Option<&str>,
    choice: &Choice,
) -> Result<(), Refusal> {
    if route.confidential {
        // Nothing of a sealed case was matched against the catalogue: whoever dispatches it knows.
        return Ok(());
    }
    let competent = dispatch::competent(found);
    for (field, unit) in
        std::iter::once(("unit", &choice.unit)).chain(choice.co_units.iter().map(|u| ("co_units", u)))
    {
        grassroots::check(pack, directory.catalogue.tree(), competent, unit, subject)
            .map_err(|why| Refusal::field(field, why.zh(), why.en()))?;
    }
    Ok(())
}

/// What is known here of a case when units are looked for once more: its text was never kept.
pub(crate) fn facts_of<'a>(route: &'a CaseRoute, subject: Option<&'a str>) -> dispatch::Facts<'a> {
    dispatch::Facts {
        region: &route.region,
        kind: route.kind.as_str(),
        subject,
        title: route.title.as_deref().unwrap_or_default(),
        text: "",
        unit_hint: route.unit_hint.as_ref(),
        mode_hint: route.mode_hint.map(publish::mode_in),
        urgency: publish::urgency_in(route.urgency),
        confidential: route.confidential,
        multi_unit: route.multi_unit,
    }
}
