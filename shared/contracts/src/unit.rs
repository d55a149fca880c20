//! What routing says about units, and about those who read along.

use ids::UnitCode;
use serde::{Deserialize, Serialize};

/// What people call a unit; said when it is new or has another name. The aggregate is derived from the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDescribed {
    /// The tenant's own code.
    pub code: UnitCode,
    /// The name of the office, never of a human being.
    pub zh: String,
}

/// 抄送: a unit reads along and has no duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCopied {
    /// Who reads along.
    pub unit: UnitCode,
    /// `direct`: the case went straight to a unit below; `person`: someone chose to.
    pub reason: String,
}
