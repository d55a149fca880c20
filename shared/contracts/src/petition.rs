//! What routing says about the statutory lane of petitions (《信访工作条例》).

use ids::UnitCode;
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

/// 复查 or 复核 was asked for in time; the opinion is due from here.
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

/// The higher organ takes the request (受理复查、复核申请).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAccepted {
    /// Which of the two.
    pub stage: ReviewStage,
}

/// 延期: the head of the organ gave more time for an opinion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionExtended {
    /// Whose time.
    pub stage: ReviewStage,
    /// Calendar days beyond the limit.
    pub days: i32,
}

/// 责令重作、撤销: the matter goes back for another round of handling, whatever rounds the pack has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRemanded {
    /// Which of the two sent it back.
    pub stage: ReviewStage,
    /// The round whose opinion does not stand.
    pub round: i32,
}

/// Which units the accused of a sealed case keep out: said when hands are named, and again when the tree of units moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLineDrawn {
    /// The accused, as they were named; a line that was drawn for others does not hold.
    pub barred: Vec<UnitCode>,
    /// They, all above them and all below them.
    pub line: Vec<UnitCode>,
}

/// Somebody looked into a sealed case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLooked {
    /// What was shown: `case`, `assignment`, `answer`, `petition`, `document`.
    pub what: String,
}
