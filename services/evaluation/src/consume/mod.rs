//! The table of what is heard: which event says what about a case, as far as counting needs it.

mod causes;
mod facts;
mod findings;
mod marks;
mod stages;
mod tallies;

use contracts::{Body, Event, case, clock::ClockOpened, words};
use evaluation_rules::{Due, Heard, Kind, PackRef, Registration};
use futures::future::BoxFuture;
use runtime::{ApplyError, Consumer};
use sqlx::PgConnection;

use crate::{Parts, packs::Packs};

/// Whose events make the facts.
pub(crate) const HEARS: &[&str] = &["intake", "routing", "deadline-scheduler", "notification"];

/// Builds facts and opens follow-ups.
pub(crate) struct Facts(pub(crate) Parts);

impl Consumer for Facts {
    fn sources(&self) -> &'static [&'static str] {
        HEARS
    }

    fn apply<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        batch: &'a [Event],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(facts::apply(&self.0, transaction, batch))
    }
}

/// Reads what an event says for counting; most say nothing.
pub(crate) fn heard(event: &Event, packs: &Packs) -> Result<Option<Heard>, ApplyError> {
    let heard = match &event.body {
        Body::CaseRegistered(body) => {
            let case::CaseRegistered { number, kind, channel, region, received_at, pack, .. } = body;
            let (subject, class) = (None, None);
            Heard::Registered(Registration {
                number: number.clone(),
                pack: pack_ref(pack),
                region: region.clone(),
                kind: rules_kind(*kind),
                channel: channel.as_str().to_owned(),
                subject,
                class,
                received_at: *received_at,
                historic: event.historic,
            })
        }
        Body::CaseAccepted(body) => {
            let case::CaseAccepted { number, kind, channel, region, received_at, pack, .. } = body;
            let subject = body.subject.clone();
            let class = body.class.map(|class| class.as_str().to_owned());
            Heard::Accepted(Registration {
                number: number.clone(),
                pack: pack_ref(pack),
                region: region.clone(),
                kind: rules_kind(*kind),
                channel: channel.as_str().to_owned(),
                subject,
                class,
                received_at: *received_at,
                historic: event.historic,
            })
        }
        Body::CaseClassified(body) => Heard::Classified {
            kind: rules_kind(body.kind),
            subject: body.subject.clone(),
            class: body.class.as_str().to_owned(),
        },
        Body::CaseDeclined(body) if body.invalid == Some(true) => Heard::Invalid,
        Body::CaseDeclined(_) => Heard::Declined,
        Body::CaseWithdrawn(_) => Heard::Withdrawn,
        Body::CaseClosed(body) if body.merged_into.is_some() => Heard::ClosedWith {
            unit: body.unit.clone(),
            outcome: body.outcome.as_str().to_owned(),
            round: body.round,
            at: event.time,
            historic: event.historic,
        },
        Body::CaseClosed(body) => Heard::Closed { round: body.round },
        Body::AssignmentDispatched(body) => match body.part {
            words::Part::Lead => {
                Heard::Dispatched { unit: body.unit.clone(), round: body.round, pack: pack_ref(&body.pack) }
            }
            words::Part::Co => return Ok(None),
        },
        Body::CaseAnswered(body) => Heard::Answered {
            unit: body.unit.clone(),
            outcome: body.outcome.as_str().to_owned(),
            round: body.round,
            at: body.answered_at,
            historic: event.historic,
        },
        Body::CaseRemanded(body) => Heard::Remanded { round: body.round },
        Body::ClockOpened(body) => return limit(body, packs),
        Body::CaseSupplemented(_)
        | Body::CaseHistoryEnded(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
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
        | Body::CaseResultSealed(_)
        | Body::CaseResultUnsealed(_)
        | Body::CaseHandedOver(_)
        | Body::CaseReportedUp(_)
        | Body::CaseAttached(_)
        | Body::CasePublished(_)
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
        | Body::ReviewAccepted(_)
        | Body::OpinionExtended(_)
        | Body::CaseLooked(_)
        | Body::CaseLineDrawn(_)
        | Body::FindingRaised(_)
        | Body::ExclusionDecided(_)
        | Body::AlertRaised(_)
        | Body::ReportPublished(_)
        | Body::AssignmentSigned(_)
        | Body::AssignmentContacted(_)
        | Body::AssignmentReturned(_)
        | Body::AssignmentRedirected(_)
        | Body::AssignmentReturnRefused(_)
        | Body::AssignmentReplied(_)
        | Body::AssignmentReplyRejected(_)
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
        | Body::SubscriptionEnded(_)
        | Body::FollowUpOpened(_)
        | Body::FollowUpCompleted(_)
        | Body::CaseRated(_)
        | Body::CaseReopened(_) => return Ok(None),
    };
    Ok(Some(heard))
}

/// The limit that decides in time or not is that of the clock which the pack names; of several the last one.
fn limit(opened: &ClockOpened, packs: &Packs) -> Result<Option<Heard>, ApplyError> {
    let pack = pack_ref(&opened.pack);
    let name = &known(packs.find(&pack), &pack)?.counting.clock;
    let deciding = opened.clocks.iter().filter(|clock| clock.name == *name).max_by_key(|clock| clock.due_day);
    Ok(deciding.map(|clock| Heard::LimitSet {
        due: Due { day: clock.due_day, provisional: clock.provisional },
        round: opened.round,
        pack,
    }))
}

/// A pack that this installation does not have is nothing that passes: a person must look.
pub(crate) fn known<'a, T>(found: Option<&'a T>, pack: &PackRef) -> Result<&'a T, ApplyError> {
    found.ok_or_else(|| ApplyError::Poison { reason: format!("policy pack {} is not here", pack.id) })
}

fn pack_ref(pack: &case::PackRef) -> PackRef {
    PackRef { id: pack.id.clone(), version: pack.version }
}

const fn rules_kind(kind: words::Kind) -> Kind {
    match kind {
        words::Kind::Consultation => Kind::Consultation,
        words::Kind::Help => Kind::Help,
        words::Kind::Complaint => Kind::Complaint,
        words::Kind::Report => Kind::Report,
        words::Kind::Suggestion => Kind::Suggestion,
        words::Kind::Praise => Kind::Praise,
        words::Kind::Other => Kind::Other,
    }
}
