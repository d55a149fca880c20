//! What intake says about leaders' receptions and live answering.

use ids::{RegionCode, SessionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::case::PackRef;

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

/// 公布: the session is open to the public, and may be told in advance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptionPublished {
    /// Which session.
    pub session: SessionId,
    /// Where.
    pub region: RegionCode,
    /// The day.
    pub day: Date,
    /// 在线接听 instead of a room.
    pub live: bool,
    /// With less notice than the pack asks for.
    pub late: bool,
    /// The pack it was set under.
    pub pack: PackRef,
}

/// 取消: the session does not take place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptionCancelled {
    /// Which session.
    pub session: SessionId,
    /// Where.
    pub region: RegionCode,
    /// The day it would have been.
    pub day: Date,
    /// Places that were taken.
    pub bookings: i32,
    /// The pack it was set under.
    pub pack: PackRef,
}

/// 改期: the session takes place on another day or at another hour; its places are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptionMoved {
    /// Which session.
    pub session: SessionId,
    /// Where.
    pub region: RegionCode,
    /// The day it would have been.
    pub from: Date,
    /// The day it is now.
    pub day: Date,
    /// Places that were taken.
    pub bookings: i32,
    /// The pack it was set under.
    pub pack: PackRef,
}

/// Who booked is to be told that the session is cancelled, or moved (aggregate = the booking).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingChanged {
    /// Which session.
    pub session: SessionId,
    /// Number of the place, as it was told.
    pub serial: String,
    /// `cancelled`, `moved`.
    pub step: String,
    /// The day it would have been.
    pub from: Date,
    /// The day it is now, or where it was cancelled that of the next session which has a place.
    pub day: Option<Date>,
    /// Where.
    pub region: RegionCode,
    /// How who booked can be reached beside the public page: `sms`.
    pub reachable: Vec<String>,
    /// The pack of the session.
    pub pack: PackRef,
}

/// 依申请公开: a request for disclosure came a step further (aggregate = the request).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureProgressed {
    /// Number of the request.
    pub serial: String,
    /// `received`, `extended`, `granted`, `partly`, `refused`.
    pub step: String,
    /// The day of receipt.
    pub received_on: Date,
    /// The last day for the decision.
    pub due_on: Date,
    /// Where.
    pub region: RegionCode,
    /// How the applicant can be reached: `sms`, `mail`.
    pub reachable: Vec<String>,
    /// The pack of the request.
    pub pack: PackRef,
}
