//! 批示、领导催办: a leader instructs, the unit reports, the leader takes the report or sends it back.

use calendar::{Calendars, day_of};
use contracts::{
    Body,
    leader::{InstructionIssued, InstructionReported},
    words::Mode,
};
use identity::{Action, Claims, may};
use ids::{AccountId, CaseId, InstructionId, RegionCode, UnitCode};
use jiff::civil::Date;
use routing_rules::{
    instruction::{Command, Effect, Kind, Why, decide, raised},
    leaders::Leaders,
};

use super::{
    App,
    desk::{Desk, Target, Voice},
    reach::{self, papers},
    refusal::Refusal,
    sealed as seals,
};
use crate::{
    directory::Snapshot,
    publish,
    store::{
        cases::{CaseRoute, RouteState},
        classes,
        instructions::{self, Instruction, Report},
    },
};

/// What a leader writes.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) kind: String,
    pub(crate) rank: String,
    pub(crate) text: String,
    /// To whom a waiting case goes; none: the best candidate.
    pub(crate) unit: Option<UnitCode>,
    pub(crate) report_by: Option<Date>,
}

/// Writes an instruction, raises the urgency, and hands a waiting case over. The same once more changes nothing.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the leader.
pub(crate) async fn issue(
    app: &App,
    claims: &Claims,
    id: InstructionId,
    case: CaseId,
    wish: &Wish,
) -> anyhow::Result<Result<Instruction, Refusal>> {
    // Asked first, so that nobody learns by the answer which cases there are.
    if let Err(denied) = may(claims, &Action::Instruct) {
        return Ok(Err(denied.into()));
    }
    let mut transaction = app.db.pool.begin().await?;
    let mut desk = Desk::of_cases(&mut transaction, &[case.0]).await?;
    if let Some(route) = desk.route(case)
        && let Err(refusal) = reach::sealed(app, &mut transaction, claims, route).await?
    {
        return Ok(Err(refusal));
    }
    let directory = app.directory.current(&mut transaction).await?;
    if let Some(unit) = &wish.unit {
        let seals = seals::seals_of(&mut transaction, desk.routes()).await?;
        if let Err(refusal) = seals::may_go_to(unit, seals.get(&case), &directory) {
            return Ok(Err(refusal));
        }
    }
    let found = instructions::get(&mut transaction, id).await?;
    let voice = Voice::of(claims, app.clock.now());
    let row = match wished(app, claims, &directory, &mut desk, id, case, wish, found.as_ref(), &voice) {
        Ok(Some(row)) => row,
        Ok(None) => return Ok(found.ok_or(Refusal::NotFound)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if desk.route(case).is_some_and(|route| route.urgency != row.urgency) {
        classes::raise(&mut transaction, case, row.urgency).await?;
    }
    instructions::keep(&mut transaction, &row).await?;
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(Ok(row))
}

#[expect(clippy::too_many_arguments, reason = "one decision of all that is known, called once")]
fn wished(
    app: &App,
    claims: &Claims,
    directory: &Snapshot,
    desk: &mut Desk,
    id: InstructionId,
    case: CaseId,
    wish: &Wish,
    found: Option<&Instruction>,
    voice: &Voice,
) -> Result<Option<Instruction>, Refusal> {
    let route = desk.route(case).cloned().ok_or(Refusal::NotFound)?;
    papers(claims, &route, desk.hands(case))?;
    let pack = app.packs.of(&route.pack).ok_or(Refusal::Unavailable)?;
    let leaders = pack.leaders.as_ref().ok_or(Refusal::Conflict {
        zh: "本规则没有领导批示。",
        en: "the policy pack knows no instructions",
    })?;
    let kind = known(leaders, wish)?;
    let owed = report_by((&app.calendars.now(), &route.region), kind, wish, voice)?;
    let state = found.map(|found| found.state);
    let (state, effects) =
        decide(state, false, Command::Issue { report: owed.is_some() }).map_err(refused)?;
    let (Some(state), [Effect::Issued]) = (state, effects.as_slice()) else { return Ok(None) };
    if route.state == RouteState::Closed {
        return Err(Refusal::Conflict {
            zh: "该诉求已办结，不能批示。", en: "the case is closed"
        });
    }
    let urgency = raised(publish::urgency_in(route.urgency), kind.urgency);
    // What a leader has ordered is reported, where the pack knows 交办.
    let mode = publish::mode_out(pack.mode(Some(routing_rules::Mode::Assignment), urgency));
    hand_over(desk, directory, &route, kind, wish, mode, voice)?;
    let row = Instruction {
        id,
        case,
        region: route.region.clone(),
        kind: wish.kind.clone(),
        rank: wish.rank.clone(),
        urgency: publish::urgency_out(urgency),
        text: reach::seal(app, &route, id.0, &wish.text),
        state,
        report_by: owed,
        sent_back: false,
        pack: route.pack.clone(),
        actor: voice.actor.clone(),
        account: AccountId(claims.sub),
        at: voice.at,
        version: 1,
    };
    let issued = InstructionIssued {
        instruction: id,
        rank: row.rank.clone(),
        urgency: row.urgency,
        report_by: row.report_by,
    };
    desk.say(case, voice, Body::from(issued));
    Ok(Some(row))
}

fn known<'a>(leaders: &'a Leaders, wish: &Wish) -> Result<&'a Kind, Refusal> {
    if !leaders.rank.iter().any(|rank| rank.code == wish.rank) {
        let codes: Vec<_> = leaders.rank.iter().map(|rank| rank.code.as_str()).collect();
        let zh = format!("须为以下之一：{}", codes.join("、"));
        return Err(Refusal::field("rank", zh, format!("must be one of {}", codes.join(", "))));
    }
    leaders.kind(&wish.kind).ok_or_else(|| {
        let codes: Vec<_> = leaders.instruction.iter().map(|kind| kind.code.as_str()).collect();
        let zh = format!("须为以下之一：{}", codes.join("、"));
        Refusal::field("kind", zh, format!("must be one of {}", codes.join(", ")))
    })
}

/// The day of the report: the leader's word if there is one, but never later than the pack's limit; none where none is owed.
fn report_by(
    (calendars, region): (&Calendars, &RegionCode),
    kind: &Kind,
    wish: &Wish,
    voice: &Voice,
) -> Result<Option<Date>, Refusal> {
    let Some(limit) = kind.report else { return Ok(wish.report_by) };
    let last = calendars.of(region.as_str()).due(voice.at, limit).map_err(|_| Refusal::Unavailable)?.date;
    let day = wish.report_by.unwrap_or(last);
    if day < day_of(voice.at) || last < day {
        let zh = format!("报告日期应在今天至 {last} 之间");
        return Err(Refusal::field("report_by", zh, format!("must lie between today and {last}")));
    }
    Ok(Some(day))
}

fn hand_over(
    desk: &mut Desk,
    directory: &Snapshot,
    route: &CaseRoute,
    kind: &Kind,
    wish: &Wish,
    mode: Mode,
    voice: &Voice,
) -> Result<(), Refusal> {
    let case = route.case;
    if route.state != RouteState::Waiting {
        let lead = desk.lead(case).map(|lead| lead.unit.clone());
        if wish.unit.is_some() && wish.unit != lead {
            return Err(Refusal::Conflict {
                zh: "该诉求已派单，改派须经退单审核。",
                en: "the case is dispatched; another unit needs a return that is agreed",
            });
        }
        return Ok(());
    }
    if !kind.dispatch {
        return Ok(());
    }
    let best = route.candidates.first().map(|candidate| candidate.unit.clone());
    let best = best.filter(|_| !route.confidential);
    let Some(unit) = wish.unit.clone().or(best).filter(|unit| directory.catalogue.knows(unit)) else {
        let (zh, en) = ("该诉求尚未派单，请指定在用的承办单位", "the case waits; name an active unit");
        return Err(Refusal::field("unit", zh, en));
    };
    let to = Target { unit, co_units: Vec::new(), mode, decided_by: "instruction", designated: false };
    desk.dispatch(case, &to, voice);
    Ok(())
}

/// The lead unit reports what came of an instruction.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the unit.
pub(crate) async fn report(
    app: &App,
    claims: &Claims,
    id: InstructionId,
    version: i64,
    text: &str,
) -> anyhow::Result<Result<Instruction, Refusal>> {
    let change = |desk: &Desk, row: &Instruction| {
        let unit = desk.lead(row.case).map(|lead| lead.unit.clone()).ok_or(Refusal::NotFound)?;
        Ok((Action::Handle { unit }, Command::Report))
    };
    let voice = Voice::of(claims, app.clock.now());
    let report = Report {
        instruction: id,
        at: voice.at,
        text: text.to_owned(),
        actor: voice.actor.clone(),
        accepted: None,
        answer: None,
        answered_at: None,
    };
    turn(app, claims, id, version, &voice, Some(report), change).await
}

/// The leader takes the newest report, or sends it back.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the leader.
pub(crate) async fn review(
    app: &App,
    claims: &Claims,
    id: InstructionId,
    version: i64,
    accept: bool,
    answer: Option<String>,
) -> anyhow::Result<Result<Instruction, Refusal>> {
    let command = if accept { Command::Accept } else { Command::SendBack };
    let mut connection = app.db.pool.acquire().await?;
    let newest = instructions::reports(&mut connection, &[id.0]).await?.pop();
    drop(connection);
    let voice = Voice::of(claims, app.clock.now());
    let answered =
        newest.map(|report| Report { accepted: Some(accept), answer, answered_at: Some(voice.at), ..report });
    turn(app, claims, id, version, &voice, answered, |_, _| Ok((Action::Instruct, command))).await
}

async fn turn(
    app: &App,
    claims: &Claims,
    id: InstructionId,
    version: i64,
    voice: &Voice,
    report: Option<Report>,
    change: impl FnOnce(&Desk, &Instruction) -> Result<(Action, Command), Refusal>,
) -> anyhow::Result<Result<Instruction, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let Some(found) = instructions::get(&mut transaction, id).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    let mut desk = Desk::of_cases(&mut transaction, &[found.case.0]).await?;
    if let Some(route) = desk.route(found.case)
        && let Err(refusal) = reach::sealed(app, &mut transaction, claims, route).await?
    {
        return Ok(Err(refusal));
    }
    // Read again under the case's lock.
    let Some(row) = instructions::get(&mut transaction, id).await? else { return Ok(Err(Refusal::NotFound)) };
    let (row, effects) = match allowed(claims, &desk, row, version, change) {
        Ok((row, Some(effects))) => (row, effects),
        Ok((row, None)) => return Ok(Ok(row)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    for effect in effects {
        match effect {
            Effect::Reported => {
                desk.say(row.case, voice, InstructionReported { instruction: id }.into());
            }
            Effect::Issued => {}
        }
    }
    if let (Some(mut report), Some(route)) = (report, desk.route(row.case)) {
        let seal = |text: String| reach::seal(app, route, id.0, &text);
        // An answer comes with a report that was kept, and is sealed, already.
        if report.accepted.is_none() {
            report.text = seal(report.text);
        }
        report.answer = report.answer.map(seal);
        instructions::keep_report(&mut transaction, &report).await?;
    }
    instructions::keep(&mut transaction, &row).await?;
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(Ok(row))
}

fn allowed(
    claims: &Claims,
    desk: &Desk,
    row: Instruction,
    version: i64,
    change: impl FnOnce(&Desk, &Instruction) -> Result<(Action, Command), Refusal>,
) -> Result<(Instruction, Option<Vec<Effect>>), Refusal> {
    let route = desk.route(row.case).ok_or(Refusal::NotFound)?;
    let (action, command) = change(desk, &row)?;
    may(claims, &action)?;
    papers(claims, route, desk.hands(row.case))?;
    let (after, effects) = decide(Some(row.state), row.sent_back, command).map_err(refused)?;
    let Some(state) = after else { return Err(Refusal::NotFound) };
    if state == row.state {
        return Ok((row, None));
    }
    if row.version != version {
        return Err(Refusal::Stale);
    }
    let sent_back = command == Command::SendBack;
    Ok((Instruction { state, sent_back, version: version + 1, ..row }, Some(effects)))
}

fn refused(why: Why) -> Refusal {
    Refusal::Conflict { zh: why.zh(), en: why.en() }
}
