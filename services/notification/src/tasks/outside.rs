//! When entries get their places and the stream is fed: soon after they were written, as long as anybody listens.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    app::{Core, outside},
    store::subscriptions,
};

/// Runs until told to stop; a fault is waited out.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    let look = Duration::try_from(core.config.look)?;
    while !stop.is_cancelled() {
        let busy = match pass(&core).await {
            Ok(done) => done,
            Err(error) => {
                tracing::warn!(error = %format!("{error:#}"), "what goes outside waits");
                false
            }
        };
        if !busy {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(look) => {} }
        }
    }
    Ok(())
}

async fn pass(core: &Core) -> anyhow::Result<bool> {
    if !subscriptions::any(&core.platform.db.pool).await? {
        return Ok(false);
    }
    let placed = outside::place(core).await?;
    let published = outside::publish(core).await?;
    Ok(placed > 0 || published > 0)
}
