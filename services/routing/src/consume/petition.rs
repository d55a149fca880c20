//! A petition goes round again with its case.

use ids::CaseId;
use routing_rules::petition::{Command, decide};
use sqlx::PgConnection;

use crate::store::petitions;

/// Begins the round in the lane of the case, if it has one; a review that runs goes on.
pub(crate) async fn renewed(
    connection: &mut PgConnection,
    case: CaseId,
    round: i32,
) -> Result<(), sqlx::Error> {
    let Some(mut petition) = petitions::get(&mut *connection, case).await? else { return Ok(()) };
    let Ok(step) = decide(petition.lane, Command::NewRound { round }) else { return Ok(()) };
    if step.next != petition.lane {
        petition.lane = step.next;
        petition.version += 1;
        petitions::keep(connection, &petition).await?;
    }
    Ok(())
}
