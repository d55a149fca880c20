//! Bringing a notice to where its channel ends.

use notification_rules::{decide::Channel, lifecycle::Outcome};

/// Brings one notice. Both channels end in the row that is being written, so the row's commit is the delivery.
pub(crate) fn deliver(channel: Channel) -> Outcome {
    match channel {
        Channel::Inbox | Channel::Spool(_) => Outcome::Brought,
    }
}
