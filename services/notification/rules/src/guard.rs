//! What few cases have beside: secrecy, units that may not learn of them, what the citizen wishes.

use std::collections::BTreeSet;

use ids::UnitCode;
use serde::{Deserialize, Serialize};

use crate::{hours::Span, words::Way};

/// The mark of a case whose result a person has made secret; no flag of a pack is called so.
pub const RESULT_SEALED: &str = "result.sealed";

/// What stands around a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guard {
    /// An accusation: everybody is told in neutral words.
    #[serde(skip_serializing_if = "is_false")]
    pub sealed: bool,
    /// Flags that stand on it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<String>,
    /// Units that may not learn of it: those accused.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<UnitCode>,
    /// What the citizen wishes.
    #[serde(skip_serializing_if = "Wish::is_none")]
    pub wish: Wish,
    /// Ways that the citizen bound to this case: an account of WeChat. The account itself is kept elsewhere, sealed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub bound: BTreeSet<Way>,
}

/// What a citizen wishes. Nothing wished: as the pack has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wish {
    /// These ways and no others, in this order; an empty list: only what is read in the suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ways: Option<Vec<Way>>,
    /// No message between these hours (Asia/Shanghai), instead of the pack's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Span>,
    /// No message but the answer and what the pack always tells.
    #[serde(skip_serializing_if = "is_false")]
    pub answer_only: bool,
}

impl Wish {
    /// Nothing is wished.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Guard {
    /// Says whether a case is told in neutral words: it is sealed, its result is, or a flag that makes it so stands on it.
    #[must_use]
    pub fn hushed(&self, secret: &BTreeSet<String>) -> bool {
        self.sealed || self.flags.contains(RESULT_SEALED) || !self.flags.is_disjoint(secret)
    }

    /// Says whether a unit may not learn of the case; a barred unit is barred with those below it (`a` bars `a.b`).
    #[must_use]
    pub fn bars(&self, unit: &UnitCode) -> bool {
        self.barred.iter().any(|barred| {
            let below = unit.as_str().strip_prefix(barred.as_str());
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', '-']))
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_that_a_person_made_secret_is_hushed_whatever_the_pack_says() {
        let mut guard = Guard::default();
        assert!(!guard.hushed(&BTreeSet::new()));
        guard.flags.insert("order_violation".to_owned());
        assert!(!guard.hushed(&BTreeSet::new()));
        guard.flags.insert(RESULT_SEALED.to_owned());
        assert!(guard.hushed(&BTreeSet::new()));
    }
}
