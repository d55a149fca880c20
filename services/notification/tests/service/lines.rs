//! Each way has its own line: a gateway that hangs holds up nobody else, and nobody is counted for somebody else.

use axum::{Json, Router, routing::post};
use identity::Role;
use serde_json::json;
use tokio::sync::watch;

use crate::{
    again::warned,
    carriers::answered,
    house::{House, gateway, profile},
    life::{Life, accepted_by, registered},
};

/// A gateway that answers nobody until it is let go.
async fn hanging() -> (String, watch::Sender<bool>) {
    let (go, gone) = watch::channel(false);
    let take = async move || {
        gone.clone().wait_for(|gone| *gone).await.expect("the test goes on");
        Json(json!({"code": 0}))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/send", post(take))).await });
    (format!("http://{address}/send"), go)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_hangs_holds_up_no_other_way() {
    let (slow, go) = hanging().await;
    let (quick, calls) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| {
        let other = folder.join("other");
        std::fs::create_dir(&other).expect("a folder");
        format!(
            "sms.profile = \"{}\"\nwecom.profile = \"{}\"",
            profile(folder, &slow).display(),
            profile(&other, &quick).display()
        )
    })
    .await;
    house.intake("resident@example.test").await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "officer-of-water"});
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/wecom", Some(body)).await.0, 204);
    let many: Vec<_> = (0..80)
        .flat_map(|number| answered(&format!("many {number}"), &["sms"]).events.into_iter().take(2))
        .collect();
    house.say(&many).await;
    // As many as a line takes in hand: all of them hang.
    house.until(64, "SELECT count(*) FROM parcel WHERE state = 'sending'").await;
    let mut life = Life::new("by another way", false);
    life.say(registered()).say(accepted_by(&[])).say(warned("by another way"));
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE way = 'wecom' AND state = 'brought'").await;
    assert_eq!(calls.lock().expect("no panic").len(), 1);
    assert_eq!(
        house.desk.count("SELECT count(*) FROM parcel WHERE way = 'sms' AND state = 'brought'").await,
        0
    );
    go.send(true).expect("somebody waits");
    house.until(80, "SELECT count(*) FROM parcel WHERE way = 'sms' AND state = 'brought'").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_about_one_citizen_holds_back_no_other_citizens_messages() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| format!("sms.profile = \"{}\"", profile(folder, &url).display())).await;
    house.intake("resident@example.test").await;
    let mut life = Life::new("often", false);
    life.say(registered()).say(accepted_by(&["sms"]));
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    // So much went to this citizen within the hour.
    sqlx::query(
        "INSERT INTO parcel SELECT gen_random_uuid(), way, later_ways, case_id, audience, recipient, region, pack, notices,
                title_zh, title_en, zh, en, state, attempts, next_at, reason, receipt, made_at, brought_at
         FROM parcel, generate_series(1, 19)",
    )
    .execute(&house.desk.db.pool)
    .await
    .expect("written");
    house.say(&answered("once", &["sms"]).events).await;
    house.until(22, "SELECT count(*) FROM parcel WHERE state = 'brought'").await;
    let mut again = answered("often", &["sms"]);
    house.say(&again.events.split_off(2)).await;
    house.until(1, "SELECT count(*) FROM outward WHERE not_before = '2026-03-02T03:00:00Z'").await;
    assert_eq!(calls.lock().expect("no panic").len(), 3);
    house.stop().await;
}
