//! What intake finds of a case by rule (初次、重复、集体、越级), and at which level it was answered.
//!
//! | finding | mark |
//! |---|---|
//! | `repeat` | repeated; kept, as a link may have said so too |
//! | `collective` | collective, as long as the newest list has it |
//! | `skip-level` | skip_level, as long as the newest list has it |
//! | `first` | none: an accepted case that is not repeated counts as first |

use crate::{
    fact::Fact,
    mark::{Mark, Marks},
    pack::Counting,
};

/// The levels at which units work, as routing calls them.
pub(crate) const LEVELS: [&str; 5] = ["province", "city", "county", "township", "village"];

impl Counting {
    /// Says whether a unit of this level is at the lowest; not where its level is not known.
    #[must_use]
    pub fn is_lowest(&self, level: Option<&str>) -> bool {
        level.is_some_and(|level| self.lowest.iter().any(|lowest| lowest == level))
    }
}

impl Fact {
    /// Takes the newest list of findings in.
    pub fn find(&mut self, findings: &[String]) {
        let found = |word: &str| findings.iter().any(|finding| finding == word);
        for (word, mark) in [("collective", Mark::Collective), ("skip-level", Mark::SkipLevel)] {
            self.marks =
                if found(word) { self.marks.and(Marks::of(&[mark])) } else { self.marks.without(mark) };
        }
        if found("repeat") {
            self.marks = self.marks.and(Marks::of(&[Mark::Repeated]));
        }
    }

    /// Takes in at which level a round was answered; the newest round decides.
    pub fn answered_at_level(&mut self, round: i32, lowest: bool) {
        if round >= self.answered_round {
            let local = Marks::of(&[Mark::Local]);
            self.marks = if lowest { self.marks.and(local) } else { self.marks.without(Mark::Local) };
        }
    }
}

#[cfg(test)]
mod tests {
    use ids::CaseId;

    use super::*;

    fn fact() -> Fact {
        Fact::of(CaseId::derived("case"))
    }

    fn marks(fact: &Fact) -> Vec<&'static str> {
        Mark::ALL.iter().filter(|mark| fact.marks.has(**mark)).map(|mark| mark.as_str()).collect()
    }

    #[test]
    fn the_newest_list_holds_and_a_repeat_is_kept() {
        let mut fact = fact();
        fact.find(&["repeat".into(), "collective".into(), "skip-level".into()]);
        assert_eq!(marks(&fact), ["repeated", "skip_level", "collective"]);
        fact.find(&["first".into(), "skip-level".into()]);
        assert_eq!(marks(&fact), ["repeated", "skip_level"]);
        fact.find(&[]);
        assert_eq!(marks(&fact), ["repeated"]);
    }

    #[test]
    fn the_newest_round_decides_where_a_case_was_closed() {
        let mut fact = fact();
        fact.answered_round = 1;
        fact.answered_at_level(1, true);
        assert_eq!(marks(&fact), ["local"]);
        fact.answered_round = 2;
        fact.answered_at_level(1, false);
        assert_eq!(marks(&fact), ["local"], "an older round says nothing more");
        fact.answered_at_level(2, false);
        assert_eq!(marks(&fact), [""; 0]);
    }

    #[test]
    fn a_level_that_is_not_known_is_not_the_lowest() {
        let counting = Counting {
            clock: "handle".into(),
            answered: crate::Counted::Answered,
            in_time: crate::InTime::DueDayInclusive,
            merged: crate::Merged::Each,
            lowest: vec!["township".into(), "village".into()],
        };
        assert!(counting.is_lowest(Some("village")) && !counting.is_lowest(Some("county")));
        assert!(!counting.is_lowest(None));
    }
}
