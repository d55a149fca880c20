//! The shapes of the calendar files, as `deploy/calendars/README.md` describes them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::hours::WorkHours;

/// One day that a notice or a region moves away from the weekend rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayEntry {
    /// The day, in Asia/Shanghai.
    pub date: Date,
    /// Holiday it belongs to, in Chinese.
    pub name: String,
    /// `true`: a day off. `false`: a working day, made up for a day off elsewhere (调休).
    pub off: bool,
    /// Work intervals of this day alone, such as a short day before a festival; those of the region if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<WorkHours>,
}

/// The notice of one year. Source: `NateScarlet/holiday-cn` (MIT), from the State Council's notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Year in the title of the notice.
    pub year: i16,
    /// Grows with each change of the file; 0 before the first notice.
    pub version: u32,
    /// Addresses of the notices; empty while none is published.
    pub papers: Vec<String>,
    /// Days moved. Those of late December may belong to the civil year before.
    pub days: Vec<DayEntry>,
}

impl Year {
    /// Says whether the notice is out: an unpublished year is reckoned by the weekend rule and the statutory days.
    #[must_use]
    pub fn is_published(&self) -> bool {
        !self.papers.is_empty()
    }
}

impl Overlay {
    /// The beginning that all codes within a region have: whole pairs of zeros at its end stand for "all of it".
    #[must_use]
    pub fn beginning(region: &str) -> &str {
        let pairs = region.as_bytes().chunks(2).rev().take_while(|pair| *pair == b"00").count();
        &region[..region.len() - 2 * pairs]
    }
}

/// Own days and hours of a region and all below it, over the national ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Region code, or the beginning of one: `"5134"` is 凉山 and all its counties.
    pub region: String,
    /// Grows with each change of the file.
    pub version: u32,
    /// Who set these days.
    pub source: String,
    /// Days that differ from the calendar above.
    pub days: Vec<DayEntry>,
    /// Work intervals of the region; those of the region above if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<WorkHours>,
}

/// Days off by law, for years whose notice is not out. Source: 全国年节及纪念日放假办法.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statutory {
    /// Grows with each change of the file.
    pub version: u32,
    /// The law, and where the lunar dates come from.
    pub source: String,
    /// Holidays on the same date every year.
    pub fixed: Vec<FixedHoliday>,
    /// Holidays whose date is known for one year only (lunar days, solar terms).
    pub dated: Vec<DatedHoliday>,
}

/// A holiday on the same date every year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedHoliday {
    /// Name in Chinese.
    pub name: String,
    /// Month, 1 to 12.
    pub month: i8,
    /// First day off in that month.
    pub day: i8,
    /// Number of days off from there.
    pub days: u8,
}

/// A holiday of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedHoliday {
    /// Name in Chinese.
    pub name: String,
    /// First day off.
    pub date: Date,
    /// Number of days off from there.
    pub days: u8,
}

/// Work intervals of a day for a whole calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursFile {
    /// Grows with each change of the file.
    pub version: u32,
    /// Who set these hours.
    pub source: String,
    /// The intervals, in order.
    pub intervals: WorkHours,
}
