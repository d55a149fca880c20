//! Subscriptions are said: made, suspended, resumed, ended. A push that nobody knows the end of comes again, as the same.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    Desk,
    house::House,
    outside::{OPEN, closed, receiver},
};

/// The key and the body of each call.
pub(crate) type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// A receiver that never answers its first call, and takes every other one.
pub(crate) async fn silent_once() -> (String, Heard) {
    let heard = Heard::default();
    let take = async |State(heard): State<Heard>, headers: HeaderMap, body: String| {
        let key = headers.get("webhook-id").or(headers.get("idempotency-key")).expect("a key");
        let first = {
            let mut heard = heard.lock().expect("no panic");
            heard.push((key.to_str().expect("ASCII").to_owned(), body));
            heard.len() == 1
        };
        if first {
            std::future::pending::<()>().await;
        }
        Json(json!({"code": 0}))
    };
    let router = Router::new().route("/hook", post(take)).with_state(heard.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/hook"), heard)
}

async fn said(house: &House) -> Vec<(String, Value, String)> {
    sqlx::query_as::<_, (String, String, String)>(
        "SELECT kind, convert_from(payload, 'UTF8'), actor FROM outbox_event WHERE kind LIKE 'subscription.%' ORDER BY seq",
    )
    .fetch_all(&house.desk.db.pool)
    .await
    .expect("rows")
    .into_iter()
    .map(|(kind, payload, actor)| (kind, serde_json::from_str(&payload).expect("JSON"), actor))
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_a_subscription_is_said_once_each_and_the_centre_is_told() {
    let (url, pushed) = receiver(410).await;
    let house = House::start(|_| OPEN.to_owned()).await;
    let admin = house.token(Role::Admin, None, None);
    let wanted = json!({
        "subscriber": "police", "label_zh": "网监支队", "label_en": "Cyber police", "regions": ["511600"], "url": url,
    });
    let (status, made) = house.ask("POST", &admin, "/subscriptions", Some(wanted)).await;
    assert_eq!(status, 201, "{made}");
    house.say(&closed("gone", false).events).await;
    house.until(1, "SELECT count(*) FROM subscription WHERE state = 'disabled'").await;
    let told = "SELECT count(*) FROM notice WHERE template = 'subscription.suspended/centre'";
    house.until(1, told).await;
    let text: String = sqlx::query_scalar("SELECT zh FROM notice WHERE audience = 'centre' AND number = ''")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("text");
    assert!(text.contains("网监支队") && text.contains("接收方已撤销"), "{text}");
    let path = format!("/subscriptions/{}", made["id"].as_str().expect("an id"));
    let act = async |act: &str| house.ask("POST", &admin, &path, Some(json!({"act": act}))).await.0;
    pushed.lock().expect("no panic").1 = 204;
    for (word, times) in [("start", 2), ("stop", 2), ("start", 1), ("rotate", 1)] {
        for _ in 0..times {
            assert_eq!(act(word).await, 200);
        }
    }
    let said = said(&house).await;
    let kinds: Vec<&str> = said.iter().map(|(kind, ..)| kind.as_str()).collect();
    let expected =
        ["made", "suspended", "resumed", "ended", "resumed"].map(|word| format!("subscription.{word}"));
    assert_eq!(kinds, expected);
    assert_eq!((&said[1].1["reason"], said[1].2.as_str()), (&json!("gone"), "system"));
    assert!(said[0].2.starts_with("admin:") && said[0].1["pushed"] == true, "{said:?}");
    assert!(
        said.iter().all(|(_, body, _)| body["subscriber"] == "police" && body["subscription"] == made["id"])
    );
    assert_eq!(house.desk.count(told).await, 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_for_too_long_is_suspended_and_loses_nothing() {
    let (url, pushed) = receiver(500).await;
    let house = House::start(|_| format!("{OPEN}\nwebhook.give_up = \"1h\"")).await;
    let admin = house.token(Role::Admin, None, None);
    let wanted = json!({"subscriber": "radio", "label_zh": "行风热线", "label_en": "Radio", "url": url});
    let (_, made) = house.ask("POST", &admin, "/subscriptions", Some(wanted)).await;
    house.say(&closed("failing", false).events).await;
    house.until(1, "SELECT failures::bigint FROM subscription").await;
    house.set("2026-03-02T03:00:00Z");
    house.until(1, "SELECT count(*) FROM subscription WHERE state = 'disabled'").await;
    let suspended = said(&house).await.pop().expect("said");
    assert_eq!((suspended.0.as_str(), &suspended.1["reason"]), ("subscription.suspended", &json!("failing")));
    // An agency sees by itself where its subscription stands, and nobody else's.
    let agency = house.token(Role::Agency, Some("radio"), None);
    let (status, own) = house.ask("GET", &agency, "/subscriptions", None).await;
    assert_eq!((status, own[0]["state"].as_str()), (200, Some("disabled")), "{own}");
    let other = house.token(Role::Agency, Some("daily"), None);
    assert_eq!(house.ask("GET", &other, "/subscriptions", None).await.1, json!([]));
    let officer = house.token(Role::Officer, Some("radio"), None);
    assert_eq!(house.ask("GET", &officer, "/subscriptions", None).await.0, 403);
    // Mended, it gets everything from where it stood.
    pushed.lock().expect("no panic").1 = 204;
    let path = format!("/subscriptions/{}", made["id"].as_str().expect("an id"));
    assert_eq!(house.ask("POST", &admin, &path, Some(json!({"act": "start"}))).await.0, 200);
    house.until(2, "SELECT place FROM subscription").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_before_it_knew_the_end_pushes_the_same_entry_again_and_goes_on_in_order() {
    let (url, heard) = silent_once().await;
    let doomed = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let at = "2026-03-02T02:00:00Z";
    let house = House::start_on(Desk::new().await, at, |_| OPEN.to_owned(), doomed.handle()).await;
    let admin = house.token(Role::Admin, None, None);
    let wanted = json!({"subscriber": "radio", "label_zh": "行风热线", "label_en": "Radio", "url": url});
    assert_eq!(house.ask("POST", &admin, "/subscriptions", Some(wanted)).await.0, 201);
    house.say(&closed("killed", false).events).await;
    house.until_so("the first push", || heard.lock().expect("no panic").len() == 1).await;
    doomed.shutdown_background();
    let desk = house.left();
    let here = tokio::runtime::Handle::current();
    let house = House::start_on(desk, "2026-03-02T02:05:00Z", |_| OPEN.to_owned(), &here).await;
    house.until(2, "SELECT place FROM subscription").await;
    let heard = heard.lock().expect("no panic").clone();
    let ids: Vec<&str> = heard.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!((ids.len(), ids[0]), (3, ids[1]), "the receiver can tell that it is the same");
    assert_eq!(heard[0].1, heard[1].1);
    let last: Value = serde_json::from_str(&heard[2].1).expect("JSON");
    assert_eq!(last["data"]["event"], "case.closed");
    house.stop().await;
}
