//! What is counted beside the facts: contacts, receptions, rungs of the ladder.

use calendar::day_of;
use contracts::{Body, Event};
use runtime::ApplyError;
use sqlx::PgConnection;

use crate::store::{
    tallies::{self, Contacts, Held, Rung},
    units,
};

/// Adds what a batch says to the days; nothing is asked of the database when it says nothing.
pub(super) async fn apply(transaction: &mut PgConnection, batch: &[Event]) -> Result<(), ApplyError> {
    runtime::calendars::keep(&mut *transaction, batch).await?;
    let (mut contacts, mut held, mut rungs) = (Contacts::new(), Vec::new(), Vec::new());
    let mut described = Vec::new();
    for event in batch {
        if let Body::ContactRecorded(body) = &event.body {
            let key = (day_of(event.time), body.region.clone(), body.kind.as_str(), body.channel.as_str());
            *contacts.entry(key).or_default() += 1;
        }
        if let Body::UnitDescribed(body) = &event.body {
            described.push(body);
        }
        // What is only proposed was not done; it is said again once a person has approved it.
        if let Body::SupervisionEscalated(body) = &event.body
            && !body.proposed
        {
            rungs.push(Rung {
                case: event.aggregate,
                limit: &body.limit,
                step: &body.step,
                rank: body.rank,
                unit: body.unit.as_ref().map_or("", ids::UnitCode::as_str),
                day: day_of(event.time),
            });
        }
        if let Body::ReceptionHeld(body) = &event.body {
            held.push(Held {
                session: body.session,
                region: event.region.clone(),
                day: day_of(event.time),
                cases: body.cases,
            });
        }
    }
    tallies::contacts(transaction, &contacts).await?;
    tallies::receptions(transaction, &held).await?;
    tallies::rungs(transaction, &rungs).await?;
    units::keep(transaction, &described).await?;
    Ok(())
}
