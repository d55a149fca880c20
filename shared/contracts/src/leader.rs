//! What routing says about leaders' instructions and charges.

use ids::InstructionId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::Urgency;

/// 批示: a leader instructed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstructionIssued {
    /// Which instruction.
    pub instruction: InstructionId,
    /// Rank code of the pack.
    pub rank: String,
    /// What the case's urgency is now.
    pub urgency: Urgency,
    /// The last day for the report, where the leader set one.
    pub report_by: Option<Date>,
}

/// The unit reported what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstructionReported {
    /// Which instruction.
    pub instruction: InstructionId,
}

/// Someone answers for the case beyond its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCharged {
    /// `leader` 包案, `seven` 七包一, `task-force` 专班, `backlog` 积案, `discipline` 纪检督办.
    pub charge: String,
    /// The role in the ledger, a code of the pack.
    pub role: Option<String>,
}

/// The charge ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDischarged {
    /// As in `case.charged`.
    pub charge: String,
}
