//! Ends listenings whose time is over or whose matter was sealed, and conversations that nobody ended.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::app::{Core, listening};

const PAUSE: Duration = Duration::from_secs(1);

/// Runs until told to stop; a fault is waited out.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        if let Err(error) = listening::sweep(&core, core.switch.as_ref()).await {
            tracing::warn!(error = %format!("{error:#}"), "the end of listenings waits");
        }
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
    }
    Ok(())
}
