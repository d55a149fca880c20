//! From events to the facts of the rules: one exhaustive match.

use contracts::{
    Body, Event,
    case::{CaseAccepted, CaseRegistered, PackRef},
    words::{Kind, Part},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use notification_rules::{
    card::{Fact, Hand, Head, Pack},
    guard::{Drawn, RESULT_SEALED},
    words::{self, Happening, Way},
};

/// What an event adds to what is known of its case.
pub(crate) fn facts(event: &Event) -> Vec<Fact> {
    match &event.body {
        Body::CaseRegistered(body) => {
            let sealed = body.confidential.then_some(Fact::Sealed);
            sealed.into_iter().chain([Fact::Registered(registered(body))]).collect()
        }
        Body::CaseAccepted(body) => {
            let reach = body.reachable.iter().filter_map(|way| way_of(way)).collect();
            let sealed = body.confidential.then_some(Fact::Sealed);
            sealed.into_iter().chain([Fact::Accepted { head: accepted(body), reach }]).collect()
        }
        Body::ClockResumed(body) => {
            let limit = |clock: &contracts::clock::Running| Fact::Limit {
                clock: clock.clock,
                provisional: clock.provisional,
            };
            body.clocks.iter().map(limit).collect()
        }
        Body::ClockRecomputed(body) => {
            let limit = |clock: &contracts::clock::Moved| Fact::Limit {
                clock: clock.clock,
                provisional: clock.provisional,
            };
            body.clocks.iter().map(limit).collect()
        }
        Body::CaseFlagged(body) => vec![Fact::Flagged(body.flag.clone())],
        Body::CaseFlagLifted(body) => vec![Fact::Unflagged(body.flag.clone())],
        Body::CaseHandsNamed(body) => {
            let line = body.line.clone().unwrap_or_default();
            vec![Fact::Sealed, Fact::Accused { units: body.barred.clone(), line }]
        }
        Body::CaseLineDrawn(body) => vec![Fact::Drawn(Drawn {
            accused: body.barred.iter().cloned().collect(),
            line: body.line.iter().cloned().collect(),
        })],
        Body::CaseResultSealed(_) => vec![Fact::Flagged(RESULT_SEALED.to_owned())],
        Body::CaseResultUnsealed(_) => vec![Fact::Unflagged(RESULT_SEALED.to_owned())],
        Body::CaseDeclined(body) => {
            vec![Fact::Declined { reach: body.reachable.iter().filter_map(|way| way_of(way)).collect() }]
        }
        Body::AssignmentDispatched(body) => match body.part {
            Part::Lead => vec![Fact::Given(Hand { since: event.time, unit: body.unit.clone() })],
            Part::Co => Vec::new(),
        },
        Body::ClockOpened(body) => {
            let limit = |clock: &contracts::clock::Running| Fact::Limit {
                clock: clock.clock,
                provisional: clock.provisional,
            };
            body.clocks.iter().map(limit).collect()
        }
        Body::ReceptionPublished(body) => {
            vec![of_no_case(body.session.to_string(), body.day, &body.region, &body.pack, &[])]
        }
        Body::ReceptionCancelled(body) => {
            vec![of_no_case(body.session.to_string(), body.day, &body.region, &body.pack, &[])]
        }
        Body::ReceptionMoved(body) => {
            vec![of_no_case(body.session.to_string(), body.day, &body.region, &body.pack, &[])]
        }
        Body::BookingChanged(body) => {
            vec![of_no_case(body.serial.clone(), body.from, &body.region, &body.pack, &body.reachable)]
        }
        Body::DisclosureProgressed(body) => {
            let received_on = body.received_on;
            vec![of_no_case(body.serial.clone(), received_on, &body.region, &body.pack, &body.reachable)]
        }
        Body::CaseSupplemented(_)
        | Body::CaseWithdrawn(_)
        | Body::CaseClosed(_)
        | Body::CaseHistoryEnded(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
        | Body::CaseClassified(_)
        | Body::CaseMerged(_)
        | Body::CaseUnmerged(_)
        | Body::CaseLinked(_)
        | Body::CaseRenewed(_)
        | Body::CaseMaterialsRequested(_)
        | Body::CaseMaterialsReceived(_)
        | Body::CaseNoticeIssued(_)
        | Body::CaseHandedOver(_)
        | Body::CaseReportedUp(_)
        | Body::CaseAttached(_)
        | Body::CasePublished(_)
        | Body::CaseUnpublished(_)
        | Body::CaseArchived(_)
        | Body::ReceptionScheduled(_)
        | Body::ReceptionHeld(_)
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
        | Body::CaseRemanded(_)
        | Body::CaseLooked(_)
        | Body::ClockPaused(_)
        | Body::ClockExtended(_)
        | Body::ClockExplained(_)
        | Body::SupervisionOrdered(_)
        | Body::SupervisionAnswered(_)
        | Body::SupervisionEscalated(_)
        | Body::SupervisionLifted(_)
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
        | Body::CaseAnswered(_)
        | Body::ClockWarned(_)
        | Body::ClockExpired(_)
        | Body::ClockMet(_)
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
        | Body::CaseReopened(_) => Vec::new(),
    }
}

/// The word of the packs for an event; nothing for what no pack may speak of.
pub(crate) fn happening(event: &Event) -> Option<Happening> {
    event.body.kind().parse().ok()
}

fn registered(body: &CaseRegistered) -> Head {
    head(&body.number, body.kind, body.received_at, &body.region, &body.pack)
}

fn accepted(body: &CaseAccepted) -> Head {
    head(&body.number, body.kind, body.received_at, &body.region, &body.pack)
}

/// The card of what is about no case: whole with its first event, as nobody else speaks of it.
fn of_no_case(number: String, day: Date, region: &ids::RegionCode, pack: &PackRef, ways: &[String]) -> Fact {
    let pack = Pack { id: pack.id.clone(), version: pack.version };
    let head = Head { number, kind: None, received_on: day, region: region.clone(), pack };
    Fact::Accepted { head, reach: ways.iter().filter_map(|way| way_of(way)).collect() }
}

fn head(
    number: &ids::CaseNumber,
    kind: Kind,
    received_at: Timestamp,
    region: &ids::RegionCode,
    pack: &PackRef,
) -> Head {
    Head {
        number: number.to_string(),
        kind: Some(kind_of(kind)),
        received_on: day_of(received_at),
        region: region.clone(),
        pack: Pack { id: pack.id.clone(), version: pack.version },
    }
}

pub(crate) fn day_of(at: Timestamp) -> Date {
    TimeZone::fixed(jiff::tz::offset(8)).to_datetime(at).date()
}

fn way_of(kind: &str) -> Option<Way> {
    match kind {
        "sms" => Some(Way::Sms),
        "mail" | "email" => Some(Way::Email),
        "wechat" => Some(Way::Wechat),
        _ => None,
    }
}

const fn kind_of(kind: Kind) -> words::Kind {
    match kind {
        Kind::Consultation => words::Kind::Consultation,
        Kind::Help => words::Kind::Help,
        Kind::Complaint => words::Kind::Complaint,
        Kind::Report => words::Kind::Report,
        Kind::Suggestion => words::Kind::Suggestion,
        Kind::Praise => words::Kind::Praise,
        Kind::Other => words::Kind::Other,
    }
}
