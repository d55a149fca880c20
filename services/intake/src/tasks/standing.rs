//! Looks at cases of which something may hold by rule (重复、集体、越级), behind the registrations, and tells it once.
//!
//! As with likeness: fresh cases are found behind a mark, all others by a slow walk; what a fault leaves out is found by the next.

use std::{sync::Arc, time::Duration};

use ids::CaseId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::likeness::since;
use crate::{
    app::{Core, found},
    store,
};

/// Rows looked at in one part.
const PART: i64 = 500;
const PAUSE: Duration = Duration::from_secs(2);
/// How far behind the newest id the next look begins, in milliseconds.
const BEHIND: u64 = 60_000;
/// Cases of one part that are looked at closely before others are let in.
const CLOSELY: usize = 20;

/// Runs until told to stop.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    let (mut fresh, mut walk) = (Uuid::nil(), Uuid::nil());
    while !stop.is_cancelled() {
        if let Err(error) = pass(&core, &mut fresh, &mut walk).await {
            tracing::debug!(error = %format!("{error:#}"), "findings put off");
        }
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
    }
    Ok(())
}

async fn pass(core: &Core, fresh: &mut Uuid, walk: &mut Uuid) -> anyhow::Result<()> {
    let now = core.now().as_millisecond().unsigned_abs();
    let start = since(now.saturating_sub(BEHIND)).max(*fresh);
    *fresh = part(core, start).await?.unwrap_or(Uuid::nil());
    *walk = part(core, *walk).await?.unwrap_or(Uuid::nil());
    Ok(())
}

/// Looks at one part; answers where it ended, and nothing when there was nothing left.
async fn part(core: &Core, from: Uuid) -> anyhow::Result<Option<Uuid>> {
    let mut connection = core.platform.db.pool.acquire().await?;
    let (cases, last) = store::found::unseen(&mut connection, from, PART).await?;
    drop(connection);
    let more = cases.len() > CLOSELY;
    let mut end = last;
    for case in cases.into_iter().take(CLOSELY) {
        found::look(core, CaseId(case)).await?;
        if more {
            end = Some(case);
        }
    }
    Ok(end)
}
