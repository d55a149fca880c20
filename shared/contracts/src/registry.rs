//! The table of all events: kind, owner, type. A new meaning is a new row, never a changed one.

use crate::{
    assignment::*, case::*, clock::*, contact::*, finding::*, followup::*, handling::*, leader::*, notice::*,
    petition::*, reception::*, record::*, subscription::*, supervision::*, unit::*,
};

/// Why an event could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BadEvent {
    /// A kind that this build does not know.
    #[error("unknown event kind {0}")]
    UnknownKind(String),
    /// The body does not fit its kind. The source names the field, never the value of a person's data.
    #[error("body of {kind} cannot be read")]
    Body {
        /// Which kind.
        kind: &'static str,
        /// Where it went wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A header is missing or wrong.
    #[error("header {0} is missing or wrong")]
    Header(&'static str),
}

macro_rules! events {
    ($($variant:ident = $kind:literal by $owner:literal;)+) => {
        /// The body of an event, by kind.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Body {
            $(#[doc = concat!("`", $kind, "`, said by ", $owner, ".")] $variant($variant),)+
        }

        /// Each kind with the service that says it.
        pub const KINDS: &[(&str, &str)] = &[$(($kind, $owner)),+];

        impl Body {
            /// `entity.event`, as it stands in subjects and headers.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind),+ }
            }

            /// The service that says it.
            #[must_use]
            pub const fn owner(&self) -> &'static str {
                match self { $(Self::$variant(_) => $owner),+ }
            }

            /// Writes the body as JSON.
            #[must_use]
            pub fn to_json(&self) -> Vec<u8> {
                match self { $(Self::$variant(body) => serde_json::to_vec(body)),+ }
                    .expect("bodies are plain structs with string keys")
            }

            /// Reads the body of a kind.
            ///
            /// # Errors
            /// [`BadEvent`] for an unknown kind or a body that does not fit.
            pub fn from_json(kind: &str, json: &[u8]) -> Result<Self, BadEvent> {
                match kind {
                    $($kind => serde_json::from_slice(json).map(Self::$variant)
                        .map_err(|source| BadEvent::Body { kind: $kind, source }),)+
                    _ => Err(BadEvent::UnknownKind(kind.to_owned())),
                }
            }
        }

        $(impl From<$variant> for Body {
            fn from(body: $variant) -> Self {
                Self::$variant(body)
            }
        })+
    };
}

events! {
    CaseRegistered = "case.registered" by "intake";
    CaseAccepted = "case.accepted" by "intake";
    CaseDeclined = "case.declined" by "intake";
    CaseSupplemented = "case.supplemented" by "intake";
    CaseWithdrawn = "case.withdrawn" by "intake";
    CaseClosed = "case.closed" by "intake";
    CaseHistoryEnded = "case.history_ended" by "intake";
    ContactRecorded = "contact.recorded" by "intake";
    ContactCalledBack = "contact.called_back" by "intake";
    CaseClassified = "case.classified" by "intake";
    CaseMerged = "case.merged" by "intake";
    CaseUnmerged = "case.unmerged" by "intake";
    CaseLinked = "case.linked" by "intake";
    CaseRenewed = "case.renewed" by "intake";
    CaseFlagged = "case.flagged" by "intake";
    CaseFlagLifted = "case.flag_lifted" by "intake";
    CaseMaterialsRequested = "case.materials_requested" by "intake";
    CaseMaterialsReceived = "case.materials_received" by "intake";
    CaseNoticeIssued = "case.notice_issued" by "intake";
    CaseHandsNamed = "case.hands_named" by "intake";
    CaseHandedOver = "case.handed_over" by "intake";
    CaseReportedUp = "case.reported_up" by "intake";
    CaseAttached = "case.attached" by "intake";
    CasePublished = "case.published" by "intake";
    CaseUnpublished = "case.unpublished" by "intake";
    CaseResultSealed = "case.result_sealed" by "intake";
    CaseResultUnsealed = "case.result_unsealed" by "intake";
    CaseArchived = "case.archived" by "intake";
    ReceptionScheduled = "reception.scheduled" by "intake";
    ReceptionHeld = "reception.held" by "intake";
    ReceptionPublished = "reception.published" by "intake";
    ReceptionCancelled = "reception.cancelled" by "intake";
    ReceptionMoved = "reception.moved" by "intake";
    BookingChanged = "booking.changed" by "intake";
    DisclosureProgressed = "disclosure.progressed" by "intake";
    CaseFound = "case.found" by "intake";
    CaseRiskMarked = "case.risk_marked" by "intake";
    CaseRiskLifted = "case.risk_lifted" by "intake";
    CaseCallHeld = "case.call_held" by "intake";
    AssignmentDispatched = "assignment.dispatched" by "routing";
    AssignmentSigned = "assignment.signed" by "routing";
    AssignmentContacted = "assignment.contacted" by "routing";
    AssignmentReturned = "assignment.returned" by "routing";
    AssignmentRedirected = "assignment.redirected" by "routing";
    AssignmentReturnRefused = "assignment.return_refused" by "routing";
    AssignmentReplied = "assignment.replied" by "routing";
    AssignmentReplyRejected = "assignment.reply_rejected" by "routing";
    CaseAnswered = "case.answered" by "routing";
    AssignmentProgressed = "assignment.progressed" by "routing";
    AssignmentDisputed = "assignment.disputed" by "routing";
    AssignmentSettled = "assignment.settled" by "routing";
    CasePaused = "case.paused" by "routing";
    CaseResumed = "case.resumed" by "routing";
    CaseDeferred = "case.deferred" by "routing";
    CaseUndeferred = "case.undeferred" by "routing";
    InstructionIssued = "instruction.issued" by "routing";
    InstructionReported = "instruction.reported" by "routing";
    CaseCharged = "case.charged" by "routing";
    CaseDischarged = "case.discharged" by "routing";
    OpinionIssued = "opinion.issued" by "routing";
    ReviewRequested = "review.requested" by "routing";
    ReviewRefused = "review.refused" by "routing";
    CaseTerminated = "case.terminated" by "routing";
    UnitDescribed = "unit.described" by "routing";
    CaseCopied = "case.copied" by "routing";
    ReviewAccepted = "review.accepted" by "routing";
    OpinionExtended = "opinion.extended" by "routing";
    CaseRemanded = "case.remanded" by "routing";
    CaseLooked = "case.looked" by "routing";
    CaseLineDrawn = "case.line_drawn" by "routing";
    ClockOpened = "clock.opened" by "deadline-scheduler";
    ClockWarned = "clock.warned" by "deadline-scheduler";
    ClockExpired = "clock.expired" by "deadline-scheduler";
    ClockMet = "clock.met" by "deadline-scheduler";
    ClockPaused = "clock.paused" by "deadline-scheduler";
    ClockResumed = "clock.resumed" by "deadline-scheduler";
    ClockExtended = "clock.extended" by "deadline-scheduler";
    ClockExplained = "clock.explained" by "deadline-scheduler";
    ClockRecomputed = "clock.recomputed" by "deadline-scheduler";
    SupervisionOrdered = "supervision.ordered" by "deadline-scheduler";
    SupervisionAnswered = "supervision.answered" by "deadline-scheduler";
    SupervisionEscalated = "supervision.escalated" by "deadline-scheduler";
    SupervisionLifted = "supervision.lifted" by "deadline-scheduler";
    CalendarPublished = "calendar.published" by "deadline-scheduler";
    NoticeSent = "notice.sent" by "notification";
    NoticeFailed = "notice.failed" by "notification";
    NoticeOpened = "notice.opened" by "notification";
    SubscriptionMade = "subscription.made" by "notification";
    SubscriptionSuspended = "subscription.suspended" by "notification";
    SubscriptionResumed = "subscription.resumed" by "notification";
    SubscriptionEnded = "subscription.ended" by "notification";
    FollowUpOpened = "followup.opened" by "evaluation";
    FollowUpCompleted = "followup.completed" by "evaluation";
    CaseRated = "case.rated" by "evaluation";
    CaseReopened = "case.reopened" by "evaluation";
    FindingRaised = "finding.raised" by "evaluation";
    ExclusionDecided = "exclusion.decided" by "evaluation";
    AlertRaised = "alert.raised" by "evaluation";
    ReportPublished = "report.published" by "evaluation";
}

/// The service that says this kind, if the kind is known.
#[must_use]
pub fn owner_of(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(known, _)| *known == kind).map(|(_, owner)| *owner)
}
