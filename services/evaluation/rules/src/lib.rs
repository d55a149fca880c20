//! How work is counted, followed up, rated and sent round again. Pure: packs, facts, time and calendar are arguments.
#![deny(clippy::wildcard_enum_match_arm)]

mod check;
mod fact;
mod figure;
mod followup;
mod formula;
mod indicators;
mod lifecycle;
mod mark;
mod pack;
mod percentile;
mod rating;
mod reopen;
mod term;
mod words;

pub use check::Flaw;
pub use fact::{Answer, Due, Ended, Fact, Heard, PackRef, Rated, Registration, State};
pub use figure::{Alike, Counted as CountedCases, Figure, figure, without};
pub use followup::{follow_up_due, sampled};
pub use formula::{DEFINITIONS, Definition};
pub use indicators::{Cell, Row, row};
pub use lifecycle::{Command, Completed, FollowUp, FollowUpState, Result as FollowUpResult, decide};
pub use mark::{Mark, Marks, of_grade, of_kind};
pub use pack::{
    AskBy, Basis, Counted, Counting, Evaluation, FollowUpRule, GradeRule, InTime, Indicator, Label, Measure,
    Percentile, RatingRule, Redo,
};
pub use percentile::{Histogram, Method};
pub use rating::{Rating, RatingEffect, RatingRefused, rate};
pub use reopen::{ReopenRefused, remanded, reopen};
pub use term::{Pattern, Term};
pub use words::{Grade, Kind, Reason, Solved, UnknownWord};
