//! 县区摘要: each county that had cases gets the digest of its month, made by itself, with its own figures and nobody else's.

use std::time::{Duration, Instant};

use contracts::supervision::SupervisionEscalated;
use identity::Role;
use ids::ClockId;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    city::{City, NOTHING, rows},
    desk::{Desk, noon},
    row,
    tale::Tale,
};

fn rung(tale: &Tale, step: &str, day: Date) -> SupervisionEscalated {
    SupervisionEscalated {
        clock: ClockId::derived(&tale.case.to_string()),
        limit: "handle".into(),
        unit: Some(tale.unit().parse().unwrap()),
        step: step.to_owned(),
        rank: 1,
        due_at: noon(day),
        proposed: false,
    }
}

/// The digests that are there, by county.
async fn digests(desk: &Desk, token: &str, least: usize) -> Vec<Value> {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let listed = desk.get("/reports?series=digest", token).await.2;
        let mut listed = listed.as_array().unwrap().clone();
        listed.sort_by_key(|one| one["place"].as_str().unwrap().to_owned());
        if listed.len() >= least || Instant::now() > patience {
            return listed;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The desk's today is 15 June 2026; the month of the digest is May.
///
/// Guang'an district, 511602. May: water 5, noise 2, road 1, and one of water that is sealed and counts nowhere: 8. April: water 2,
/// noise 3: 5. March: water 1. May a year ago: water 4, so that all eight months before May are there to compare with.
///
/// Due a week after receipt. Of May's, three of water are answered in time and one on the day after; the fifth, the noise and the
/// road are not answered, all due by 27 May: 3 in time of 8 due.
///
/// Usual of water: (2 + 1) / 8 = 0.375; 5 is 13⅓ times as much. Noise came twice, which is less than the pack's three.
/// Causes by the day of the answer: May: history 2, not done 1; April: history 1, with the remedy `rule`.
///
/// Qianfeng, 511603: water 3 in May, never before. Another city, 512002: one case, sealed: no digest.
#[tokio::test(flavor = "multi_thread")]
async fn each_county_has_the_digest_of_its_own_month() {
    let (here, there) = ("511602", "511603");
    let mut city = City::default();
    city.came(here, "water", date(2025, 5, 6), 4);
    city.came(here, "water", date(2026, 3, 10), 1);
    city.answered((here, "water"), (date(2026, 4, 7), date(2026, 4, 13)), Some(("history", "rule")));
    city.came(here, "water", date(2026, 4, 7), 1);
    city.came(here, "noise", date(2026, 4, 8), 3);
    let first =
        city.answered((here, "water"), (date(2026, 5, 4), date(2026, 5, 11)), Some(("history", "fixed")));
    city.answered((here, "water"), (date(2026, 5, 4), date(2026, 5, 8)), Some(("history", "fixed")));
    city.answered((here, "water"), (date(2026, 5, 4), date(2026, 5, 4)), Some(("not_done", "fixed")));
    let late = city.answered((here, "water"), (date(2026, 5, 11), date(2026, 5, 19)), None);
    city.came(here, "water", date(2026, 5, 11), 1);
    city.came(here, "noise", date(2026, 5, 12), 2);
    city.came(here, "road", date(2026, 5, 20), 1);
    let hidden = city.sealed(here, "water", date(2026, 5, 5));
    let theirs = city.came(there, "water", date(2026, 5, 6), 3);
    city.sealed("512002", "water", date(2026, 5, 6));
    city.more(&late, 2, rung(&late, "remind", date(2026, 5, 18)));
    city.more(&hidden, 2, rung(&hidden, "red", date(2026, 5, 12)));
    city.more(&theirs[0], 2, rung(&theirs[0], "yellow", date(2026, 5, 13)));
    // A rung is counted on the day on which it was told.
    for event in city.told.iter_mut().filter(|event| event.kind == "supervision.escalated") {
        event.time = noon(date(2026, 5, 20));
    }
    let desk = Desk::sweeping(1).await;
    desk.hear(&city.told).await;
    let leader = desk.staff(Role::Leader, None);
    let listed = digests(&desk, &leader, 2).await;
    let places: Vec<&Value> = listed.iter().map(|one| &one["place"]).collect();
    assert_eq!(places, [here, there].map(|place| json!(place)).iter().collect::<Vec<_>>(), "no third");

    let bound = desk.staff(Role::Leader, Some(here));
    assert_eq!(digests(&desk, &bound, 1).await, listed[..1], "a county's leader has that of the county");
    let path = |at: usize| format!("/reports/{}", listed[at]["id"].as_str().unwrap());
    assert_eq!(desk.get(&path(1), &bound).await.0, 404);
    let (status, _, own) = desk.get(&path(0), &bound).await;
    assert_eq!((status, &own["title"]), (200, &json!("县区突出问题摘要（511602）")));
    assert_eq!((&own["from"], &own["to"]), (&json!("2026-05-01"), &json!("2026-05-31")));
    assert_eq!(own["before_from"], json!("2026-04-01"));

    let figures = rows(&own, "figures");
    let figure = |name: &str| figures.iter().find(|row| row[0] == name).unwrap()[1..5].to_vec();
    assert_eq!(figure("收到件数"), row![8, NOTHING, 8, 5]);
    assert_eq!(figure("按时办结率"), row![3, 8, 3.0 / 8.0, 1.0 / 5.0]);
    assert_eq!(
        rows(&own, "subjects"),
        [row!["water", 5, 2, 3], row!["noise", 2, 3, -1], row!["road", 1, 0, 1]]
    );
    assert_eq!(rows(&own, "rises"), [row!["water", here, 5, 2, 0.375, 5.0 / 0.375, 4]]);
    let numbers = |from: Date, serials: std::ops::RangeInclusive<i64>| {
        let number = |serial| format!("{}{here}{serial:06}", from.strftime("%y%m%d"));
        serials.map(number).collect::<Vec<_>>()
    };
    let waters = [numbers(date(2026, 5, 4), 11..=13), numbers(date(2026, 5, 11), 14..=15)].concat().join(" ");
    let noises = numbers(date(2026, 5, 12), 16..=17).join(" ");
    assert_eq!(first.serial, 11);
    assert_eq!(
        rows(&own, "alike"),
        [row!["water", here, 5, 0, 2, waters], row!["noise", here, 2, 0, 2, noises]]
    );
    assert_eq!(rows(&own, "causes"), [row!["历史遗留", 2, 1, 1], row!["工作不到位", 1, 0, 1]]);
    assert_eq!(rows(&own, "remedies"), [row!["就事整改", 3, 0, 3]], "what did not come in May is not shown");
    assert_eq!(rows(&own, "kinds"), [row!["投诉", 8, 5, 3]]);
    assert_eq!(rows(&own, "escalation"), [row!["提醒", 1, 0, 1]]);
    assert_eq!(rows(&own, "finding"), Vec::<Vec<Value>>::new());

    let other = desk.get(&path(1), &leader).await.2;
    assert_eq!(rows(&other, "subjects"), [row!["water", 3, 0, 3]]);
    assert_eq!(rows(&other, "rises"), [row!["water", there, 3, 0, 0.0, "新出现", 0]]);
    assert_eq!(rows(&other, "escalation"), [row!["黄牌", 1, 0, 1]]);
    assert_eq!(rows(&other, "causes"), Vec::<Vec<Value>>::new());
    assert!(desk.running.stop().await);
}
