//! Writing units: the table and what the other services are told of it, in one transaction.

use crate::{
    app::{App, lines},
    store::units::{self, Unit},
};

/// Writes units and tells their names; answers how many rows changed.
///
/// # Errors
/// The database refused.
pub(crate) async fn write(app: &App, rows: &[Unit]) -> Result<u64, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    let changed = units::upsert(&mut transaction, rows).await?;
    let now = app.clock.now();
    // Whom the accused of sealed cases keep out moves with the tree, in the same moment.
    let told = units::describe(&mut transaction, now).await? + lines::redraw(&mut transaction, now).await?;
    transaction.commit().await?;
    if told > 0 {
        app.wake.outbox();
    }
    Ok(changed)
}
