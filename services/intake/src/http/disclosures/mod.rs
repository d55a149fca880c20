//! Disclosure on application (依申请公开).

pub(crate) mod decide;
pub(crate) mod list;
pub(crate) mod receive;

use intake_rules::DisclosureState;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::Core, store::disclosures::Request};

/// A request for disclosure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisclosureView {
    number: String,
    /// `received`, `extended`, `granted`, `partly`, `refused`.
    state: &'static str,
    region: String,
    /// Name and contact.
    applicant: String,
    /// What is asked for.
    wanted: String,
    #[schema(value_type = String, format = Date)]
    received_on: Date,
    #[schema(value_type = String, format = Date)]
    due_on: Date,
    /// The working days of the due day's year are not published yet.
    provisional: bool,
    /// Not decided, and the due day is over.
    overdue: bool,
    extension: Option<String>,
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    decided_on: Option<Date>,
    /// Decided after the due day.
    late: Option<bool>,
    pack: String,
    pack_version: i32,
    version: i64,
}

fn shown(core: &Core, row: Request) -> anyhow::Result<DisclosureView> {
    let open = |sealed: &[u8]| -> anyhow::Result<String> {
        let plain = core.vault.open(row.id.as_bytes(), sealed);
        let plain = plain.ok_or_else(|| anyhow::anyhow!("a request for disclosure does not open"))?;
        Ok(String::from_utf8(plain)?)
    };
    let undecided = match row.state {
        DisclosureState::Received | DisclosureState::Extended => true,
        DisclosureState::Decided(_) => false,
    };
    Ok(DisclosureView {
        applicant: open(&row.applicant)?,
        wanted: open(&row.wanted)?,
        number: row.number,
        state: row.state.as_str(),
        region: row.region,
        received_on: row.received_on,
        due_on: row.due_on,
        provisional: row.provisional,
        overdue: undecided && core.today() > row.due_on,
        extension: row.extension,
        reason: row.reason,
        decided_on: row.decided_on,
        late: row.late,
        pack: row.pack.id,
        pack_version: row.pack.version,
        version: row.version,
    })
}
