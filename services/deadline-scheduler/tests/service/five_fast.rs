//! 五快: five latencies of a case, each a clock of its own where a pack sets it. No source gives a number, so no pack
//! that ships sets one; this one is made up.

use contracts::{
    Body,
    assignment::{AssignmentContacted, AssignmentDispatched},
    case::{CaseAccepted, CaseClosed, CaseRegistered},
    record::CaseClassified,
    words::{Class, Kind, Outcome, Part, Urgency},
};
use ids::AssignmentId;
use jiff::Timestamp;

use super::{
    desk::{Desk, hours},
    happenings::{entry, pack},
};

/// Name, what opens it, what meets it, hours.
const FAST: [(&str, &str, &str, u32); 5] = [
    ("fast_warn", "case.registered", "case.classified", 2),
    ("fast_discover", "case.registered", "assignment.dispatched", 4),
    ("fast_counsel", "assignment.dispatched", "assignment.contacted", 2),
    ("fast_dissolve", "assignment.dispatched", "case.answered", 24),
    ("fast_end", "case.accepted", "case.closed", 48),
];

async fn desk() -> Desk {
    let entries = FAST.map(|(name, start, stop, limit)| {
        let limit = format!("{{ amount = {limit}, unit = \"hours\" }}");
        // What withdraws a case is no close of this one.
        let rest =
            [("limit", limit.as_str()), ("warn", "[{ share = 0.5 }]"), ("cancel", "[\"case.withdrawn\"]")];
        entry(name, name, start, stop, &rest)
    });
    Desk::under("made-up", &pack(&entries)).await
}

fn registered(accepted: &CaseAccepted) -> CaseRegistered {
    CaseRegistered {
        number: accepted.number.clone(),
        kind: accepted.kind,
        channel: accepted.channel,
        region: accepted.region.clone(),
        urgency: accepted.urgency,
        received_at: accepted.received_at,
        pack: accepted.pack.clone(),
        confidential: false,
    }
}

fn classified() -> CaseClassified {
    CaseClassified {
        kind: Kind::Complaint,
        urgency: Urgency::Ordinary,
        class: Class::Important,
        subject: None,
        fast: None,
        petition: None,
        first: true,
    }
}

/// Tells registration, acceptance and dispatch; with the steps that meet the clocks, or without.
async fn told(desk: &mut Desk, at: Timestamp, steps: bool) {
    let accepted = desk.accepted(Kind::Complaint, at);
    let first = registered(&accepted);
    desk.tell(at, first).await;
    desk.tell(at, accepted).await;
    if steps {
        desk.tell(at + hours(1), classified()).await;
    }
    let lead: AssignmentDispatched = desk.dispatched("water", Part::Lead);
    desk.tell(at + hours(3), lead).await;
    if steps {
        let (assignment, unit) = (AssignmentId::derived("water"), "water".parse().unwrap());
        desk.tell(at + hours(4), AssignmentContacted { assignment, unit, reached: true }).await;
        let answered = desk.answered(at + hours(20));
        desk.tell(at + hours(20), answered).await;
        desk.tell(
            at + hours(21),
            CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None },
        )
        .await;
    }
}

/// Names of the clocks that some events are about, in order.
fn names(said: &[Body], pick: impl Fn(&Body) -> Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = said.iter().flat_map(pick).collect();
    names.sort_unstable();
    names
}

fn all() -> Vec<String> {
    let mut names = FAST.map(|(name, ..)| name.to_owned()).to_vec();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn each_of_the_five_is_opened_and_met_with_the_time_it_took() {
    let mut desk = desk().await;
    let start = desk.db.now().await.unwrap() - hours(1);
    told(&mut desk, start, true).await;
    let said = desk.said().await;
    let opened = names(&said, |body| match body {
        Body::ClockOpened(body) => body.clocks.iter().map(|clock| clock.name.clone()).collect(),
        _ => Vec::new(),
    });
    assert_eq!(opened, all());
    let mut took = Vec::new();
    for body in &said {
        if let Body::ClockMet(body) = body {
            assert!(body.clocks.iter().all(|clock| !clock.late), "{body:?}");
            took.extend(body.clocks.iter().map(|clock| (clock.name.clone(), clock.met_at)));
        }
    }
    took.sort_unstable();
    let after = |name: &str, hour| (name.to_owned(), start + hours(hour));
    let expected = [
        after("fast_counsel", 4),
        after("fast_discover", 3),
        after("fast_dissolve", 20),
        after("fast_end", 21),
        after("fast_warn", 1),
    ];
    assert_eq!(took, expected, "what figures are counted from");
    assert_eq!(desk.armed().await, 0, "what was met warns no more");
}

#[tokio::test]
async fn each_of_the_five_warns_and_passes_by_itself() {
    let mut desk = desk().await;
    let start = desk.db.now().await.unwrap() - hours(60);
    told(&mut desk, start, false).await;
    // That it was handed over has met one of them.
    while desk.fire().await > 0 {}
    let said = desk.said().await;
    let mut waiting = all();
    waiting.retain(|name| name != "fast_discover");
    let warned = names(&said, |body| match body {
        Body::ClockWarned(body) => vec![body.name.clone()],
        _ => Vec::new(),
    });
    let expired = names(&said, |body| match body {
        Body::ClockExpired(body) => vec![body.name.clone()],
        _ => Vec::new(),
    });
    assert_eq!((&warned, &expired), (&waiting, &waiting));
    // What comes after its limit is met late.
    desk.tell(start + hours(59), classified()).await;
    assert_eq!(desk.late().await, [false, true]);
}

#[test]
fn no_pack_that_ships_invents_a_number_for_them() {
    for text in [
        include_str!("../../../../deploy/policy/mailbox-002/deadlines.toml"),
        include_str!("../../../../deploy/policy/hotline-004/deadlines.toml"),
        include_str!("../../../../deploy/policy/hotline-sichuan-2025/deadlines.toml"),
        include_str!("../../../../deploy/policy/petition-2022/deadlines.toml"),
    ] {
        assert!(!text.contains("fast_"));
    }
}
