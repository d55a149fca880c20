//! What is done, rung by rung, while a limit stays broken (红牌、催办、督办单、通报批评、约谈、问责).
//!
//! A rung is climbed once for each instant at which the limit passed: a limit that was extended and passed again is
//! another breach.

use calendar::{Calendar, Limit, OutOfRange, Unit, start_of_day};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;

use crate::{
    applies::Applies,
    open::Facts,
    pack::{Basis, Deadlines},
    words::{ClockName, Step, Trigger},
};

/// The rungs for some clocks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Unique in the pack.
    pub id: String,
    /// The clocks whose breach starts it.
    pub clocks: Vec<ClockName>,
    /// The rungs, in order.
    #[serde(rename = "rung")]
    pub rungs: Vec<Rung>,
}

/// A limit that passed.
#[derive(Clone, Copy, Debug)]
pub struct Breach<'a> {
    /// When.
    pub due_at: Timestamp,
    /// The last day that was in time.
    pub due_day: Date,
    /// Of which case.
    pub facts: &'a Facts,
    /// The calendar of its region.
    pub calendar: &'a Calendar,
}

/// One rung.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// What is done.
    pub step: Step,
    /// How long after the limit passed; working days and days begin with their first instant, 0 is at once.
    pub after: Limit,
    /// Whether it is done without a person, or proposed to one.
    pub by: Doer,
    /// Only for such cases.
    #[serde(default)]
    pub applies: Applies,
    /// Only while the unit has not explained why the limit passed.
    #[serde(default)]
    pub unexplained: bool,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Doer {
    /// Done at its time.
    System,
    /// Proposed at its time; a person orders it.
    Person,
}

impl Rung {
    /// Gives the instant at which it is climbed.
    ///
    /// # Errors
    /// An instant outside the calendar.
    pub fn at(&self, due_at: Timestamp, due_day: Date, calendar: &Calendar) -> Result<Timestamp, OutOfRange> {
        let Limit { amount, unit, roll } = self.after;
        if amount == 0 {
            return Ok(due_at);
        }
        Ok(match unit {
            Unit::Workdays => start_of_day(calendar.add_workdays(due_day, amount)?.date),
            Unit::Days => start_of_day(calendar.add_days(due_day, amount, roll)?.date),
            Unit::Hours => calendar.add_hours(due_at, amount)?.at,
            Unit::WorkHours => calendar.add_work_hours(due_at, amount)?.at,
        })
    }

    /// Says whether it is climbed for such a case.
    #[must_use]
    pub fn holds_for(&self, facts: &Facts) -> bool {
        self.applies.to_case(facts)
    }

    /// Says whether it makes an order that binds a unit.
    #[must_use]
    pub fn orders(&self) -> bool {
        match self.step {
            Step::Order | Step::Joint | Step::OnSite | Step::Listed => true,
            Step::Criticise | Step::Interview | Step::Account => self.by == Doer::Person,
            Step::Remind | Step::Yellow | Step::Red | Step::Urge | Step::Explain => false,
        }
    }
}

impl Ladder {
    /// Says whether a rung (from 1) is history: when the history of an imported case ended, a higher one of such cases was due
    /// already. Of what was missed elsewhere only what holds now is told.
    #[must_use]
    pub fn is_history(&self, rank: usize, breach: Breach<'_>, history_ended: Timestamp) -> bool {
        let Breach { due_at, due_day, facts, calendar } = breach;
        let due = |rung: &Rung| rung.at(due_at, due_day, calendar).is_ok_and(|at| at <= history_ended);
        self.rungs.iter().skip(rank).any(|rung| rung.holds_for(facts) && due(rung))
    }

    /// Lists what is wrong with it.
    pub(crate) fn flaws(&self, pack: &Deadlines) -> Vec<&'static str> {
        let opened_by = |event: Trigger| pack.clocks.iter().any(|entry| entry.start.contains(&event));
        let has = |step: Step| self.rungs.iter().any(|rung| rung.step == step);
        let twice =
            |name: &ClockName| pack.ladders.iter().filter(|ladder| ladder.clocks.contains(name)).count() > 1;
        let rules = [
            (self.rungs.is_empty() || self.clocks.is_empty(), "a ladder has clocks and rungs"),
            (self.clocks.iter().any(twice), "a clock has one ladder"),
            (
                has(Step::Explain) && !opened_by(Trigger::ClockExpired),
                "`explain` needs a clock that `clock.expired` starts",
            ),
            (
                self.rungs.iter().any(Rung::orders) && !opened_by(Trigger::SupervisionOrdered),
                "an order needs a clock for its answer, started by `supervision.ordered`",
            ),
        ];
        rules.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| says).collect()
    }
}
