//! Nudges inside a process. A nudge carries nothing and may be lost: behind each stands a look from time to time.

use std::sync::Arc;

use tokio::sync::Notify;

/// Wakes the workers of one service after a commit.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    outbox: Arc<Notify>,
    timers: Arc<Notify>,
}

impl Wake {
    /// Something was said: the relay should look.
    pub fn outbox(&self) {
        self.outbox.notify_one();
    }

    /// A timer was armed that may be earlier than all others.
    pub fn timers(&self) {
        self.timers.notify_one();
    }

    /// Waits for [`Wake::outbox`].
    pub async fn outbox_called(&self) {
        self.outbox.notified().await;
    }

    /// Waits for [`Wake::timers`].
    pub async fn timers_called(&self) {
        self.timers.notified().await;
    }
}
