//! 纪检督办: the inspector's own log on a case, what is demanded of a unit, and the unit's statement.

use identity::{Action, Claims, may};
use ids::{CaseId, UnitCode};
use jiff::civil::Date;
use routing_rules::charge::{State, Why};
use uuid::Uuid;

use super::{
    App,
    charges::{Book, book, may_charge, refused},
    desk::{Desk, Voice},
    reach,
    refusal::Refusal,
    sealed,
};
use crate::store::charges::{self, Charge, Entry};

/// The code of the lane in packs and events.
pub(crate) const LANE: &str = "discipline";

/// What the inspector writes: to himself, or (with a unit) a demand.
#[derive(Clone, Debug)]
pub(crate) struct Writing {
    pub(crate) entry: Uuid,
    pub(crate) text: String,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) due: Option<Date>,
}

/// Writes into the log, or demands a statement of a unit that has or had the case.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the inspector.
pub(crate) async fn write(
    app: &App,
    claims: &Claims,
    id: Uuid,
    version: i64,
    writing: Writing,
) -> anyhow::Result<Result<Book, Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let Some(found) = charges::get(&mut transaction, id).await? else { return Ok(Err(Refusal::NotFound)) };
    let desk = Desk::of_cases(&mut transaction, &[found.case.0]).await?;
    if sealed::hides(app, &mut transaction, claims, &desk).await? {
        return Ok(Err(Refusal::NotFound));
    }
    let Some(charge) = charges::get(&mut transaction, id).await? else { return Ok(Err(Refusal::NotFound)) };
    let case = charge.case;
    let Some(route) = desk.route(case).cloned() else { return Ok(Err(Refusal::NotFound)) };
    if charge.code != LANE {
        return Ok(Err(Refusal::NotFound));
    }
    if let Err(refusal) = reach::sealed(app, &mut transaction, claims, &route).await? {
        return Ok(Err(refusal));
    }
    if let Err(refusal) = may_charge(app, claims, &route, desk.hands(case), &charge.code) {
        return Ok(Err(refusal));
    }
    let before = book(&mut transaction, charge).await?;
    if before.entries.iter().any(|entry| entry.id == writing.entry) {
        return Ok(Ok(before));
    }
    if before.charge.state != State::Active {
        return Ok(Err(refused(Why::Ended)));
    }
    if before.charge.version != version {
        return Ok(Err(Refusal::Stale));
    }
    if let Some(unit) = writing.unit.as_ref().filter(|unit| !desk.hands(case).any(|hand| hand.unit == **unit))
    {
        let (zh, en) = (format!("{unit} 未承办过该诉求"), format!("{unit} never had the case"));
        return Ok(Err(Refusal::field("unit", zh, en)));
    }
    let voice = Voice::of(claims, app.clock.now());
    let kind = if writing.unit.is_some() { "demand" } else { "log" };
    let entry = Entry {
        id: writing.entry,
        charge: id,
        kind: kind.to_owned(),
        text: reach::seal(app, &route, id, &writing.text),
        due: writing.due,
        done_at: None,
        unit: writing.unit,
        answer: None,
        actor: voice.actor,
        at: voice.at,
    };
    charges::note(&mut transaction, &entry).await?;
    let charge = Charge { version: version + 1, ..before.charge };
    charges::keep(&mut transaction, &charge).await?;
    let after = book(&mut transaction, charge).await?;
    transaction.commit().await?;
    Ok(Ok(after))
}

/// The unit's statement on a demand; the same words again change nothing, other words are refused.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to the unit.
pub(crate) async fn state(
    app: &App,
    claims: &Claims,
    demand: Uuid,
    text: &str,
) -> anyhow::Result<Result<(Entry, CaseId), Refusal>> {
    let mut transaction = app.db.pool.begin().await?;
    let Some(entry) = charges::entry_of(&mut transaction, demand).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    let Some(charge) = charges::get(&mut transaction, entry.charge).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    let desk = Desk::of_cases(&mut transaction, &[charge.case.0]).await?;
    if sealed::hides(app, &mut transaction, claims, &desk).await? {
        return Ok(Err(Refusal::NotFound));
    }
    let Some(entry) = charges::entry_of(&mut transaction, demand).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    // A demand on another unit does not exist for this one.
    let own = entry.unit.as_ref().is_some_and(|unit| claims.unit.as_ref() == Some(unit));
    let Some(unit) = entry.unit.clone().filter(|_| own) else { return Ok(Err(Refusal::NotFound)) };
    if let Err(denied) = may(claims, &Action::Handle { unit }) {
        return Ok(Err(denied.into()));
    }
    let Some(route) = desk.route(charge.case) else { return Ok(Err(Refusal::NotFound)) };
    let text = reach::seal(app, route, entry.charge, text);
    match &entry.answer {
        Some(answer) if *answer == text => Ok(Ok((entry, charge.case))),
        Some(_) => Ok(Err(Refusal::Conflict {
            zh: "已提交过说明，不能更改。",
            en: "a statement was given and cannot be changed",
        })),
        None => {
            let answered = Entry { answer: Some(text), done_at: Some(app.clock.now()), ..entry };
            charges::note(&mut transaction, &answered).await?;
            transaction.commit().await?;
            Ok(Ok((answered, charge.case)))
        }
    }
}
