//! Whose a case is: exactly one unit at any time, also between a return and the next hand-over.

use ids::UnitCode;

use crate::{State, words::Part};

/// A hand-over as far as ownership needs it, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<'a> {
    /// Whose.
    pub unit: &'a UnitCode,
    /// 主办 or 协办; what was passed down the tree is never the lead's.
    pub part: Part,
    /// The round.
    pub round: i32,
    /// Where it stands.
    pub state: State,
}

/// Whose a case is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    /// No unit has had it: the centre looks for one.
    Centre,
    /// The lead unit; `retained` says that it gave the case back and keeps it until the next has it.
    Unit {
        /// Which.
        unit: &'a UnitCode,
        /// It is on its way to another unit.
        retained: bool,
    },
}

/// Finds the one owner: the lead that is open or has answered, else the last lead there was.
#[must_use]
pub fn owner<'a>(hands: &[Held<'a>]) -> Owner<'a> {
    let leads = || hands.iter().filter(|hand| hand.part == Part::Lead);
    let standing = |hand: &&Held<'a>| match hand.state {
        State::Dispatched
        | State::Signed
        | State::Contacted
        | State::Returning
        | State::UnderReview
        | State::Replied
        | State::Answered => true,
        State::Redirected | State::Withdrawn => false,
    };
    let newest = leads().map(|hand| hand.round).max();
    let current = leads().rfind(|hand| Some(hand.round) == newest && standing(hand));
    match current.or_else(|| leads().rfind(|hand| Some(hand.round) == newest)) {
        Some(hand) => Owner::Unit { unit: hand.unit, retained: !standing(&hand) },
        None => Owner::Centre,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::code;

    #[test]
    fn the_last_lead_keeps_it_until_the_next_has_it() {
        let (a, b, c) = (code("a"), code("b"), code("c"));
        let hand = |unit, part, round, state| Held { unit, part, round, state };
        let mut hands = vec![];
        assert_eq!(owner(&hands), Owner::Centre);
        hands.push(hand(&c, Part::Co, 1, State::Signed));
        assert_eq!(owner(&hands), Owner::Centre, "a co-unit owns nothing");
        hands.push(hand(&a, Part::Lead, 1, State::Redirected));
        assert_eq!(owner(&hands), Owner::Unit { unit: &a, retained: true });
        hands.push(hand(&b, Part::Lead, 1, State::Returning));
        assert_eq!(owner(&hands), Owner::Unit { unit: &b, retained: false });
        hands[2].state = State::Answered;
        assert_eq!(owner(&hands), Owner::Unit { unit: &b, retained: false });
        hands.push(hand(&a, Part::Lead, 2, State::Dispatched));
        assert_eq!(owner(&hands), Owner::Unit { unit: &a, retained: false });
        hands[3].state = State::Withdrawn;
        assert_eq!(owner(&hands), Owner::Unit { unit: &a, retained: true });
    }
}
