//! All SQL of intake: functions over a connection, many rows a statement.

pub(crate) mod answers;
pub(crate) mod article_log;
pub(crate) mod articles;
pub(crate) mod attachments;
pub(crate) mod cases;
pub(crate) mod contacts;
pub(crate) mod dossier;
pub(crate) mod entries;
pub(crate) mod files;
pub(crate) mod find;
pub(crate) mod flags;
pub(crate) mod likeness;
pub(crate) mod hands;
pub(crate) mod list;
pub(crate) mod materials;
pub(crate) mod merging;
pub(crate) mod notices;
pub(crate) mod postings;
pub(crate) mod records;
pub mod regions;
pub(crate) mod registers;
pub(crate) mod reports;
pub(crate) mod subjects;
pub(crate) mod supplements;
