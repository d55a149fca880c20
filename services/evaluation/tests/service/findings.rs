//! Defects are raised once at the pack's number, whatever the batches; rises of like cases are told once a week and place.

use contracts::{
    Body, StoredEvent,
    assignment::{AssignmentReplyRejected, AssignmentReturnRefused},
    case::CaseAccepted,
    clock::ClockExpired,
    contact::ContactRecorded,
    reception::ReceptionHeld,
    record::{CaseLinked, CaseMaterialsRequested},
    words::{Channel, ContactKind},
};
use identity::Role;
use ids::{AssignmentId, CaseId, ClockId, ContactId, EventId, SessionId};
use jiff::civil::date;

use crate::{
    desk::{Desk, now},
    tale::Tale,
};

/// Events of a source that has said so many about the case before.
fn after(tale: &Tale, first: i64, bodies: Vec<Body>) -> Vec<StoredEvent> {
    let mut events = tale.events(bodies);
    for (at, event) in (first..).zip(&mut events) {
        event.version = at;
        event.id = EventId::fresh();
    }
    events
}

fn defects(said: &[Body]) -> Vec<(String, i32)> {
    let found = said.iter().filter_map(|body| match body {
        Body::FindingRaised(found) => Some((found.defect.clone(), found.times)),
        _ => None,
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_defect_is_raised_once_when_the_number_of_the_pack_is_reached() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), None);
    desk.hear(&tale.told().concat()).await;
    let (assignment, unit) =
        (AssignmentId::derived(tale.unit()), tale.unit().parse::<ids::UnitCode>().unwrap());
    let rejected = |reason: &str| -> Body {
        AssignmentReplyRejected { assignment, unit: unit.clone(), reason: reason.into() }.into()
    };
    let redirected = || -> Body {
        contracts::assignment::AssignmentRedirected { assignment, unit: unit.clone(), to: None }.into()
    };
    let routing = after(
        &tale,
        2,
        vec![
            rejected("incomplete"),
            redirected(),
            rejected("shirking"),
            redirected(),
            rejected("evasive"),
            redirected(),
        ],
    );
    desk.hear(&routing[..2]).await;
    assert_eq!(defects(&desk.said(tale.case).await), [], "incomplete is no fob-off, once is not repeated");
    desk.hear(&routing[2..4]).await;
    desk.hear(&routing).await;
    let expected = [("fob-off".to_owned(), 1), ("repeated-assignment".to_owned(), 2)];
    assert_eq!(defects(&desk.said(tale.case).await), expected);

    let refused = AssignmentReturnRefused { assignment, unit: unit.clone(), reason: "duty_is_clear".into() };
    desk.hear(&after(&tale, 8, vec![refused.into()])).await;
    let expired = |name: &str| -> Body {
        ClockExpired {
            clock: ClockId::derived(name),
            name: name.into(),
            unit: Some(unit.clone()),
            due_at: now(),
            lateness_ms: 0,
        }
        .into()
    };
    desk.hear(&after(&tale, 2, vec![expired("supervision"), expired("handle"), expired("sign")])).await;
    let linked = CaseLinked { to: CaseId::derived("other"), link: "repeat".into() };
    let asked = |request| -> Body { CaseMaterialsRequested { count: 1, request }.into() };
    desk.hear(&after(&tale, 2, vec![linked.into(), asked(1), asked(2)])).await;
    let all: Vec<String> =
        defects(&desk.said(tale.case).await).into_iter().map(|(defect, _)| defect).collect();
    let named = [
        "fob-off",
        "no-officer",
        "repeated-assignment",
        "repeated-complaint",
        "second-request",
        "unanswered-supervision",
        "wrong-return",
    ];
    assert_eq!(all, named);

    let supervisor = desk.staff(Role::Supervisor, None);
    let (status, _, listed) = desk.get("/findings", &supervisor).await;
    assert_eq!((status, listed.as_array().unwrap().len()), (200, named.len()), "{listed}");
    let (_, link, _) = desk.get("/findings?limit=3", &supervisor).await;
    assert!(link.unwrap().contains("after="));
    assert_eq!(desk.get("/findings?defect=wrong-return", &supervisor).await.2.as_array().unwrap().len(), 1);
    assert_eq!(desk.get("/findings?defect=laziness", &supervisor).await.0, 400);
    let elsewhere = desk.staff(Role::Supervisor, Some("512000"));
    assert_eq!(desk.get("/findings", &elsewhere).await.2, serde_json::json!([]));
    assert_eq!(desk.get("/findings", &desk.citizen(tale.case)).await.0, 403);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rise_of_like_cases_is_told_once_and_sealed_cases_are_no_part_of_it() {
    let desk = Desk::sweeping(1).await;
    // The desk's today is Monday 2026-06-15.
    let accept = |serial: i64, subject: &str, confidential| {
        let tale = Tale::new(serial, date(2026, 6, 15), date(2026, 6, 30), None);
        let body = CaseAccepted { subject: Some(subject.into()), confidential, ..tale.registration() };
        tale.events(vec![body.into()])
    };
    let quiet: Vec<StoredEvent> = (0..4).flat_map(|serial| accept(serial, "roads", false)).collect();
    let sealed: Vec<StoredEvent> = (10..18).flat_map(|serial| accept(serial, "conduct", true)).collect();
    let loud: Vec<StoredEvent> = (20..25).flat_map(|serial| accept(serial, "water", false)).collect();
    desk.hear(&[quiet, sealed, loud].concat()).await;
    let leader = desk.staff(Role::Leader, None);
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let until = async |wanted: usize| {
        let mut listed = desk.get("/alerts", &leader).await.2;
        while listed.as_array().unwrap().len() < wanted && std::time::Instant::now() < patience {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            listed = desk.get("/alerts", &leader).await.2;
        }
        listed
    };
    until(1).await;
    // Another rise is found by another look, which finds the first one told.
    desk.hear(&accept(4, "roads", false)).await;
    let listed = until(2).await;
    let shown: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| (one["subject"].clone(), one["cases"].clone())).collect();
    let mut shown = shown;
    shown.sort_unstable_by_key(|(subject, _)| subject.to_string());
    assert_eq!(shown, [("roads".into(), 5.into()), ("water".into(), 5.into())], "{listed}");
    let said: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_event WHERE kind = 'alert.raised'")
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(said, 2, "each once");
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_and_receptions_are_counted_by_day_once() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), None);
    let call = |serial: i32| {
        let contact = ContactId::derived(&serial.to_string());
        let (kind, channel) = (ContactKind::Consultation, Channel::Phone);
        let region = "511602".parse().unwrap();
        let body: Body = ContactRecorded { contact, kind, channel, region, line: None, case: None }.into();
        StoredEvent {
            aggregate: contact.0,
            id: EventId::derived(&contact.to_string()),
            ..tale.events(vec![body])[0].clone()
        }
    };
    let session = SessionId::derived("june");
    let held: Body = ReceptionHeld { session, cases: 3 }.into();
    let held = StoredEvent {
        aggregate: session.0,
        id: EventId::derived("held"),
        ..tale.events(vec![held])[0].clone()
    };
    let calls: Vec<StoredEvent> = (0..7).map(call).chain([held]).collect();
    desk.hear(&calls[..3]).await;
    desk.hear(&calls).await;
    let counted: (i64, i64) = sqlx::query_as(
        "SELECT (SELECT sum(contacts)::bigint FROM contact_count), (SELECT sum(cases)::bigint FROM reception_count)",
    )
    .fetch_one(&desk.db.pool)
    .await
    .unwrap();
    assert_eq!(counted, (7, 3));
    assert!(desk.running.stop().await);
}
