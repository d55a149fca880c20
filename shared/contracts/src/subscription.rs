//! What notification says about who learns of things outside; the aggregate is the subscription.

use ids::{NoticeId, UnitCode};
use serde::{Deserialize, Serialize};

/// An agency, or a column of the media, learns of what happens from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionMade {
    /// Which subscription.
    pub subscription: NoticeId,
    /// Code of the agency.
    pub subscriber: UnitCode,
    /// Entries are pushed to it; otherwise it fetches them.
    pub pushed: bool,
}

/// Nothing is pushed to it until a person looks: its receiver failed for too long or is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionSuspended {
    /// Which subscription.
    pub subscription: NoticeId,
    /// Code of the agency.
    pub subscriber: UnitCode,
    /// `failing`, `gone`.
    pub reason: String,
}

/// A person had it go on, from the place where it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionResumed {
    /// Which subscription.
    pub subscription: NoticeId,
    /// Code of the agency.
    pub subscriber: UnitCode,
}

/// A person switched it off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionEnded {
    /// Which subscription.
    pub subscription: NoticeId,
    /// Code of the agency.
    pub subscriber: UnitCode,
}
