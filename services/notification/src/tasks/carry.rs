//! When messages go out: as soon as they are due, looked for from time to time.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::app::{Core, bundle, carry};

/// Runs until told to stop; a fault is waited out. Without carriers there is nothing to do.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    if !core.office.has_carriers() {
        stop.cancelled().await;
        return Ok(());
    }
    let look = Duration::try_from(core.config.look)?;
    while !stop.is_cancelled() {
        let busy = match pass(&core).await {
            Ok(done) => done > 0,
            Err(error) => {
                tracing::warn!(%error, "messages wait");
                false
            }
        };
        if !busy {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(look) => {} }
        }
    }
    Ok(())
}

async fn pass(core: &Arc<Core>) -> Result<usize, sqlx::Error> {
    Ok(bundle::gather(core).await? + carry::carry(core).await?)
}
