//! The question for the address of a citizen, asked at the moment of delivery and kept nowhere. Sealed on its way.

use ids::CaseId;
use serde::{Deserialize, Serialize};

/// Where it is asked.
pub const SUBJECT: &str = "svc.intake.address.v1";
/// The purpose of the key that seals question and answer.
pub const PURPOSE: &str = "address-in-transit";
/// What a sealed question is bound to.
pub const QUESTION: &[u8] = b"question";
/// What a sealed answer is bound to.
pub const ANSWER: &[u8] = b"answer";
/// The most cases that are asked for at once.
pub const MOST: usize = 200;

/// How the citizens of some cases can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// At most [`MOST`].
    pub cases: Vec<CaseId>,
}

/// The addresses of one case. Never printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// Of which case.
    pub case: Option<CaseId>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
}

impl std::fmt::Debug for Addresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addresses(..)")
    }
}
