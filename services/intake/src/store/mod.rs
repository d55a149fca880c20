//! All SQL of intake: functions over a connection, many rows a statement.

pub(crate) mod answers;
pub(crate) mod cases;
pub(crate) mod dossier;
pub(crate) mod find;
pub(crate) mod list;
pub mod regions;
pub(crate) mod supplements;
