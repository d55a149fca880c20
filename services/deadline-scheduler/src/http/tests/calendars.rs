//! A notice comes out: previewed, put in force, and only what it should move moves.

use calendar::{DayEntry, Overlay};
use serde_json::json;

use super::*;
use crate::app::recompute::next_batch;

/// Every working day of the next two weeks becomes a day off in Guang'an.
fn festival(from: jiff::civil::Date, version: u32) -> Value {
    let calendar = calendar::shipped();
    let days = (1..=10).map(|number| DayEntry {
        date: calendar.add_workdays(from, number).unwrap().date,
        name: "火把节".to_owned(),
        off: true,
        intervals: None,
    });
    let overlay = Overlay {
        region: "5116".to_owned(),
        version,
        source: "市政府通知".to_owned(),
        days: days.collect(),
        intervals: None,
    };
    serde_json::to_value(overlay).unwrap()
}

async fn recompute(desk: &Desk) {
    while next_batch(&desk.db, &desk.live.now()).await.unwrap() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_calendar_moves_running_limits_once_and_no_closed_case() {
    let desk = Desk::new().await;
    let admin = staff(Role::Admin, None);
    let (open, closed) = (desk.told("mailbox-002", 0).await, desk.told("mailbox-002", 0).await);
    let now = desk.db.now().await.unwrap();
    let answered = contracts::case::CaseAnswered {
        unit: "water-bureau".parse().unwrap(),
        outcome: contracts::words::Outcome::Explained,
        mode: contracts::words::Mode::Assignment,
        round: 1,
        answered_at: now,
        level: None,
        cause: None,
        remedy: None,
    };
    desk.hear(closed, 2, now, answered.into()).await;
    let (before, closed_before) = (desk.clock(open, "handle").await.2, desk.clock(closed, "handle").await.2);
    let file = festival(calendar::day_of(now), 1);
    let supervisor = staff(Role::Supervisor, None);
    assert_eq!(
        desk.post("/calendar/preview", &supervisor, None, file.clone()).await.0,
        StatusCode::FORBIDDEN
    );
    let (status, seen) = desk.post("/calendar/preview", &admin, None, file.clone()).await;
    assert_eq!((status, &seen["moved"], &seen["looked_at"]), (StatusCode::OK, &json!(1), &json!(1)));
    assert_eq!(seen["moves"][0]["from_day"], json!(before.to_string()));
    assert_eq!(desk.clock(open, "handle").await.2, before, "a preview moves nothing");

    assert_eq!(desk.post("/calendar/files", &admin, None, file.clone()).await.0, StatusCode::ACCEPTED);
    assert_eq!(
        desk.post("/calendar/files", &admin, None, file).await.0,
        StatusCode::CONFLICT,
        "a higher version"
    );
    recompute(&desk).await;
    let after = desk.clock(open, "handle").await.2;
    assert_eq!(calendar::shipped().workdays_between(before, after).unwrap(), 10);
    assert_eq!(json!(after.to_string()), seen["moves"][0]["to_day"]);
    assert_eq!(desk.clock(closed, "handle").await.2, closed_before, "closed cases never move");
    let said = desk.said(open).await;
    let told = said.iter().filter(|(kind, _)| kind == "clock.recomputed").count();
    recompute(&desk).await;
    assert_eq!((told, desk.said(open).await.len()), (1, said.len()), "done once");
    let state = desk.get("/calendar", None).await.2;
    let report = &state["recomputations"][0];
    assert_eq!((&report["moved"], &report["looked_at"]), (&json!(1), &json!(1)));
    assert!(report["done_at"].is_string() && state["published_through"].is_number());
    let due = format!("/calendar/add?start={}&days=1&region=511602", calendar::day_of(now));
    let national = format!("/calendar/add?start={}&days=1", calendar::day_of(now));
    let day = async |path: &str| desk.get(path, None).await.2["due"].as_str().unwrap().to_owned();
    assert!(day(&due).await > day(&national).await, "the region's own days hold at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recomputation_is_no_storm_and_goes_on_where_it_stopped() {
    let desk = Desk::new().await;
    for _ in 0..3 {
        desk.told("mailbox-002", 0).await;
    }
    let made_up = "INSERT INTO case_facts (case_id, kind, urgency, region, multi_unit, received_at, pack_id, pack_version, round, historic)
        SELECT gen_random_uuid(), 'complaint', 'ordinary', '511602', false, now(), 'mailbox-002', 1, 1, false FROM generate_series(1, 450)";
    sqlx::query(made_up).execute(&desk.db.pool).await.unwrap();
    let clocks = "INSERT INTO clock (clock_id, case_id, name, entry, round, region, started_at, due_at, due_day, provisional, state, pack_id, pack_version, held)
        SELECT gen_random_uuid(), f.case_id, 'handle', 'handle-long', 1, '511602', c.started_at, c.due_at, c.due_day, false, 0, 'mailbox-002', 1, false
        FROM case_facts f, (SELECT * FROM clock WHERE name = 'handle' LIMIT 1) c WHERE NOT EXISTS (SELECT FROM clock o WHERE o.case_id = f.case_id)";
    sqlx::query(clocks).execute(&desk.db.pool).await.unwrap();
    let now = desk.db.now().await.unwrap();
    let file = festival(calendar::day_of(now), 1);
    assert_eq!(
        desk.post("/calendar/files", &staff(Role::Admin, None), None, file).await.0,
        StatusCode::ACCEPTED
    );
    let rules = desk.live.now();
    assert!(next_batch(&desk.db, &rules).await.unwrap());
    let moved = async || -> (i64, bool) {
        sqlx::query_as("SELECT moved, done_at IS NOT NULL FROM recomputation")
            .fetch_one(&desk.db.pool)
            .await
            .unwrap()
    };
    assert_eq!(moved().await, (200, false), "one batch, and the place to go on from");
    recompute(&desk).await;
    assert_eq!(moved().await, (453, true));
    let twice: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT aggregate_id FROM outbox_event WHERE kind = 'clock.recomputed' GROUP BY 1 HAVING count(*) > 1) t",
    )
    .fetch_one(&desk.db.pool)
    .await
    .unwrap();
    assert_eq!(twice, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_that_nobody_vouches_for_is_not_taken() {
    let desk = Desk::new().await;
    let admin = staff(Role::Admin, None);
    let unsourced = json!({"year": 2027, "version": 1, "papers": [], "days": []});
    let nowhere = json!({"region": "广安", "version": 1, "source": "a notice", "days": []});
    let odd = json!({"region": "511", "version": 1, "source": "a notice", "days": []});
    for file in [json!({"days": "all"}), unsourced, nowhere, odd] {
        let (status, _) = desk.post("/calendar/files", &admin, None, file).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_full_code_of_a_city_holds_for_its_counties_and_two_hands_publish_one_version_once() {
    let desk = Desk::new().await;
    let admin = staff(Role::Admin, None);
    let today = calendar::day_of(desk.db.now().await.unwrap());
    let mut file = festival(today, 1);
    file["region"] = json!("511600");
    let both = tokio::join!(
        desk.post("/calendar/files", &admin, None, file.clone()),
        desk.post("/calendar/files", &admin, None, file.clone())
    );
    let mut statuses = [both.0.0, both.1.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::ACCEPTED, StatusCode::CONFLICT]);
    let due = async |region: &str| {
        let path = format!("/calendar/add?start={today}&days=1&region={region}");
        desk.get(&path, None).await.2["due"].as_str().unwrap().to_owned()
    };
    assert!(due("511602").await > due("511502").await, "its own days hold in its counties");
    file["region"] = json!("5116");
    let again = desk.post("/calendar/files", &admin, None, file).await.0;
    assert_eq!(again, StatusCode::CONFLICT, "the same region in other words");
}
