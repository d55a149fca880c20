//! Writes the keys under which like texts meet, behind the registrations and never among them.
//!
//! Fresh cases are found behind a mark, because their ids grow with time; cases of older systems, whose ids do not, by a slow walk
//! through all ids. What a fault leaves out is found by the next walk.

use std::{sync::Arc, time::Duration};

use text::Shingles;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{app::Core, store::likeness};

/// Rows looked at in one part; small, so that registrations are not disturbed.
const PART: i64 = 500;
const PAUSE: Duration = Duration::from_secs(2);
/// How far behind the newest id the next look begins, in milliseconds: a transaction that began earlier may end later.
const BEHIND: u64 = 60_000;

/// Runs until told to stop.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    let (mut fresh, mut walk) = (Uuid::nil(), Uuid::nil());
    while !stop.is_cancelled() {
        match pass(&core, &mut fresh, &mut walk).await {
            Ok(()) => {}
            Err(error) => tracing::debug!(%error, "likeness put off"),
        }
        tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
    }
    Ok(())
}

async fn pass(core: &Core, fresh: &mut Uuid, walk: &mut Uuid) -> Result<(), sqlx::Error> {
    let now = core.now().as_millisecond().unsigned_abs();
    let start = since(now.saturating_sub(BEHIND)).max(*fresh);
    *fresh = part(core, start).await?.unwrap_or(Uuid::nil());
    *walk = part(core, *walk).await?.unwrap_or(Uuid::nil());
    Ok(())
}

/// Writes the keys of one part; answers where it ended, and nothing when there was nothing left.
async fn part(core: &Core, from: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    let mut connection = core.platform.db.pool.acquire().await?;
    let (rows, last) = likeness::missing(&mut connection, from, PART).await?;
    if !rows.is_empty() {
        let keys: Vec<(Uuid, [i32; 16])> =
            rows.iter().map(|row| (row.case_id, keys(&row.title, &row.body))).collect();
        likeness::put(&mut connection, &keys).await?;
    }
    Ok(last)
}

/// The keys of a matter.
pub(crate) fn keys(title: &str, body: &str) -> [i32; 16] {
    Shingles::of(&format!("{title}\n{body}")).keys()
}

/// The smallest id (UUID version 7) of a millisecond.
pub(crate) fn since(milliseconds: u64) -> Uuid {
    Uuid::from_u64_pair(milliseconds << 16 | 0x7000, 0x8000_0000_0000_0000)
}
