//! An instruction as staff see it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    store::instructions::{Instruction, Report},
    vault::Vault,
};

/// An instruction of a leader.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstructionView {
    /// The instruction.
    id: Uuid,
    /// The case.
    case_id: Uuid,
    /// `instruct` 批示, `urge` 催办, `note` 阅示: a kind of the pack.
    kind: String,
    /// A rank of the pack.
    rank: String,
    /// What the leader wrote.
    text: String,
    /// What the case's urgency is since.
    urgency: &'static str,
    /// `open`, `reported`, `closed`.
    state: &'static str,
    /// The last day for the report.
    report_by: Option<String>,
    /// The newest report was not accepted.
    sent_back: bool,
    /// The unit that owes the report, where one has the case.
    unit: Option<String>,
    /// Oldest first.
    reports: Vec<ReportView>,
    /// When it was written.
    at: String,
    /// The rules it was written under, with their version.
    pack: String,
    /// The version for `If-Match`.
    version: i64,
}

/// A report on an instruction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportView {
    /// What the unit says.
    text: String,
    /// When.
    at: String,
    /// Whether the leader took it; missing: not yet looked at.
    accepted: Option<bool>,
    /// What the leader said to it.
    answer: Option<String>,
}

impl InstructionView {
    /// The instruction with those of `reports` that belong to it.
    ///
    /// # Errors
    /// A text does not open with the installation's key.
    pub(super) fn of(
        row: &Instruction,
        unit: Option<String>,
        reports: &[Report],
        vault: &Vault,
    ) -> anyhow::Result<Self> {
        let open = |text: &str| vault.open(row.id.0, text);
        let own = reports.iter().filter(|report| report.instruction == row.id);
        Ok(Self {
            id: row.id.0,
            case_id: row.case.0,
            kind: row.kind.clone(),
            rank: row.rank.clone(),
            text: open(&row.text)?,
            urgency: row.urgency.as_str(),
            state: row.state.as_str(),
            report_by: row.report_by.map(|day| day.to_string()),
            sent_back: row.sent_back,
            unit,
            reports: own
                .map(|report| {
                    Ok(ReportView {
                        text: open(&report.text)?,
                        at: report.at.to_string(),
                        accepted: report.accepted,
                        answer: report.answer.as_deref().map(open).transpose()?,
                    })
                })
                .collect::<anyhow::Result<_>>()?,
            at: row.at.to_string(),
            pack: format!("{} {}", row.pack.id, row.pack.version),
            version: row.version,
        })
    }
}
