//! Reports on schedule: what was missed is made up for, one that fails stops nobody, what is not heard yet is waited for, and
//! each city has its own.

use std::time::{Duration, Instant};

use contracts::{Body, finding::ReportPublished};
use identity::Role;
use jiff::civil::{Date, date};
use serde_json::Value;

use crate::{
    desk::{Desk, noon},
    tale::Tale,
};

fn tale(serial: i64, region: &'static str, received: Date) -> Tale {
    Tale { region, ..Tale::new(serial, received, received, None) }
}

/// The first days of a series that were made, as soon as there are so many.
async fn made(desk: &Desk, series: &str, least: usize) -> Vec<(String, String)> {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT from_day::text, place FROM report WHERE series = $1 ORDER BY from_day, place",
        )
        .bind(series)
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
        if rows.len() >= least || Instant::now() > patience {
            return rows;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn run(desk: &Desk, statement: &'static str) {
    sqlx::raw_sql(statement).execute(&desk.db.pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_were_missed_are_made_up_for_and_one_that_fails_stops_nobody() {
    let friday = date(2026, 6, 12);
    let desk = Desk::at(1, noon(friday)).await;
    let days = [11, 12, 13, 14].map(|day| date(2026, 6, day));
    let told = |at: usize| tale(i64::try_from(at).unwrap() + 1, "511602", days[at]).told().concat();
    desk.hear(&told(0)).await;
    let day = |day: i8| (date(2026, 6, day).to_string(), String::new());
    assert_eq!(made(&desk, "daily", 1).await, [day(11)]);

    // Nothing is made until Monday; that of Saturday cannot be.
    for at in [1, 2, 3] {
        desk.hear(&told(at)).await;
    }
    run(
        &desk,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON report FOR EACH ROW
         WHEN (NEW.from_day = '2026-06-13') EXECUTE FUNCTION refuse();",
    )
    .await;
    desk.clock.set(noon(date(2026, 6, 15)));
    assert_eq!(made(&desk, "daily", 3).await, [day(11), day(12), day(14)]);
    let weekly: Vec<_> = made(&desk, "weekly", 1).await.into_iter().map(|(from, _)| from).collect();
    assert_eq!(weekly, ["2026-06-08"], "another series is not kept from its turn");
    run(&desk, "DROP TRIGGER refuse ON report").await;
    assert_eq!(made(&desk, "daily", 4).await, [day(11), day(12), day(13), day(14)], "it is tried again");

    // The pack makes up for so many days at most.
    desk.clock.set(noon(date(2026, 7, 31)));
    for (serial, received) in [(8, date(2026, 7, 16)), (9, date(2026, 7, 17)), (10, date(2026, 7, 30))] {
        desk.hear(&tale(serial, "511602", received).told().concat()).await;
    }
    let later = made(&desk, "daily", 6).await.split_off(4);
    assert_eq!(later, [("2026-07-17".into(), String::new()), ("2026-07-30".into(), String::new())]);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_not_frozen_while_something_of_it_is_still_to_be_heard() {
    let friday = date(2026, 6, 12);
    let desk = Desk::at(1, noon(friday)).await;
    desk.hear(&tale(1, "511602", friday).told().concat()).await;
    // What arrives now cannot be applied.
    let mut held = desk.db.pool.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE inbox_position IN ACCESS EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let late = tale(2, "511602", friday).told().concat();
    let bus = desk.bus().await;
    let said = bus.publish(&late.iter().map(|event| (event, 0)).collect::<Vec<_>>()).await;
    assert!(said.iter().all(Result::is_ok), "{said:?}");
    desk.clock.set(noon(date(2026, 6, 13)));
    let patience = Instant::now() + Duration::from_secs(4);
    while Instant::now() < patience {
        assert!(made(&desk, "daily", 0).await.is_empty(), "frozen without what was still on its way");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    held.rollback().await.unwrap();
    assert_eq!(made(&desk, "daily", 1).await.len(), 1);
    let leader = desk.staff(Role::Leader, None);
    let listed = desk.get("/reports?series=daily", &leader).await.2;
    let whole = desk.get(&format!("/reports/{}", listed[0]["id"].as_str().unwrap()), &leader).await.2;
    let rows = whole["tables"][0]["rows"].as_array().unwrap();
    let received = rows.iter().find(|row| row[0]["value"] == "收到件数").unwrap();
    assert_eq!(received[3]["value"], 2, "both");
    assert!(desk.running.stop().await);
}

async fn listed(desk: &Desk, region: Option<&str>) -> Vec<Value> {
    let leader = desk.staff(Role::Leader, region);
    let found = desk.get("/reports?series=daily&limit=200", &leader).await.2;
    let mut found: Vec<Value> = found.as_array().unwrap().iter().map(|one| one["place"].clone()).collect();
    found.sort_by_key(Value::to_string);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn each_city_has_its_own_and_reads_no_other() {
    let folder =
        Desk::packs_with("mailbox-002", "series = \"daily\"", "series = \"daily\"\nplaces = \"city\"");
    let today = date(2026, 6, 12);
    let desk = Desk::of(1, noon(today), folder.path()).await;
    let yesterday = date(2026, 6, 11);
    let told = [(1, "511602"), (2, "511621"), (3, "511702")]
        .map(|(serial, region)| tale(serial, region, yesterday).told().concat());
    desk.hear(&told.concat()).await;
    let mut rows = made(&desk, "daily", 2).await;
    rows.retain(|(from, _)| *from == yesterday.to_string());
    let places: Vec<_> = rows.into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["511600", "511700"]);
    let said: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT region, payload FROM outbox_event WHERE kind = 'report.published' ORDER BY region",
    )
    .fetch_all(&desk.db.pool)
    .await
    .unwrap();
    let filed: Vec<String> = said
        .iter()
        .map(|(region, payload)| match Body::from_json("report.published", payload).unwrap() {
            Body::ReportPublished(ReportPublished { place, .. })
                if place.as_ref().map(ids::RegionCode::as_str) == Some(region) =>
            {
                region.clone()
            }
            other => panic!("{region} {other:?}"),
        })
        .collect();
    assert_eq!(filed, ["511600", "511700"]);
    assert_eq!(listed(&desk, None).await, ["511600", "511700"]);
    assert_eq!(listed(&desk, Some("511700")).await, ["511700"]);
    assert_eq!(listed(&desk, Some("510000")).await, ["511600", "511700"]);
    assert_eq!(
        listed(&desk, Some("511702")).await,
        Vec::<Value>::new(),
        "a county reads nothing of its city"
    );

    let supervisor = desk.staff(Role::Supervisor, None);
    let order = |place: Option<&str>| {
        let mut body = serde_json::json!({"policy": "mailbox-002", "series": "daily", "day": "2026-06-11"});
        body["place"] = place.into();
        body
    };
    for (place, status) in [(None, 400), (Some("511602"), 400), (Some("511600"), 200), (Some("511800"), 201)]
    {
        assert_eq!(desk.post("/reports", &supervisor, order(place)).await.0, status, "{place:?}");
    }
    // Of one city all is that city's; of two it is nobody's who is bound to one.
    let weeks: Vec<(String,)> = sqlx::query_as("SELECT region FROM report WHERE series = 'weekly'")
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
    assert!(weeks.is_empty(), "the week is not over");
    desk.clock.set(noon(date(2026, 6, 15)));
    made(&desk, "weekly", 1).await;
    let week: String = sqlx::query_scalar("SELECT region FROM report WHERE series = 'weekly'")
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(week, "510000");
    assert!(desk.running.stop().await);
}
