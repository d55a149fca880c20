//! The words that packs may use. Unknown words are an error, never a guess.

use serde::{Deserialize, Serialize};

/// A word that is not in its list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known {0}")]
pub struct UnknownWord(pub &'static str);

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $what:literal { $($(#[$extra:meta])* $variant:ident = $word:literal $(| $alias:literal)?;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`.")] #[serde(rename = $word $(, alias = $alias)?)] $(#[$extra])* $variant,)+
        }

        impl $name {
            /// Lists every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Gives the word as packs and events write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word $(| $alias)? => Ok(Self::$variant),)+
                    _ => Err(UnknownWord($what)),
                }
            }
        }
    )+};
}

words! {
    /// What a message wants (诉求类型).
    Kind: "kind" {
        Consultation = "consultation";
        Help = "help";
        Complaint = "complaint";
        Report = "report";
        Suggestion = "suggestion";
        Praise = "praise";
        Other = "other";
    }
    /// How soon hands are needed (紧急程度). 特急 is `immediate`.
    Urgency: "urgency" {
        Ordinary = "ordinary";
        Urgent = "urgent";
        Immediate = "immediate";
    }
    /// What a clock measures.
    ClockName: "clock name" {
        Accept = "accept";
        Sign = "sign";
        Contact = "contact";
        Handle = "handle";
        Review = "review";
        Reply = "reply";
        FollowUp = "follow_up";
        Dispatch = "dispatch";
        Return = "return";
        Assist = "assist";
        Interim = "interim";
        Notice = "notice";
        Materials = "materials";
        Settle = "settle";
        Instruction = "instruction";
        ReportUp = "report_up";
        Deferred = "deferred";
        AskReview = "ask_review";
        Recheck = "recheck";
        AskReexamine = "ask_reexamine";
        Reexamine = "reexamine";
        Explanation = "explanation";
        Supervision = "supervision";
        Age = "age";
        FastWarn = "fast_warn";
        FastDiscover = "fast_discover";
        FastCounsel = "fast_counsel";
        FastDissolve = "fast_dissolve";
        FastEnd = "fast_end";
    }
    /// How a message is read (一般件、急阅件、重要件).
    Class: "class" {
        Ordinary = "ordinary";
        UrgentRead = "urgent-read";
        Important = "important";
    }
    /// 主办 or 协办.
    Part: "part" {
        Lead = "lead";
        Co = "co";
    }
    /// A rung of the ladder, or the form of an order: what is done about a limit that comes near or passed.
    Step: "step" {
        Remind = "remind";
        Yellow = "yellow";
        Red = "red";
        Urge = "urge";
        Explain = "explain";
        Order = "order";
        Joint = "joint";
        OnSite = "on-site";
        Listed = "listed";
        Criticise = "criticise";
        Interview = "interview";
        Account = "account";
    }
    /// 转送 or 交办.
    Mode: "mode" {
        Forwarding = "forwarding";
        Assignment = "assignment";
    }
    /// An event that may open, stop, cancel, pause or resume a clock.
    Trigger: "event" {
        CaseRegistered = "case.registered";
        CaseAccepted = "case.accepted";
        CaseDeclined = "case.declined";
        CaseSupplemented = "case.supplemented";
        CaseWithdrawn = "case.withdrawn";
        CaseClosed = "case.closed";
        CaseReopened = "case.reopened";
        CaseRated = "case.rated";
        CaseAnswered = "case.answered";
        AssignmentDispatched = "assignment.dispatched";
        AssignmentSigned = "assignment.signed";
        AssignmentContacted = "assignment.contacted";
        AssignmentReturned = "assignment.returned";
        AssignmentRedirected = "assignment.redirected";
        AssignmentReturnRefused = "assignment.return_refused";
        AssignmentReplied = "assignment.replied";
        AssignmentReplyRejected = "assignment.reply_rejected";
        FollowUpOpened = "followup.opened";
        FollowUpCompleted = "followup.completed";
        CaseClassified = "case.classified";
        CaseMerged = "case.merged";
        CaseUnmerged = "case.unmerged";
        CaseRenewed = "case.renewed";
        CasePaused = "case.paused";
        CaseResumed = "case.resumed";
        CaseMaterialsRequested = "case.materials_requested";
        CaseMaterialsReceived = "case.materials_received";
        CaseNoticeIssued = "case.notice_issued";
        CaseHandedOver = "case.handed_over";
        CaseReportedUp = "case.reported_up";
        CaseDeferred = "case.deferred";
        CaseUndeferred = "case.undeferred";
        CaseCharged = "case.charged";
        CaseDischarged = "case.discharged";
        CasePublished = "case.published";
        CaseTerminated = "case.terminated";
        AssignmentProgressed = "assignment.progressed";
        AssignmentDisputed = "assignment.disputed";
        AssignmentSettled = "assignment.settled";
        InstructionIssued = "instruction.issued";
        InstructionReported = "instruction.reported";
        OpinionHandling = "opinion.issued:handling";
        OpinionReview = "opinion.issued:review";
        OpinionReexamination = "opinion.issued:reexamination";
        ReviewAsked = "review.requested:review";
        ReexaminationAsked = "review.requested:reexamination";
        ReviewRefused = "review.refused:review";
        ReexaminationRefused = "review.refused:reexamination";
        ClockExpired = "clock.expired";
        ClockExplained = "clock.explained";
        SupervisionOrdered = "supervision.ordered";
        SupervisionAnswered = "supervision.answered";
        SupervisionLifted = "supervision.lifted";
    }
}
