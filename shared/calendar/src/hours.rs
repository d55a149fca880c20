//! The intervals of a day in which work is done, such as 09:00-12:00 and 13:30-17:30.

use serde::{Deserialize, Serialize};

use crate::error::LoadError;

/// One stretch of work within a day, in seconds since 0:00 of Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// First second.
    pub from: u32,
    /// Second after the last; 86,400 for 24:00.
    pub to: u32,
}

/// The work intervals of a day: at least one, in order, not overlapping. Written as `["09:00-12:00", "13:30-17:30"]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct WorkHours {
    intervals: Vec<Interval>,
}

impl WorkHours {
    /// Builds work hours, or refuses intervals that are empty, backward or overlapping.
    pub fn new(intervals: Vec<Interval>) -> Result<Self, LoadError> {
        let forward = intervals.iter().all(|interval| interval.from < interval.to && interval.to <= 86_400);
        let apart = intervals.windows(2).all(|pair| pair[0].to <= pair[1].from);
        if intervals.is_empty() || !forward || !apart {
            Err(LoadError::Intervals)
        } else {
            Ok(Self { intervals })
        }
    }

    /// Gives the intervals in order.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Counts the seconds of work in a whole day.
    #[must_use]
    pub fn seconds_per_day(&self) -> u32 {
        self.intervals.iter().map(|interval| interval.to - interval.from).sum()
    }

    /// Counts the nanoseconds of work of a day that lie before an instant of it, given in nanoseconds since 0:00.
    pub(crate) fn worked_before(&self, instant: i128) -> i128 {
        self.intervals
            .iter()
            .map(|interval| (instant.min(nanos(interval.to)) - nanos(interval.from)).max(0))
            .sum()
    }

    /// Finds when `worked` nanoseconds of a day's work are done, in nanoseconds since 0:00. A stretch that is used up to its last moment is over at its
    /// end, not at the beginning of the next.
    pub(crate) fn when_done(&self, worked: i128) -> i128 {
        let mut left = worked;
        let mut end = 0;
        for interval in &self.intervals {
            let length = nanos(interval.to) - nanos(interval.from);
            if left <= length {
                return nanos(interval.from) + left;
            }
            left -= length;
            end = nanos(interval.to);
        }
        end
    }
}

/// Turns whole seconds into nanoseconds.
pub(crate) fn nanos(seconds: u32) -> i128 {
    i128::from(seconds) * 1_000_000_000
}

impl TryFrom<Vec<String>> for WorkHours {
    type Error = LoadError;

    fn try_from(texts: Vec<String>) -> Result<Self, LoadError> {
        let intervals = texts.iter().map(|text| interval(text)).collect::<Option<Vec<_>>>();
        Self::new(intervals.ok_or(LoadError::Intervals)?)
    }
}

impl From<WorkHours> for Vec<String> {
    fn from(hours: WorkHours) -> Self {
        let clock = |seconds: u32| format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        hours
            .intervals
            .iter()
            .map(|interval| format!("{}-{}", clock(interval.from), clock(interval.to)))
            .collect()
    }
}

fn interval(text: &str) -> Option<Interval> {
    let (from, to) = text.split_once('-')?;
    Some(Interval { from: seconds(from)?, to: seconds(to)? })
}

fn seconds(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 3600 + minute * 60)
}
