//! Latencies by the minute, first and final rating side by side, and working days that move with a notice.

use std::time::{Duration, Instant};

use contracts::{
    Body, StoredEvent,
    assignment::{AssignmentContacted, AssignmentSigned},
    clock::{CalendarFile, CalendarPublished, MovedDay},
};
use identity::Role;
use ids::{AssignmentId, EventId};
use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, noon},
    tale::Tale,
};

/// Tells a case with the time of each of its events set by its kind.
fn timed(tale: &Tale, more: Vec<Body>, at: impl Fn(&str) -> Option<Timestamp>) -> Vec<StoredEvent> {
    let [intake, routing, limits] = tale.told();
    let mut more = tale.events(more);
    for (index, event) in more.iter_mut().enumerate() {
        event.version = routing.len() as i64 + index as i64 + 1;
        event.id = EventId::fresh();
    }
    let mut all = [intake, routing, more, limits].concat();
    for event in &mut all {
        event.time = at(&event.kind).unwrap_or(event.time);
    }
    all
}

async fn figure(desk: &Desk, token: &str, code: &str) -> Value {
    let table = desk.get("/figures?policy=mailbox-002&as_of=2026-06-15", token).await.2;
    let figures = table["rows"][0]["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["code"] == code).unwrap_or_else(|| panic!("{code}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn latencies_are_medians_of_minutes_and_list_the_cases_behind_them() {
    let desk = Desk::new().await;
    let day = date(2026, 6, 8);
    let hand = |tale: &Tale| -> Vec<Body> {
        let (assignment, unit) =
            (AssignmentId::derived(tale.unit()), tale.unit().parse::<ids::UnitCode>().unwrap());
        vec![
            AssignmentSigned { assignment, unit: unit.clone() }.into(),
            AssignmentContacted { assignment, unit, reached: true }.into(),
        ]
    };
    // Received at noon; dispatched after 205 and 5 minutes; the second one is never contacted in June's first half.
    for (serial, minutes) in [(1, 205), (2, 5)] {
        let tale = Tale::new(serial, day, date(2026, 6, 15), Some(date(2026, 6, 9)));
        let at = |kind: &str| {
            let after = |minutes: i64| Some(noon(day) + jiff::SignedDuration::from_mins(minutes));
            match kind {
                "assignment.dispatched" => after(minutes),
                "assignment.signed" => after(minutes + 10),
                "assignment.contacted" if serial == 1 => after(minutes + 60),
                "assignment.contacted" => Some(noon(date(2026, 6, 20))),
                "case.accepted" if serial == 2 => Some(noon(date(2026, 6, 9))),
                _ => None,
            }
        };
        let events = timed(&tale, hand(&tale), at);
        desk.hear(&events).await;
        desk.hear(&events).await;
    }
    let token = desk.staff(Role::Supervisor, None);
    let assign = figure(&desk, &token, "assign_hours").await;
    assert_eq!((&assign["numerator"], &assign["value"]), (&json!(2), &json!(105.0 / 60.0)));
    assert_eq!(figure(&desk, &token, "sign_hours").await["numerator"], json!(2));
    let contact = figure(&desk, &token, "contact_hours").await;
    assert_eq!(contact["numerator"], json!(1), "what happens after the day of counting has not happened yet");
    let behind = desk.get("/figures/contact_hours/cases?policy=mailbox-002&as_of=2026-06-15", &token).await.2;
    assert_eq!(behind.as_array().unwrap().len(), 1);
    assert_eq!(behind[0]["case_id"], json!(Tale::new(1, day, day, None).case));
    let reply = figure(&desk, &token, "reply_hours").await["value"].as_f64().unwrap();
    assert!(reply < 24.0 && reply > 0.0, "{reply}: working time, not the clock's 24 hours");
    assert_eq!(figure(&desk, &token, "fast_warn").await["value"], Value::Null, "none is on the fast list");
    let same_day = figure(&desk, &token, "same_day_rate").await;
    assert_eq!((&same_day["numerator"], &same_day["denominator"]), (&json!(1), &json!(2)));
    let fact = desk.get(&format!("/cases/{}/fact", Tale::new(1, day, day, None).case), &token).await.2;
    assert_eq!(fact["dispatched_at"], json!("2026-06-08T07:25:00Z"));
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_rating_stands_beside_the_final_one() {
    let desk = Desk::new().await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)));
    desk.hear(&tale.told().concat()).await;
    let (path, own) = (format!("/cases/{}/rating", tale.case), desk.citizen(tale.case));
    assert_eq!(desk.post(&path, &own, json!({"solved": "no", "grade": "poor"})).await.0, 200);
    let again = contracts::case::CaseAnswered {
        unit: "city-management".parse().unwrap(),
        outcome: contracts::words::Outcome::Supported,
        mode: contracts::words::Mode::Forwarding,
        round: 2,
        answered_at: noon(date(2026, 6, 14)),
        level: None,
        cause: None,
        remedy: None,
    };
    let mut second = tale.events(vec![again.into()]);
    second[0].version = 3;
    second[0].id = EventId::fresh();
    desk.hear(&second).await;
    assert_eq!(desk.post(&path, &own, json!({"solved": "yes", "grade": "very-good"})).await.0, 200);
    let token = desk.staff(Role::Supervisor, None);
    for (code, value) in [
        ("first_satisfaction_rate", 0.0),
        ("satisfaction_rate", 1.0),
        ("first_solved_rate", 0.0),
        ("solved_rate", 1.0),
    ] {
        assert_eq!(figure(&desk, &token, code).await["value"], json!(value), "{code}");
    }
    let report =
        desk.get("/reports/preview?policy=mailbox-002&series=bulletin&day=2026-06-15", &token).await.2;
    let table = report["tables"].as_array().unwrap().iter().find(|table| table["code"] == "ratings").unwrap();
    let shown = |row: usize| {
        let cells = table["rows"][row].as_array().unwrap();
        cells.iter().map(|cell| cell["value"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(4), [json!("经重办的件"), json!("满意率"), json!(0.0), json!(1.0)]);
    // What is taken out of the figure is out of the table too.
    let appeal = json!({"indicator": "satisfaction_rate", "reason": "mediation", "grounds": "调解事项", "evidence": ["a"]});
    let asked =
        desk.post(&format!("/cases/{}/exclusions", tale.case), &desk.officer(tale.unit()), appeal).await.1;
    let decide = format!("/exclusions/{}/decision", asked["id"].as_str().unwrap());
    let grant = json!({"verdict": "grant", "reason": "属实"});
    assert_eq!(desk.put(&decide, &token, 1, grant).await.0, 200);
    let report =
        desk.get("/reports/preview?policy=mailbox-002&series=bulletin&day=2026-06-15", &token).await.2;
    let table = report["tables"].as_array().unwrap().iter().find(|table| table["code"] == "ratings").unwrap();
    assert_eq!(
        (&table["rows"][1][2]["value"], table["rows"][1][3].get("value")),
        (&json!(0.0), None),
        "last out, first in"
    );
    assert!(desk.running.stop().await);
}

/// A notice of the city's own days and hours, in a version of it.
fn published(tale: &Tale, version: i32, days: Vec<MovedDay>, intervals: Option<Vec<String>>) -> StoredEvent {
    let file = CalendarFile { kind: "region".into(), key: "5116".into(), days, intervals };
    let body = CalendarPublished { year: 2026, version, file: Some(file) };
    let mut told = tale.events(vec![body.into()]).remove(0);
    told.id = EventId::fresh();
    told.version = version.into();
    told.aggregate = uuid::Uuid::from_u128(77);
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hours_that_a_notice_sets_count_as_the_limits_count_them() {
    let desk = Desk::sweeping(1).await;
    let monday = date(2026, 6, 8);
    // From noon to noon: four hours of the afternoon, three of the morning.
    let tale = Tale::new(1, monday, date(2026, 6, 15), Some(date(2026, 6, 9)));
    desk.hear(&tale.told().concat()).await;
    let token = desk.staff(Role::Supervisor, None);
    let becomes = async |hours: f64| {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            let found = figure(&desk, &token, "reply_hours").await["value"].clone();
            if found == json!(hours) {
                return;
            }
            assert!(Instant::now() < patience, "{found}, not {hours}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    becomes(7.0).await;
    let texts =
        |intervals: &[&str]| Some(intervals.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
    let short = MovedDay { date: monday, off: false, intervals: texts(&["09:00-12:00"]) };
    desk.hear(&[published(&tale, 1, vec![short.clone()], None)]).await;
    becomes(3.0).await;
    let summer = texts(&["09:30-12:00", "15:00-18:00"]);
    desk.hear(&[published(&tale, 2, Vec::new(), summer.clone())]).await;
    becomes(5.5).await;
    desk.hear(&[published(&tale, 3, vec![short.clone()], summer.clone())]).await;
    becomes(2.5).await;
    // A notice of which hours did not travel at first is said again under its number.
    desk.hear(&[published(&tale, 4, vec![short.clone()], None)]).await;
    becomes(3.0).await;
    let mut again = published(&tale, 4, vec![short], summer);
    again.version = 5;
    desk.hear(&[again]).await;
    becomes(2.5).await;
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_moves_the_working_days_that_were_counted_before_it() {
    let desk = Desk::sweeping(1).await;
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)));
    desk.hear(&tale.told().concat()).await;
    let token = desk.staff(Role::Supervisor, None);
    let counted =
        async || desk.get(&format!("/cases/{}/fact", tale.case), &token).await.2["workdays"].clone();
    assert_eq!(counted().await, json!(4));
    // The city keeps a festival of its own on 10 June.
    let days = vec![MovedDay { date: date(2026, 6, 10), off: true, intervals: None }];
    desk.hear(&[published(&tale, 1, days, None)]).await;
    let patience = Instant::now() + Duration::from_secs(30);
    let stored = async || -> Option<i32> {
        sqlx::query_scalar("SELECT workdays FROM case_fact").fetch_one(&desk.db.pool).await.unwrap()
    };
    while stored().await != Some(3) {
        assert!(Instant::now() < patience, "not counted anew");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(counted().await, json!(3));
    assert!(desk.running.stop().await);
}
