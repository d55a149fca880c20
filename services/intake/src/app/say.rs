//! Says events and writes them into the dossier, in one transaction with what they are about.

use contracts::StoredEvent;
use runtime::{Draft, emit};
use sqlx::PgConnection;

use crate::store::dossier::{self, Happening, Heads};

/// Writes drafts into the outbox and into the chains of their cases, in the order given.
pub(crate) async fn say(
    transaction: &mut PgConnection,
    heads: &mut Heads,
    drafts: Vec<Draft>,
) -> Result<Vec<StoredEvent>, sqlx::Error> {
    let said = emit(transaction, "intake", drafts).await?;
    let happenings: Vec<Happening> = said.iter().map(Happening::from).collect();
    dossier::append(transaction, heads, &happenings).await?;
    Ok(said)
}
