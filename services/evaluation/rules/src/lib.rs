//! How work is counted, followed up, rated and sent round again. Pure: packs, facts, time and calendar are arguments.
#![deny(clippy::wildcard_enum_match_arm)]

mod alert;
mod check;
mod exclusion;
mod fact;
mod figure;
mod finding;
mod followup;
mod formula;
mod indicators;
mod lifecycle;
mod mark;
mod merged;
mod pack;
mod percentile;
mod rating;
mod reopen;
mod score;
mod series;
mod standing;
mod term;
mod words;

pub use alert::{Gathering, Sign, signs, weeks};
pub use check::Flaw;
pub use exclusion::{EVERY, ExclusionCommand, ExclusionRefused, ExclusionState, decide_exclusion, may_ask};
pub use fact::{Answer, Due, Ended, Fact, Heard, PackRef, Rated, Registration, State};
pub use figure::{Alike, Counted as CountedCases, Figure, figure, without};
pub use finding::{Defect, reaches};
pub use followup::{follow_up_due, sampled, share};
pub use formula::{DEFINITIONS, Definition};
pub use indicators::{Cell, Row, row};
pub use lifecycle::{Command, Completed, FollowUp, FollowUpState, Result as FollowUpResult, decide};
pub use mark::{Mark, Marks, of_grade, of_kind};
pub use merged::Merged;
pub use pack::{
    AlertRule, AskBy, Basis, Coded, Counted, Counting, Evaluation, Exclusions, Findings, FollowUpRule,
    GradeRule, InTime, Indicator, Label, Measure, Percentile, Raise, RatingRule, Redo, Reports, Sampling,
    Score, ScoreGroup, ScoreItem,
};
pub use percentile::{Histogram, Method};
pub use rating::{Rating, RatingEffect, RatingRefused, rate};
pub use reopen::{ReopenRefused, remanded, reopen};
pub use score::{Place, Scored, rank};
pub use series::{Period, Series};
pub use term::{Pattern, Term};
pub use words::{Grade, Kind, Reason, Solved, UnknownWord};
