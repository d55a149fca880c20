//! The table of events: which concern limits, and what of each.

use contracts::{
    Body, Event,
    words::{Part, ReviewStage},
};
use deadline_scheduler_rules::{Call, Trigger};
use ids::{AssignmentId, ClockId, UnitCode};
use jiff::civil::Date;
use uuid::Uuid;

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
    /// The instruction, request or order it is about.
    pub(crate) matter: Option<Uuid>,
    /// What tells pauses of one kind apart.
    pub(crate) key: String,
    /// The last day that it names itself.
    pub(crate) given: Option<Date>,
    /// The day on which what it tells of was served.
    pub(crate) served: Option<Date>,
}

impl Heard {
    /// An event that says nothing but that it happened.
    pub(crate) fn plain(trigger: Trigger) -> Self {
        Self {
            trigger,
            assignment: None,
            part: None,
            round: None,
            matter: None,
            key: String::new(),
            given: None,
            served: None,
        }
    }

    /// What the rules want to know of it to open clocks.
    pub(crate) fn call(&self, event: &Event) -> Call {
        let mut call = Call::plain(self.trigger, event.time);
        (call.given, call.served) = (self.given, self.served);
        match &event.body {
            Body::AssignmentDispatched(body) => {
                call.part = body.part.as_str().parse().ok();
                call.mode = body.mode.as_str().parse().ok();
            }
            Body::InstructionIssued(body) => call.rank = Some(body.rank.clone()),
            // Nothing else is filtered by what its event says.
            _ => {}
        }
        call
    }
}

/// Reads an event; `None` if no limit can hang on it.
pub(crate) fn heard(event: &Event) -> Option<Heard> {
    let plain = |trigger| Some(Heard::plain(trigger));
    let round = |trigger, round: i32| Some(Heard { round: Some(round), ..Heard::plain(trigger) });
    let of = |trigger, id: AssignmentId, unit: &UnitCode| {
        Some(Heard { assignment: Some((id, unit.clone())), ..Heard::plain(trigger) })
    };
    let about = |trigger, matter| Some(Heard { matter: Some(matter), ..Heard::plain(trigger) });
    // Requests are counted by the case; a number made of both tells their clocks apart.
    let asked = |trigger, request: i32| {
        let matter = ClockId::derived(&format!("{}:request:{request}", event.aggregate)).0;
        Some(Heard { matter: Some(matter), key: request.to_string(), ..Heard::plain(trigger) })
    };
    match &event.body {
        Body::CaseRegistered(_) => plain(Trigger::CaseRegistered),
        Body::CaseAccepted(_) => plain(Trigger::CaseAccepted),
        Body::CaseDeclined(_) => plain(Trigger::CaseDeclined),
        Body::CaseSupplemented(_) => plain(Trigger::CaseSupplemented),
        Body::CaseWithdrawn(_) => plain(Trigger::CaseWithdrawn),
        Body::CaseClosed(body) => round(Trigger::CaseClosed, body.round),
        Body::CaseRated(_) => plain(Trigger::CaseRated),
        Body::CaseReopened(body) => round(Trigger::CaseReopened, body.round),
        Body::CaseAnswered(body) => round(Trigger::CaseAnswered, body.round),
        Body::AssignmentDispatched(body) => Some(Heard {
            assignment: Some((body.assignment, body.unit.clone())),
            // Passed down the tree: who leads the case stays who it was.
            part: body.parent.is_none().then_some(body.part),
            round: Some(body.round),
            ..Heard::plain(Trigger::AssignmentDispatched)
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
        Body::CaseClassified(_) => plain(Trigger::CaseClassified),
        Body::CaseMerged(body) => round(Trigger::CaseMerged, body.round),
        Body::CaseUnmerged(_) => plain(Trigger::CaseUnmerged),
        Body::CaseRenewed(_) => plain(Trigger::CaseRenewed),
        Body::CasePaused(body) => {
            Some(Heard { key: body.reason.clone(), ..Heard::plain(Trigger::CasePaused) })
        }
        Body::CaseResumed(body) => {
            Some(Heard { key: body.reason.clone(), ..Heard::plain(Trigger::CaseResumed) })
        }
        Body::CaseMaterialsRequested(body) => asked(Trigger::CaseMaterialsRequested, body.request),
        Body::CaseMaterialsReceived(body) => asked(Trigger::CaseMaterialsReceived, body.request),
        Body::CaseNoticeIssued(_) => plain(Trigger::CaseNoticeIssued),
        Body::CaseHandedOver(_) => plain(Trigger::CaseHandedOver),
        Body::CaseReportedUp(_) => plain(Trigger::CaseReportedUp),
        Body::CasePublished(_) => plain(Trigger::CasePublished),
        Body::CaseDeferred(body) => {
            Some(Heard { given: Some(body.until), ..Heard::plain(Trigger::CaseDeferred) })
        }
        Body::CaseUndeferred(_) => plain(Trigger::CaseUndeferred),
        Body::CaseCharged(_) => plain(Trigger::CaseCharged),
        Body::CaseDischarged(_) => plain(Trigger::CaseDischarged),
        Body::CaseTerminated(_) => plain(Trigger::CaseTerminated),
        Body::AssignmentProgressed(body) => of(Trigger::AssignmentProgressed, body.assignment, &body.unit),
        Body::AssignmentDisputed(body) => of(Trigger::AssignmentDisputed, body.assignment, &body.unit),
        Body::AssignmentSettled(body) => of(Trigger::AssignmentSettled, body.assignment, &body.unit),
        Body::InstructionIssued(body) => Some(Heard {
            matter: Some(body.instruction.0),
            given: body.report_by,
            ..Heard::plain(Trigger::InstructionIssued)
        }),
        Body::InstructionReported(body) => about(Trigger::InstructionReported, body.instruction.0),
        Body::OpinionIssued(body) => {
            let trigger = match body.stage {
                ReviewStage::Handling => Trigger::OpinionHandling,
                ReviewStage::Review => Trigger::OpinionReview,
                ReviewStage::Reexamination => Trigger::OpinionReexamination,
            };
            Some(Heard { served: Some(body.served_on), ..Heard::plain(trigger) })
        }
        Body::ReviewRequested(body) => match body.stage {
            ReviewStage::Handling => None,
            ReviewStage::Review => plain(Trigger::ReviewAsked),
            ReviewStage::Reexamination => plain(Trigger::ReexaminationAsked),
        },
        Body::ReviewRefused(body) => match body.stage {
            ReviewStage::Handling => None,
            ReviewStage::Review => plain(Trigger::ReviewRefused),
            ReviewStage::Reexamination => plain(Trigger::ReexaminationRefused),
        },
        Body::CaseHistoryEnded(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
        | Body::CaseLinked(_)
        | Body::CaseFlagged(_)
        | Body::CaseFlagLifted(_)
        | Body::CaseHandsNamed(_)
        | Body::CaseResultSealed(_)
        | Body::CaseResultUnsealed(_)
        | Body::CaseAttached(_)
        | Body::CaseUnpublished(_)
        | Body::CaseArchived(_)
        | Body::ReceptionScheduled(_)
        | Body::ReceptionHeld(_)
        | Body::ReceptionPublished(_)
        | Body::ReceptionCancelled(_)
        | Body::ReceptionMoved(_)
        | Body::BookingChanged(_)
        | Body::DisclosureProgressed(_)
        | Body::CaseFound(_)
        | Body::CaseRiskMarked(_)
        | Body::CaseRiskLifted(_)
        | Body::CaseCallHeld(_)
        | Body::UnitDescribed(_)
        | Body::CaseCopied(_)
        | Body::ReviewAccepted(_)
        | Body::OpinionExtended(_)
        | Body::CaseRemanded(_)
        | Body::CaseLooked(_)
        | Body::CaseLineDrawn(_)
        | Body::FindingRaised(_)
        | Body::ExclusionDecided(_)
        | Body::AlertRaised(_)
        | Body::ReportPublished(_)
        | Body::ClockOpened(_)
        | Body::ClockWarned(_)
        | Body::ClockExpired(_)
        | Body::ClockMet(_)
        | Body::ClockPaused(_)
        | Body::ClockResumed(_)
        | Body::ClockExtended(_)
        | Body::ClockExplained(_)
        | Body::ClockRecomputed(_)
        | Body::SupervisionOrdered(_)
        | Body::SupervisionAnswered(_)
        | Body::SupervisionEscalated(_)
        | Body::SupervisionLifted(_)
        | Body::CalendarPublished(_)
        | Body::NoticeSent(_)
        | Body::NoticeFailed(_)
        | Body::NoticeOpened(_)
        | Body::SubscriptionMade(_)
        | Body::SubscriptionSuspended(_)
        | Body::SubscriptionResumed(_)
        | Body::SubscriptionEnded(_) => None,
    }
}
