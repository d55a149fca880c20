//! What routing says about the statutory lane of petitions (《信访工作条例》).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::ReviewStage;

/// 意见书: a formal opinion was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionIssued {
    /// Which of the three.
    pub stage: ReviewStage,
    /// A result code of the pack.
    pub result: String,
    /// The day it was served; the next stage is asked for from here.
    pub served_on: Date,
}

/// 复查 or 复核 was asked for in time and taken up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRequested {
    /// Which of the two.
    pub stage: ReviewStage,
}

/// 复查 or 复核 was asked for and not taken up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRefused {
    /// Which of the two.
    pub stage: ReviewStage,
    /// A reason code of the pack.
    pub reason: String,
}

/// 终结: the same facts and reasons are not taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTerminated {
    /// Kind of termination of the pack.
    pub termination: String,
}
