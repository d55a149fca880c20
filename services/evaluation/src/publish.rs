//! From what was decided to events, in one exhaustive match.

use contracts::{
    Body,
    case::{CaseRated, CaseReopened},
    finding::{AlertRaised, ExclusionDecided, FindingRaised, ReportPublished},
    followup::{FollowUpCompleted, FollowUpOpened},
};
use evaluation_rules::{Defect, ExclusionState, FollowUpResult, Grade, Period, Reason, Solved};
use ids::{CaseId, EventId, ExclusionId, FindingId, FollowUpId, RegionCode, ReportId, UnitCode};
use jiff::Timestamp;
use runtime::Draft;

use crate::store::alerts::Alert;

/// What happened to a case here.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// Somebody is to ask.
    FollowUpOpened { followup: FollowUpId, round: i32 },
    /// It was asked.
    FollowUpCompleted { followup: FollowUpId, result: FollowUpResult },
    /// The citizen rated.
    Rated { solved: Solved, grade: Grade, round: i32 },
    /// The case goes round again.
    Reopened { round: i32, reason: Reason },
    /// A higher organ sent it round again.
    Remanded { round: i32 },
    /// What could not be solved is taken up again.
    TakenUp { round: i32 },
    /// A defect of handling.
    Found { finding: FindingId, defect: Defect, unit: Option<UnitCode>, times: i32 },
    /// 剔除 was decided or taken back.
    Excluded {
        exclusion: ExclusionId,
        indicator: String,
        unit: UnitCode,
        state: ExclusionState,
        reason: String,
    },
    /// 预警.
    Alert(Alert),
    /// A report was archived.
    Report {
        report: ReportId,
        series: &'static str,
        policy: String,
        place: Option<RegionCode>,
        period: Period,
        digest: String,
    },
}

/// Of which case, when, by whom and because of what.
#[derive(Clone, Debug)]
pub(crate) struct Circumstance {
    pub(crate) case: CaseId,
    pub(crate) region: RegionCode,
    pub(crate) time: Timestamp,
    pub(crate) actor: String,
    pub(crate) cause: Option<EventId>,
}

impl Circumstance {
    /// Writes an event. None of them is ever part of an imported history: asking and rating happen today.
    pub(crate) fn says(&self, said: Said) -> Draft {
        Draft {
            aggregate: self.case.0,
            region: self.region.clone(),
            time: self.time,
            actor: self.actor.clone(),
            causation: self.cause,
            historic: false,
            trace: None,
            body: body(said),
        }
    }
}

/// The body of what was said.
pub(crate) fn body(said: Said) -> Body {
    match said {
        Said::FollowUpOpened { followup, round } => FollowUpOpened { followup, round }.into(),
        Said::FollowUpCompleted { followup, result } => {
            FollowUpCompleted { followup, result: result.as_str().to_owned() }.into()
        }
        Said::Rated { solved, grade, round } => {
            CaseRated { solved: contract_solved(solved), grade: contract_grade(grade), round }.into()
        }
        Said::Reopened { round, reason } => CaseReopened { round, reason: reason.as_str().to_owned() }.into(),
        Said::Remanded { round } => CaseReopened { round, reason: "remanded".to_owned() }.into(),
        Said::TakenUp { round } => CaseReopened { round, reason: "conditions-ripe".to_owned() }.into(),
        Said::Found { finding, defect, unit, times } => {
            FindingRaised { finding, defect: defect.as_str().to_owned(), unit, times }.into()
        }
        Said::Excluded { exclusion, indicator, unit, state, reason } => {
            let result = format!("exclusion-{}", state.as_str());
            ExclusionDecided { exclusion, indicator, unit, result, reason }.into()
        }
        Said::Report { report, series, policy, place, period, digest } => {
            let (series, Period { from, to }) = (series.to_owned(), period);
            ReportPublished { report, series, policy, place, from, to, digest }.into()
        }
        Said::Alert(alert) => {
            let whole = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
            let counted = alert.counted();
            AlertRaised {
                alert: alert.id,
                sign: alert.sign.to_owned(),
                subject: alert.subject,
                place: alert.place,
                week: alert.week,
                cases: whole(counted),
                before: whole(alert.found.before),
                policy: Some(alert.policy),
            }
            .into()
        }
    }
}

const fn contract_solved(solved: Solved) -> contracts::words::Solved {
    use contracts::words::Solved as Said;
    match solved {
        Solved::Yes => Said::Yes,
        Solved::Partly => Said::Partly,
        Solved::No => Said::No,
    }
}

const fn contract_grade(grade: Grade) -> contracts::words::Grade {
    use contracts::words::Grade as Said;
    match grade {
        Grade::VeryGood => Said::VeryGood,
        Grade::Good => Said::Good,
        Grade::Fair => Said::Fair,
        Grade::Poor => Said::Poor,
        Grade::VeryPoor => Said::VeryPoor,
    }
}
