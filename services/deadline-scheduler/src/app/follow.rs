//! What follows its case: proposals and requests end with the limit they are about, orders with the case, and the ladder goes
//! on where a merging is taken back.

use std::collections::BTreeMap;

use contracts::{Body, Event, supervision::SupervisionLifted};
use deadline_scheduler_rules::State;
use jiff::Timestamp;
use runtime::Draft;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    case::{Case, Tracked},
    climb::first_from,
    hear::Cases,
    rules::Rules,
};
use crate::{publish, store};

/// Lets orders, requests and rungs follow what was heard; nothing is asked of the database where nothing waits.
pub(crate) async fn follow(
    connection: &mut PgConnection,
    cases: &Cases,
    batch: &[&Event],
    rules: &Rules,
) -> Result<Vec<Draft>, sqlx::Error> {
    let lifted = lift(connection, batch).await?;
    let waiting = || cases.values().filter(|case| case.facts.waiting);
    let mut ended: Vec<(Uuid, Timestamp)> = waiting().flat_map(gone).collect();
    let over = |event: &&&Event| matches!(event.body, Body::CaseClosed(_) | Body::CaseTerminated(_));
    let over = batch.iter().filter(over).map(|event| (event.aggregate, event.time));
    ended.extend(over.filter(|(case, _)| cases.get(case).is_some_and(|case| case.facts.waiting)));
    end(connection, &ended).await?;
    let back = waiting().filter_map(|case| Some((case.facts.case.0, case.unmerged?)));
    let back: Vec<(Uuid, Timestamp)> = back.collect();
    if !back.is_empty() {
        store::orders::propose_again(connection, &back).await?;
    }
    climb_on(connection, cases, rules).await?;
    Ok(lifted)
}

/// Ends what waits about limits of one case that somebody has ended.
pub(crate) async fn follow_one(connection: &mut PgConnection, case: &Case) -> Result<(), sqlx::Error> {
    let ended: Vec<(Uuid, Timestamp)> = gone(case).filter(|_| case.facts.waiting).collect();
    end(connection, &ended).await
}

async fn end(connection: &mut PgConnection, ended: &[(Uuid, Timestamp)]) -> Result<(), sqlx::Error> {
    if ended.is_empty() {
        return Ok(());
    }
    store::extensions::end(&mut *connection, ended).await?;
    store::orders::drop_proposed(connection, ended).await
}

/// The clocks of a case that have ended, with when. What a merging stopped may run again: it waits.
fn gone(case: &Case) -> impl Iterator<Item = (Uuid, Timestamp)> {
    let merged = case.facts.merged_at;
    let end = move |tracked: &Tracked| match tracked.clock.state {
        State::Met { at, .. } => Some((tracked.clock.id.0, at)),
        State::Cancelled { at } if merged != Some(at) => Some((tracked.clock.id.0, at)),
        State::Cancelled { .. }
        | State::Running
        | State::Warned { .. }
        | State::Expired
        | State::Paused { .. } => None,
    };
    case.clocks.iter().filter(|tracked| tracked.changed).filter_map(end)
}

/// Ends what is open of cases that go on as part of another one, were withdrawn or declined: nothing is demanded there any more.
async fn lift(connection: &mut PgConnection, batch: &[&Event]) -> Result<Vec<Draft>, sqlx::Error> {
    let reason = |event: &Event| match event.body {
        Body::CaseMerged(_) => Some("merged"),
        Body::CaseWithdrawn(_) => Some("withdrawn"),
        Body::CaseDeclined(_) => Some("declined"),
        // Everything else leaves what is demanded as it is.
        _ => None,
    };
    let left = batch.iter().copied();
    let left: BTreeMap<Uuid, (&Event, &str)> =
        left.filter_map(|event| Some((event.aggregate, (event, reason(event)?)))).collect();
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let times: Vec<(Uuid, Timestamp)> = left.iter().map(|(case, (event, _))| (*case, event.time)).collect();
    let lifted = store::orders::end_all(connection, &times).await?;
    let said = |(case, order)| {
        let (event, reason) = left.get(&case)?;
        let body = SupervisionLifted { order, reason: (*reason).to_owned() };
        Some(publish::because(event, body.into()))
    };
    Ok(lifted.into_iter().filter_map(said).collect())
}

/// Puts the next rung of limits that had passed before a merging that was taken back: what came due meanwhile found nothing
/// that stood, and is gone.
async fn climb_on(connection: &mut PgConnection, cases: &Cases, rules: &Rules) -> Result<(), sqlx::Error> {
    let overdue =
        || cases.values().flat_map(|case| case.overdue.iter().map(|index| &case.clocks[*index].clock));
    let ids: Vec<Uuid> = overdue().map(|clock| clock.id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let climbed = store::rungs::restart(connection, &ids).await?;
    let rank = |key: &(Uuid, Timestamp)| climbed.get(key).copied().unwrap_or(0) + 1;
    let next = overdue().filter_map(|clock| first_from(clock, rank(&(clock.id.0, clock.due_at)), rules));
    store::rungs::put(connection, &next.collect::<Vec<_>>()).await
}
