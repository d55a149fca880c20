//! All SQL of the service.

pub(crate) mod alerts;
pub(crate) mod alike;
pub(crate) mod attempts;
pub(crate) mod calendars;
pub(crate) mod capacity;
pub(crate) mod causes;
pub(crate) mod counts;
pub(crate) mod exclusions;
pub(crate) mod facts;
pub(crate) mod findings;
pub(crate) mod followups;
pub(crate) mod items;
pub(crate) mod opinions;
mod period;
pub(crate) mod plain;
pub(crate) mod ratings;
pub(crate) mod reports;
pub(crate) mod rounds;
pub(crate) mod scores;
pub(crate) mod spots;
pub(crate) mod tallies;
pub(crate) mod trends;
pub(crate) mod units;
pub(crate) mod words;

/// A row that cannot be read: names table, column and row, never the value.
fn unreadable(what: &'static str, row: uuid::Uuid) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: format!("{what} of {row}"), source: "unknown word".into() }
}
