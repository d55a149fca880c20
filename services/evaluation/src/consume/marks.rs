//! What an event leaves on a case as a mark: one exhaustive match.

use contracts::Body;
use evaluation_rules::{Heard, Mark, Marks};

/// The clock whose meeting in time is 签收 in time, and whose passing leaves it owed; as packs name it.
const SIGN: &str = "sign";
/// The same for 响应.
const CONTACT: &str = "contact";

/// Rights of the citizen: whoever does not use them, or uses them late, makes no office late.
const RIGHTS: [&str; 2] = ["ask_review", "ask_reexamine"];

/// Reads what happened beyond dates, units and rounds.
pub(super) fn heard(body: &Body) -> Option<Heard> {
    let left = |marks: &[Mark]| Some(Heard::Happened(Marks::of(marks)));
    match body {
        Body::CaseAccepted(body) => {
            let fast = body.fast.is_some().then_some(Mark::Fast);
            let sealed = body.confidential.then_some(Mark::Sealed);
            let marks: Vec<Mark> = fast.into_iter().chain(sealed).collect();
            if marks.is_empty() { None } else { left(&marks) }
        }
        Body::CaseRegistered(body) if body.confidential => left(&[Mark::Sealed]),
        Body::CaseClassified(body) => {
            let fast = body.fast.is_some().then_some(Mark::Fast);
            fast.and_then(|fast| left(&[fast]))
        }
        Body::CaseRiskMarked(_) => left(&[Mark::Risk]),
        Body::CaseRiskLifted(body) if body.left == 0 => Some(Heard::TakenBack(Mark::Risk)),
        Body::CaseFound(body) => Some(Heard::Found(body.findings.clone())),
        Body::CaseMerged(_) => left(&[Mark::Merged]),
        Body::CaseUnmerged(_) => Some(Heard::TakenBack(Mark::Merged)),
        Body::CaseLinked(body) if body.link == "repeat" => left(&[Mark::Repeated]),
        Body::CaseMaterialsRequested(body) if body.request > 1 => left(&[Mark::AskedTwice]),
        Body::CaseHandedOver(_) => left(&[Mark::HandedOver]),
        Body::CaseReportedUp(_) => left(&[Mark::ReportedUp]),
        Body::CasePublished(_) => left(&[Mark::Published]),
        Body::CaseUnpublished(_) => Some(Heard::TakenBack(Mark::Published)),
        Body::AssignmentSigned(_) => left(&[Mark::Signed]),
        Body::AssignmentContacted(body) if body.reached => left(&[Mark::Contacted]),
        Body::AssignmentReturned(_) => left(&[Mark::Returned]),
        Body::AssignmentReturnRefused(_) => left(&[Mark::ReturnedWrongly]),
        Body::AssignmentRedirected(_) => left(&[Mark::Redirected]),
        Body::AssignmentReplyRejected(_) => left(&[Mark::ReplyRejected]),
        Body::AssignmentDisputed(_) => left(&[Mark::Disputed]),
        Body::CaseDeferred(_) => left(&[Mark::Deferred]),
        Body::InstructionIssued(_) => left(&[Mark::Instructed]),
        Body::CaseCharged(_) => left(&[Mark::Charged]),
        Body::CaseTerminated(_) => left(&[Mark::Terminated]),
        Body::ClockExpired(body) if RIGHTS.contains(&body.name.as_str()) => None,
        Body::ClockExpired(body) => match body.name.as_str() {
            SIGN => left(&[Mark::Late, Mark::SignDue]),
            CONTACT => left(&[Mark::Late, Mark::ContactDue]),
            _ => left(&[Mark::Late]),
        },
        Body::ClockOpened(body) if body.mended => Some(Heard::TakenBack(Mark::Late)),
        Body::ClockExtended(_) => left(&[Mark::Extended]),
        Body::SupervisionOrdered(_) => left(&[Mark::Supervised]),
        Body::SupervisionAnswered(_) => left(&[Mark::SupervisionAnswered]),
        Body::ClockMet(body) => {
            let marks = body.clocks.iter().flat_map(|clock| {
                let (owed, done) = match clock.name.as_str() {
                    SIGN => (Some(Mark::SignDue), Some(Mark::SignedInTime)),
                    CONTACT => (Some(Mark::ContactDue), Some(Mark::ContactedInTime)),
                    _ => (None, None),
                };
                let late = clock.late && !RIGHTS.contains(&clock.name.as_str());
                let came = if late { Some(Mark::Late) } else { done };
                owed.into_iter().chain(came)
            });
            let marks: Vec<Mark> = marks.collect();
            if marks.is_empty() { None } else { left(&marks) }
        }
        Body::CaseRegistered(_)
        | Body::CaseDeclined(_)
        | Body::CaseSupplemented(_)
        | Body::CaseWithdrawn(_)
        | Body::CaseClosed(_)
        | Body::CaseHistoryEnded(_)
        | Body::CaseLinked(_)
        | Body::CaseMaterialsRequested(_)
        | Body::CaseMaterialsReceived(_)
        | Body::CaseRenewed(_)
        | Body::CaseFlagged(_)
        | Body::CaseFlagLifted(_)
        | Body::CaseNoticeIssued(_)
        | Body::CaseHandsNamed(_)
        | Body::CaseResultSealed(_)
        | Body::CaseResultUnsealed(_)
        | Body::CaseAttached(_)
        | Body::CaseArchived(_)
        | Body::CaseCopied(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
        | Body::ReceptionScheduled(_)
        | Body::ReceptionHeld(_)
        | Body::ReceptionPublished(_)
        | Body::ReceptionCancelled(_)
        | Body::ReceptionMoved(_)
        | Body::BookingChanged(_)
        | Body::DisclosureProgressed(_)
        | Body::CaseRiskLifted(_)
        | Body::CaseCallHeld(_)
        | Body::UnitDescribed(_)
        | Body::AssignmentDispatched(_)
        | Body::AssignmentContacted(_)
        | Body::AssignmentReplied(_)
        | Body::AssignmentProgressed(_)
        | Body::AssignmentSettled(_)
        | Body::CaseAnswered(_)
        | Body::CasePaused(_)
        | Body::CaseResumed(_)
        | Body::CaseUndeferred(_)
        | Body::InstructionReported(_)
        | Body::CaseDischarged(_)
        | Body::OpinionIssued(_)
        | Body::ReviewRequested(_)
        | Body::ReviewRefused(_)
        | Body::ClockOpened(_)
        | Body::ClockWarned(_)
        | Body::ClockPaused(_)
        | Body::ClockResumed(_)
        | Body::ClockRecomputed(_)
        | Body::SupervisionEscalated(_)
        | Body::SupervisionLifted(_)
        | Body::ClockExplained(_)
        | Body::ReviewAccepted(_)
        | Body::OpinionExtended(_)
        | Body::CaseRemanded(_)
        | Body::CaseLooked(_)
        | Body::CaseLineDrawn(_)
        | Body::FindingRaised(_)
        | Body::ExclusionDecided(_)
        | Body::AlertRaised(_)
        | Body::ReportPublished(_)
        | Body::CalendarPublished(_)
        | Body::NoticeSent(_)
        | Body::NoticeFailed(_)
        | Body::NoticeOpened(_)
        | Body::SubscriptionMade(_)
        | Body::SubscriptionSuspended(_)
        | Body::SubscriptionResumed(_)
        | Body::SubscriptionEnded(_)
        | Body::FollowUpOpened(_)
        | Body::FollowUpCompleted(_)
        | Body::CaseRated(_)
        | Body::CaseReopened(_) => None,
    }
}
