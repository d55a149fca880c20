//! Reports make themselves once, are archived with their digest, and are drawn from the archive; scores rank within groups.

use std::time::{Duration, Instant};

use contracts::{StoredEvent, unit::UnitDescribed};
use identity::Role;
use ids::EventId;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{desk::Desk, tale::Tale};

async fn reports(desk: &Desk, token: &str, least: usize) -> Vec<Value> {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let listed = desk.get("/reports?limit=200", token).await.2;
        let listed = listed.as_array().unwrap().clone();
        if listed.len() >= least || Instant::now() > patience {
            return listed;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_make_themselves_once_and_every_form_is_drawn_from_the_archive() {
    let desk = Desk::sweeping(1).await;
    // The desk's today is 2026-06-15: the last whole month is May, the last whole week begins on June 8.
    let may: Vec<Tale> =
        (1..=6).map(|n| Tale::new(n, date(2026, 5, 4), date(2026, 5, 12), Some(date(2026, 5, 11)))).collect();
    let april = Tale::new(7, date(2026, 4, 7), date(2026, 4, 14), Some(date(2026, 4, 20)));
    let week = Tale::new(8, date(2026, 6, 9), date(2026, 6, 16), None);
    let told: Vec<_> = may.iter().chain([&april, &week]).flat_map(Tale::told).flatten().collect();
    desk.hear(&told).await;
    let leader = desk.staff(Role::Leader, None);
    // Of the mailbox's series: the week, the month and its digest of the county; no case came in yesterday or last year.
    let listed = reports(&desk, &leader, 3).await;
    // A case of yesterday comes late: that its day is reported on shows that all was looked through once more.
    let late = Tale::new(9, date(2026, 6, 14), date(2026, 6, 22), None);
    desk.hear(&late.told().concat()).await;
    let mut again = reports(&desk, &leader, 4).await;
    again.retain(|one| one["series"] != "daily");
    assert_eq!(listed, again, "looked again, made nothing anew");
    again.sort_by_key(|one| one["series"].to_string());
    let series: Vec<_> = again.iter().map(|one| one["series"].as_str().unwrap()).collect();
    assert_eq!(series, ["bulletin", "digest", "weekly"]);
    assert_eq!(again[1]["place"], "511602");
    let said: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_event WHERE kind = 'report.published'")
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(said, 4);

    let path = format!("/reports/{}", again[0]["id"].as_str().unwrap());
    let fetch = async |form: &str| {
        let url = format!("{}{path}?format={form}", desk.base);
        let answer = desk.http.get(url).bearer_auth(&leader).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        let digest = answer.headers()["x-content-sha256"].to_str().unwrap().to_owned();
        assert_eq!(json!(digest), again[0]["digest"]);
        answer.bytes().await.unwrap()
    };
    let data: Value = serde_json::from_slice(&fetch("json").await).unwrap();
    assert_eq!((&data["from"], &data["before_from"]), (&json!("2026-05-01"), &json!("2026-04-01")));
    let figures = data["tables"][0]["rows"].as_array().unwrap();
    let received = figures.iter().find(|row| row[0]["value"] == "收到件数").unwrap();
    assert_eq!((&received[3]["value"], &received[4]["value"]), (&json!(6), &json!(1)), "beside the last one");
    let page = String::from_utf8(fetch("html").await.to_vec()).unwrap();
    assert!(page.contains("<h1>月度通报</h1>") && page.contains("@page") && !page.contains("<script"));
    assert!(fetch("xlsx").await.starts_with(b"PK"));

    // What is heard later changes no archived report.
    desk.hear(&Tale::new(9, date(2026, 5, 5), date(2026, 5, 12), None).told().concat()).await;
    assert_eq!(serde_json::from_slice::<Value>(&fetch("json").await).unwrap(), data);
    let bound = desk.staff(Role::Leader, Some("511602"));
    assert_eq!(desk.get(&path, &bound).await.0, 404, "it speaks of all places");
    let city = desk.staff(Role::Leader, Some("511600"));
    assert_eq!(desk.get(&path, &city).await.0, 200, "all of them lie in the city");
    assert_eq!(desk.get(&path, &desk.staff(Role::Leader, Some("511700"))).await.0, 404);
    assert_eq!(desk.get(&path, &desk.citizen(april.case)).await.0, 403);
    assert!(desk.running.stop().await);
}

/// Odd serials are city-management's, even ones water's: five late ones of the former, as many good ones of the latter.
fn may() -> Vec<Tale> {
    let of = |serial: i64| {
        let answered = if serial % 2 == 1 { date(2026, 5, 14) } else { date(2026, 5, 8) };
        Tale::new(serial, date(2026, 5, 4), date(2026, 5, 12), Some(answered))
    };
    (1..=10).map(of).collect()
}

fn described(unit: &str, kind: &str, level: &str) -> StoredEvent {
    let tale = Tale::new(1, date(2026, 5, 4), date(2026, 5, 12), None);
    let body = UnitDescribed {
        code: unit.parse().unwrap(),
        zh: "单位".into(),
        sort: Some(kind.into()),
        level: Some(level.into()),
    };
    let mut said = tale.events(vec![body.into()]).remove(0);
    said.id = EventId::fresh();
    said.aggregate = uuid::Uuid::now_v7();
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_scored_by_month_and_year_within_the_groups_of_the_tree() {
    let desk = Desk::new().await;
    let few = (11..=18).map(|n| Tale::new(n, date(2026, 4, 7), date(2026, 4, 14), Some(date(2026, 4, 8))));
    let june = Tale::new(24, date(2026, 6, 10), date(2026, 6, 30), None);
    for tale in may().iter().cloned().chain(few).chain([june]) {
        desk.hear(&tale.told().concat()).await;
    }
    let supervisor = desk.staff(Role::Supervisor, None);
    let shown = async |query: &str| -> Vec<Value> {
        let (status, _, table) = desk.get(&format!("/scores?policy=mailbox-002&{query}"), &supervisor).await;
        assert_eq!(status, 200, "{table}");
        let of = |one: &Value| json!([one["unit"], one["score"], one["rank"], one["red"], one["black"]]);
        table["units"].as_array().unwrap().iter().map(of).collect()
    };
    // Neither signed: 0.5 a point of 100 beside, down to 0 of 10; in time 25 of 25 against 0 of 25.
    let full = json!(25.0 / 35.0 * 100.0);
    let both = |ranks: (i32, i32), lists: bool| {
        [
            json!(["water", full, ranks.0, lists, false]),
            json!(["city-management", 0.0, ranks.1, false, lists]),
        ]
    };
    assert_eq!(shown("year=2026&month=5").await, both((1, 2), true));
    let april = shown("year=2026&month=4").await;
    assert!(april.iter().all(|unit| unit[2] == Value::Null), "four due are too few for a rank: {april:?}");
    assert_eq!(shown("year=2026").await, both((1, 2), true));
    assert_eq!(shown("year=2030&month=1").await, Vec::<Value>::new());

    // As soon as the tree says that one is a utility, they are no longer compared.
    let told = [described("water", "utility", "city"), described("city-management", "department", "city")];
    desk.hear(&told).await;
    let mut apart = both((1, 1), false);
    apart.reverse();
    assert_eq!(
        shown("year=2026&month=5").await,
        apart,
        "in the order of the groups; one alone is on no list"
    );
    desk.hear(&[described("city-management", "utility", "county")]).await;
    assert_eq!(shown("year=2026&month=5").await, both((1, 2), true));

    assert_eq!(desk.get("/scores?policy=mailbox-002&year=2026&month=13", &supervisor).await.0, 400);
    assert_eq!(desk.get("/scores?policy=nobody&year=2026", &supervisor).await.0, 400);
    assert!(desk.running.stop().await);
}
