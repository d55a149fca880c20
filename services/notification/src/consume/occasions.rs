//! From events to what they may owe: one exhaustive match.

use contracts::{
    Body, Event,
    case::CaseAccepted,
    words::{Class, Grade, ReviewStage, Urgency},
};
use ids::{ClockId, UnitCode};
use jiff::{SignedDuration, Timestamp, civil::Date};
use notification_rules::{
    decide::{After, Limit, Occasion, day},
    render::{Both, Values},
    words::{self, ClockName, Happening, Variable},
};

use super::heard::day_of;
use crate::packs::Ready;

/// What an event may owe, one occasion for each limit that it tells of.
pub(crate) fn occasions(event: &Event, word: Happening, pack: &Ready) -> Vec<Occasion> {
    let blank = |after| Occasion {
        event: word,
        at: event.time,
        after,
        limit: None,
        told: None,
        named: None,
        values: Values::new(),
        codes: Vec::new(),
    };
    let of_intake = || blank(After::Itself);
    let accepted = || blank(After::Acceptance);
    // `told` is who must act, `named` is whom the words name; mostly the same.
    let about =
        |unit: &UnitCode| Occasion { told: Some(unit.clone()), named: Some(unit.clone()), ..accepted() };
    let limit = |unit: Option<&UnitCode>, limit: Limit| Occasion {
        told: unit.cloned(),
        named: unit.cloned(),
        limit: Some(limit),
        ..blank(After::Registration)
    };
    // A code is shown by its label, and a notice may be owed for some codes only.
    let coded = |occasion: Occasion, variable, code: &str| {
        let codes = [occasion.codes, vec![code.to_owned()]].concat();
        with(Occasion { codes, ..occasion }, pack.label(code).map(|label| (variable, label)))
    };
    let plain = |occasion, variable, text: &str| with(occasion, [(variable, Both::same(text))]);
    let dated = |occasion, variable, on: Date| with(occasion, [(variable, day(on))]);
    let one = match &event.body {
        Body::CaseRegistered(_)
        | Body::CaseWithdrawn(_)
        | Body::CaseUnmerged(_)
        | Body::CaseMaterialsReceived(_)
        | Body::CasePublished(_)
        | Body::ReceptionPublished(_)
        | Body::ReceptionCancelled(_)
        | Body::ReceptionMoved(_) => of_intake(),
        Body::BookingChanged(body) => {
            // What is offered instead is told in other words than a bare cancelling.
            let step = if body.step == "cancelled" && body.day.is_some() { "offered" } else { &body.step };
            let occasion = Occasion { codes: vec![step.to_owned()], ..of_intake() };
            let occasion = plain(occasion, Variable::Serial, &body.serial);
            let next = body.day.map(|next| (Variable::NextOn, day(next)));
            with(dated(occasion, Variable::SessionOn, body.from), next)
        }
        Body::DisclosureProgressed(body) => {
            let occasion = Occasion { codes: vec![body.step.clone()], ..of_intake() };
            let step = pack.label(&format!("disclosure-{}", body.step)).map(|label| (Variable::Step, label));
            dated(with(plain(occasion, Variable::Serial, &body.serial), step), Variable::DueOn, body.due_on)
        }
        Body::CaseAccepted(body) => Occasion { codes: codes_of(body), ..of_intake() },
        Body::CaseSupplemented(body) => plain(of_intake(), Variable::Count, &body.count.to_string()),
        Body::CaseDeclined(body) => {
            let place = pack.refer_to(&body.reason).map(|place| (Variable::ReferTo, place));
            let mut occasion = with(coded(of_intake(), Variable::Reason, &body.reason), place);
            occasion.codes.extend((body.invalid == Some(true)).then(|| "invalid".to_owned()));
            occasion
        }
        Body::CaseClosed(body) => {
            let mut occasion = coded(of_intake(), Variable::Result, body.outcome.as_str());
            occasion.codes.extend(body.merged_into.map(|_| "merged".to_owned()));
            round(occasion, body.round)
        }
        Body::CaseClassified(body) => {
            let classes = [body.class.as_str().to_owned(), body.urgency.as_str().to_owned()];
            let fast = body.fast.as_ref().map(|_| "fast".to_owned());
            Occasion { codes: classes.into_iter().chain(fast).collect(), ..of_intake() }
        }
        Body::CaseMerged(body) => round(of_intake(), body.round),
        Body::CaseLinked(body) => coded(of_intake(), Variable::Reason, &body.link),
        Body::CaseRenewed(body) => coded(of_intake(), Variable::Reason, &body.reason),
        Body::CaseFlagged(body) => {
            dated(coded(of_intake(), Variable::Reason, &body.flag), Variable::Until, body.until)
        }
        Body::CaseFlagLifted(body) => {
            let mut occasion = coded(of_intake(), Variable::Reason, &body.reason);
            occasion.codes.push(body.flag.clone());
            occasion
        }
        Body::CaseMaterialsRequested(body) => {
            let again = if body.request > 1 { "again" } else { "first" };
            let occasion = Occasion { codes: vec![again.to_owned()], ..of_intake() };
            plain(occasion, Variable::Count, &body.count.to_string())
        }
        Body::CaseNoticeIssued(body) => {
            let occasion = coded(of_intake(), Variable::Form, &body.form);
            dated(plain(occasion, Variable::Serial, &body.serial), Variable::ServedOn, body.served_on)
        }
        Body::CaseHandedOver(body) => {
            let occasion = with(of_intake(), pack.label(&body.to).map(|label| (Variable::Body, label)));
            coded(occasion, Variable::Step, &body.way)
        }
        Body::CaseReportedUp(body) => {
            plain(coded(of_intake(), Variable::Body, &body.to), Variable::Serial, &body.serial)
        }
        Body::CaseUnpublished(body) => coded(of_intake(), Variable::Reason, &body.reason),
        Body::AssignmentDispatched(body) => {
            let mut occasion = round(about(&body.unit), body.round);
            occasion.codes = vec![body.mode.as_str().to_owned(), body.part.as_str().to_owned()];
            occasion.codes.extend(body.parent.map(|_| "passed-down".to_owned()));
            occasion
        }
        Body::AssignmentSigned(body) => about(&body.unit),
        Body::AssignmentContacted(body) => {
            let reached = if body.reached { "reached" } else { "not-reached" };
            Occasion { codes: vec![reached.to_owned()], ..about(&body.unit) }
        }
        Body::AssignmentReplied(body) => coded(about(&body.unit), Variable::Result, body.outcome.as_str()),
        Body::AssignmentReturned(body) => coded(about(&body.unit), Variable::Reason, &body.reason),
        Body::AssignmentReturnRefused(body) => coded(about(&body.unit), Variable::Reason, &body.reason),
        Body::AssignmentReplyRejected(body) => coded(about(&body.unit), Variable::Reason, &body.reason),
        Body::AssignmentRedirected(body) => {
            // Whose case it was is told whose it is now; the other one hears of it by its own dispatch.
            Occasion { told: Some(body.unit.clone()), named: body.to.clone(), ..accepted() }
        }
        Body::AssignmentProgressed(body) => coded(about(&body.unit), Variable::Step, &body.step),
        Body::AssignmentDisputed(body) => about(&body.unit),
        Body::AssignmentSettled(body) => {
            let occasion = coded(about(&body.unit), Variable::Reason, &body.by);
            Occasion { named: Some(body.to.clone()), ..occasion }
        }
        Body::CaseAnswered(body) => {
            let mut occasion = coded(about(&body.unit), Variable::Result, body.outcome.as_str());
            occasion.codes.push(body.mode.as_str().to_owned());
            round(occasion, body.round)
        }
        Body::CasePaused(body) => coded(accepted(), Variable::Reason, &body.reason),
        Body::CaseResumed(body) => coded(accepted(), Variable::Reason, &body.reason),
        Body::CaseDeferred(body) => dated(accepted(), Variable::Until, body.until),
        Body::CaseUndeferred(_) | Body::InstructionReported(_) | Body::ClockMet(_) => accepted(),
        Body::InstructionIssued(body) => {
            let mut occasion = coded(accepted(), Variable::Rank, &body.rank);
            occasion.codes.push(body.urgency.as_str().to_owned());
            with(occasion, body.report_by.map(|by| (Variable::DueOn, day(by))))
        }
        Body::CaseCharged(body) => coded(accepted(), Variable::Charge, &body.charge),
        Body::CaseDischarged(body) => coded(accepted(), Variable::Charge, &body.charge),
        Body::OpinionIssued(body) => {
            let occasion = stage(accepted(), body.stage);
            dated(coded(occasion, Variable::Result, &body.result), Variable::ServedOn, body.served_on)
        }
        Body::ReviewRequested(body) => stage(accepted(), body.stage),
        Body::ReviewRefused(body) => coded(stage(accepted(), body.stage), Variable::Reason, &body.reason),
        Body::CaseTerminated(body) => coded(accepted(), Variable::Reason, &body.termination),
        Body::ClockOpened(body) => {
            let one = |clock: &contracts::clock::Running| {
                let running = running(clock.clock, &clock.name, clock.due_day);
                round(limit(clock.unit.as_ref(), running), body.round)
            };
            return body.clocks.iter().map(one).collect();
        }
        Body::ClockWarned(body) => {
            ours(limit(body.unit.as_ref(), running(body.clock, &body.name, last_day(body.due_at))))
        }
        Body::ClockExpired(body) => {
            ours(limit(body.unit.as_ref(), running(body.clock, &body.name, last_day(body.due_at))))
        }
        Body::ClockPaused(body) => {
            let one = |clock: &contracts::clock::Named| {
                let name = clock.name.parse::<ClockName>().ok();
                let label = name.map(|name| (Variable::Clock, Both::of(name.zh(), name.en())));
                with(coded(blank(After::Registration), Variable::Reason, &body.reason), label)
            };
            return body.clocks.iter().map(one).collect();
        }
        Body::ClockResumed(body) => {
            let one = |clock: &contracts::clock::Running| {
                let running = running(clock.clock, &clock.name, clock.due_day);
                coded(limit(clock.unit.as_ref(), running), Variable::Reason, &body.reason)
            };
            return body.clocks.iter().map(one).collect();
        }
        Body::ClockExtended(body) => {
            let running = running(body.clock, &body.name, body.due_day);
            let occasion = coded(limit(body.unit.as_ref(), running), Variable::Reason, &body.reason);
            // The same word is a sign of early warnings; here it is the paper that ends the limit.
            let paper = (body.reason == "opinion").then(|| pack.label("opinion-extended")).flatten();
            with(occasion, paper.map(|label| (Variable::Reason, label)))
        }
        Body::ClockExplained(body) => {
            let occasion =
                Occasion { told: body.unit.clone(), named: body.unit.clone(), ..blank(After::Registration) };
            let occasion = coded(occasion, Variable::Reason, &body.reason);
            with(occasion, body.expected_on.map(|on| (Variable::Until, day(on))))
        }
        Body::ClockRecomputed(body) => {
            let one = |clock: &contracts::clock::Moved| {
                let occasion = limit(None, running(clock.clock, &clock.name, clock.due_day));
                Occasion { codes: vec![body.cause.clone()], ..occasion }
            };
            return body.clocks.iter().map(one).collect();
        }
        Body::SupervisionOrdered(body) => {
            let occasion =
                Occasion { told: body.unit.clone(), named: body.unit.clone(), ..blank(After::Registration) };
            let occasion =
                coded(coded(occasion, Variable::Form, &body.form), Variable::Reason, &body.grounds);
            with(occasion, body.answer_by.map(|by| (Variable::Until, day(by))))
        }
        Body::SupervisionAnswered(body) => {
            let late = if body.late { "late" } else { "in-time" };
            let codes = vec![late.to_owned()];
            Occasion {
                codes,
                told: body.unit.clone(),
                named: body.unit.clone(),
                ..blank(After::Registration)
            }
        }
        Body::SupervisionEscalated(body) => {
            let running = running(body.clock, &body.limit, last_day(body.due_at));
            let occasion = coded(limit(body.unit.as_ref(), running), Variable::Step, &body.step);
            // What is only proposed is told by this alone, never as the step that it may become.
            let codes = if body.proposed { vec!["proposed".to_owned()] } else { occasion.codes };
            Occasion { codes, ..occasion }
        }
        Body::SupervisionLifted(body) => coded(blank(After::Registration), Variable::Reason, &body.reason),
        Body::ReviewAccepted(body) => stage(accepted(), body.stage),
        Body::OpinionExtended(body) => {
            plain(stage(accepted(), body.stage), Variable::Count, &body.days.to_string())
        }
        Body::CaseRemanded(body) => round(stage(accepted(), body.stage), body.round),
        Body::FollowUpOpened(body) => round(accepted(), body.round),
        Body::FollowUpCompleted(body) => coded(accepted(), Variable::Result, &body.result),
        Body::CaseRated(body) => {
            let grade = grade_of(body.grade);
            let mut occasion = round(accepted(), body.round);
            occasion.codes = vec![grade.as_str().to_owned(), body.solved.as_str().to_owned()];
            with(occasion, [(Variable::Grade, Both::of(grade.zh(), grade.en()))])
        }
        Body::CaseReopened(body) => round(coded(accepted(), Variable::Reason, &body.reason), body.round),
        Body::CaseCopied(body) => coded(about(&body.unit), Variable::Reason, &body.reason),
        Body::ExclusionDecided(body) => coded(about(&body.unit), Variable::Result, &body.result),
        Body::FindingRaised(body) => {
            // Where the defect is nobody's, the unit that has the case is told and named.
            let occasion =
                Occasion { told: body.unit.clone(), named: body.unit.clone(), ..blank(After::Registration) };
            let occasion = coded(occasion, Variable::Reason, &body.defect);
            plain(occasion, Variable::Count, &body.times.to_string())
        }
        Body::CaseHistoryEnded(_)
        | Body::ContactRecorded(_)
        | Body::ContactCalledBack(_)
        | Body::CaseHandsNamed(_)
        | Body::CaseResultSealed(_)
        | Body::CaseResultUnsealed(_)
        | Body::CaseLooked(_)
        | Body::CaseLineDrawn(_)
        | Body::AlertRaised(_)
        | Body::ReportPublished(_)
        | Body::UnitDescribed(_)
        | Body::CaseAttached(_)
        | Body::CaseArchived(_)
        | Body::ReceptionScheduled(_)
        | Body::ReceptionHeld(_)
        | Body::CaseFound(_)
        | Body::CaseRiskMarked(_)
        | Body::CaseRiskLifted(_)
        | Body::CaseCallHeld(_)
        | Body::CalendarPublished(_)
        | Body::NoticeSent(_)
        | Body::NoticeFailed(_)
        | Body::NoticeOpened(_)
        | Body::SubscriptionMade(_)
        | Body::SubscriptionSuspended(_)
        | Body::SubscriptionResumed(_)
        | Body::SubscriptionEnded(_) => return Vec::new(),
    };
    vec![one]
}

/// How grave a matter is, for those who are told of the grave ones only.
fn codes_of(body: &CaseAccepted) -> Vec<String> {
    let class = body.class.unwrap_or(Class::Ordinary).as_str();
    let fast = body.fast.as_ref().map(|_| "fast");
    let urgency = (body.urgency != Urgency::Ordinary).then_some(body.urgency.as_str());
    [Some(class), urgency, fast].into_iter().flatten().map(str::to_owned).collect()
}

/// A limit that binds no unit is the centre's own.
fn ours(occasion: Occasion) -> Occasion {
    let codes = occasion.told.is_none().then(|| "own".to_owned()).into_iter().collect();
    Occasion { codes, ..occasion }
}

fn with(mut occasion: Occasion, values: impl IntoIterator<Item = (Variable, Both<String>)>) -> Occasion {
    occasion.values.extend(values);
    occasion
}

fn round(occasion: Occasion, round: i32) -> Occasion {
    with(occasion, [(Variable::Round, Both::same(round.to_string()))])
}

fn stage(mut occasion: Occasion, stage: ReviewStage) -> Occasion {
    let en = match stage {
        ReviewStage::Handling => "handling",
        ReviewStage::Review => "review",
        ReviewStage::Reexamination => "re-examination",
    };
    occasion.codes.push(stage.as_str().to_owned());
    with(occasion, [(Variable::Stage, Both::of(stage.zh(), en))])
}

fn running(clock: ClockId, name: &str, due_on: Date) -> Limit {
    Limit { clock, name: name.parse::<ClockName>().ok(), due_on }
}

/// The last day in time, from the first instant that is too late.
fn last_day(due_at: Timestamp) -> Date {
    day_of(due_at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(due_at))
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
