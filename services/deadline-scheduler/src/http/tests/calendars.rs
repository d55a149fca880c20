//! A notice comes out: previewed, put in force, and only what it should move moves.

use std::collections::BTreeMap;

use calendar::{DayEntry, Overlay, WorkHours};
use runtime::PolicyFiles;
use serde_json::json;

use super::*;
use crate::app::recompute::next_batch;

/// Every working day of the next two weeks becomes a day off in Guang'an.
pub(super) fn festival(from: jiff::civil::Date, version: u32) -> Value {
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
    while next_batch(&desk.db, &desk.live).await.unwrap() {}
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

/// The pack of the mailbox, with its long limit in hours of work.
fn in_hours(hours: u32) -> PolicyFiles {
    let text = include_str!("../../../../../deploy/policy/mailbox-002/deadlines.toml");
    let changed =
        text.replace("amount = 20, unit = \"workdays\"", &format!("amount = {hours}, unit = \"work-hours\""));
    let changed = changed.replace("amount = 30, unit = \"workdays\"", "amount = 300, unit = \"work-hours\"");
    let head = "id = \"mailbox-002\"\nversion = 1\nvalid_from = \"2011-01-01\"".to_owned();
    PolicyFiles::from_texts(vec![BTreeMap::from([
        ("pack".to_owned(), head),
        ("deadlines".to_owned(), changed),
    ])])
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn short_days_of_a_notice_move_a_limit_in_hours_of_work_and_travel_with_it() {
    let desk = Desk::under(in_hours(16)).await;
    let admin = staff(Role::Admin, None);
    let case = desk.told("mailbox-002", 0).await;
    let due = async || -> (jiff::Timestamp, jiff::Timestamp) {
        let (from, to): (pg::SqlTimestamp, pg::SqlTimestamp) =
            sqlx::query_as("SELECT started_at, due_at FROM clock WHERE case_id = $1 AND name = 'handle'")
                .bind(case.0)
                .fetch_one(&desk.db.pool)
                .await
                .unwrap();
        (from.to_jiff(), to.to_jiff())
    };
    let hours =
        |texts: &[&str]| WorkHours::try_from(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
    let (received, before) = due().await;
    let common = calendar::shipped();
    assert_eq!(before, common.add_work_hours(received, 16).unwrap().at);
    // Half days before a festival, three of them; every other day of the city begins earlier.
    let today = calendar::day_of(received);
    let days = (1..=3).map(|number| DayEntry {
        date: common.add_workdays(today, number).unwrap().date,
        name: "半天".to_owned(),
        off: false,
        intervals: Some(hours(&["09:00-12:00"]).unwrap()),
    });
    let overlay = Overlay {
        region: "5116".to_owned(),
        version: 1,
        source: "市政府通知".to_owned(),
        days: days.collect(),
        intervals: Some(hours(&["08:00-12:00", "14:00-17:30"]).unwrap()),
    };
    let mut set = calendar::shipped_set().clone();
    set.put_overlay(overlay.clone());
    let city = set.compile().unwrap();
    let expected = city.of("511602").add_work_hours(received, 16).unwrap().at;
    assert!(expected > before);
    let file = serde_json::to_value(overlay).unwrap();
    let (status, seen) = desk.post("/calendar/preview", &admin, None, file.clone()).await;
    assert_eq!((status, &seen["moved"]), (StatusCode::OK, &json!(1)));
    assert_eq!(desk.post("/calendar/files", &admin, None, file.clone()).await.0, StatusCode::ACCEPTED);
    recompute(&desk).await;
    assert_eq!(due().await, (received, expected));
    let said: String = sqlx::query_scalar(
        "SELECT convert_from(payload, 'UTF8') FROM outbox_event WHERE kind = 'calendar.published'",
    )
    .fetch_one(&desk.db.pool)
    .await
    .unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["file"]["intervals"], json!(["08:00-12:00", "14:00-17:30"]));
    assert_eq!(said["file"]["days"].as_array().unwrap().len(), 3);
    for (told, written) in
        said["file"]["days"].as_array().unwrap().iter().zip(file["days"].as_array().unwrap())
    {
        assert_eq!((&told["date"], &told["off"]), (&written["date"], &json!(false)));
        assert_eq!(told["intervals"], json!(["09:00-12:00"]), "hours travel, the name does not");
        assert!(told.get("name").is_none());
    }
    let wrong = json!({"region": "5116", "version": 2, "source": "市政府通知",
                       "days": [{"date": "2026-12-31", "name": "半天", "off": false, "intervals": ["12:00-09:00"]}]});
    assert_eq!(desk.post("/calendar/files", &admin, None, wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
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
    assert!(next_batch(&desk.db, &desk.live).await.unwrap());
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

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_from_before_others_listened_is_said_again_on_two_days() {
    let desk = Desk::new().await;
    let file = festival(calendar::day_of(desk.db.now().await.unwrap()), 1);
    assert_eq!(
        desk.post("/calendar/files", &staff(Role::Admin, None), None, file).await.0,
        StatusCode::ACCEPTED
    );
    let said = async || -> Vec<Value> {
        let told: Vec<String> = sqlx::query_scalar(
            "SELECT convert_from(payload, 'UTF8') FROM outbox_event WHERE kind = 'calendar.published' ORDER BY version",
        )
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
        told.iter().map(|one| serde_json::from_str(one).unwrap()).collect()
    };
    // Each process looks at its start; that of a day before has said all it had to.
    pack_change::settle(&desk).await;
    assert_eq!(said().await.len(), 1, "what is published now is heard by all");
    let day = async |sql: &'static str| {
        sqlx::query(sql).execute(&desk.db.pool).await.unwrap();
    };
    day("UPDATE calendar_file SET told = 0, told_on = NULL").await;
    for (count, then) in
        [(2, "SELECT 1"), (2, "UPDATE calendar_file SET told_on = told_on - 1"), (3, "SELECT 1")]
    {
        pack_change::settle(&desk).await;
        assert_eq!(said().await.len(), count);
        day(then).await;
    }
    day("UPDATE calendar_file SET told_on = told_on - 1").await;
    pack_change::settle(&desk).await;
    let said = said().await;
    assert_eq!(said.len(), 3, "on two days");
    assert!(said.iter().all(|one| one == &said[0]), "the same notice");
}
