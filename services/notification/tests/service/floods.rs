//! A flood of urgent notices: beyond the limit of the pack they go together after each pause of it, and nothing is lost.

use contracts::{StoredEvent, case::CaseAccepted, words::Class};
use identity::Role;
use serde_json::json;

use crate::{
    house::{House, gateway, profile},
    life::{Life, accepted_by, registered},
};

/// Important cases, each of which owes the leader one urgent message.
fn important(numbers: std::ops::Range<usize>) -> Vec<StoredEvent> {
    let one = |number: usize| {
        let mut life = Life::new(&format!("flood {number}"), false);
        life.say(registered());
        life.say(CaseAccepted { class: Some(Class::Important), ..accepted_by(&[]) });
        life.events
    };
    numbers.flat_map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_limit_a_flood_of_urgent_notices_is_one_message_a_pause() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| format!("sms.profile = \"{}\"", profile(folder, &url).display())).await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/leader/leader/sms", Some(body)).await.0, 204);
    let brought = "SELECT count(*) FROM parcel WHERE audience = 'leader' AND state = 'brought'";
    // One after another, each is a message in its own words.
    for number in 0..20 {
        house.say(&important(number..number + 1)).await;
        house.until(i64::try_from(number).expect("few") + 1, brought).await;
    }
    // The next go together in the place beyond; what comes after them waits, urgent as it is.
    house.say(&important(20..30)).await;
    house.until(30, "SELECT count(*) FROM notice WHERE audience = 'leader'").await;
    house.until(21, brought).await;
    house.say(&important(30..35)).await;
    house.until(35, "SELECT count(*) FROM notice WHERE audience = 'leader'").await;
    let due = "SELECT count(*) FROM outward WHERE not_before <= '2026-03-02T02:00:00Z'";
    house.until(0, due).await;
    assert_eq!(house.desk.count("SELECT count(*) FROM parcel WHERE audience = 'leader'").await, 21);
    let waits = "SELECT count(*) FROM outward WHERE not_before = '2026-03-02T02:05:00Z' AND urgent";
    assert!(house.desk.count(waits).await >= 5, "what came last waits for the pause of the pack");
    assert_eq!(calls.lock().expect("no panic").len(), 21);
    // Then it goes together, in one more message.
    house.set("2026-03-02T02:05:00Z");
    house.until(0, "SELECT count(*) FROM outward").await;
    house.until(22, brought).await;
    house.until(35, "SELECT count(*) FROM notice WHERE audience = 'leader' AND state = 'sent'").await;
    assert_eq!(calls.lock().expect("no panic").len(), 22);
    let told = "SELECT sum(cardinality(notices))::bigint FROM parcel WHERE audience = 'leader'";
    assert_eq!(house.desk.count(told).await, 35, "each notice lies in one message");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_do_not_gather_past_one_another() {
    let (url, _) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| format!("sms.profile = \"{}\"", profile(folder, &url).display())).await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/leader/leader/sms", Some(body)).await.0, 204);
    let mut other = house.desk.db.pool.acquire().await.expect("a connection");
    let hold = "SELECT pg_advisory_lock(hashtext('notification.gather'))";
    sqlx::query(hold).execute(&mut *other).await.expect("held");
    house.say(&important(0..1)).await;
    house.until(1, "SELECT count(*) FROM outward").await;
    // Two looks of the desk, many of the carriers.
    house.set_and_look("2026-03-02T02:01:00Z").await;
    house.set_and_look("2026-03-02T02:02:00Z").await;
    assert_eq!(house.desk.count("SELECT count(*) FROM parcel").await, 0, "another process gathers");
    let free = "SELECT pg_advisory_unlock(hashtext('notification.gather'))";
    sqlx::query(free).execute(&mut *other).await.expect("freed");
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    house.stop().await;
}
