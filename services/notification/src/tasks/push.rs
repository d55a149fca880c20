//! When receivers are pushed to: as soon as something is due, each by itself, so that a slow one holds up nobody.

use std::{sync::Arc, time::Duration};

use outward::Post;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    app::{Core, push},
    store::subscriptions,
};

/// Receivers that have their turn at once.
const AT_ONCE: usize = 64;

/// Runs until told to stop; a fault is waited out.
pub(crate) async fn run(core: Arc<Core>, post: Post, stop: CancellationToken) -> anyhow::Result<()> {
    let look = Duration::try_from(core.config.look)?;
    let mut turns = JoinSet::new();
    while !stop.is_cancelled() {
        begin(&core, &post, &mut turns, &stop).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(look) => {}
            // Who took something may be due again at once.
            Some(Ok(true)) = turns.join_next() => {}
        }
    }
    // Each turn ends by itself now and gives its receiver back.
    while turns.join_next().await.is_some() {}
    Ok(())
}

/// Begins a turn for everybody to whom something is due, as far as there is room.
async fn begin(core: &Arc<Core>, post: &Post, turns: &mut JoinSet<bool>, stop: &CancellationToken) {
    while turns.try_join_next().is_some() {}
    let room = i64::try_from(AT_ONCE.saturating_sub(turns.len())).unwrap_or_default();
    let due = match subscriptions::due(&core.platform.db.pool, core.office.now(), room).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(%error, "receivers outside wait");
            return;
        }
    };
    for id in due {
        let (core, post, stop) = (core.clone(), post.clone(), stop.clone());
        turns.spawn(async move {
            push::turn(&core, &post, id, &stop).await.unwrap_or_else(|error| {
                tracing::warn!(subscription = %id, error = %format!("{error:#}"), "a receiver outside waits");
                false
            })
        });
    }
}
