//! All SQL of the service.

pub(crate) mod accounts;
pub(crate) mod answers;
pub(crate) mod bindings;
pub(crate) mod bulletins;
pub(crate) mod cards;
pub(crate) mod days;
pub(crate) mod names;
pub(crate) mod notices;
pub(crate) mod outward;
pub(crate) mod parcels;
pub(crate) mod points;
pub(crate) mod public_answers;
pub(crate) mod publication;
pub(crate) mod reading;
pub(crate) mod subscriptions;
pub(crate) mod waiting;
pub(crate) mod watch;

use std::str::FromStr;

/// Reads a word of a column; a word that is none names the column, never the value.
pub(crate) fn word<W: FromStr>(column: &str, text: &str) -> Result<W, sqlx::Error> {
    text.parse().map_err(|_| sqlx::Error::Decode(format!("{column} holds a word that is none").into()))
}
