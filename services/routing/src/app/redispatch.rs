//! When units or catalogue have changed, every waiting case is looked at again: some find their unit now.

use ids::{CaseId, UnitCode};
use routing_rules::{
    State,
    dispatch::{Candidate, Decision, candidates, decide},
    pack::RoutingPack,
};
use uuid::Uuid;

use super::{
    App,
    desk::{Desk, Target, Voice},
    dispatch::{Way, facts_of},
};
use crate::{
    directory::Snapshot,
    publish,
    store::{
        assignments::Assignment,
        cases::{CaseRoute, RouteState},
        sides,
        waiting::{self, Pass},
    },
};

const MOST: i64 = 64;

/// Looks at some waiting cases; answers whether more are left.
///
/// # Errors
/// The database refused.
pub(crate) async fn pass(app: &App) -> Result<bool, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    let Some(taken) = waiting::take(&mut transaction).await? else { return Ok(false) };
    let directory = app.directory.current(&mut transaction).await?;
    let fresh = Pass {
        version: directory.version,
        at: "1000-01-01T00:00:00Z".parse().expect("a time"),
        case: Uuid::nil(),
        done: false,
    };
    let start = match taken {
        Pass { version, done, .. } if version == directory.version && done => return Ok(false),
        Pass { version, .. } if version == directory.version => taken,
        Pass { .. } => fresh,
    };
    let found = waiting::next(&mut transaction, start, MOST).await?;
    let ids: Vec<Uuid> = found.iter().map(|(_, case)| *case).collect();
    let mut desk = Desk::of_cases(&mut transaction, &ids).await?;
    let cases: Vec<CaseId> = ids.iter().copied().map(CaseId).collect();
    let subjects = sides::subjects(&mut transaction, &cases).await?;
    let voice = Voice {
        actor: "system".to_owned(),
        at: app.clock.now(),
        causation: None,
        historic: false,
        trace: None,
    };
    for case in cases {
        look(app, &directory, &mut desk, case, subjects.get(&case).map(String::as_str), &voice);
    }
    desk.save(&mut transaction).await?;
    let more = ids.len() == usize::try_from(MOST).unwrap_or_default();
    let end = found.last().map_or(start, |(at, case)| Pass { at: *at, case: *case, ..start });
    waiting::put(&mut transaction, Pass { done: !more, ..end }).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(more)
}

fn look(
    app: &App,
    directory: &Snapshot,
    desk: &mut Desk,
    case: CaseId,
    subject: Option<&str>,
    voice: &Voice,
) {
    let Some(route) = desk.route(case).filter(|route| route.state == RouteState::Waiting).cloned() else {
        return;
    };
    // Sealed cases are dispatched by those who may see them, from the list that they have.
    if route.confidential {
        return;
    }
    let Some(pack) = app.packs.of(&route.pack) else { return };
    let gave_back = gave_back(desk, case);
    let facts = facts_of(&route, subject);
    // Whoever gave it back does not get it again by itself, and what was returned once a person looks at.
    if gave_back.is_empty() && route.returns == 0 {
        let decision = decide(pack, &app.config.weights, &directory.catalogue, &facts);
        if let Decision::Dispatch { to, decided_by } = decision {
            let mode = publish::mode_out(pack.mode(facts.mode_hint, facts.urgency));
            let designated = false;
            let to = Target { unit: to.unit, co_units: to.co_units, mode, decided_by, designated };
            desk.dispatch(case, &to, voice);
            Way::note(desk, pack, directory.catalogue.tree(), case, voice);
            return;
        }
    }
    let all = shown(app, directory, pack, &route, subject, &gave_back);
    if all != route.candidates {
        desk.change(case, |route| route.candidates = all);
    }
}

/// The units that gave a case back in this round.
pub(crate) fn gave_back(desk: &Desk, case: CaseId) -> Vec<UnitCode> {
    let round = desk.route(case).map(|route| route.round);
    let gone = |hand: &&Assignment| Some(hand.round) == round && hand.state == State::Redirected;
    desk.hands(case).filter(gone).map(|hand| hand.unit.clone()).collect()
}

/// The units that a dispatcher is shown of a waiting case, the best first, without those that gave it back.
pub(crate) fn shown(
    app: &App,
    directory: &Snapshot,
    pack: &RoutingPack,
    route: &CaseRoute,
    subject: Option<&str>,
    without: &[UnitCode],
) -> Vec<Candidate> {
    let facts = facts_of(route, subject);
    let found = candidates(pack, &app.config.weights, &directory.catalogue, &facts, without);
    // The text was read once, at acceptance: what it pointed to still counts.
    let known = |unit: &UnitCode| found.iter().any(|candidate| candidate.unit == *unit);
    let kept =
        route.candidates.iter().filter(|old| directory.catalogue.knows(&old.unit) && !known(&old.unit));
    let mut all: Vec<Candidate> = kept.filter(|old| old.ground == "keyword").cloned().collect();
    all.extend(found.iter().cloned());
    all.sort_by_key(|candidate| std::cmp::Reverse(candidate.confidence));
    all.retain(|candidate| !without.contains(&candidate.unit));
    all.truncate(pack.dispatch.candidates);
    all
}
