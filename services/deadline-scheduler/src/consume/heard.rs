//! The table of events: which concern limits, and what of each.

use contracts::{Body, Event, words::Part};
use deadline_scheduler_rules::Trigger;
use ids::{AssignmentId, UnitCode};

/// What an event means to limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Its name in packs.
    pub(crate) trigger: Trigger,
    /// The assignment it is about.
    pub(crate) assignment: Option<(AssignmentId, UnitCode)>,
    /// 主办 or 协办, on dispatch.
    pub(crate) part: Option<Part>,
    /// The round it names.
    pub(crate) round: Option<i32>,
}

/// Reads an event; `None` if no limit can hang on it.
pub(crate) fn heard(event: &Event) -> Option<Heard> {
    let plain = |trigger| Some(Heard { trigger, assignment: None, part: None, round: None });
    let of = |trigger, id: AssignmentId, unit: &UnitCode| {
        Some(Heard { trigger, assignment: Some((id, unit.clone())), part: None, round: None })
    };
    match &event.body {
        Body::CaseRegistered(_) => plain(Trigger::CaseRegistered),
        Body::CaseAccepted(_) => plain(Trigger::CaseAccepted),
        Body::CaseDeclined(_) => plain(Trigger::CaseDeclined),
        Body::CaseSupplemented(_) => plain(Trigger::CaseSupplemented),
        Body::CaseWithdrawn(_) => plain(Trigger::CaseWithdrawn),
        Body::CaseClosed(body) => Some(Heard {
            trigger: Trigger::CaseClosed,
            assignment: None,
            part: None,
            round: Some(body.round),
        }),
        Body::CaseRated(_) => plain(Trigger::CaseRated),
        Body::CaseReopened(body) => Some(Heard {
            trigger: Trigger::CaseReopened,
            assignment: None,
            part: None,
            round: Some(body.round),
        }),
        Body::CaseAnswered(body) => Some(Heard {
            trigger: Trigger::CaseAnswered,
            assignment: None,
            part: None,
            round: Some(body.round),
        }),
        Body::AssignmentDispatched(body) => Some(Heard {
            trigger: Trigger::AssignmentDispatched,
            assignment: Some((body.assignment, body.unit.clone())),
            part: Some(body.part),
            round: Some(body.round),
        }),
        Body::AssignmentSigned(body) => of(Trigger::AssignmentSigned, body.assignment, &body.unit),
        // 先行联系 counts when the citizen was reached; a call that nobody took does not meet the limit.
        Body::AssignmentContacted(body) if !body.reached => None,
        Body::AssignmentContacted(body) => of(Trigger::AssignmentContacted, body.assignment, &body.unit),
        Body::AssignmentReturned(body) => of(Trigger::AssignmentReturned, body.assignment, &body.unit),
        Body::AssignmentRedirected(body) => of(Trigger::AssignmentRedirected, body.assignment, &body.unit),
        Body::AssignmentReturnRefused(body) => {
            of(Trigger::AssignmentReturnRefused, body.assignment, &body.unit)
        }
        Body::AssignmentReplied(body) => of(Trigger::AssignmentReplied, body.assignment, &body.unit),
        Body::AssignmentReplyRejected(body) => {
            of(Trigger::AssignmentReplyRejected, body.assignment, &body.unit)
        }
        Body::FollowUpOpened(_) => plain(Trigger::FollowUpOpened),
        Body::FollowUpCompleted(_) => plain(Trigger::FollowUpCompleted),
        Body::CaseHistoryEnded(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
        | Body::CaseClassified(_)
        | Body::CaseMerged(_)
        | Body::CaseUnmerged(_)
        | Body::CaseLinked(_)
        | Body::CaseRenewed(_)
        | Body::CaseFlagged(_)
        | Body::CaseFlagLifted(_)
        | Body::CaseMaterialsRequested(_)
        | Body::CaseMaterialsReceived(_)
        | Body::CaseNoticeIssued(_)
        | Body::CaseHandsNamed(_)
        | Body::CaseHandedOver(_)
        | Body::CaseReportedUp(_)
        | Body::CaseAttached(_)
        | Body::CasePublished(_)
        | Body::CaseUnpublished(_)
        | Body::CaseArchived(_)
        | Body::ReceptionScheduled(_)
        | Body::ReceptionHeld(_)
        | Body::AssignmentProgressed(_)
        | Body::AssignmentDisputed(_)
        | Body::AssignmentSettled(_)
        | Body::CasePaused(_)
        | Body::CaseResumed(_)
        | Body::CaseDeferred(_)
        | Body::CaseUndeferred(_)
        | Body::InstructionIssued(_)
        | Body::InstructionReported(_)
        | Body::CaseCharged(_)
        | Body::CaseDischarged(_)
        | Body::OpinionIssued(_)
        | Body::ReviewRequested(_)
        | Body::ReviewRefused(_)
        | Body::CaseTerminated(_)
        | Body::UnitDescribed(_)
        | Body::CaseCopied(_)
        | Body::ClockOpened(_)
        | Body::ClockWarned(_)
        | Body::ClockExpired(_)
        | Body::ClockMet(_)
        | Body::CalendarPublished(_)
        | Body::NoticeSent(_)
        | Body::NoticeFailed(_) => None,
    }
}
