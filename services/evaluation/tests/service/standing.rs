//! What intake finds and marks of a matter is counted: skip-level, collective, repeated, invalid, risks, closed at the lowest level; and
//! who was answered with another case is asked and rates the own one.

use contracts::{
    Body, StoredEvent,
    case::{CaseAccepted, CaseAnswered, CaseClosed, CaseDeclined},
    record::{CaseFound, CaseMerged, CaseRiskLifted, CaseRiskMarked},
    words::Outcome,
};
use identity::Role;
use ids::{CaseId, EventId};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, noon, now},
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

async fn figure(desk: &Desk, code: &str) -> (u64, Value) {
    let token = desk.staff(Role::Supervisor, None);
    let (status, _, table) = desk.get("/figures?policy=mailbox-002&to=2026-06-30", &token).await;
    assert_eq!(status, 200, "{table}");
    let figures = table["rows"][0]["figures"].as_array().unwrap();
    let own = figures.iter().find(|figure| figure["code"] == code).unwrap_or_else(|| panic!("{code}"));
    (own["numerator"].as_u64().unwrap(), own["value"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_of_a_matter_is_counted_and_the_newest_word_holds() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> = (1..=4)
        .map(|serial| Tale::new(serial, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 10))))
        .collect();
    for tale in &tales {
        let [intake, mut routing, limits] = tale.told();
        let level = ["township", "county", "village", "city"][usize::try_from(tale.serial - 1).unwrap()];
        if let Some(event) = routing.last_mut()
            && let Body::CaseAnswered(answer) = event.clone().open().unwrap().body
        {
            let told: Body = CaseAnswered { level: Some(level.to_owned()), ..answer }.into();
            event.payload = String::from_utf8(told.to_json()).unwrap();
        }
        desk.hear(&[intake, routing, limits].concat()).await;
    }
    let found = |words: &[&str]| -> Body {
        CaseFound { findings: words.iter().map(|&word| word.to_owned()).collect() }.into()
    };
    let lists = [vec!["repeat", "skip-level"], vec!["first", "collective", "skip-level"], vec!["first"]];
    for (tale, list) in tales.iter().zip(&lists) {
        let events = after(tale, 3, vec![found(list)]);
        desk.hear(&events).await;
        desk.hear(&events).await;
    }
    assert_eq!(figure(&desk, "skip_level").await.0, 2);
    assert_eq!(figure(&desk, "skip_level_rate").await, (2, json!(0.5)));
    assert_eq!(figure(&desk, "collective").await.0, 1);
    assert_eq!((figure(&desk, "repeated").await.0, figure(&desk, "first").await.0), (1, 3));
    assert_eq!(figure(&desk, "local_rate").await, (2, json!(0.5)), "a township and a village");
    // It was corrected: the matter lies elsewhere.
    desk.hear(&after(&tales[1], 4, vec![found(&["first", "collective"])])).await;
    assert_eq!((figure(&desk, "skip_level").await.0, figure(&desk, "collective").await.0), (1, 1));
    let marks = |risk: &str| -> Vec<Body> {
        let marked = CaseRiskMarked { risk: risk.into() };
        vec![marked.into(), CaseRiskLifted { risk: risk.into(), left: 1 }.into()]
    };
    desk.hear(&after(&tales[2], 4, marks("resentment"))).await;
    assert_eq!(figure(&desk, "risk").await.0, 1, "another mark stands still");
    desk.hear(&after(&tales[2], 6, vec![CaseRiskLifted { risk: "online_hype".into(), left: 0 }.into()]))
        .await;
    assert_eq!(figure(&desk, "risk").await.0, 0);
    let invalid = Tale::new(9, date(2026, 6, 8), date(2026, 6, 15), None);
    let refused = Tale::new(10, date(2026, 6, 8), date(2026, 6, 15), None);
    for (tale, mark) in [(&invalid, Some(true)), (&refused, None)] {
        desk.hear(&tale.told().concat()).await;
        let declined = CaseDeclined { reason: "some".into(), invalid: mark, reachable: vec![] };
        desk.hear(&after(tale, 2, vec![declined.into()])).await;
    }
    assert_eq!((figure(&desk, "invalid").await.0, figure(&desk, "declined").await.0), (1, 1));
    assert_eq!(figure(&desk, "in_progress").await.0, 0);
    let (_, _, fact) = desk.get(&format!("/cases/{}/fact", invalid.case), &desk.citizen(invalid.case)).await;
    assert_eq!(fact["state"], "invalid");
    let rating = json!({"solved": "yes", "grade": "good"});
    let path = format!("/cases/{}/rating", invalid.case);
    assert_eq!(desk.post(&path, &desk.citizen(invalid.case), rating).await.0, 409);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_answered_with_another_case_is_asked_and_rates_the_own_one() {
    let desk = Desk::new().await;
    let root = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 10)));
    let waits = Tale::new(2, date(2026, 6, 9), date(2026, 6, 16), None);
    desk.hear(&root.told().concat()).await;
    desk.hear(&waits.told().concat()).await;
    let answered = noon(date(2026, 6, 10));
    let closed = CaseClosed {
        outcome: Outcome::Explained,
        round: 1,
        merged_into: Some(root.case),
        unit: Some(root.unit().parse().unwrap()),
    };
    let mut events = after(&waits, 2, vec![CaseMerged { into: root.case, round: 1 }.into(), closed.into()]);
    events[1].time = answered;
    desk.hear(&events[..1]).await;
    let own = desk.citizen(waits.case);
    let (path, poor) = (format!("/cases/{}/rating", waits.case), json!({"solved": "no", "grade": "poor"}));
    assert_eq!(desk.post(&path, &own, poor.clone()).await.0, 409, "nothing was answered yet");
    desk.hear(&events).await;
    desk.hear(&events).await;
    assert_eq!(desk.kinds(waits.case).await, ["followup.opened"]);
    let operator = desk.staff(Role::Operator, None);
    let tasks = desk.get("/followups", &operator).await.2;
    assert_eq!(tasks.as_array().unwrap().len(), 2, "each of the two is asked: {tasks}");
    assert_eq!(
        desk.post(&path, &desk.citizen(root.case), poor.clone()).await.0,
        403,
        "with the own code only"
    );
    let (status, taken) = desk.post(&path, &own, poor).await;
    assert_eq!((status, &taken["reopened"]), (200, &json!(true)), "{taken}");
    let kinds = ["followup.opened", "case.rated", "followup.completed", "case.reopened"];
    assert_eq!(desk.kinds(waits.case).await, kinds);
    let (_, _, fact) = desk.get(&format!("/cases/{}/fact", waits.case), &own).await;
    assert_eq!(
        (&fact["unit"], &fact["round"], &fact["in_time"]),
        (&json!(root.unit()), &json!(2), &json!(true))
    );
    // Each letter counts under this pack, in the fixed figures as well.
    let supervisor = desk.staff(Role::Supervisor, None);
    let table = desk.get("/indicators?policy=mailbox-002", &supervisor).await.2;
    assert_eq!((&table["formula"]["merged"], &table["rows"][0]["in_time"]), (&json!("each"), &json!(2)));
    assert_eq!(figure(&desk, "in_time_rate").await, (2, json!(1.0)));
    assert_eq!(figure(&desk, "satisfaction_rate").await, (0, json!(0.0)));
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn risks_that_officers_marked_gather_into_an_early_warning() {
    let desk = Desk::sweeping(1).await;
    for serial in 1..=3 {
        let tale = Tale::new(serial, date(2026, 6, 15), date(2026, 6, 22), None);
        let accepted = CaseAccepted { subject: Some("heating".into()), ..tale.registration() };
        desk.hear(&tale.events(vec![accepted.into(), CaseRiskMarked { risk: "resentment".into() }.into()]))
            .await;
    }
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let supervisor = desk.staff(Role::Supervisor, None);
    loop {
        let alerts = desk.get("/alerts", &supervisor).await.2;
        if let Some(alert) = alerts.as_array().unwrap().first() {
            assert_eq!((&alert["sign"], &alert["cases"]), (&json!("marked-risk"), &json!(3)));
            break;
        }
        assert!(std::time::Instant::now() < patience, "no warning by {}", now());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let said: Vec<(uuid::Uuid,)> =
        sqlx::query_as("SELECT aggregate_id FROM outbox_event WHERE kind = 'alert.raised'")
            .fetch_all(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!(said.len(), 1, "once for each subject, place and week");
    assert!(desk.kinds(CaseId(said[0].0)).await.contains(&"alert.raised"));
    assert!(desk.running.stop().await);
}
