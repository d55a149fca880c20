//! 考核得分: a month is as its bulletin told it, and the year has one ranking, wherever it is read.

use std::time::{Duration, Instant};

use identity::Role;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, noon},
    tale::Tale,
};

/// Five of a month for each unit; those of the odd serials are city-management's, so many of them late.
fn month(serial: i64, first: Date, late: i64) -> Vec<Tale> {
    let of = |n: i64| {
        let answered = if n % 2 == 1 && n / 2 < late { 20 } else { 8 };
        let day = |day: i8| first.with().day(day).build().unwrap();
        Tale::new(serial + n, day(4), day(12), Some(day(answered)))
    };
    (0..10).map(of).collect()
}

async fn scores(desk: &Desk, query: &str) -> Value {
    let leader = desk.staff(Role::Leader, None);
    desk.get(&format!("/scores?policy=mailbox-002&{query}"), &leader).await.2
}

fn places(table: &Value) -> Vec<Value> {
    let units = table["units"].as_array().unwrap().iter();
    units.map(|one| json!([one["unit"], one["score"], one["rank"]])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_was_told_stays_and_the_year_has_one_ranking() {
    let desk = Desk::at(1, noon(date(2026, 3, 20))).await;
    // In March city-management is late with all five, in April with none.
    let march = month(100, date(2026, 3, 1), 5);
    let april = month(200, date(2026, 4, 1), 0);
    for tale in march.iter().chain(&april) {
        desk.hear(&tale.told().concat()).await;
    }
    desk.clock.set(noon(date(2026, 4, 20)));
    let patience = Instant::now() + Duration::from_secs(30);
    while scores(&desk, "year=2026&month=3").await["provisional"] != json!([]) {
        assert!(Instant::now() < patience, "no bulletin of March");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let full = 25.0 / 35.0 * 100.0;
    let told = scores(&desk, "year=2026&month=3").await;
    assert_eq!(places(&told), [json!(["water", full, 1]), json!(["city-management", 0.0, 2])]);
    let open = scores(&desk, "year=2026&month=4").await;
    assert_eq!(open["provisional"], json!(["2026-04"]));

    // Five more of March come to be known: what was told of it stays.
    for tale in month(300, date(2026, 3, 1), 0) {
        desk.hear(&tale.told().concat()).await;
    }
    assert_eq!(places(&scores(&desk, "year=2026&month=3").await), places(&told));
    let year = scores(&desk, "year=2026").await;
    assert_eq!(year["provisional"], json!(["2026-01", "2026-02", "2026-04"]));
    let expected = [json!(["water", full, 1]), json!(["city-management", full / 2.0, 2])];
    assert_eq!(places(&year), expected, "of March as it was told and of April as it stands");

    let leader = desk.staff(Role::Leader, None);
    let preview = "/reports/preview?policy=mailbox-002&series=annual&day=2026-04-20";
    let annual = desk.get(preview, &leader).await.2;
    let table = annual["tables"].as_array().unwrap().iter().find(|table| table["code"] == "units").unwrap();
    let rows = table["rows"].as_array().unwrap().iter();
    let shown: Vec<Value> =
        rows.map(|row| json!([row[1]["value"], row[2]["value"], row[3]["value"]])).collect();
    assert_eq!(shown, expected, "the annual report ranks alike");
    assert!(table["title"].as_str().unwrap().contains("2026-04"), "{}", table["title"]);
    let city = desk.staff(Role::Leader, Some("511600"));
    let own = desk.get("/scores?policy=mailbox-002&year=2026&month=3", &city).await.2;
    assert_eq!(
        (places(&own), &own["provisional"]),
        (places(&told), &json!([])),
        "all of it lies in the city"
    );
    let county = desk.get("/scores?policy=mailbox-002&year=2026&month=3&region=511602", &leader).await.2;
    assert_eq!(county["provisional"], json!(["2026-03"]), "no bulletin speaks of the county alone");
    assert!(desk.running.stop().await);
}
