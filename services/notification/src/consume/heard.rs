//! From events to the facts and occasions of the rules: one exhaustive match each.

use contracts::{
    Body, Event,
    case::{CaseAccepted, CaseRegistered, PackRef},
    words::{Grade, Kind, Part},
};
use ids::{ClockId, UnitCode};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use notification_rules::{
    card::{Fact, Hand, Head, Pack},
    decide::{After, Limit, Occasion},
    render::{Both, Values},
    words::{self, ClockName, Happening, Variable, Way},
};

use crate::packs::Ready;

/// What an event adds to what is known of its case.
pub(crate) fn facts(event: &Event) -> Vec<Fact> {
    match &event.body {
        Body::CaseRegistered(body) => vec![Fact::Registered(registered(body))],
        Body::CaseAccepted(body) => {
            let reach = body.reachable.iter().filter_map(|way| way_of(way)).collect();
            vec![Fact::Accepted { head: accepted(body), reach }]
        }
        Body::CaseDeclined(_) => vec![Fact::Declined],
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
        | Body::ReviewAccepted(_)
        | Body::OpinionExtended(_)
        | Body::CaseRemanded(_)
        | Body::CaseLooked(_)
        | Body::FindingRaised(_)
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

/// What an event may owe, one occasion for each limit that it tells of.
pub(crate) fn occasions(event: &Event, event_word: Happening, pack: &Ready) -> Vec<Occasion> {
    let blank = |after| Occasion {
        event: event_word,
        at: event.time,
        after,
        limit: None,
        told: None,
        named: None,
        values: Values::new(),
    };
    let (itself, accepted) = (|| vec![blank(After::Itself)], || blank(After::Acceptance));
    // `told` is who must act, `named` is whom the words name; mostly the same.
    let about = |unit: &UnitCode, values: Values| {
        vec![Occasion { told: Some(unit.clone()), named: Some(unit.clone()), values, ..accepted() }]
    };
    let limit = |unit: Option<&UnitCode>, limit: Limit, values: Values| Occasion {
        told: unit.cloned(),
        named: unit.cloned(),
        limit: Some(limit),
        values,
        ..blank(After::Registration)
    };
    let reason = |code: &str| pack.reason(code).map(|label| (Variable::Reason, label)).into_iter().collect();
    match &event.body {
        Body::CaseRegistered(_)
        | Body::CaseAccepted(_)
        | Body::CaseSupplemented(_)
        | Body::CaseWithdrawn(_) => itself(),
        Body::CaseDeclined(body) => {
            let mut values: Values = reason(&body.reason);
            values.extend(pack.refer_to(&body.reason).map(|place| (Variable::ReferTo, place)));
            vec![Occasion { values, ..blank(After::Itself) }]
        }
        Body::CaseClosed(body) => vec![Occasion { values: round(body.round), ..blank(After::Itself) }],
        Body::AssignmentDispatched(body) => about(&body.unit, round(body.round)),
        Body::AssignmentSigned(body) => about(&body.unit, Values::new()),
        Body::AssignmentContacted(body) => about(&body.unit, Values::new()),
        Body::AssignmentReplied(body) => about(&body.unit, Values::new()),
        Body::AssignmentReturned(body) => about(&body.unit, reason(&body.reason)),
        Body::AssignmentReturnRefused(body) => about(&body.unit, reason(&body.reason)),
        Body::AssignmentReplyRejected(body) => about(&body.unit, reason(&body.reason)),
        Body::AssignmentRedirected(body) => {
            // Whose case it was is told whose it is now; the other one hears of it by its own dispatch.
            vec![Occasion { told: Some(body.unit.clone()), named: body.to.clone(), ..accepted() }]
        }
        Body::CaseAnswered(body) => about(&body.unit, round(body.round)),
        Body::ClockOpened(body) => {
            let one = |clock: &contracts::clock::Running| {
                limit(
                    clock.unit.as_ref(),
                    running(clock.clock, &clock.name, clock.due_day),
                    round(body.round),
                )
            };
            body.clocks.iter().map(one).collect()
        }
        Body::ClockWarned(body) => {
            let about = running(body.clock, &body.name, last_day(body.due_at));
            vec![limit(body.unit.as_ref(), about, Values::new())]
        }
        Body::ClockExpired(body) => {
            let about = running(body.clock, &body.name, last_day(body.due_at));
            vec![limit(body.unit.as_ref(), about, Values::new())]
        }
        Body::FollowUpOpened(body) => vec![Occasion { values: round(body.round), ..accepted() }],
        Body::FollowUpCompleted(_) | Body::ClockMet(_) => vec![accepted()],
        Body::CaseRated(body) => {
            let mut values = round(body.round);
            let grade = grade_of(body.grade);
            values.insert(Variable::Grade, Both::of(grade.zh(), grade.en()));
            vec![Occasion { values, ..accepted() }]
        }
        Body::CaseReopened(body) => {
            let mut values = round(body.round);
            values.extend(pack.reason(&body.reason).map(|label| (Variable::Reason, label)));
            vec![Occasion { values, ..accepted() }]
        }
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
        | Body::ClockPaused(_)
        | Body::ClockResumed(_)
        | Body::ClockExtended(_)
        | Body::ClockExplained(_)
        | Body::ClockRecomputed(_)
        | Body::SupervisionOrdered(_)
        | Body::SupervisionAnswered(_)
        | Body::SupervisionEscalated(_)
        | Body::SupervisionLifted(_)
        | Body::CaseCopied(_)
        | Body::ReviewAccepted(_)
        | Body::OpinionExtended(_)
        | Body::CaseRemanded(_)
        | Body::CaseLooked(_)
        | Body::FindingRaised(_)
        | Body::AlertRaised(_)
        | Body::ReportPublished(_)
        | Body::CalendarPublished(_)
        | Body::NoticeSent(_)
        | Body::NoticeFailed(_) => Vec::new(),
    }
}

fn registered(body: &CaseRegistered) -> Head {
    head(&body.number, body.kind, body.received_at, &body.region, &body.pack)
}

fn accepted(body: &CaseAccepted) -> Head {
    head(&body.number, body.kind, body.received_at, &body.region, &body.pack)
}

fn head(
    number: &ids::CaseNumber,
    kind: Kind,
    received_at: Timestamp,
    region: &ids::RegionCode,
    pack: &PackRef,
) -> Head {
    Head {
        number: number.clone(),
        kind: kind_of(kind),
        received_on: day_of(received_at),
        region: region.clone(),
        pack: Pack { id: pack.id.clone(), version: pack.version },
    }
}

fn round(round: i32) -> Values {
    [(Variable::Round, Both::same(round.to_string()))].into()
}

fn running(clock: ClockId, name: &str, due_on: Date) -> Limit {
    Limit { clock, name: name.parse::<ClockName>().ok(), due_on }
}

/// The last day in time, from the first instant that is too late.
fn last_day(due_at: Timestamp) -> Date {
    day_of(due_at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(due_at))
}

fn day_of(at: Timestamp) -> Date {
    TimeZone::fixed(jiff::tz::offset(8)).to_datetime(at).date()
}

fn way_of(kind: &str) -> Option<Way> {
    match kind {
        "sms" => Some(Way::Sms),
        "mail" | "email" => Some(Way::Email),
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

const fn grade_of(grade: Grade) -> words::Grade {
    match grade {
        Grade::VeryGood => words::Grade::VeryGood,
        Grade::Good => words::Grade::Good,
        Grade::Fair => words::Grade::Fair,
        Grade::Poor => words::Grade::Poor,
        Grade::VeryPoor => words::Grade::VeryPoor,
    }
}
