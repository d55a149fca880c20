//! All SQL of the service: functions over a connection, many rows at a time.

pub(crate) mod board;
pub(crate) mod calendars;
pub(crate) mod clocks;
pub(crate) mod explanations;
pub(crate) mod extensions;
pub(crate) mod facts;
pub(crate) mod orders;
pub(crate) mod pack_texts;
pub(crate) mod plain;
pub(crate) mod recomputations;
pub(crate) mod rungs;
pub(crate) mod timers;

/// Turns a stored word into its type; what was written by this service and cannot be read back is a bug.
pub(crate) fn word<T: std::str::FromStr>(column: &'static str, text: &str) -> Result<T, sqlx::Error> {
    text.parse().map_err(|_| sqlx::Error::Decode(format!("{column} holds an unknown word").into()))
}

/// Writes a list as JSON; an empty one, which most are, is nothing.
pub(crate) fn list<T: serde::Serialize>(all: &[T]) -> Option<String> {
    (!all.is_empty()).then(|| serde_json::to_string(all).expect("lists of plain structs"))
}

/// Reads what [`list`] wrote.
pub(crate) fn listed<T: serde::de::DeserializeOwned>(written: Option<&str>) -> Result<Vec<T>, sqlx::Error> {
    let read = |text| serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()));
    written.map_or(Ok(Vec::new()), read)
}

/// The database's time, which alone decides what is late.
pub(crate) async fn now(connection: &mut sqlx::PgConnection) -> Result<jiff::Timestamp, sqlx::Error> {
    let now: pg::SqlTimestamp = sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(connection).await?;
    Ok(now.to_jiff())
}
