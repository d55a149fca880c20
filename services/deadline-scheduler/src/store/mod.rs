//! All SQL of the service: functions over a connection, many rows at a time.

pub(crate) mod board;
pub(crate) mod clocks;
pub(crate) mod facts;
pub(crate) mod timers;

/// Turns a stored word into its type; what was written by this service and cannot be read back is a bug.
pub(crate) fn word<T: std::str::FromStr>(column: &'static str, text: &str) -> Result<T, sqlx::Error> {
    text.parse().map_err(|_| sqlx::Error::Decode(format!("{column} holds an unknown word").into()))
}
