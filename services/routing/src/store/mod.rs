//! All SQL of the service: functions over a connection, whole sets at a time.

pub mod catalogue;
pub mod units;

pub(crate) mod assignments;
pub(crate) mod backlog;
pub(crate) mod cases;
pub(crate) mod charges;
pub(crate) mod classes;
pub(crate) mod coordination;
pub(crate) mod copies;
pub(crate) mod directory;
pub(crate) mod disputes;
pub(crate) mod due;
pub(crate) mod instructions;
pub(crate) mod interim;
pub(crate) mod joined;
pub(crate) mod lists;
pub(crate) mod petitions;
pub(crate) mod prints;
pub(crate) mod proposals;
pub(crate) mod records;
pub(crate) mod register;
pub(crate) mod returns;
pub(crate) mod seals;
pub(crate) mod secrecy;
pub(crate) mod sides;
pub(crate) mod steps;
pub(crate) mod told;
pub(crate) mod waiting;

/// Turns a column that cannot be read into an error that names it, without its value.
pub(crate) fn bad(column: &'static str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: "not a word of its vocabulary".into() }
}
