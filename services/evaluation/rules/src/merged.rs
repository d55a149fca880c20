//! How cases count that were merged into another one (并单): each, or the group once by the case that was handled.
//!
//! | | each | once |
//! |---|---|---|
//! | registered, accepted, due, answered, in time | by the case itself, with the answer it was closed with | by the case it went into |
//! | merged, followed up, rated, satisfied, solved | by the case itself | by the case itself |
//!
//! No national text says which; a pack chooses.

use serde::Deserialize;

use crate::{
    mark::{Mark, Marks},
    term::{Pattern, Term},
};

/// How cases count that were merged into another (并单).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merged {
    /// Each case counts, answered with the answer of the case it went into.
    #[default]
    Each,
    /// The group counts once, by the case that was handled; the others count as merged and by what their citizens say.
    Once,
}

impl Merged {
    /// Gives the marks of which a case that is handled on its own has none.
    #[must_use]
    pub fn off(self) -> Marks {
        match self {
            Self::Each => Marks::default(),
            Self::Once => Marks::of(&[Mark::Merged]),
        }
    }

    /// Gives the word in packs and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Once => "once",
        }
    }

    /// Narrows the patterns of a term to the cases that count for it.
    #[must_use]
    pub fn narrow(self, term: Term, patterns: Vec<Pattern>) -> Vec<Pattern> {
        if term.of_citizens() {
            return patterns;
        }
        let alone = Pattern { all: Marks::default(), none: self.off() };
        patterns.into_iter().map(|pattern| pattern.and(alone)).collect()
    }
}

impl Term {
    /// Whether it counts what citizens did or said, each for oneself, and not the handling of their matter: that merged cases are handled
    /// once does not take it away.
    #[must_use]
    pub const fn of_citizens(self) -> bool {
        match self {
            Self::Merged
            | Self::FollowedUp
            | Self::Rated
            | Self::Satisfied
            | Self::Dissatisfied
            | Self::Solved
            | Self::PartlySolved
            | Self::Unsolved
            | Self::SolvedTold
            | Self::Rough
            | Self::Growing
            | Self::FirstRated
            | Self::FirstSatisfied
            | Self::FirstSolved => true,
            Self::Cases
            | Self::Accepted
            | Self::Declined
            | Self::Withdrawn
            | Self::Dispatched
            | Self::Direct
            | Self::Signed
            | Self::SignDue
            | Self::SignedInTime
            | Self::Contacted
            | Self::ContactDue
            | Self::ContactedInTime
            | Self::Returned
            | Self::ReturnedWrongly
            | Self::Redirected
            | Self::ReplyRejected
            | Self::Answered
            | Self::Due
            | Self::AnsweredInTime
            | Self::OverdueOpen
            | Self::Open
            | Self::Reopened
            | Self::AnsweredOnce
            | Self::Closed
            | Self::Instructed
            | Self::Repeated
            | Self::Extended
            | Self::Supervised
            | Self::SupervisionAnswered
            | Self::AskedTwice
            | Self::Published
            | Self::Deferred
            | Self::SkipLevel
            | Self::Collective
            | Self::HandedOver
            | Self::ReportedUp
            | Self::Late
            | Self::First
            | Self::Invalid
            | Self::Risk
            | Self::ClosedLocally
            | Self::Fast
            | Self::RegisteredSameDay => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_counts_once_in_what_was_done_and_each_in_what_was_said() {
        let merged = Marks::of(&[Mark::Accepted, Mark::Answered, Mark::Merged, Mark::FollowedUp]);
        let alone = merged.without(Mark::Merged);
        let fits = |rule: Merged, term, mark, marks: Marks| {
            let pattern = Pattern { all: Marks::of(&[mark]), none: Marks::default() };
            rule.narrow(term, vec![pattern]).iter().any(|one| one.fits(marks))
        };
        for rule in [Merged::Each, Merged::Once] {
            assert!(fits(rule, Term::Answered, Mark::Answered, alone));
            assert!(fits(rule, Term::FollowedUp, Mark::FollowedUp, merged));
            assert!(fits(rule, Term::Merged, Mark::Merged, merged));
            assert_eq!(fits(rule, Term::Answered, Mark::Answered, merged), rule == Merged::Each);
        }
        assert_eq!(Merged::default(), Merged::Each);
        assert_eq!((Merged::Each.off().0, Merged::Once.off()), (0, Marks::of(&[Mark::Merged])));
        assert_eq!([Merged::Each, Merged::Once].map(Merged::as_str), ["each", "once"]);
    }

    #[test]
    fn what_citizens_say_is_fourteen_terms() {
        let said: Vec<Term> = Term::ALL.iter().copied().filter(|term| term.of_citizens()).collect();
        let listed = [
            Term::FollowedUp,
            Term::Rated,
            Term::Satisfied,
            Term::Dissatisfied,
            Term::Solved,
            Term::PartlySolved,
            Term::Unsolved,
            Term::SolvedTold,
            Term::Rough,
            Term::Growing,
            Term::Merged,
            Term::FirstRated,
            Term::FirstSatisfied,
            Term::FirstSolved,
        ];
        assert!(said.len() == listed.len() && listed.iter().all(|term| said.contains(term)), "{said:?}");
    }
}
