//! What evaluation says about asking whether it was solved (回访).

use ids::FollowUpId;
use serde::{Deserialize, Serialize};

/// Someone is to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpOpened {
    /// Which follow-up.
    pub followup: FollowUpId,
    /// Round of the case.
    pub round: i32,
}

/// It was asked, or the citizen answered unasked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpCompleted {
    /// Which follow-up.
    pub followup: FollowUpId,
    /// `rated`, `unreachable`, `declined`.
    pub result: String,
}
