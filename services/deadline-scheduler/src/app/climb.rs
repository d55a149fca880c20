//! Climbs the ladder of broken limits: what is next, whether it still stands, what it does, in one transaction.

use std::collections::BTreeMap;

use contracts::{Body, supervision::SupervisionEscalated};
use deadline_scheduler_rules::{Breach, Doer, Rung, Step, Trigger};
use jiff::Timestamp;
use pg::Database;
use runtime::{Draft, emit};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    NAME,
    app::{
        case::{Case, Tracked},
        choose::rules_facts,
        desk::happen,
        hear,
        rules::Rules,
        supervise,
    },
    consume::heard::Heard,
    publish,
    store::{self, rungs::Next},
};

/// Climbs up to `most` rungs that are due and gives how many were looked at.
///
/// # Errors
/// The database is away or refused; nothing was climbed.
pub(crate) async fn climb_due(db: &Database, rules: &Rules, most: i64) -> Result<usize, sqlx::Error> {
    let mut transaction = db.pool.begin().await?;
    let mut due = store::rungs::claim(&mut transaction, most).await?;
    if due.is_empty() {
        transaction.rollback().await?;
        return Ok(0);
    }
    due.sort_unstable_by_key(|next| (next.due_at, next.rank));
    let now = store::now(&mut transaction).await?;
    let mut cases = load(&mut transaction, &due).await?;
    let (mut drafts, mut next) = (Vec::new(), Vec::new());
    let ids: Vec<Uuid> = cases.keys().copied().collect();
    let histories = store::rungs::histories(&mut transaction, &ids).await?;
    for rung in &due {
        if let Some(case) = cases.get_mut(&rung.case.0) {
            let history = histories.get(&rung.case.0).copied();
            drafts.extend(climb(&mut transaction, case, rung, rules, (now, history)).await?);
            next.extend(following(case, rung, rules));
        }
    }
    hear::save(&mut transaction, cases.values()).await?;
    store::rungs::put(&mut transaction, &next).await?;
    emit(&mut transaction, NAME, drafts).await?;
    transaction.commit().await?;
    Ok(due.len())
}

async fn load(connection: &mut PgConnection, due: &[Next]) -> Result<BTreeMap<Uuid, Case>, sqlx::Error> {
    let mut ids: Vec<Uuid> = due.iter().map(|next| next.case.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let facts = store::facts::lock(connection, &ids).await?;
    let mut cases: BTreeMap<Uuid, Case> =
        facts.into_iter().map(|facts| (facts.case.0, Case::of(facts, Vec::new()))).collect();
    for clock in store::clocks::of_cases(connection, &ids).await? {
        if let Some(case) = cases.get_mut(&clock.case.0) {
            case.clocks.push(Tracked::stored(clock));
        }
    }
    Ok(cases)
}

/// The clock that a rung is about, if its limit is still the one that passed and still unmet.
fn standing<'a>(case: &'a Case, next: &Next) -> Option<&'a Tracked> {
    let tracked = case.clocks.iter().find(|tracked| tracked.clock.id == next.clock)?;
    (tracked.open() && tracked.clock.due_at == next.limit_at).then_some(tracked)
}

fn rung_of<'a>(case: &Case, next: &Next, rank: i16, rules: &'a Rules) -> Option<&'a Rung> {
    let clock = &standing(case, next)?.clock;
    let pack = rules.packs.find(&clock.pack_id, clock.pack_version)?;
    pack.ladder(clock.name)?.rungs.get(usize::try_from(rank - 1).ok()?)
}

async fn climb(
    connection: &mut PgConnection,
    case: &mut Case,
    next: &Next,
    rules: &Rules,
    (now, history): (Timestamp, Option<Timestamp>),
) -> Result<Vec<Draft>, sqlx::Error> {
    let Some(rung) = rung_of(case, next, next.rank, rules) else { return Ok(Vec::new()) };
    let Some(clock) = standing(case, next).map(|tracked| tracked.clock.clone()) else {
        return Ok(Vec::new());
    };
    let facts = rules_facts(&case.facts);
    if !rung.holds_for(&facts) {
        return Ok(Vec::new());
    }
    let passed = history.is_some_and(|ended| {
        let (due_at, due_day) = (clock.due_at, clock.due_day);
        let breach = Breach { due_at, due_day, facts: &facts, calendar: rules.calendar(&clock.region) };
        let ladder =
            rules.packs.find(&clock.pack_id, clock.pack_version).and_then(|pack| pack.ladder(clock.name));
        let rank = usize::try_from(next.rank).unwrap_or_default();
        ladder.is_some_and(|ladder| ladder.is_history(rank, breach, ended))
    });
    let excused =
        rung.unexplained && store::extensions::explained(connection, clock.id, next.limit_at).await?;
    if excused {
        return Ok(Vec::new());
    }
    let first = store::rungs::climbed(connection, next, rung.step.as_str(), passed).await?;
    if passed || !first {
        return Ok(Vec::new());
    }
    let at = next.due_at;
    let system = || "system".to_owned();
    let mut bodies: Vec<Body> = vec![
        SupervisionEscalated {
            clock: clock.id,
            limit: clock.name.as_str().to_owned(),
            unit: clock.unit.clone(),
            step: rung.step.as_str().to_owned(),
            rank: i32::from(next.rank),
            due_at: clock.due_at,
            proposed: rung.by == Doer::Person,
        }
        .into(),
    ];
    let (mut heard, mut ordered) = (None, None);
    if rung.step == Step::Explain {
        heard = Some(Heard { matter: Some(clock.id.0), ..Heard::plain(Trigger::ClockExpired) });
    } else if rung.orders() {
        let order = supervise::by_ladder(&case.facts, &clock, rung, next);
        store::orders::insert(connection, &order).await?;
        case.facts_changed |= !case.facts.waiting;
        case.facts.waiting = true;
        if rung.by == Doer::System {
            heard = Some(Heard { matter: Some(order.id.0), ..Heard::plain(Trigger::SupervisionOrdered) });
            ordered = Some(order);
        }
    }
    if let Some(heard) = heard {
        // The unit of the clock at fault, which need not lead the case. Nobody's limit begins before they could know of
        // it, so it counts from now, which is the rung's own instant unless this comes late.
        match happen(case, &heard, clock.unit.clone(), rules, now) {
            Ok((_, opened)) => {
                let opened: Vec<_> =
                    opened.into_iter().map(|index| case.clocks[index].clock.clone()).collect();
                let answer_by = opened.first().map(|clock| clock.due_day);
                bodies.extend(ordered.map(|order| supervise::ordered(&order, system(), answer_by).into()));
                bodies.extend(publish::opened_bodies(case, &opened));
            }
            // The calendar ends forty years ahead: a limit there is a mistake of the pack, not of the case.
            Err(error) => tracing::error!(error = %error, "a clock of the ladder could not be opened"),
        }
    }
    Ok(bodies.into_iter().map(|body| publish::said(&case.facts, system(), at, body)).collect())
}

fn following(case: &Case, next: &Next, rules: &Rules) -> Option<Next> {
    let clock = &standing(case, next)?.clock;
    first_from(clock, next.rank + 1, rules)
}

/// The rung of a rank, with the instant at which it is due.
pub(crate) fn first_from(clock: &crate::store::clocks::Clock, rank: i16, rules: &Rules) -> Option<Next> {
    let pack = rules.packs.find(&clock.pack_id, clock.pack_version)?;
    let rung = pack.ladder(clock.name)?.rungs.get(usize::try_from(rank - 1).ok()?)?;
    let due_at = rung.at(clock.due_at, clock.due_day, rules.calendar(&clock.region)).ok()?;
    Some(Next { case: clock.case, clock: clock.id, rank, limit_at: clock.due_at, due_at })
}
