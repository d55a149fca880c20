//! Keeps up with changes of the directory: planned catalogues begin, names are told, cases of ended units move, waiting
//! cases are looked at again.

use std::{sync::Arc, time::Duration};

use calendar::day_of;
use tokio_util::sync::CancellationToken;

use crate::{
    app::{App, lines, redispatch, succession},
    store::{catalogue, units},
};

/// Runs until told to stop. What one pass misses the next one does.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        match pass(&app).await {
            // More may wait; go on at once.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "the directory is looked at later"),
        }
        let pause = Duration::from_secs(app.config.sweep_seconds);
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

/// Does a handful of everything; says whether more is left.
async fn pass(app: &App) -> Result<bool, sqlx::Error> {
    begin(app).await?;
    let moved = succession::pass(app).await? > 0;
    Ok(redispatch::pass(app).await? || moved)
}

async fn begin(app: &App) -> Result<(), sqlx::Error> {
    let now = app.clock.now();
    let mut transaction = app.db.pool.begin().await?;
    catalogue::begin(&mut transaction, day_of(now)).await?;
    let told = units::describe(&mut transaction, now).await? + lines::redraw(&mut transaction, now).await?;
    transaction.commit().await?;
    if told > 0 {
        app.wake.outbox();
    }
    Ok(())
}
