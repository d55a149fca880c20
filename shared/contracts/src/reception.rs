//! What intake says about leaders' receptions and live answering.

use ids::{RegionCode, SessionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 领导接待日: a session was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptionScheduled {
    /// Which session.
    pub session: SessionId,
    /// Where.
    pub region: RegionCode,
    /// The day.
    pub day: Date,
    /// 在线接听: by telephone or online instead of in a room.
    pub live: bool,
}

/// The session was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptionHeld {
    /// Which session.
    pub session: SessionId,
    /// Matters taken up.
    pub cases: i32,
}
