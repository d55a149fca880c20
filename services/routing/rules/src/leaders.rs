//! `[leaders]` and `[register]` of a pack: instructions, reading lists, charges, and what is kept for later.

use calendar::Limit;
use jiff::civil::Date;
use serde::Deserialize;

use crate::{
    charge,
    checks::Class,
    instruction,
    pack::{Basis, Coded},
    words::Urgency,
};

/// What leaders do with cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaders {
    /// Ranks of those who instruct.
    pub rank: Vec<Coded>,
    /// Kinds of instruction.
    pub instruction: Vec<instruction::Kind>,
    /// What a leader is given to read.
    pub reading: Option<Reading>,
    /// Ways in which a case is taken in charge.
    #[serde(default)]
    pub charge: Vec<charge::Kind>,
}

/// What a leader is given to read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Letters of these classes.
    pub classes: Vec<Class>,
    /// Letters so urgent.
    pub urgencies: Vec<Urgency>,
    /// Letters of so many days back.
    pub days: u16,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// The long-term register.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Outcomes that enter a case.
    pub outcomes: Vec<String>,
    /// The next review is no later than this after today.
    pub review_within: Limit,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

impl Leaders {
    /// The kind of instruction of a code.
    #[must_use]
    pub fn kind(&self, code: &str) -> Option<&instruction::Kind> {
        self.instruction.iter().find(|kind| kind.code == code)
    }

    /// The way of taking in charge of a code.
    #[must_use]
    pub fn charge(&self, code: &str) -> Option<&charge::Kind> {
        self.charge.iter().find(|kind| kind.code == code)
    }

    /// Finds all that does not fit together, each as a sentence that names the key.
    pub(crate) fn validate(&self, wrong: &mut Vec<String>) {
        let twice = |codes: Vec<&str>, list: &str, wrong: &mut Vec<String>| {
            for (at, code) in codes.iter().enumerate() {
                if codes[..at].contains(code) {
                    wrong.push(format!("leaders.{list}.code {code} stands twice"));
                }
            }
        };
        twice(self.rank.iter().map(|rank| rank.code.as_str()).collect(), "rank", wrong);
        twice(self.instruction.iter().map(|kind| kind.code.as_str()).collect(), "instruction", wrong);
        twice(self.charge.iter().map(|kind| kind.code.as_str()).collect(), "charge", wrong);
        for charge in &self.charge {
            let roles = charge.role.iter().map(|role| role.code.as_str()).collect();
            twice(roles, &format!("charge.{}.role", charge.code), wrong);
            if !["leader", "seven", "task-force", "backlog", "discipline"].contains(&charge.code.as_str()) {
                wrong.push(format!("leaders.charge.code {} is no charge", charge.code));
            }
        }
    }
}

impl Register {
    /// Says whether a day may be the next review: after today, and not beyond the pack's limit.
    #[must_use]
    pub fn takes(&self, today: Date, last: Date, until: Date) -> bool {
        today < until && until <= last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::{Roll, Unit};
    use jiff::civil::date;

    #[test]
    fn a_review_lies_after_today_and_within_the_limit() {
        let register = Register {
            outcomes: vec!["not_yet_possible".to_owned()],
            review_within: Limit { amount: 365, unit: Unit::Days, roll: Roll::None },
            basis: Basis::Choice,
            source: String::new(),
        };
        let (today, last) = (date(2026, 3, 2), date(2027, 3, 2));
        assert!(!register.takes(today, last, today));
        assert!(register.takes(today, last, date(2026, 3, 3)));
        assert!(register.takes(today, last, last));
        assert!(!register.takes(today, last, date(2027, 3, 3)));
    }
}
