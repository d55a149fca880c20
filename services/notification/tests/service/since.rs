//! What lies waiting when a case is sealed or its unit accused: it goes out in neutral words, or to the accused no more.

use contracts::record::{CaseHandsNamed, CaseResultSealed};
use identity::Role;
use serde_json::json;

use crate::{
    again::warned,
    carriers::answered,
    house::{Calls, House, gateway, profile},
    life::{Life, accepted_by, registered},
};

async fn house(at: &str, url: &str) -> House {
    let house = House::start_at(at, |folder| {
        format!("retry = [\"5m\", \"5m\"]\nsms.profile = \"{}\"", profile(folder, url).display())
    })
    .await;
    house.intake("resident@example.test").await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/sms", Some(body)).await.0, 204);
    house
}

/// A case of whose limit the officer of the water works is warned.
fn near(name: &str) -> Life {
    let mut life = Life::new(name, false);
    life.say(registered()).say(accepted_by(&[])).say(warned(name));
    life
}

fn accused() -> CaseHandsNamed {
    CaseHandsNamed { hands: vec![], barred: vec!["water".parse().expect("a unit")], line: None }
}

fn texts(calls: &Calls) -> Vec<String> {
    let calls = calls.lock().expect("no panic");
    calls.iter().map(|(_, body)| body["content"].as_str().expect("text").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_accused_over_the_weekend_gets_no_mail_on_monday() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    // Friday, six in the evening: what is not urgent waits until Monday.
    let house = house("2026-03-06T10:00:00Z", &url).await;
    let (mut secret, open) = (near("accused"), near("open"));
    house.say(&secret.events).await;
    house.say(&open.events).await;
    house.until(2, "SELECT count(*) FROM outward WHERE audience = 'officer'").await;
    secret.say(accused());
    house.say(&secret.events[3..]).await;
    house.until(1, "SELECT count(*) FROM case_card WHERE guard LIKE '%water%'").await;
    house.set("2026-03-09T01:00:30Z");
    house.until(0, "SELECT count(*) FROM outward").await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    assert_eq!(house.desk.count("SELECT count(*) FROM parcel").await, 1);
    let kept: uuid::Uuid = sqlx::query_scalar("SELECT case_id FROM parcel")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("a parcel");
    assert_eq!((kept, texts(&calls).len()), (open.case.0, 1));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_tried_again_knows_that_its_case_was_sealed_and_its_unit_accused() {
    let busy = json!({"code": "BUSY"});
    let (url, calls) = gateway(vec![busy.clone(), busy, json!({"code": 0})]).await;
    let house = house("2026-03-02T02:00:00Z", &url).await;
    let (mut told, mut theirs) = (answered("sealed since", &["sms"]), near("accused since"));
    house.say(&told.events[..2]).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'failed'").await;
    house.say(&theirs.events).await;
    house.until(2, "SELECT count(*) FROM parcel WHERE state = 'failed'").await;
    assert!(texts(&calls)[0].contains("受理"), "{:?}", texts(&calls));
    let mut sealed = Life::new("sealed since", false);
    sealed.events = told.events[..2].to_vec();
    sealed.say(CaseResultSealed {});
    told = sealed;
    house.say(&told.events[2..]).await;
    theirs.say(accused());
    house.say(&theirs.events[3..]).await;
    house.until(2, "SELECT count(*) FROM case_card WHERE guard <> '{}'").await;
    house.set("2026-03-02T02:06:00Z");
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'given_up' AND reason = 'barred'").await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    let texts = texts(&calls);
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[2].contains("有新的情况") && !texts[2].contains("受理"), "{texts:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_citizen_is_told_in_the_morning_is_neutral_when_the_result_was_sealed_at_night() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    // Ten in the evening.
    let house = house("2026-03-02T14:00:00Z", &url).await;
    let mut life = answered("at night", &["sms"]);
    house.say(&life.events).await;
    house.until(2, "SELECT count(*) FROM outward").await;
    life.say(CaseResultSealed {});
    house.say(&life.events[3..]).await;
    house.until(1, "SELECT count(*) FROM case_card WHERE guard <> '{}'").await;
    house.set("2026-03-03T00:00:00Z");
    house.until(2, "SELECT count(*) FROM notice WHERE channel = 'carrier' AND state = 'sent'").await;
    let texts = texts(&calls);
    assert_eq!(texts.len(), 2);
    assert!(texts.iter().all(|text| text.contains("有新的情况")), "{texts:?}");
    house.stop().await;
}
