//! 争议: two units say that a case is not theirs; a conference (联席会议) or a superior's designation ends it.
//!
//! | state | Refuse, fewer units than the pack names | Refuse, enough | Settle | Answer |
//! |---|---|---|---|---|
//! | Quiet | Quiet | Open: `Disputed` | – no dispute | Quiet |
//! | Open | Open | Open | Settled: `Settled` | Quiet |
//! | Settled | Settled | – a settlement holds | same again: nothing; another: – | Settled |
//!
//! While it is open the case stays with the unit that has it: nobody is without an owner.

use ids::UnitCode;

/// Where the quarrel about a case stands, in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quarrel {
    /// Nobody quarrels.
    Quiet,
    /// Units refuse the case, and nobody has decided.
    Open,
    /// Decided.
    Settled {
        /// Who has to do it.
        to: UnitCode,
    },
}

/// How a dispute was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// 联席会议.
    Conference,
    /// 上级指定.
    Designation,
}

impl Means {
    /// The word in events and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conference => "conference",
            Self::Designation => "designation",
        }
    }

    /// Reads the word of [`Means::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Self::Conference, Self::Designation].into_iter().find(|means| means.as_str() == word)
    }
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A unit refuses the case.
    Refuse {
        /// How many different units have refused it this round, this one among them.
        units: usize,
        /// From how many on it is a dispute; none: the pack knows no disputes.
        from: Option<usize>,
    },
    /// Someone above decides.
    Settle {
        /// Who has to do it.
        to: UnitCode,
    },
    /// The case is answered, taken back or closed.
    End,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `assignment.disputed`.
    Disputed,
    /// `assignment.settled`.
    Settled {
        /// Who has to do it.
        to: UnitCode,
    },
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody quarrels.
    #[error("there is no dispute")]
    NoDispute,
    /// It was decided otherwise.
    #[error("the dispute was settled")]
    Settled,
}

/// Decides one command. A repeat changes nothing and says nothing.
///
/// # Errors
/// [`Refused`] where there is nothing to settle, or it was settled.
pub fn decide(quarrel: &Quarrel, command: Command) -> Result<(Quarrel, Option<Effect>), Refused> {
    let same = || (quarrel.clone(), None);
    match command {
        Command::Refuse { units, from } => match quarrel {
            Quarrel::Quiet if from.is_some_and(|from| units >= from) => {
                Ok((Quarrel::Open, Some(Effect::Disputed)))
            }
            Quarrel::Quiet | Quarrel::Open => Ok(same()),
            Quarrel::Settled { .. } => Err(Refused::Settled),
        },
        Command::Settle { to } => match quarrel {
            Quarrel::Quiet => Err(Refused::NoDispute),
            Quarrel::Open => Ok((Quarrel::Settled { to: to.clone() }, Some(Effect::Settled { to }))),
            Quarrel::Settled { to: known } if *known == to => Ok(same()),
            Quarrel::Settled { .. } => Err(Refused::Settled),
        },
        Command::End => Ok(match quarrel {
            Quarrel::Quiet | Quarrel::Open => (Quarrel::Quiet, None),
            Quarrel::Settled { .. } => same(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::code;

    #[test]
    fn the_second_refusal_opens_it_once() {
        let refuse =
            |quarrel: &Quarrel, units| decide(quarrel, Command::Refuse { units, from: Some(2) }).unwrap();
        assert_eq!(refuse(&Quarrel::Quiet, 1), (Quarrel::Quiet, None));
        assert_eq!(refuse(&Quarrel::Quiet, 2), (Quarrel::Open, Some(Effect::Disputed)));
        assert_eq!(refuse(&Quarrel::Open, 3), (Quarrel::Open, None));
        let never = decide(&Quarrel::Quiet, Command::Refuse { units: 9, from: None });
        assert_eq!(never, Ok((Quarrel::Quiet, None)));
    }

    #[test]
    fn it_is_settled_once_and_holds() {
        let settle = |quarrel: &Quarrel, to: &str| decide(quarrel, Command::Settle { to: code(to) });
        assert_eq!(settle(&Quarrel::Quiet, "a"), Err(Refused::NoDispute));
        let (settled, effect) = settle(&Quarrel::Open, "a").unwrap();
        assert_eq!(effect, Some(Effect::Settled { to: code("a") }));
        assert_eq!(settle(&settled, "a"), Ok((settled.clone(), None)), "the same again says nothing");
        assert_eq!(settle(&settled, "b"), Err(Refused::Settled));
        assert_eq!(decide(&settled, Command::Refuse { units: 2, from: Some(2) }), Err(Refused::Settled));
        assert_eq!(decide(&settled, Command::End), Ok((settled.clone(), None)));
    }

    #[test]
    fn an_answer_ends_an_open_one() {
        assert_eq!(decide(&Quarrel::Open, Command::End), Ok((Quarrel::Quiet, None)));
        assert_eq!(decide(&Quarrel::Quiet, Command::End), Ok((Quarrel::Quiet, None)));
        for means in [Means::Conference, Means::Designation] {
            assert_eq!(Means::read(means.as_str()), Some(means));
        }
        assert_eq!(Means::read("vote"), None);
    }
}
