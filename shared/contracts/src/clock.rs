//! What deadline-scheduler says about the limits that run.

use ids::{AssignmentId, ClockId, UnitCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::case::PackRef;

/// One limit as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// This clock.
    pub clock: ClockId,
    /// The pack's name for it: `handle`, `sign`, `contact`, …
    pub name: String,
    /// The hand-over it binds, if it binds one.
    pub assignment: Option<AssignmentId>,
    /// The unit it binds, if it binds one.
    pub unit: Option<UnitCode>,
    /// Where it starts to count.
    pub started_at: Timestamp,
    /// The first instant that is too late.
    pub due_at: Timestamp,
    /// The last day that is in time (Asia/Shanghai); counts whole.
    pub due_day: Date,
    /// Lies beyond the last published holiday notice; may move when the notice comes.
    pub provisional: bool,
}

/// Limits began to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOpened {
    /// All that one event opened.
    pub clocks: Vec<Running>,
    /// The pack they come from.
    pub pack: PackRef,
    /// Round of the case.
    pub round: i32,
    /// A limit that had passed lies ahead again, and none of the case stands broken any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mended: bool,
}

/// A limit comes near.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockWarned {
    /// Which clock.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
    /// The unit it binds, if it binds one.
    pub unit: Option<UnitCode>,
    /// The first instant that is too late.
    pub due_at: Timestamp,
    /// When the warning was meant to come.
    pub scheduled_for: Timestamp,
    /// How late it came, in milliseconds.
    pub lateness_ms: i64,
}

/// A limit passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockExpired {
    /// Which clock.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
    /// The unit it binds, if it binds one.
    pub unit: Option<UnitCode>,
    /// The instant it passed: a breach is judged by this, never by arrival.
    pub due_at: Timestamp,
    /// How late the event came, in milliseconds.
    pub lateness_ms: i64,
}

/// What a limit was there for has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockMet {
    /// Which clocks.
    pub clocks: Vec<Met>,
}

/// One clock that stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// Which clock.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
    /// When it stopped.
    pub met_at: Timestamp,
    /// After the limit.
    pub late: bool,
}

/// Working days of a year were published or amended (放假安排通知).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPublished {
    /// The year of the notice.
    pub year: i16,
    /// The calendar's new version.
    pub version: i32,
    /// The days that it moves; missing in what was said before they travelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<CalendarFile>,
}

/// The days and hours of a notice, without any words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarFile {
    /// `year` or `region`.
    pub kind: String,
    /// The year, or the region's code.
    pub key: String,
    /// Days that differ from the calendar below the notice.
    pub days: Vec<MovedDay>,
    /// Hours of work of the whole region, such as `08:30-12:00`; missing where it has those of the calendar below, and in
    /// what was said before hours travelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Vec<String>>,
}

/// One day that a notice moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDay {
    /// The day, in Asia/Shanghai.
    pub date: Date,
    /// A day off; otherwise a working day made up for one, or one with hours of its own.
    pub off: bool,
    /// Hours of work of this day alone (半天), such as `09:00-12:00`; missing where it has those of every day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Vec<String>>,
}

/// One clock by its id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Which clock.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
}

/// Limits stand still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockPaused {
    /// Which clocks.
    pub clocks: Vec<Named>,
    /// `hearing`, `materials`, `law`, `dispute`, `deferred`.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// Limits run again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockResumed {
    /// As they stand now.
    pub clocks: Vec<Running>,
    /// As in the pause that ended.
    pub reason: String,
}

/// 延期: a limit was extended; the citizen is told why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockExtended {
    /// Which clock.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
    /// The unit it binds, if it binds one.
    pub unit: Option<UnitCode>,
    /// A reason code of the pack.
    pub reason: String,
    /// The last day that was in time before.
    pub from_day: Date,
    /// The last day that is in time now.
    pub due_day: Date,
    /// The first instant that is too late now.
    pub due_at: Timestamp,
    /// How many extensions it has had.
    pub times: i32,
}

/// 情况说明: the unit wrote why a limit passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockExplained {
    /// The clock that had passed.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
    /// Whose explanation it is.
    pub unit: Option<UnitCode>,
    /// A reason code of the pack.
    pub reason: String,
    /// The day the unit now names.
    pub expected_on: Option<Date>,
}

/// Limits moved because a calendar or a pack changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRecomputed {
    /// Which clocks, from when to when.
    pub clocks: Vec<Moved>,
    /// `calendar` or `pack`.
    pub cause: String,
    /// The calendar's revision they now stand under.
    pub calendar: i32,
    /// The pack they now stand under.
    pub pack: PackRef,
}

/// One clock that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Which clock.
    pub clock: ClockId,
    /// The pack's name for it.
    pub name: String,
    /// The first instant that was too late before.
    pub from_at: Timestamp,
    /// The first instant that is too late now.
    pub due_at: Timestamp,
    /// The last day that is in time now.
    pub due_day: Date,
    /// Lies beyond the last published holiday notice.
    pub provisional: bool,
}
