//! Working days and hours as values: what is due when, by the national calendar and a region's own; reads no clock.
//!
//! - [`CalendarSet`] holds the files (years by version, statutory days, hours, overlays of regions) and [compiles](CalendarSet::compile) them.
//! - [`Calendars`] is the compiled form of all regions; [`Calendars::of`] picks the one that a region code falls under.
//! - [`Calendar`] answers in constant time: add, subtract and count working days, days, hours and work hours.
//! - [`Limit`] is an amount of time with its unit, as rule packs write it; [`Calendar::due`] puts it on an instant.
//!
//! Counting follows the Civil Code, Art. 200-203: the first day is not counted, the due day counts whole (it ends at 24:00). All days are
//! those of Asia/Shanghai, which is UTC+8 without summer time for every date a calendar here can know.

mod calendar;
mod compile;
mod day_table;
mod error;
mod file;
mod hours;
mod limit;
mod set;
mod shipped;
mod work;
mod zone;

pub use calendar::{Calendar, Due, DueAt};
pub use compile::Calendars;
pub use error::{LoadError, OutOfRange};
pub use file::{DatedHoliday, DayEntry, FixedHoliday, HoursFile, Overlay, Statutory, Year};
pub use hours::{Interval, WorkHours};
pub use limit::{Limit, Roll, Unit};
pub use set::CalendarSet;
pub use shipped::{shipped, shipped_set};
pub use zone::{day_of, end_of_day, start_of_day, zone};
