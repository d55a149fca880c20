//! The one time zone: which day an instant belongs to, and when a day ends.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

const OFFSET: Offset = Offset::constant(8);

/// Gives Asia/Shanghai as a fixed zone: UTC+8, no summer time since 1991.
#[must_use]
pub fn zone() -> TimeZone {
    TimeZone::fixed(OFFSET)
}

/// Gives the day in Asia/Shanghai on which an instant lies.
#[must_use]
pub fn day_of(instant: Timestamp) -> Date {
    OFFSET.to_datetime(instant).date()
}

/// Gives the first instant of a day in Asia/Shanghai (0:00).
///
/// Days at the very begin of the range of [`Timestamp`] (year -9999) are held to its first instant.
#[must_use]
pub fn start_of_day(day: Date) -> Timestamp {
    // The last day of the range begins within it: only the first ones can lie before all instants.
    OFFSET.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// Gives the instant at which a day in Asia/Shanghai is over: 24:00, which is 0:00 of the next day.
///
/// The instant itself is outside the day. A due day counts whole, so an answer is in time if `answered < end_of_day(due)`, and a clock
/// expires when `now >= end_of_day(due)`. Source: Civil Code, Art. 203.
#[must_use]
pub fn end_of_day(day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp::MAX, start_of_day)
}
