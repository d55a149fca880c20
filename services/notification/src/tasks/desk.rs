//! What is looked at from time to time: addresses of offices, published calendars, unread items, digests of counties.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    app::{Core, binding, county, names, unread},
    store::points,
};

/// Runs until told to stop; what one look misses the next one finds.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    let pause = Duration::try_from(core.config.desk)?;
    while !stop.is_cancelled() {
        if let Err(error) = look(&core).await {
            tracing::warn!(error = format!("{error:#}"), "the desk was not looked through this time");
        }
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(pause) => {} }
    }
    Ok(())
}

async fn look(core: &Core) -> anyhow::Result<()> {
    core.office.learn(points::known(&core.platform.db.pool).await?);
    let mut connection = core.platform.db.pool.acquire().await?;
    names::learn(&mut connection, &core.office).await?;
    core.office.calendars.look(&mut connection).await?;
    drop(connection);
    unread::look(core).await?;
    county::look(core).await?;
    binding::forget(core).await?;
    Ok(())
}
