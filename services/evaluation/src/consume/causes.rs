//! 成因与整改 that a reply named: heard with the answer, so that a reply which the centre sent back names nothing.

use calendar::day_of;
use contracts::{Body, Event};
use ids::CaseId;
use runtime::ApplyError;
use sqlx::PgConnection;

use crate::store::causes::{self, Named};

/// Keeps what the answers of a batch named; nothing is asked of the database when they named nothing.
pub(super) async fn apply(transaction: &mut PgConnection, batch: &[Event]) -> Result<(), ApplyError> {
    let named: Vec<Named<'_>> = batch.iter().filter_map(named).collect();
    Ok(causes::hear(transaction, &named).await?)
}

fn named(event: &Event) -> Option<Named<'_>> {
    let Body::CaseAnswered(answer) = &event.body else { return None };
    let (cause, remedy) = (answer.cause.as_deref(), answer.remedy.as_deref());
    cause.or(remedy)?;
    Some(Named {
        case: CaseId(event.aggregate),
        round: answer.round,
        cause,
        remedy,
        day: day_of(answer.answered_at),
        by: &event.actor,
    })
}
