//! What can go wrong: reading calendar files, and asking for days that no calendar covers.

use jiff::Timestamp;
use jiff::civil::Date;

/// Says that an answer would lie outside the days a calendar covers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutOfRange {
    /// The date lies before the first year of the calendar or after its horizon.
    #[error("{date} is outside the calendar, which covers {first} to {last}")]
    Date {
        /// The date asked for.
        date: Date,
        /// First day covered.
        first: Date,
        /// Last day covered.
        last: Date,
    },
    /// The start is covered, but the amount leads past the first or last day.
    #[error("{amount} {unit} from {start} leads outside the calendar, which covers {first} to {last}")]
    Amount {
        /// The day counted from.
        start: Date,
        /// How many units were to be counted.
        amount: u32,
        /// The unit, as packs write it.
        unit: &'static str,
        /// First day covered.
        first: Date,
        /// Last day covered.
        last: Date,
    },
    /// The instant plus the amount cannot be written as a timestamp at all.
    #[error("{amount} hours from {start} leads past the last possible instant")]
    Instant {
        /// The instant counted from.
        start: Timestamp,
        /// Hours to add.
        amount: u32,
    },
}

/// Says why a set of calendar files cannot be used. Names the file, never its content.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is not the JSON that its name promises.
    #[error("calendar file {name} cannot be read")]
    Json {
        /// Name of the file as it was given.
        name: String,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// The name tells nothing about what the file is.
    #[error(
        "calendar file {name} is none of national/YYYY.json, regions/CODE.json, statutory.json, hours.json"
    )]
    UnknownFile {
        /// Name of the file as it was given.
        name: String,
    },
    /// The name of the file and the year or region inside it differ, or the file came twice.
    #[error("calendar file {name} says it is {says}, or came twice")]
    Misnamed {
        /// Name of the file as it was given.
        name: String,
        /// Year or region in the file.
        says: String,
    },
    /// Two files of the same rank contradict one another.
    #[error("{date} is a day off in one file and a working day in another ({first} and {second})")]
    Conflict {
        /// The date in dispute.
        date: Date,
        /// Year or region of the file read first.
        first: String,
        /// Year or region of the file read second.
        second: String,
    },
    /// No published year is there to begin with.
    #[error("no published year among the calendar files")]
    NoYear,
    /// A year between the first and the last is not there.
    #[error("year {year} is missing between the first and the last")]
    MissingYear {
        /// The year not found.
        year: i16,
    },
    /// A work interval does not end after it begins, or begins before the one before it has ended.
    #[error("work intervals must follow one another within a day")]
    Intervals,
    /// The set has no statutory days, without which an unpublished year cannot be reckoned.
    #[error("statutory.json is missing")]
    NoStatutory,
    /// The set has no work hours.
    #[error("hours.json is missing")]
    NoHours,
    /// A statutory day names a date that does not exist.
    #[error("statutory day {name} names a date that does not exist")]
    NoSuchDay {
        /// Name of the holiday.
        name: String,
    },
}
