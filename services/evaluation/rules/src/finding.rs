//! Findings: defects of handling, each seen in one event and raised when it has happened as often as the pack says.

use crate::pack::Findings;

macro_rules! defects {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal;)+) => {
        /// A defect of handling.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        pub enum Defect { $($(#[$doc])* #[serde(rename = $word)] $name),+ }

        impl Defect {
            /// Every defect.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in packs, tables and events.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What people read.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),+ }
            }
        }
    };
}

defects! {
    /// A reply sent back because it fobs the citizen off.
    FobOff = "fob-off", "敷衍答复";
    /// Assigned anew and anew.
    RepeatedAssignment = "repeated-assignment", "反复交办";
    /// The same matter was brought again.
    RepeatedComplaint = "repeated-complaint", "重复投诉";
    /// A supervision order was not answered in time.
    UnansweredSupervision = "unanswered-supervision", "督办未反馈";
    /// A return that the centre refused.
    WrongReturn = "wrong-return", "不当退单";
    /// Materials were asked for twice.
    SecondRequest = "second-request", "二次索要材料";
    /// Nobody of the unit signed for it in time.
    NoOfficer = "no-officer", "无人签收";
}

impl Findings {
    /// After how many times a defect is raised; nothing when the pack does not look for it.
    #[must_use]
    pub fn least(&self, defect: Defect) -> Option<i32> {
        self.raise.iter().find(|rule| rule.defect == defect).map(|rule| rule.times)
    }

    /// Says whether a reply was sent back for fobbing the citizen off.
    #[must_use]
    pub fn fobs_off(&self, reason: &str) -> bool {
        self.fob_off.iter().any(|code| code == reason)
    }
}

/// Says whether a defect that was seen `more` times beyond `before` reaches the pack's number with them: it is raised once.
#[must_use]
pub const fn reaches(before: i32, more: i32, least: i32) -> bool {
    before < least && before + more >= least
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_number_itself_raises_and_the_next_one_does_not() {
        assert!(!reaches(0, 1, 2) && reaches(1, 1, 2) && !reaches(2, 1, 2) && reaches(0, 5, 2));
    }

    proptest! {
        #[test]
        fn however_the_sightings_are_cut_into_batches_it_is_raised_once(
            batches in prop::collection::vec(1..4_i32, 1..20), least in 1..10_i32,
        ) {
            let (mut before, mut raised) = (0, 0);
            for more in batches {
                raised += i32::from(reaches(before, more, least));
                before += more;
            }
            prop_assert_eq!(raised, i32::from(before >= least));
        }
    }
}
