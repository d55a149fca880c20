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
    /// Units that may not learn of it: those accused, with their line.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<UnitCode>,
    /// The accused among them, as they were named.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub accused: BTreeSet<UnitCode>,
    /// The line that routing drew last, and for whom; its word may come before that of intake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
    /// What the citizen wishes.
    #[serde(skip_serializing_if = "Wish::is_none")]
    pub wish: Wish,
    /// Ways that the citizen bound to this case: an account of WeChat. The account itself is kept elsewhere, sealed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub bound: BTreeSet<Way>,
}

/// Whom the accused keep out, as the tree of units has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// For whom it was drawn.
    pub accused: BTreeSet<UnitCode>,
    /// They, all above and all below.
    pub line: BTreeSet<UnitCode>,
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

    /// Takes the accused in, with the line that was told with them; a line that routing drew for the same holds before it.
    pub fn accuse(&mut self, accused: BTreeSet<UnitCode>, line: BTreeSet<UnitCode>) {
        self.accused = accused;
        self.barred = self.accused.union(&line).cloned().collect();
        self.obey();
    }

    /// Takes a line in that routing drew; one that was drawn for others than those accused waits for them.
    pub fn draw(&mut self, drawn: Drawn) {
        self.drawn = Some(drawn);
        self.obey();
    }

    fn obey(&mut self) {
        if let Some(drawn) = self.drawn.as_ref().filter(|drawn| drawn.accused == self.accused) {
            self.barred = drawn.line.clone();
        }
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

    fn units(codes: &[&str]) -> BTreeSet<UnitCode> {
        codes.iter().map(|code| code.parse().expect("a code")).collect()
    }

    #[test]
    fn whose_word_comes_first_is_all_the_same() {
        let (accused, told) = (units(&["water"]), units(&["gov", "water"]));
        let drawn = Drawn { accused: accused.clone(), line: units(&["gov", "water", "works"]) };
        let (mut here, mut there) = (Guard::default(), Guard::default());
        here.accuse(accused.clone(), told.clone());
        assert_eq!(here.barred, told, "until routing tells more, what intake told");
        here.draw(drawn.clone());
        there.draw(drawn.clone());
        assert!(there.barred.is_empty(), "drawn for nobody who is accused yet");
        there.accuse(accused.clone(), told);
        assert_eq!((&here, &here.barred), (&there, &drawn.line));
        // Others are accused: what was drawn before holds no longer, nor does it come back by itself.
        here.accuse(units(&["roads"]), BTreeSet::new());
        assert_eq!(here.barred, units(&["roads"]));
        here.draw(drawn);
        assert_eq!(here.barred, units(&["roads"]));
        // The tree moved, and a unit is out of the line again.
        there.draw(Drawn { line: accused.clone(), accused: accused.clone() });
        assert_eq!(there.barred, accused);
    }

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
