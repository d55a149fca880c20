//! An instruction as staff see it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::instructions::{Instruction, Report};

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
    pub(super) fn of(row: &Instruction, unit: Option<String>, reports: &[Report]) -> Self {
        let own = reports.iter().filter(|report| report.instruction == row.id);
        Self {
            id: row.id.0,
            case_id: row.case.0,
            kind: row.kind.clone(),
            rank: row.rank.clone(),
            text: row.text.clone(),
            urgency: row.urgency.as_str(),
            state: row.state.as_str(),
            report_by: row.report_by.map(|day| day.to_string()),
            sent_back: row.sent_back,
            unit,
            reports: own
                .map(|report| ReportView {
                    text: report.text.clone(),
                    at: report.at.to_string(),
                    accepted: report.accepted,
                    answer: report.answer.clone(),
                })
                .collect(),
            at: row.at.to_string(),
            pack: format!("{} {}", row.pack.id, row.pack.version),
            version: row.version,
        }
    }
}
