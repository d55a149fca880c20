//! Accounts of WeChat and WeCom are bound by a code that only their holder can show, and are kept sealed.

use hmac::{Hmac, Mac as _};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    house::{Calls, House, gateway, profile},
    life::{Life, accepted_by, registered, whole},
};

const SECRET: &str = "the secret of this gateway";

async fn house() -> (House, Calls) {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| {
        let profile = profile(folder, &url).display().to_string();
        format!(
            "wechat.profile = \"{profile}\"\nwechat.secret = \"{SECRET}\"\n\
             wecom.profile = \"{profile}\"\nwecom.secret = \"{SECRET}\""
        )
    })
    .await;
    (house, calls)
}

/// Says what a gateway heard, signed under a secret at a moment of its clock.
async fn shown(house: &House, way: &str, secret: &str, at: i64, code: &Value, account: &str) -> u16 {
    let body = json!({"code": code, "account": account}).to_string();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{at}.{body}").as_bytes());
    let sum: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let request = house.http.post(format!("{}/bindings/{way}", house.base));
    let request = request.header("X-Timestamp", at.to_string()).header("X-Signature", sum).body(body);
    request.send().await.expect("an answer").status().as_u16()
}

/// Ten o'clock of the Monday on which the house opens.
const NOW: i64 = 1_772_416_800;

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_binds_wechat_by_a_code_is_told_there_and_unbinds_it() {
    let (house, calls) = house().await;
    let mut life = Life::new("bound", false);
    life.say(registered());
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM case_card").await;
    let citizen = house.token(Role::Citizen, None, Some(life.case));
    let wanted = json!({"way": "wechat"});
    assert_eq!(house.ask("POST", &citizen, "/bindings", Some(json!({"way": "wecom"}))).await.0, 400);
    assert_eq!(house.ask("POST", &citizen, "/bindings", Some(json!({"way": "sms"}))).await.0, 400);
    let stranger = house.token(Role::Citizen, None, Some(ids::CaseId::derived("elsewhere")));
    assert_eq!(house.ask("POST", &stranger, "/bindings", Some(wanted.clone())).await.0, 404);
    let (_, old) = house.ask("POST", &citizen, "/bindings", Some(wanted.clone())).await;
    let (status, given) = house.ask("POST", &citizen, "/bindings", Some(wanted)).await;
    assert_eq!((status, given["until"].as_str()), (201, Some("2026-03-02T02:10:00Z")), "{given}");
    let (old, code) = (&old["code"], &given["code"]);
    // Another hand, an old signature, another way, a code that was replaced: none of them binds.
    assert_eq!(shown(&house, "wechat", "another secret", NOW, code, "openid-1").await, 401);
    assert_eq!(shown(&house, "wechat", SECRET, NOW - 301, code, "openid-1").await, 401);
    assert_eq!(shown(&house, "sms", SECRET, NOW, code, "openid-1").await, 401);
    assert_eq!(shown(&house, "wecom", SECRET, NOW, code, "openid-1").await, 404);
    assert_eq!(
        shown(&house, "wechat", SECRET, NOW, old, "openid-1").await,
        if old == code { 204 } else { 404 }
    );
    assert_eq!(shown(&house, "wechat", SECRET, NOW, code, "two words").await, 400);
    assert_eq!(shown(&house, "wechat", SECRET, NOW - 300, code, "openid-1").await, 204);
    assert_eq!(shown(&house, "wechat", SECRET, NOW, code, "openid-2").await, 404, "of use once");
    // No telephone, no mail: what leads to the citizen is the account.
    life.historic = true;
    life.say(accepted_by(&[]));
    life.historic = false;
    life.say(contracts::record::CaseMaterialsRequested { count: 2, request: 1 });
    house.say(&life.events[1..]).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE way = 'wechat' AND state = 'brought'").await;
    assert_eq!(calls.lock().expect("no panic")[0].1["phone"], "openid-1");
    let everything: String = sqlx::query_scalar(
        "SELECT (SELECT string_agg(c::text, '') FROM citizen_point c) || (SELECT string_agg(p::text, '') FROM parcel p)
             || (SELECT string_agg(k::text, '') FROM case_card k)
             || (SELECT string_agg(convert_from(payload, 'UTF8'), '') FROM outbox_event)",
    )
    .fetch_one(&house.desk.db.pool)
    .await
    .expect("text");
    assert!(!everything.contains("openid"), "an account is kept in clear");
    assert_eq!(house.ask("DELETE", &citizen, "/bindings/wechat", None).await.0, 204);
    assert_eq!(house.ask("DELETE", &citizen, "/bindings/wechat", None).await.0, 404);
    assert_eq!(house.desk.count("SELECT count(*) FROM case_card WHERE guard LIKE '%wechat%'").await, 0);
    house.stop().await;
}

/// Asks for a code under a key.
async fn asked(house: &House, token: &str, key: &str, body: Value) -> (u16, Value) {
    let request = house.http.post(format!("{}/bindings", house.base)).bearer_auth(token);
    let answer = request.header("Idempotency-Key", key).json(&body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_code_and_another_request_under_it_is_refused() {
    let (house, _) = house().await;
    let wanted = |way: &str| json!({"way": way});
    let account = |name: &str| {
        let mut claims = identity::Claims::citizen(ids::CaseId::derived(name), 4_000_000_000);
        (claims.role, claims.roles, claims.case) = (Role::Officer, vec![Role::Officer], None);
        claims.unit = Some("water".parse().expect("a unit"));
        house.sign(&claims)
    };
    let (officer, colleague) = (account("one"), account("another"));
    let (first, again) = tokio::join!(
        asked(&house, &officer, "key-1", wanted("wecom")),
        asked(&house, &officer, "key-1", wanted("wecom")),
    );
    assert_eq!((first.0, &first), (201, &again), "at the same moment too");
    house.set("2026-03-02T02:01:00Z");
    assert_eq!(asked(&house, &officer, "key-1", wanted("wecom")).await, first, "and later");
    assert_eq!(house.desk.count("SELECT count(*) FROM binding_code").await, 1);
    let (status, problem) = asked(&house, &officer, "key-1", wanted("wechat")).await;
    assert_eq!((status, house.desk.count("SELECT count(*) FROM binding_code").await), (409, 1), "{problem}");
    let long = "x".repeat(256);
    for wrong in ["two words", long.as_str()] {
        let (status, problem) = asked(&house, &officer, wrong, wanted("wecom")).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (400, &json!("Idempotency-Key")));
    }
    let kept: String = sqlx::query_scalar("SELECT string_agg(i::text, '') FROM idempotency i")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("text");
    let code = first.1["code"].as_str().expect("a code");
    assert!(!kept.contains(code), "the code is kept in clear");
    // What was kept for a repeat is still the code that binds; afterwards the repeat gives no new one.
    assert_eq!(shown(&house, "wecom", SECRET, NOW + 60, &first.1["code"], "officer-1").await, 204);
    assert_eq!(asked(&house, &officer, "key-1", wanted("wecom")).await, first);
    assert_eq!(
        shown(&house, "wecom", SECRET, NOW + 60, &first.1["code"], "officer-2").await,
        404,
        "of use once"
    );
    // A colleague of the same unit has keys of their own, and another key is another code.
    let (status, other) = asked(&house, &colleague, "key-1", wanted("wecom")).await;
    assert_eq!((status, other["until"].as_str()), (201, Some("2026-03-02T02:11:00Z")));
    let (_, newer) = asked(&house, &colleague, "key-2", wanted("wecom")).await;
    assert_eq!(shown(&house, "wecom", SECRET, NOW + 60, &newer["code"], "officer-3").await, 204);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_shows_in_time_binds_nothing_and_is_forgotten() {
    let (house, _) = house().await;
    let officer = house.token(Role::Officer, Some("water"), None);
    let (_, given) = house.ask("POST", &officer, "/bindings", Some(json!({"way": "wecom"}))).await;
    house.set("2026-03-02T02:10:00Z");
    assert_eq!(shown(&house, "wecom", SECRET, NOW + 600, &given["code"], "officer-1").await, 404);
    house.until(0, "SELECT count(*) FROM binding_code").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_binds_wecom_for_the_unit_and_is_told_there() {
    let (house, calls) = house().await;
    let officer = house.token(Role::Officer, Some("water"), None);
    let (status, given) = house.ask("POST", &officer, "/bindings", Some(json!({"way": "wecom"}))).await;
    assert_eq!(status, 201, "{given}");
    assert_eq!(shown(&house, "wecom", SECRET, NOW, &given["code"], "officer-1").await, 204);
    let admin = house.token(Role::Admin, None, None);
    let (_, points) = house.ask("GET", &admin, "/points", None).await;
    assert!(points[0]["actor"].as_str().is_some_and(|actor| actor.starts_with("officer:")), "{points}");
    house.say(&whole("officer", false).events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'officer' AND state = 'brought'").await;
    let told = calls.lock().expect("no panic").clone();
    assert!(told.iter().any(|(_, body)| body["phone"] == "officer-1"), "{told:?}");
    let centre = house.token(Role::Dispatcher, None, None);
    assert_eq!(house.ask("POST", &centre, "/bindings", Some(json!({"way": "wecom"}))).await.0, 403);
    assert_eq!(house.ask("POST", &centre, "/bindings", None).await.0, 403, "the right before the fields");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_officer_of_a_unit_has_an_account_and_none_takes_the_place_of_a_colleagues() {
    let (house, calls) = house().await;
    let account = |name: &str| {
        let mut claims = identity::Claims::citizen(ids::CaseId::derived(name), 4_000_000_000);
        (claims.role, claims.roles, claims.case) = (Role::Officer, vec![Role::Officer], None);
        claims.unit = Some("water".parse().expect("a unit"));
        house.sign(&claims)
    };
    let (one, two, three) = (account("one"), account("two"), account("three"));
    let bind = async |token: &str, to: &str| {
        let (_, given) = house.ask("POST", token, "/bindings", Some(json!({"way": "wecom"}))).await;
        assert_eq!(shown(&house, "wecom", SECRET, NOW, &given["code"], to).await, 204);
    };
    bind(&one, "officer-0").await;
    bind(&two, "officer-2").await;
    bind(&one, "officer-1").await;
    // An officer who bound nothing takes nobody's account out.
    assert_eq!(house.ask("DELETE", &three, "/bindings/wecom", None).await.0, 404);
    house.say(&whole("officers", false).events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'officer' AND state = 'brought'").await;
    let told = calls.lock().expect("no panic").clone();
    let mut to: Vec<&str> = told.iter().filter_map(|(_, body)| body["phone"].as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["officer-1", "officer-2"]);
    let mut keys: Vec<_> = told.iter().map(|(headers, _)| headers["idempotency-key"].clone()).collect();
    keys.dedup();
    assert_eq!(keys.len(), 2, "to the gateway these are two messages");
    let admin = house.token(Role::Admin, None, None);
    let listed = async || {
        let (_, points) = house.ask("GET", &admin, "/points", None).await;
        points.as_array().map_or(0, Vec::len)
    };
    assert_eq!(listed().await, 2);
    assert_eq!(house.ask("DELETE", &one, "/bindings/wecom", None).await.0, 204);
    assert_eq!(house.ask("DELETE", &one, "/bindings/wecom", None).await.0, 404);
    assert_eq!(listed().await, 1);
    // Who has left is taken out by the administrator.
    assert_eq!(house.ask("DELETE", &admin, "/points/officer/water/wecom", None).await.0, 204);
    assert_eq!(listed().await, 0);
    assert_eq!(house.ask("DELETE", &admin, "/points/officer/water/wecom", None).await.0, 404);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_refuses_does_not_keep_the_message_from_a_colleague() {
    let (url, calls) = gateway(vec![json!({"code": "INVALID"}), json!({"code": 0})]).await;
    let house = House::start(|folder| {
        let profile = profile(folder, &url).display().to_string();
        format!("wecom.profile = \"{profile}\"\nwecom.secret = \"{SECRET}\"")
    })
    .await;
    let admin = house.token(Role::Admin, None, None);
    let body = Some(json!({"address": "the desk"}));
    assert_eq!(house.ask("PUT", &admin, "/points/officer/water/wecom", body).await.0, 204);
    let officer = house.token(Role::Officer, Some("water"), None);
    let (_, given) = house.ask("POST", &officer, "/bindings", Some(json!({"way": "wecom"}))).await;
    assert_eq!(shown(&house, "wecom", SECRET, NOW, &given["code"], "officer-1").await, 204);
    house.say(&whole("refused", false).events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'officer' AND state = 'brought'").await;
    assert_eq!(calls.lock().expect("no panic").len(), 2);
    house.stop().await;
}
