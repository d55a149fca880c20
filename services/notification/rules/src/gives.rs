//! Which variables an event can give a value: a text that names another would always read `—`.

use crate::words::{Happening, Variable};

impl Happening {
    /// Says whether the event can give this variable a value.
    #[must_use]
    pub const fn gives(self, variable: Variable) -> bool {
        use Happening as H;
        match variable {
            Variable::TrackUrl => true,
            // Of a message that was not brought nothing is known but its case and why.
            _ if matches!(self, H::NoticeFailed) => {
                matches!(variable, Variable::CaseNumber | Variable::Reason)
            }
            Variable::ReceivedOn => self.is_of_case(),
            Variable::CaseNumber | Variable::Kind => self.is_of_case() && !self.is_of_no_case(),
            Variable::Unit => {
                self.is_of_case()
                    && !self.is_of_no_case()
                    && !matches!(self, H::CaseRegistered | H::CaseAccepted | H::CaseDeclined)
            }
            Variable::DueOn => {
                (self.is_of_clock() && !matches!(self, H::ClockPaused))
                    || matches!(self, H::InstructionIssued | H::DisclosureProgressed)
            }
            Variable::Clock => self.is_of_clock(),
            Variable::Reason => matches!(
                self,
                H::CaseDeclined
                    | H::CaseReopened
                    | H::CaseRenewed
                    | H::CaseFlagged
                    | H::CaseFlagLifted
                    | H::CaseUnpublished
                    | H::CasePaused
                    | H::CaseResumed
                    | H::CaseTerminated
                    | H::CaseLinked
                    | H::AssignmentReturned
                    | H::AssignmentReturnRefused
                    | H::AssignmentReplyRejected
                    | H::AssignmentSettled
                    | H::ReviewRefused
                    | H::ClockPaused
                    | H::ClockResumed
                    | H::ClockExtended
                    | H::ClockExplained
                    | H::SupervisionOrdered
                    | H::SupervisionLifted
                    | H::CaseCopied
                    | H::FindingRaised
                    | H::AlertRaised
                    | H::SubscriptionSuspended
            ),
            Variable::ReferTo => matches!(self, H::CaseDeclined),
            Variable::Grade => matches!(self, H::CaseRated),
            Variable::Round => matches!(
                self,
                H::CaseReopened
                    | H::CaseRated
                    | H::CaseClosed
                    | H::CaseMerged
                    | H::CaseRemanded
                    | H::CaseAnswered
                    | H::AssignmentDispatched
                    | H::FollowUpOpened
                    | H::ClockOpened
            ),
            Variable::Count => {
                matches!(
                    self,
                    H::CaseSupplemented
                        | H::CaseMaterialsRequested
                        | H::OpinionExtended
                        | H::FindingRaised
                        | H::AlertRaised
                )
            }
            Variable::Until => {
                matches!(
                    self,
                    H::CaseFlagged
                        | H::CaseDeferred
                        | H::ClockExplained
                        | H::SupervisionOrdered
                        | H::ReportPublished
                )
            }
            Variable::ServedOn => matches!(self, H::CaseNoticeIssued | H::OpinionIssued),
            Variable::Form => {
                matches!(self, H::CaseNoticeIssued | H::SupervisionOrdered | H::ReportPublished)
            }
            Variable::Serial => matches!(
                self,
                H::CaseNoticeIssued | H::CaseReportedUp | H::BookingChanged | H::DisclosureProgressed
            ),
            Variable::SessionOn | Variable::NextOn => matches!(self, H::BookingChanged),
            Variable::Stage => matches!(
                self,
                H::OpinionIssued
                    | H::ReviewRequested
                    | H::ReviewRefused
                    | H::ReviewAccepted
                    | H::OpinionExtended
                    | H::CaseRemanded
            ),
            Variable::Result => {
                matches!(
                    self,
                    H::OpinionIssued
                        | H::CaseAnswered
                        | H::CaseClosed
                        | H::AssignmentReplied
                        | H::FollowUpCompleted
                        | H::ExclusionDecided
                )
            }
            Variable::Step => {
                matches!(
                    self,
                    H::AssignmentProgressed
                        | H::CaseHandedOver
                        | H::SupervisionEscalated
                        | H::DisclosureProgressed
                )
            }
            Variable::Body => {
                matches!(self, H::CaseHandedOver | H::CaseReportedUp | H::SubscriptionSuspended)
            }
            Variable::Charge => matches!(self, H::CaseCharged | H::CaseDischarged),
            Variable::Rank => matches!(self, H::InstructionIssued),
            Variable::Subject | Variable::Previous => matches!(self, H::AlertRaised),
            Variable::Since | Variable::Area => self.is_of_place(),
            // Given by what is said at set times, never by an event.
            Variable::Kinds | Variable::Answered | Variable::Overdue | Variable::Hours | Variable::Title => {
                false
            }
        }
    }

    /// What has a card and is about no case: receptions, bookings, requests for disclosure.
    const fn is_of_no_case(self) -> bool {
        matches!(
            self,
            Self::ReceptionPublished
                | Self::ReceptionCancelled
                | Self::ReceptionMoved
                | Self::BookingChanged
                | Self::DisclosureProgressed
        )
    }

    const fn is_of_clock(self) -> bool {
        matches!(
            self,
            Self::ClockOpened
                | Self::ClockWarned
                | Self::ClockExpired
                | Self::ClockPaused
                | Self::ClockResumed
                | Self::ClockExtended
                | Self::ClockRecomputed
                | Self::SupervisionEscalated
        )
    }
}
