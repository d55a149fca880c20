//! The figures of a set of cases: how many, answered when, in time or not, open, overdue.
//!
//! | figure | is |
//! |---|---|
//! | cases | accepted cases (受理) received in the period |
//! | answered | of these, those with a first answer (答复) |
//! | due | those with a due day that are answered, or whose due day lies before the as-of day and that were not ended unanswered (应办结数) |
//! | in_time | those answered on or before the due day; the due day counts whole |
//! | rate | in_time / due (按时办结率); no value when due is 0. Working definition after published figures (连云港 2019-06: 24,165 of 29,186) |
//! | median_workdays, p90_workdays | of the answered: working days after the day of receipt up to and including the day of the first answer |
//! | open | not answered and not ended |
//! | overdue | open, and the due day lies before the as-of day |
//!
//! The due day is that of the clock that the pack names (`counting.clock`), of the first round: the first answer decides.
//! Ended unanswered is what was withdrawn, declined later or closed without an answer: its limit was cancelled. All days
//! are those of Asia/Shanghai.

use calendar::Calendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    fact::{Fact, State},
    percentile::{Histogram, Method, exact},
};

/// Cases that count alike, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// There is a first answer.
    pub answered: bool,
    /// Ended without an answer.
    pub ended: bool,
    /// A limit was set.
    pub limited: bool,
    /// Answered on or before the due day.
    pub in_time: bool,
    /// The due day lies before the as-of day.
    pub past_due: bool,
    /// Working days to the first answer.
    pub workdays: Option<u32>,
    /// How many cases.
    pub cases: u64,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Accepted cases.
    pub cases: u64,
    /// With a first answer.
    pub answered: u64,
    /// Answered, or past their due day.
    pub due: u64,
    /// Answered on or before the due day.
    pub in_time: u64,
    /// `in_time / due`, 0 to 1; nothing when `due` is 0.
    pub rate: Option<f64>,
    /// Median of the working days to the first answer.
    pub median_workdays: Option<f64>,
    /// 90th percentile of the working days to the first answer.
    pub p90_workdays: Option<f64>,
    /// Neither answered nor ended.
    pub open: u64,
    /// Open past the due day.
    pub overdue: u64,
}

impl Cell {
    /// Says how one case counts on the as-of day; nothing for a case that was not accepted.
    #[must_use]
    pub fn of(fact: &Fact, as_of: Date, calendar: &Calendar) -> Option<Self> {
        let answered_day = fact.answered_day();
        let ended = match fact.state() {
            State::Open | State::Answered => false,
            State::Closed | State::Withdrawn | State::Declined | State::Invalid => answered_day.is_none(),
        };
        fact.accepted.then_some(Self {
            answered: answered_day.is_some(),
            ended,
            limited: fact.due.is_some(),
            in_time: answered_day.zip(fact.due).is_some_and(|(day, due)| day <= due.day),
            past_due: fact.due.is_some_and(|due| due.day < as_of),
            workdays: fact.workdays(calendar),
            cases: 1,
        })
    }
}

/// Adds cells up to a line.
#[must_use]
pub fn row(cells: impl IntoIterator<Item = Cell>, method: Method) -> Row {
    let (mut row, mut days) = (Row::default(), Histogram::default());
    for cell in cells {
        let add = |to: &mut u64, holds: bool| *to += if holds { cell.cases } else { 0 };
        let open = !cell.answered && !cell.ended;
        add(&mut row.cases, true);
        add(&mut row.answered, cell.answered);
        add(&mut row.due, cell.limited && (cell.answered || (open && cell.past_due)));
        add(&mut row.in_time, cell.limited && cell.answered && cell.in_time);
        add(&mut row.open, open);
        add(&mut row.overdue, open && cell.past_due);
        if let Some(workdays) = cell.workdays.filter(|_| cell.answered) {
            days.add(workdays, cell.cases);
        }
    }
    row.rate = (row.due > 0).then(|| exact(row.in_time, row.due));
    row.median_workdays = days.percentile(method, 1, 2);
    row.p90_workdays = days.percentile(method, 9, 10);
    row
}
