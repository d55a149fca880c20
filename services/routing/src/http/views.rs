//! What callers see of cases and assignments.

use routing_rules::dispatch::Candidate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    directory::Snapshot,
    store::{
        assignments::Assignment,
        cases::{CaseRoute, RouteState},
        lists::DueAt,
    },
};

/// A hand-over of a case to one unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssignmentView {
    /// The hand-over.
    pub(crate) id: Uuid,
    /// The case.
    pub(crate) case_id: Uuid,
    /// The unit's code.
    pub(crate) unit: String,
    /// `forwarding` 转送 or `assignment` 交办.
    pub(crate) mode: &'static str,
    /// `lead` 主办 or `co` 协办.
    pub(crate) part: &'static str,
    /// 1, then one more with each reopening.
    pub(crate) round: i32,
    /// `dispatched`, `signed`, `contacted`, `returning`, `under-review`, `replied`, `answered`, `redirected`, `withdrawn`.
    pub(crate) state: &'static str,
    /// The state as Chinese readers see it.
    pub(crate) state_label: &'static str,
    /// The version for `If-Match`.
    pub(crate) version: i64,
    /// `catalogue`, `hint`, `person`, `reopened` or `import`.
    pub(crate) decided_by: String,
    /// The centre has decided that this unit keeps the case.
    pub(crate) designated: bool,
    /// Replies so far.
    pub(crate) attempt: i32,
    /// The newest reply was sent back.
    pub(crate) rejected: bool,
    /// First contact: missing until tried.
    pub(crate) reached: Option<bool>,
    /// When it was handed over.
    pub(crate) dispatched_at: String,
    /// When the unit signed.
    pub(crate) signed_at: Option<String>,
    /// When the citizen was contacted.
    pub(crate) contacted_at: Option<String>,
    /// When the unit replied.
    pub(crate) replied_at: Option<String>,
    /// When the citizen had the answer.
    pub(crate) answered_at: Option<String>,
    /// 二次派单: the hand-over of the unit that passed the case down and keeps the duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<Uuid>,
}

impl AssignmentView {
    pub(crate) fn of(row: &Assignment) -> Self {
        let text = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
        Self {
            id: row.id.0,
            case_id: row.case.0,
            unit: row.unit.to_string(),
            mode: row.mode.as_str(),
            part: row.part.as_str(),
            round: row.round,
            state: row.state.as_str(),
            state_label: row.state.zh(),
            version: row.version,
            decided_by: row.decided_by.clone(),
            designated: row.designated,
            attempt: row.attempt,
            rejected: row.rejected,
            reached: row.reached,
            dispatched_at: row.dispatched_at.to_string(),
            signed_at: text(row.signed_at),
            contacted_at: text(row.contacted_at),
            replied_at: text(row.replied_at),
            answered_at: text(row.answered_at),
            parent: row.parent.map(|parent| parent.0),
        }
    }
}

/// A unit that may be the competent one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CandidateView {
    /// The unit's code.
    pub(crate) unit: String,
    /// What people call it.
    pub(crate) unit_name: String,
    /// Co-units that go with it.
    pub(crate) co_units: Vec<String>,
    /// How sure, in thousandths.
    pub(crate) confidence: u16,
    /// `hint`, `subject`, `keyword`, `kind` or `region`.
    pub(crate) ground: String,
    /// What the catalogue names as the basis.
    pub(crate) basis: String,
}

impl CandidateView {
    fn of(candidate: &Candidate, directory: &Snapshot) -> Self {
        Self {
            unit: candidate.unit.to_string(),
            unit_name: directory.name_of(&candidate.unit),
            co_units: candidate.co_units.iter().map(ToString::to_string).collect(),
            confidence: candidate.confidence.0,
            ground: candidate.ground.clone(),
            basis: candidate.basis.clone(),
        }
    }
}

/// Where a case is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseView {
    /// The case.
    pub(crate) case_id: Uuid,
    /// Its number.
    pub(crate) number: String,
    /// Where the matter lies.
    pub(crate) region: String,
    /// What the message wants.
    pub(crate) kind: &'static str,
    /// How soon hands are needed.
    pub(crate) urgency: &'static str,
    /// The redacted title; missing for confidential cases.
    pub(crate) title: Option<String>,
    /// Accusations are handed out by persons only.
    pub(crate) confidential: bool,
    /// `waiting`, `dispatched`, `answered`, `closed`.
    pub(crate) state: &'static str,
    /// 1, then one more with each reopening.
    pub(crate) round: i32,
    /// Returns agreed so far.
    pub(crate) returns: i32,
    /// For a dispatcher, best first.
    pub(crate) candidates: Vec<CandidateView>,
    /// The day of receipt of every limit.
    pub(crate) received_at: String,
    /// When the case was accepted.
    pub(crate) accepted_at: String,
    /// The first instant that is too late, where known.
    pub(crate) due_at: Option<String>,
    /// The due instant may move when the next holiday notice comes.
    pub(crate) due_provisional: Option<bool>,
    /// The version for `If-Match`.
    pub(crate) version: i64,
}

impl CaseView {
    pub(crate) fn of(row: &CaseRoute, due: DueAt, directory: &Snapshot) -> Self {
        let waiting = row.state == RouteState::Waiting;
        let candidates = row.candidates.iter().filter(|_| waiting);
        Self {
            case_id: row.case.0,
            number: row.number.to_string(),
            region: row.region.to_string(),
            kind: row.kind.as_str(),
            urgency: row.urgency.as_str(),
            title: row.title.clone(),
            confidential: row.confidential,
            state: row.state.as_str(),
            round: row.round,
            returns: row.returns,
            candidates: candidates.map(|candidate| CandidateView::of(candidate, directory)).collect(),
            received_at: row.received_at.to_string(),
            accepted_at: row.accepted_at.to_string(),
            due_at: due.map(|(at, _)| at.to_string()),
            due_provisional: due.map(|(_, provisional)| provisional),
            version: row.version,
        }
    }
}
