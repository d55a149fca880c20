//! What was given up is tried again by a person as often as it takes, and nobody is told twice of what was brought.

use contracts::clock::ClockWarned;
use hmac::{Hmac, Mac as _};
use identity::Role;
use ids::ClockId;
use runtime::Secrets;
use serde_json::{Value, json};

use crate::{
    carriers::answered,
    house::{House, SECRET, gateway, profile},
    life::{Life, accepted_by, registered},
};

const FAILED: &str = "SELECT count(*) FROM notice WHERE state = 'failed'";

async fn given_up(house: &House) -> Vec<(String, String)> {
    let auditor = house.token(Role::Auditor, None, None);
    let (status, list) = house.ask("GET", &auditor, "/deliveries/given-up", None).await;
    assert_eq!(status, 200, "{list}");
    let text = |one: &Value, name: &str| one[name].as_str().expect("text").to_owned();
    list.as_array().expect("a list").iter().map(|one| (text(one, "way"), text(one, "id"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_fails_again_after_a_replay_is_given_up_again_and_told_again() {
    let (ok, bad) = (json!({"code": 0}), json!({"code": "INVALID"}));
    // The acceptance is brought; the answer is refused twice, and taken at the third time.
    let (url, calls) = gateway(vec![ok.clone(), bad.clone(), bad, ok]).await;
    let house = House::start(|folder| {
        format!("sms.profile = \"{0}\"\nwechat.profile = \"{0}\"", profile(folder, &url).display())
    })
    .await;
    house.intake("resident@example.test").await;
    let life = answered("twice", &["sms", "wechat"]);
    house.say(&life.events[..2]).await;
    house.until(1, "SELECT count(*) FROM notice WHERE channel = 'carrier' AND state = 'sent'").await;
    // By text message refused, by WeChat no account: each time.
    let citizen = house.token(Role::Citizen, None, Some(life.case));
    let path = format!("/cases/{}/wish", life.case);
    let wish = json!({"ways": ["sms", "wechat"]});
    assert_eq!(house.ask("PUT", &citizen, &path, Some(wish)).await.0, 204);
    house.say(&life.events[2..]).await;
    let told = "SELECT count(*) FROM notice WHERE template LIKE 'notice.failed%' AND recipient = 'centre'";
    house.until(1, FAILED).await;
    house.until(1, told).await;
    let admin = house.token(Role::Admin, None, None);
    let replay =
        async |id: &str| house.ask("POST", &admin, &format!("/deliveries/{id}/replay"), None).await.0;
    let list = given_up(&house).await;
    assert_eq!(list.iter().map(|(way, _)| way.as_str()).collect::<Vec<_>>(), ["sms", "wechat"]);
    assert_eq!(replay(&list[0].1).await, 204);
    house.until(2, told).await;
    house.until(1, FAILED).await;
    assert_eq!(house.desk.count("SELECT count(*) FROM outward").await, 0);
    let list = given_up(&house).await;
    assert_eq!(list.len(), 2, "both ways stand as given up again");
    // Mended, the first way brings it; the other one has nothing left to bring.
    let (sms, wechat): (Vec<_>, Vec<_>) = list.into_iter().partition(|(way, _)| way == "sms");
    assert_eq!(replay(&sms[0].1).await, 204);
    house.until(2, "SELECT count(*) FROM notice WHERE channel = 'carrier' AND state = 'sent'").await;
    assert_eq!(given_up(&house).await, []);
    assert_eq!(replay(&wechat[0].1).await, 409);
    assert_eq!(calls.lock().expect("no panic").len(), 4);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_mail_opens_no_item_of_staff() {
    let (url, _) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| format!("sms.profile = \"{}\"", profile(folder, &url).display())).await;
    let admin = house.token(Role::Admin, None, None);
    let body = json!({"address": "13900139000"});
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/sms", Some(body)).await.0, 204);
    let mut life = Life::new("scanned", false);
    life.say(registered()).say(accepted_by(&[])).say(warned("scanned"));
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'officer' AND state = 'brought'").await;
    // A mail scanner follows every link that it finds.
    let id: uuid::Uuid = sqlx::query_scalar("SELECT parcel_id FROM parcel WHERE audience = 'officer'")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("a parcel");
    let mut mac =
        Hmac::<sha2::Sha256>::new_from_slice(&Secrets::new(SECRET.to_owned().into()).key("open-link"))
            .expect("a key");
    mac.update(id.as_bytes());
    let sum: String = mac.finalize().into_bytes()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let link = format!("{}/o/{}{sum}", house.base, id.simple());
    assert_eq!(house.http.get(link).send().await.expect("an answer").status().as_u16(), 303);
    assert_eq!(house.desk.count("SELECT count(*) FROM parcel WHERE state = 'opened'").await, 1);
    assert_eq!(house.desk.count("SELECT count(*) FROM notice WHERE opened_at IS NOT NULL").await, 0);
    house.stop().await;
}

/// The limit of the water works comes near, of which their officer is told.
pub(crate) fn warned(name: &str) -> ClockWarned {
    let at = |text: &str| text.parse().expect("a timestamp");
    ClockWarned {
        clock: ClockId::derived(name),
        name: "handle".to_owned(),
        unit: Some("water".parse().expect("a unit")),
        due_at: at("2026-03-29T15:59:59Z"),
        scheduled_for: at("2026-03-02T01:00:00Z"),
        lateness_ms: 0,
    }
}
