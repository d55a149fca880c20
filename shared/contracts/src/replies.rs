//! A question between services, not an event: which replies a case has. Asked of routing, which owns their words.
//!
//! Asked when an answer is to be made public or a file is archived. The words travel inside the house only and are
//! never kept on the bus.

use ids::{AssignmentId, CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The subject on which routing answers.
pub const ASK_REPLIES: &str = "svc.routing.replies.v1";
/// The purpose of the key that seals what routing keeps of sealed cases. Such texts travel as they are kept; who is let
/// in opens them where they arrive.
pub const PURPOSE: &str = "routing-texts";

/// The question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskReplies {
    /// Of which case.
    pub case: CaseId,
}

/// The answer: every reply of every hand-over, oldest first; none for a case that routing does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// Oldest first.
    pub replies: Vec<ToldReply>,
}

/// One reply with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldReply {
    /// Whose reply it is, and what its sealed texts are bound to.
    #[serde(default)]
    pub assignment: Option<AssignmentId>,
    /// The unit that wrote it.
    pub unit: UnitCode,
    /// What people call it.
    pub unit_name: String,
    /// The round that it answers.
    pub round: i32,
    /// Which try of the unit.
    pub attempt: i32,
    /// An outcome code of the pack.
    pub outcome: String,
    /// What the citizen reads.
    pub public_text: String,
    /// What stays inside.
    pub internal_text: Option<String>,
    /// Grounds, where they were owed.
    pub reasons: Option<String>,
    /// The legal basis, where one was owed.
    pub legal_basis: Option<String>,
    /// When the handling was completed.
    pub completed_on: Option<Date>,
    /// The unit holds it fit for publication (宜公开).
    pub public: bool,
    /// The citizen has it.
    pub released: bool,
    /// When it was written.
    pub at: Timestamp,
}
