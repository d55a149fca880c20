//! Quiet hours and working hours hold for every attempt: what fails in the evening is tried again in the morning.

use identity::Role;
use serde_json::{Value, json};

use crate::{
    again::warned,
    calendars,
    carriers::answered,
    house::{Calls, House, gateway, profile},
    life::{Life, accepted_by, registered},
    upward,
};

async fn house(at: &str, answers: Vec<Value>) -> (House, Calls) {
    let (url, calls) = gateway(answers).await;
    let house = House::start_at(at, |folder| {
        format!("retry = [\"15m\", \"2h\"]\nsms.profile = \"{}\"", profile(folder, &url).display())
    })
    .await;
    house.intake("resident@example.test").await;
    let admin = house.token(Role::Admin, None, None);
    for whose in ["officer/water", "leader/leader"] {
        let body = json!({"address": "13900139000"});
        let path = format!("/points/{whose}/sms");
        assert_eq!(house.ask("PUT", &admin, &path, Some(body)).await.0, 204);
    }
    (house, calls)
}

/// When the one message, or the one notice that lies in none, is looked at next.
async fn next(house: &House) -> String {
    sqlx::query_scalar(
        "SELECT to_char(coalesce((SELECT next_at FROM parcel WHERE next_at IS NOT NULL),
                                 (SELECT min(not_before) FROM outward)) AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS')",
    )
    .fetch_one(&house.desk.db.pool)
    .await
    .expect("a moment")
}

fn near(name: &str) -> Life {
    let mut life = Life::new(name, false);
    life.say(registered()).say(accepted_by(&[])).say(warned(name));
    life
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_whose_message_failed_in_the_evening_is_not_texted_at_night() {
    // Ten to nine in the evening; the gateway is away.
    let (house, calls) =
        house("2026-03-02T12:50:00Z", vec![json!({"code": "BUSY"}), json!({"code": 0})]).await;
    house.say(&answered("evening", &["sms"]).events[..2]).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'failed'").await;
    assert_eq!(next(&house).await, "03-03 00:00:00");
    // By when it has come to an end is as much later: nobody takes it for forgotten.
    let ends = "SELECT count(*) FROM notice WHERE state = 'queued' AND next_at > '2026-03-03T00:00:00Z'";
    assert_eq!(house.desk.count(ends).await, 1);
    house.set("2026-03-03T00:00:00Z");
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'brought' AND attempts = 2").await;
    assert_eq!(calls.lock().expect("no panic").len(), 2);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_taken_up_late_waits_for_the_morning_without_losing_an_attempt() {
    let (house, calls) =
        house("2026-03-02T12:00:00Z", vec![json!({"code": "BUSY"}), json!({"code": 0})]).await;
    house.say(&answered("down", &["sms"]).events[..2]).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'failed'").await;
    assert_eq!(next(&house).await, "03-02 12:15:00");
    // Nobody looked until eleven at night.
    house.set("2026-03-02T15:00:00Z");
    house
        .until(1, "SELECT count(*) FROM parcel WHERE next_at = '2026-03-03T00:00:00Z' AND attempts = 1")
        .await;
    assert_eq!(calls.lock().expect("no panic").len(), 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_tried_again_on_the_next_working_day_and_what_is_urgent_at_any_hour() {
    // Friday, twenty-five past five: work ends within minutes.
    let (house, calls) = house("2026-03-06T09:25:00Z", vec![json!({"code": "BUSY"})]).await;
    house.say(&near("friday").events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'failed'").await;
    assert_eq!(next(&house).await, "03-09 01:00:00");
    house.say(&upward::alert("friday too").events).await;
    house
        .until(1, "SELECT count(*) FROM parcel WHERE audience = 'leader' AND state = 'failed' AND urgent")
        .await;
    let urgent = "SELECT count(*) FROM parcel WHERE audience = 'leader' AND next_at = '2026-03-06T09:40:00Z'";
    assert_eq!(house.desk.count(urgent).await, 1);
    house.set("2026-03-06T09:40:00Z");
    let again = "SELECT count(*) FROM parcel WHERE audience = 'leader' AND attempts = 2 AND state = 'failed'";
    house.until(1, again).await;
    assert_eq!(calls.lock().expect("no panic").len(), 3);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_attempt_keeps_to_the_hours_that_were_published() {
    let (house, _) = house("2026-03-06T09:25:00Z", vec![json!({"code": "BUSY"})]).await;
    house.say(&near("as shipped").events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE next_at = '2026-03-09T01:00:00Z'").await;
    // That Saturday is made a short working day; it is in force at some look of the desk.
    house.say(&calendars::published("year", "2026", true).events).await;
    house.until(1, "SELECT count(*) FROM calendar_file").await;
    let saturday = "SELECT count(*) FROM parcel WHERE next_at = '2026-03-07T01:00:00Z'";
    for number in 0..15 {
        house.say(&near(&format!("as published {number}")).events).await;
        house.until(number + 2, "SELECT count(*) FROM parcel WHERE state = 'failed'").await;
        if house.desk.count(saturday).await > 0 {
            house.stop().await;
            return;
        }
    }
    panic!("the working Saturday was never heard of");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_storm_holds_back_and_what_is_gathered_late_wait_for_an_open_hour() {
    let (house, _) = house("2026-03-06T09:00:00Z", vec![json!({"code": 0})]).await;
    for number in 0..20 {
        house.say(&near(&format!("storm {number}")).events).await;
        house.until(number + 1, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    }
    // Five o'clock of a Friday: the hour of the storm ends after work.
    house.say(&near("held back").events).await;
    house.until(1, "SELECT count(*) FROM outward WHERE not_before = '2026-03-09T01:00:00Z'").await;
    // A citizen's waits for the morning; nobody looks until the next evening.
    house.set("2026-03-06T14:00:00Z");
    house.say(&answered("at night", &["sms"]).events[..2]).await;
    house.until(1, "SELECT count(*) FROM outward WHERE not_before = '2026-03-07T00:00:00Z'").await;
    house.set("2026-03-07T13:30:00Z");
    house.until(1, "SELECT count(*) FROM outward WHERE not_before = '2026-03-08T00:00:00Z'").await;
    assert_eq!(house.desk.count("SELECT count(*) FROM parcel WHERE audience = 'citizen'").await, 0);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_has_it_tried_again_at_night_wakes_nobody_either() {
    let (house, calls) = house("2026-03-02T12:50:00Z", vec![json!({"code": "INVALID"})]).await;
    house.say(&answered("replayed", &["sms"]).events[..2]).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'given_up'").await;
    house.set("2026-03-02T14:00:00Z");
    let admin = house.token(Role::Admin, None, None);
    let id: uuid::Uuid = sqlx::query_scalar("SELECT parcel_id FROM parcel")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("a parcel");
    assert_eq!(house.ask("POST", &admin, &format!("/deliveries/{id}/replay"), None).await.0, 204);
    assert_eq!(next(&house).await, "03-03 00:00:00");
    assert_eq!(calls.lock().expect("no panic").len(), 1);
    house.stop().await;
}
