//! The `evaluation.toml` of a policy pack, key by key as `deploy/policy/README.md` describes it.

use calendar::Limit;
use serde::Deserialize;

use crate::{
    basis::By,
    merged::Merged,
    percentile::Method,
    span::Span,
    term::Term,
    words::{Grade, Kind},
};

/// How one pack counts, follows up and rates.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// What decides in time or not.
    pub counting: Counting,
    /// How a percentile is read off.
    pub percentile: Percentile,
    /// The figures that are published, each with its formula.
    #[serde(rename = "indicator", default)]
    pub indicators: Vec<Indicator>,
    /// 回访.
    pub follow_up: FollowUpRule,
    /// What the citizen is asked.
    pub rating: RatingRule,
    /// 重办.
    pub redo: Redo,
    /// 考核申诉; missing: nothing is ever taken out of a figure.
    pub exclusion: Option<Exclusions>,
    /// Defects that are looked for; missing: none.
    pub findings: Option<Findings>,
    /// 预警; missing: none.
    pub alerts: Option<AlertRule>,
    /// 接听能力; missing: nothing is foreseen.
    pub capacity: Option<crate::CapacityRule>,
    /// 考核得分; missing: nobody is scored.
    pub score: Option<Score>,
    /// Reports that are made by themselves; missing: none.
    pub reports: Option<crate::reports::Reports>,
}

/// What decides in time or not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// Name of the clock whose due day decides: `handle`.
    pub clock: String,
    /// The event that ends the count.
    pub answered: Counted,
    /// How due day and answer are compared.
    pub in_time: InTime,
    /// 并单: how cases count that were merged into another; missing: each.
    #[serde(default)]
    pub merged: Merged,
    /// 基层: levels of units whose answers count as closed at the lowest; missing: none.
    #[serde(default)]
    pub lowest: Vec<String>,
}

/// An event that ends a count or opens a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Counted {
    /// The citizen was answered.
    #[serde(rename = "case.answered")]
    Answered,
    /// The case was closed.
    #[serde(rename = "case.closed")]
    Closed,
}

/// How due day and answer are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InTime {
    /// Answered on or before the due day, Asia/Shanghai.
    DueDayInclusive,
}

/// How percentiles are read off.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Percentile {
    /// The way between two neighbours.
    pub method: Method,
    /// Which are published, as shares; 0.5 is the median.
    pub points: Vec<f64>,
}

/// One published figure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Unique in the pack.
    pub code: String,
    /// What people are shown.
    pub label: Label,
    /// What is counted.
    pub numerator: Term,
    /// Over what; missing for counts and medians. A denominator of 0 gives no value.
    pub denominator: Option<Term>,
    /// What the figure is.
    pub unit: Measure,
    /// The day by which a case belongs to a period; missing: that of its receipt.
    #[serde(default)]
    pub by: By,
    /// For `hours`: from which stage to which.
    pub span: Option<Span>,
    /// Only cases of these kinds; missing: all.
    pub kinds: Option<Vec<Kind>>,
    /// What is aimed at, in the figure's own unit; shown beside it, never a reason to hide a case.
    pub target: Option<f64>,
    /// Whether a higher value is the better one; missing: yes.
    pub higher_is_better: Option<bool>,
    /// With fewer cases it is shown and not ranked.
    pub min_volume: Option<u64>,
    /// Grows with each change of the formula; missing: 1.
    pub version: Option<i32>,
    /// How binding the formula is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

macro_rules! listed {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    )+};
}

listed! {
    /// What a figure is.
    Measure {
        /// Between 0 and 1.
        Share,
        /// A number of cases.
        Count,
        /// Working days.
        Workdays,
        /// Hours of a span.
        Hours,
    }
    /// How binding an entry is.
    Basis {
        /// Statute or regulation.
        Law,
        /// A government's own written rule.
        Rule,
        /// A speech, news or study.
        Paper,
        /// Chosen by the pack because no source names it.
        Choice,
    }
    /// How a citizen is asked.
    AskBy {
        /// Short message.
        Sms,
        /// Call by an operator.
        Phone,
        /// The case's own page.
        Inbox,
    }
}

/// A text in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Shown first.
    pub zh: String,
    /// Shown beside it.
    pub en: String,
}

/// 回访: which cases are followed up, and for how long an answer is waited for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpRule {
    /// Whether there is any.
    pub on: bool,
    /// The event that opens one.
    pub opens_on: Counted,
    /// Share of the cases, 0 to 1, chosen by a hash of the case id.
    pub sample: f64,
    /// Only these kinds; missing: all.
    pub kinds: Option<Vec<Kind>>,
    /// Larger shares for some cases; the largest that fits holds.
    #[serde(rename = "rule", default)]
    pub rules: Vec<Sampling>,
    /// Calls in vain after which nobody tries again; missing: `closes_after` alone ends it.
    pub attempts: Option<i32>,
    /// How to ask.
    pub channels: Vec<AskBy>,
    /// How long an answer is waited for; missing: for ever.
    pub closes_after: Option<Limit>,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// 剔除: for which reasons a case may be taken out of figures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusions {
    /// The reasons.
    #[serde(rename = "reason")]
    pub reasons: Vec<Coded>,
    /// How binding they are.
    pub basis: Basis,
    /// Where they stand, in words.
    pub source: String,
}

/// Which defects are raised, and after how many times.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// Reasons for sending a reply back that make it a fob-off; codes of `routing.toml`.
    pub fob_off: Vec<String>,
    /// The defects.
    pub raise: Vec<Raise>,
    /// How binding they are.
    pub basis: Basis,
    /// Where they stand, in words.
    pub source: String,
}

/// After how many times one defect of one case is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// Which.
    pub defect: crate::finding::Defect,
    /// At the how many-th time, from 1.
    pub times: i32,
}

/// When like cases of one place are an early warning.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// How many weeks before make the usual.
    pub weeks: u32,
    /// Cases of a week at least.
    pub least: u64,
    /// How many times the usual.
    pub factor: f64,
    /// Cases at least that repeat or go together; missing: not looked for.
    pub grouped_least: Option<u64>,
    /// Cases at least that officers marked as a risk; missing: not looked for.
    pub marked_least: Option<u64>,
    /// Cases of a week at least of which citizens say when asked that they grow; missing: not looked for.
    pub growing_least: Option<u64>,
    /// Opinions (舆情线索) of a week at least; missing: not looked for.
    pub opinions_least: Option<u64>,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// The share of some cases that is followed up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Only these kinds; missing: all.
    pub kinds: Option<Vec<Kind>>,
    /// Only these classes; missing: all.
    pub classes: Option<Vec<String>>,
    /// Only cases of which this is counted; missing: all.
    pub term: Option<Term>,
    /// The share, 0 to 1.
    pub share: f64,
}

/// 考核得分: what a unit's month is worth.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// 红榜: so many of the best of each group, and whoever is level with the last of them; half of the ranked at most.
    pub red: usize,
    /// 黑榜: so many of the last of each group, in the same way.
    pub black: usize,
    /// What points are given for.
    #[serde(rename = "item")]
    pub items: Vec<ScoreItem>,
    /// Units that are compared with one another; missing: all with all.
    #[serde(rename = "group", default)]
    pub groups: Vec<crate::group::ScoreGroup>,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// Points for one indicator.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreItem {
    /// An indicator of the pack, a share.
    pub indicator: String,
    /// Full marks.
    pub points: f64,
    /// The share that earns them.
    pub target: f64,
    /// What each percentage point beside the target costs.
    pub per_point: f64,
    /// What is left at least.
    pub floor: f64,
}

/// A code with what people are shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// Unique in its list.
    pub code: String,
    /// What people are shown.
    pub label: Label,
}

/// What the citizen is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingRule {
    /// Whether solved is asked beside the grade.
    pub ask_solved: bool,
    /// The grades as this place words them, best first.
    #[serde(rename = "grade")]
    pub grades: Vec<GradeRule>,
}

/// One grade as a place words it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeRule {
    /// Unique in the pack.
    pub code: String,
    /// What people are shown.
    pub label: Label,
    /// Which of the five national grades it takes in; empty: nobody chooses it.
    pub takes: Vec<Grade>,
    /// Whether it is a satisfied one.
    pub satisfied: bool,
    /// Whether it is in the denominator of the satisfaction rate.
    pub counts: bool,
}

/// 重办: when a rating sends the case round again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redo {
    /// Whether there is any.
    pub on: bool,
    /// Codes of the grades that do.
    pub grades: Vec<String>,
    /// Whether "not solved" does, whatever the grade.
    pub unsolved: bool,
    /// Rounds at most beyond the first.
    pub max: i32,
    /// Whether a matter that is taken up again from the long-term register (暂不能解决) goes round again,
    /// whatever number of rounds is left.
    #[serde(default)]
    pub deferred: bool,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

impl RatingRule {
    /// Finds how this place words a national grade.
    #[must_use]
    pub fn worded(&self, grade: Grade) -> Option<&GradeRule> {
        self.grades.iter().find(|rule| rule.takes.contains(&grade))
    }
}
