//! Carriers that are away for days, that refuse for good, that answer twice: nothing is lost, and nothing comes twice.

use identity::Role;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    carriers::{Mails, answered, mailed},
    house::{House, gateway, profile},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_away_for_days_is_tried_for_days_and_then_laid_before_a_person() {
    let (url, calls) = gateway(vec![json!({"code": "BUSY"})]).await;
    let pauses = ["5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h"];
    let house = House::start(|folder| {
        format!("retry = {pauses:?}\nsms.profile = \"{}\"", profile(folder, &url).display())
    })
    .await;
    house.intake("resident@example.test").await;
    house.say(&answered("away", &["sms"]).events[..2]).await;
    let tried =
        "SELECT coalesce(sum(attempts), 0)::bigint FROM parcel WHERE next_at IS NULL OR state = 'failed'";
    house.until(1, tried).await;
    let start: Timestamp = "2026-03-02T02:00:00Z".parse().expect("a timestamp");
    let mut now = start;
    for (number, pause) in (2..).zip(pauses) {
        let pause: SignedDuration = pause.parse().expect("a pause");
        // A second too early it is left in peace; the attempt that follows is the proof.
        let next = awake(now + pause);
        house.clock.set(next - SignedDuration::from_secs(1));
        now = next;
        house.clock.set(now);
        house.until(number, tried).await;
    }
    assert!(now.duration_since(start) > SignedDuration::from_hours(72), "for days");
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'given_up' AND attempts = 10").await;
    house.until(1, "SELECT count(*) FROM notice WHERE template LIKE 'notice.failed%'").await;
    assert_eq!(house.desk.count("SELECT count(*) FROM outbox_event WHERE kind = 'notice.failed'").await, 1);
    let calls = calls.lock().expect("no panic").clone();
    assert_eq!(calls.len(), 10);
    assert!(calls.iter().all(|(headers, _)| headers["idempotency-key"] == calls[0].0["idempotency-key"]));
    house.stop().await;
}

/// What falls into the quiet hours of the pack waits for their end.
fn awake(at: Timestamp) -> Timestamp {
    let quiet = "21:00-08:00".parse().expect("a span");
    notification_rules::hours::after_quiet(at, Some(quiet))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_refuses_for_good_is_believed_and_one_that_is_busy_is_tried_again() {
    for (mail, state, reason) in
        [("nobody@example.test", "given_up", "refused"), ("busy@example.test", "failed", "carrier-away")]
    {
        let mut mails = None;
        let house = House::start(|folder| {
            let server = Mails::start(folder, "starttls");
            let section = server.section(folder, "starttls", "a password of this test");
            mails = Some(server);
            section
        })
        .await;
        house.intake(mail).await;
        house.say(&mailed(mail).events).await;
        let stands = async || -> Vec<(String, Option<String>)> {
            sqlx::query_as("SELECT state, reason FROM parcel WHERE attempts > 0 AND state <> 'sending'")
                .fetch_all(&house.desk.db.pool)
                .await
                .expect("rows")
        };
        house
            .until(
                1,
                "SELECT count(*) FROM parcel WHERE state IN ('given_up', 'failed') AND reason IS NOT NULL",
            )
            .await;
        assert_eq!(stands().await, [(state.to_owned(), Some(reason.to_owned()))], "{mail}");
        assert!(mails.expect("started").taken().is_empty());
        house.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_for_the_operator_to_mend_and_loses_no_mail() {
    let mut mails = None;
    let house = House::start(|folder| {
        let server = Mails::start(folder, "starttls");
        let section = server.section(folder, "starttls", "a wrong one");
        mails = Some(server);
        section
    })
    .await;
    house.intake("resident@example.test").await;
    house.say(&mailed("password").events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE reason IS NOT NULL").await;
    let stands: (String, Option<String>) = sqlx::query_as("SELECT state, reason FROM parcel")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("a row");
    assert_eq!(stands, ("failed".to_owned(), Some("carrier-away".to_owned())));
    assert_eq!(house.desk.count("SELECT count(*) FROM outbox_event WHERE kind = 'notice.failed'").await, 0);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_while_a_carrier_has_it_in_hand_hands_it_over_again_under_the_same_key() {
    // The first call is never answered: nobody knows whether the gateway took it.
    let (url, calls) = crate::receivers::silent_once().await;
    let section = |folder: &std::path::Path| {
        format!("in_hand = \"90s\"\nsms.profile = \"{}\"", profile(folder, &url).display())
    };
    let doomed = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let at = "2026-03-02T02:00:00Z";
    let house = House::start_on(crate::Desk::new().await, at, section, doomed.handle()).await;
    house.intake("resident@example.test").await;
    house.say(&answered("killed", &["sms"]).events[..2]).await;
    house.until_so("the first call", || calls.lock().expect("no panic").len() == 1).await;
    doomed.shutdown_background();
    let desk = house.left();
    let here = tokio::runtime::Handle::current();
    let house = House::start_on(desk, "2026-03-02T02:01:31Z", section, &here).await;
    house.intake("resident@example.test").await;
    house.until(1, "SELECT count(*) FROM notice WHERE channel = 'carrier' AND state = 'sent'").await;
    let keys: Vec<_> = calls.lock().expect("no panic").iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1], "the gateway can tell that it is the same");
    let admin = house.token(Role::Admin, None, None);
    let (_, counts) = house.ask("GET", &admin, "/deliveries", None).await;
    assert_eq!(counts[0]["state"], "brought", "{counts}");
    house.stop().await;
}
