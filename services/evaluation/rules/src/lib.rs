//! How work is counted, followed up, rated and sent round again. Pure: packs, facts, time and calendar are arguments.
#![deny(clippy::wildcard_enum_match_arm)]

mod alert;
mod basis;
mod capacity;
mod check;
mod exclusion;
mod fact;
mod figure;
mod finding;
mod followup;
mod formula;
mod group;
mod heard;
mod indicators;
mod item;
mod lifecycle;
mod mark;
mod merged;
mod opinion;
mod owed;
mod pack;
mod percentile;
mod places;
mod rating;
mod release;
mod reopen;
mod reports;
mod rise;
mod score;
mod season;
mod section;
mod series;
mod span;
mod standing;
mod term;
mod words;

pub use alert::{Gathering, Sign, signs, weeks};
pub use basis::{By, past_before};
pub use capacity::{Ahead, CapacityRule, Rise, Volume};
pub use check::Flaw;
pub use exclusion::{EVERY, ExclusionCommand, ExclusionRefused, ExclusionState, decide_exclusion, may_ask};
pub use fact::{Answer, Due, Ended, Fact, FirstRating, PackRef, Rated, State};
pub use figure::{Alike, Counted as CountedCases, Figure, Latency, figure, latency, without};
pub use finding::{Defect, reaches};
pub use followup::{follow_up_due, sampled, share};
pub use formula::{DEFINITIONS, Definition};
pub use group::{ScoreGroup, UnitSort};
pub use heard::{Heard, Registration};
pub use indicators::{Cell, Row, row};
pub use item::{ItemCommand, ItemEffect, ItemRefused, ItemState, decide_item};
pub use lifecycle::{Command, Completed, FollowUp, FollowUpState, Result as FollowUpResult, decide};
pub use mark::{Mark, Marks, of_grade, of_kind};
pub use merged::Merged;
pub use opinion::{OpinionCommand, OpinionState, Severity, Source, decide_opinion};
pub use pack::{
    AlertRule, AskBy, Basis, Coded, Counted, Counting, Evaluation, Exclusions, Findings, FollowUpRule,
    GradeRule, InTime, Indicator, Label, Measure, Percentile, Raise, RatingRule, Redo, Sampling, Score,
    ScoreItem,
};
pub use percentile::{Histogram, Method, share_of};
pub use places::{Places, filed_under};
pub use rating::{Rating, RatingEffect, RatingRefused, rate};
pub use release::{ReportCommand, ReportEffect, ReportRefused, ReportState, decide_report};
pub use reopen::{ReopenRefused, remanded, reopen};
pub use reports::{ReportKind, Reports, Trend};
pub use rise::Course;
pub use score::{Place, Scored, mean, rank};
pub use season::{MonthDay, Season};
pub use section::Section;
pub use series::{Period, Series};
pub use span::{Reached, Span, Stage, Time, median_hours};
pub use term::{Pattern, Term};
pub use words::{Grade, Kind, Reason, Solved, UnknownWord};
