//! What a rating (评价) does: it is kept once a round, completes the follow-up, and may send the case round again.
//!
//! Whether the matter was solved stands apart from how satisfied the citizen is: a friendly refusal is well rated and
//! unsolved, a rude cure is solved and badly rated. Either may be a reason for another round.

use jiff::civil::Date;

use crate::{
    fact::{Fact, FirstRating, Rated, State},
    pack::Evaluation,
    words::{Grade, Reason, Solved},
};

/// What the citizen says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rating {
    /// Whether it was solved.
    pub solved: Solved,
    /// How satisfied.
    pub grade: Grade,
}

/// What a rating leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingEffect {
    /// This round was rated just so before: nothing happens.
    Repeated {
        /// The round.
        round: i32,
        /// Why it went round again, if it did.
        again: Option<Reason>,
    },
    /// It is written down.
    Kept {
        /// The round rated.
        round: i32,
        /// The case goes round again for this reason.
        again: Option<Reason>,
    },
}

/// Why a rating is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatingRefused {
    /// There is no answer of this round to rate.
    #[error("there is no answer to rate yet")]
    NotAnswered,
    /// Withdrawn or declined.
    #[error("the case ended without an answer")]
    Ended,
    /// This round was rated otherwise before.
    #[error("this round was rated before")]
    RatedBefore,
}

/// Decides on a rating. `before` is the newest rating of the case, which may be of the round that it ended.
///
/// # Errors
/// Why it is not taken; nothing changes.
pub fn rate(fact: &Fact, given: Rating, pack: &Evaluation) -> Result<RatingEffect, RatingRefused> {
    let repeats = |rated: Rated| rated.solved == given.solved && rated.grade == given.grade;
    // A repeat of the rating that sent the case round again finds the next round open.
    let newest = fact.rated.filter(|rated| {
        rated.round == fact.round || (rated.round + 1 == fact.round && fact.answered_round < fact.round)
    });
    match newest {
        Some(rated) if repeats(rated) => {
            let again = reason(given, pack).filter(|_| fact.round > rated.round);
            return Ok(RatingEffect::Repeated { round: rated.round, again });
        }
        Some(rated) if rated.round == fact.round => return Err(RatingRefused::RatedBefore),
        Some(_) | None => {}
    }
    match fact.state() {
        State::Open => Err(RatingRefused::NotAnswered),
        State::Withdrawn | State::Declined | State::Invalid => Err(RatingRefused::Ended),
        State::Answered | State::Closed if fact.answered_round < fact.round => {
            Err(RatingRefused::NotAnswered)
        }
        State::Answered | State::Closed => {
            Ok(RatingEffect::Kept { round: fact.round, again: again(fact, given, pack) })
        }
    }
}

/// The pack's rule: unsatisfied or unsolved, while there are rounds left.
fn again(fact: &Fact, given: Rating, pack: &Evaluation) -> Option<Reason> {
    let left = pack.redo.on && fact.reopen_count < pack.redo.max;
    reason(given, pack).filter(|_| left)
}

fn reason(given: Rating, pack: &Evaluation) -> Option<Reason> {
    let worded = pack.rating.worded(given.grade);
    let unsatisfied = worded.is_some_and(|worded| pack.redo.grades.contains(&worded.code));
    match given.solved {
        Solved::Yes | Solved::Partly | Solved::No if unsatisfied => Some(Reason::Unsatisfied),
        Solved::No if pack.redo.unsolved => Some(Reason::Unsolved),
        Solved::Yes | Solved::Partly | Solved::No => None,
    }
}

impl Fact {
    /// Writes a rating down as the newest, and as the first where there was none. `satisfied` is the grade in the words of the pack, nothing
    /// for one that does not count.
    pub fn take_rating(&mut self, round: i32, given: Rating, satisfied: Option<bool>, day: Date) {
        let Rating { solved, grade } = given;
        if self.first.is_none() {
            self.first = Some(FirstRating { satisfied, solved });
            self.first_grade = Some(grade);
            self.first_rated_day = Some(day);
        }
        self.rated = Some(Rated { round, solved, grade });
        self.rated_day = Some(day);
    }

    /// The rating that held on a day: the newest, or the first where the newest came later. Of three or more those between are not kept.
    #[must_use]
    pub fn rating_on(&self, as_of: Date) -> Option<Rating> {
        let later = |day: Option<Date>| day.is_some_and(|day| day > as_of);
        if later(self.first_rated_day) {
            None
        } else if later(self.rated_day) {
            self.first_grade.zip(self.first).map(|(grade, first)| Rating { solved: first.solved, grade })
        } else {
            self.rated.map(|rated| Rating { solved: rated.solved, grade: rated.grade })
        }
    }
}
