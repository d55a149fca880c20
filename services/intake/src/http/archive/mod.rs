//! The archive: making, reading and ending the file of a case.

pub(crate) mod due;
pub(crate) mod end;
pub(crate) mod make;
pub(crate) mod read;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{Core, sealed},
    store::archive::{Archived, Keeping, word},
};

/// The file of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArchiveView {
    number: String,
    /// 1 the first time; a case that was reopened is archived again.
    edition: i32,
    /// SHA-256 of the file in hexadecimal digits.
    digest: String,
    bytes: i64,
    /// Entries of the dossier that it holds.
    entries: i32,
    #[schema(value_type = String, format = DateTime)]
    archived_at: Timestamp,
    actor: String,
}

impl ArchiveView {
    fn of(number: String, row: Archived) -> Self {
        Self {
            number,
            edition: row.edition,
            digest: crate::files::hex(&row.digest),
            bytes: row.bytes,
            entries: row.entries,
            archived_at: row.at,
            actor: row.actor,
        }
    }
}

/// For how long a file is kept, and what was decided of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeepingView {
    number: String,
    /// `kept`, `proposed` or `destroyed`.
    state: &'static str,
    /// Code of the pack's entry, or `default`.
    retention: String,
    #[schema(value_type = String, format = Date)]
    closed_on: Date,
    /// Last day; none: for ever.
    #[schema(value_type = Option<String>, format = Date)]
    keep_until: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    proposed_at: Option<Timestamp>,
    grounds: Option<String>,
    decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    pack: String,
    pack_version: i32,
    version: i64,
}

impl KeepingView {
    /// # Errors
    /// The grounds do not open with the installation's key.
    fn of(core: &Core, number: String, row: Keeping) -> anyhow::Result<Self> {
        let case = ids::CaseId(row.case_id);
        let grounds = row.grounds.map(|grounds| sealed::open_text(&core.vault, case, &grounds));
        Ok(Self {
            number,
            state: word(&row.state),
            retention: row.retention,
            closed_on: row.closed_on,
            keep_until: row.keep_until,
            proposed_at: row.proposed_at,
            grounds: grounds.transpose()?,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            pack: row.pack.id,
            pack_version: row.pack.version,
            version: row.version,
        })
    }
}
