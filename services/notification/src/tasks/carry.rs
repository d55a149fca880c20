//! When messages go out: gathered as soon as they are due, and carried on a line of its own for each way, so that a slow
//! gateway holds up nobody but itself.

use std::{sync::Arc, time::Duration};

use futures::future::{join, join_all};
use notification_rules::words::Way;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{Core, bundle, carry};

/// How many messages a line has in hand at once.
const MOST: usize = 64;
/// Room for so many is waited for before more are taken up: addresses are asked for together.
const ROOM: usize = 16;

/// Runs until told to stop; a fault is waited out. Without carriers there is nothing to do.
pub(crate) async fn run(core: Arc<Core>, stop: CancellationToken) -> anyhow::Result<()> {
    if !core.office.has_carriers() {
        stop.cancelled().await;
        return Ok(());
    }
    let look = Duration::try_from(core.config.look)?;
    let lines = core.office.ways().into_iter().map(|way| line(&core, way, look, &stop));
    join(gather(&core, look, &stop), join_all(lines)).await;
    Ok(())
}

async fn gather(core: &Core, look: Duration, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let looked = bundle::gather(core).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "messages wait");
            0
        });
        if looked == 0 {
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(look) => {} }
        }
    }
}

/// Carries on one way; told to stop, it waits for what it has in hand.
async fn line(core: &Arc<Core>, way: Way, look: Duration, stop: &CancellationToken) {
    let mut in_hand = JoinSet::new();
    while !stop.is_cancelled() {
        while in_hand.try_join_next().is_some() {}
        let room = MOST - in_hand.len();
        let taken = carry::take_up(core, way, room).await.unwrap_or_else(|error| {
            tracing::warn!(%error, %way, "messages wait");
            Vec::new()
        });
        let more = taken.len() == room;
        for ready in taken {
            let core = core.clone();
            in_hand.spawn(async move {
                if let Err(error) = carry::one(&core, ready).await {
                    tracing::warn!(%error, "what became of a message is written down when it is tried again");
                }
            });
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(look) => {}
            () = until_room(&mut in_hand), if more => {}
        }
    }
    while in_hand.join_next().await.is_some() {}
}

async fn until_room(in_hand: &mut JoinSet<()>) {
    while in_hand.len() > MOST - ROOM {
        in_hand.join_next().await;
    }
}
