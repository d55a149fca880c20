//! What routing says about the work on an assignment beyond signing and replying.

use ids::{AssignmentId, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A step of handling was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentProgressed {
    /// Which hand-over.
    pub assignment: AssignmentId,
    /// Whose.
    pub unit: UnitCode,
    /// A step code of the pack: `interim`, `visit`, `mediation`.
    pub step: String,
    /// Means used, codes of the pack.
    pub means: Vec<String>,
}

/// 争议: two units say that it is not theirs; the last lead keeps it meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentDisputed {
    /// The hand-over that stays meanwhile.
    pub assignment: AssignmentId,
    /// Whose.
    pub unit: UnitCode,
}

/// The dispute was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentSettled {
    /// The hand-over that was in dispute.
    pub assignment: AssignmentId,
    /// Whose.
    pub unit: UnitCode,
    /// `conference` 联席会议, `designation` 指定.
    pub by: String,
    /// Who has the case now.
    pub to: UnitCode,
}

/// Time does not count from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePaused {
    /// `hearing`, `materials`, `law`.
    pub reason: String,
}

/// Time counts again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResumed {
    /// As in the pause it ends.
    pub reason: String,
}

/// Cannot be solved now: on the long-term register with a day to look again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDeferred {
    /// The day to look again.
    pub until: Date,
}

/// Taken off the long-term register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseUndeferred {
    /// It is taken up again: conditions are ripe, and another round of handling is owed. Earlier versions did not say.
    pub again: Option<bool>,
}
