//! What routing says about units, and about those who read along.

use ids::UnitCode;
use serde::{Deserialize, Serialize};

/// What people call a unit and what it is; said when it is new or has changed. The aggregate is derived from the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitDescribed {
    /// The tenant's own code.
    pub code: UnitCode,
    /// The name of the office, never of a human being.
    pub zh: String,
    /// As the tenant sorts its units: `department`, `county`, `township`, `utility`, …; missing in what was said before it was told.
    #[serde(default)]
    pub sort: Option<String>,
    /// The level at which it works: `province`, `city`, `county`, `township`, `village`; missing likewise.
    #[serde(default)]
    pub level: Option<String>,
}

/// 抄送: a unit reads along and has no duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCopied {
    /// Who reads along.
    pub unit: UnitCode,
    /// `direct`: the case went straight to a unit below; `person`: someone chose to.
    pub reason: String,
}
