//! What agencies outside learn: by feed, by signed webhook, by the stream; and what they never learn.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use contracts::case::CaseClosed;
use hmac::{Hmac, Mac as _};
use identity::Role;
use serde_json::{Value, json};

use crate::{
    house::House,
    life::{Life, accepted_by, registered},
};

pub(crate) type Pushed = Arc<Mutex<(Vec<(HeaderMap, String)>, u16)>>;

pub(crate) async fn receiver(status: u16) -> (String, Pushed) {
    let pushed = Pushed::new(Mutex::new((Vec::new(), status)));
    let take = async |State(pushed): State<Pushed>, headers: HeaderMap, body: String| {
        let mut pushed = pushed.lock().expect("no panic");
        pushed.0.push((headers, body));
        StatusCode::from_u16(pushed.1).expect("a status")
    };
    let router = Router::new().route("/hook", post(take)).with_state(pushed.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/hook"), pushed)
}

pub(crate) fn closed(name: &str, confidential: bool) -> Life {
    let mut life = Life::new(name, false);
    let mut first = registered();
    first.confidential = confidential;
    let mut second = accepted_by(&[]);
    second.confidential = confidential;
    life.say(first).say(second);
    life.say(CaseClosed {
        outcome: contracts::words::Outcome::Supported,
        round: 1,
        merged_into: None,
        unit: None,
    });
    life
}

pub(crate) const OPEN: &str = "webhook.private_networks = true\nretry = [\"5s\", \"5m\"]";

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_reads_its_feed_in_order_and_nobody_elses() {
    let house = House::start(|_| OPEN.to_owned()).await;
    let admin = house.token(Role::Admin, None, None);
    let wanted = json!({
        "subscriber": "police", "label_zh": "网监支队", "label_en": "Cyber police", "regions": ["511600"],
        "events": ["case"], "grants": ["number"],
    });
    let officer = house.token(Role::Officer, Some("police"), None);
    assert_eq!(house.ask("POST", &officer, "/subscriptions", Some(wanted.clone())).await.0, 403);
    let (status, made) = house.ask("POST", &admin, "/subscriptions", Some(wanted.clone())).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(house.ask("POST", &admin, "/subscriptions", Some(wanted)).await.0, 409);
    let (open, sealed) = (closed("open", false), closed("sealed", true));
    house.say(&open.events).await;
    house.say(&sealed.events).await;
    house.until(2, "SELECT count(*) FROM publication").await;
    house.until(2, "SELECT published FROM publication_head").await;
    let path = format!("/feed?subscription={}", made["id"].as_str().expect("an id"));
    let agency = house.token(Role::Agency, Some("police"), None);
    let (status, feed) = house.ask("GET", &agency, &path, None).await;
    assert_eq!(status, 200, "{feed}");
    let events = feed["events"].as_array().expect("a list");
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["data"]["event"].as_str()).collect();
    assert_eq!(kinds, ["case.accepted", "case.closed"]);
    assert_eq!(events[1]["data"]["number"], "260302511602000001");
    assert!(
        events[1]["data"].get("result").is_none() && !feed.to_string().contains(&sealed.case.to_string())
    );
    let (_, rest) = house.ask("GET", &agency, &format!("{path}&after={}", feed["next"]), None).await;
    assert_eq!(rest["events"].as_array().map(Vec::len), Some(0));
    let other = house.token(Role::Agency, Some("radio"), None);
    assert_eq!(house.ask("GET", &other, &path, None).await.0, 404);
    // A flag that comes later takes back what was not yet read.
    sqlx::query("UPDATE case_card SET guard = '{\"flags\":[\"result_secret\"]}' WHERE case_id = $1")
        .bind(open.case.0)
        .execute(&house.desk.db.pool)
        .await
        .expect("written");
    let (_, feed) = house.ask("GET", &agency, &path, None).await;
    assert_eq!(feed["events"].as_array().map(Vec::len), Some(0));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_is_signed_in_order_and_waits_for_its_receiver() {
    let (url, pushed) = receiver(500).await;
    let house = House::start(|_| OPEN.to_owned()).await;
    let admin = house.token(Role::Admin, None, None);
    let wanted =
        json!({"subscriber": "radio", "label_zh": "行风热线", "label_en": "Radio hotline", "url": url});
    let (status, made) = house.ask("POST", &admin, "/subscriptions", Some(wanted)).await;
    assert_eq!(status, 201, "{made}");
    let secret =
        made["secret"].as_str().expect("shown once").strip_prefix("whsec_").expect("a secret").to_owned();
    let secret = BASE64_STANDARD.decode(secret).expect("base64");
    let (_, list) = house.ask("GET", &admin, "/subscriptions", None).await;
    assert!(list[0].get("secret").is_none());
    house.say(&closed("pushed", false).events).await;
    house.until(1, "SELECT failures::bigint FROM subscription").await;
    pushed.lock().expect("no panic").1 = 204;
    house.set("2026-03-02T02:00:06Z");
    house.until(2, "SELECT place FROM subscription").await;
    let calls = pushed.lock().expect("no panic").0.clone();
    let events: Vec<Value> =
        calls.iter().map(|(_, body)| serde_json::from_str(body).expect("JSON")).collect();
    let ids: Vec<&str> =
        calls.iter().map(|(headers, _)| headers["webhook-id"].to_str().expect("ASCII")).collect();
    assert_eq!((calls.len(), ids[0]), (3, ids[1]), "the same id again after a failure");
    assert_eq!(events[2]["data"]["event"], "case.closed");
    for (headers, body) in &calls {
        let head: BTreeMap<&str, &str> = ["webhook-id", "webhook-timestamp", "webhook-signature"]
            .into_iter()
            .map(|name| (name, headers[name].to_str().expect("ASCII")))
            .collect();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).expect("a key");
        mac.update(format!("{}.{}.{body}", head["webhook-id"], head["webhook-timestamp"]).as_bytes());
        let sum = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        assert_eq!(head["webhook-signature"], format!("v1,{sum}"));
    }
    // Set back, it is pushed again; gone, it is switched off.
    pushed.lock().expect("no panic").1 = 410;
    let path = format!("/subscriptions/{}", made["id"].as_str().expect("an id"));
    assert_eq!(house.ask("POST", &admin, &path, Some(json!({"act": "start", "place": 1}))).await.0, 200);
    house.until(1, "SELECT count(*) FROM subscription WHERE state = 'disabled' AND place = 1").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_within_are_refused_and_a_bulletin_is_released_by_another_hand() {
    let house = House::start(|_| String::new()).await;
    let admin = house.token(Role::Admin, None, None);
    for url in ["http://10.0.0.1/hook", "https://user@example.test/", "ftp://example.test/"] {
        let wanted = json!({"subscriber": "x", "label_zh": "甲", "label_en": "A", "url": url});
        assert_eq!(house.ask("POST", &admin, "/subscriptions", Some(wanted)).await.0, 400, "{url}");
    }
    let media =
        json!({"subscriber": "daily", "label_zh": "新闻招手停", "label_en": "Daily column", "medium": true});
    let (_, made) = house.ask("POST", &admin, "/subscriptions", Some(media)).await;
    let text = |zh: &str| {
        json!({
            "sort": "crisis", "region": "511600", "title_zh": "停水通报", "title_en": "Water outage", "zh": zh,
            "en": "Water comes back at noon.",
        })
    };
    let supervisor = house.token(Role::Supervisor, None, None);
    let (status, problem) =
        house.ask("POST", &supervisor, "/bulletins", Some(text("请联系13800138000。"))).await;
    assert_eq!(status, 400, "{problem}");
    let (status, draft) =
        house.ask("POST", &supervisor, "/bulletins", Some(text("今日中午恢复供水。"))).await;
    assert_eq!(status, 201, "{draft}");
    let everybody = |house: &House| {
        let request = house.http.get(format!("{}/bulletins?sort=crisis", house.base));
        async move { request.send().await.expect("an answer").json::<Value>().await.expect("JSON") }
    };
    assert_eq!(everybody(&house).await, json!([]));
    let reviewer = house.token(Role::Reviewer, None, None);
    let release = format!("{}/bulletins/{}/release", house.base, draft["id"].as_str().expect("an id"));
    let send = async |version: &str| {
        let request =
            house.http.post(&release).bearer_auth(&reviewer).header("If-Match", format!("\"{version}\""));
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(send("7").await, 412);
    assert_eq!(send("1").await, 204);
    assert_eq!(everybody(&house).await[0]["zh"], "今日中午恢复供水。");
    house.say(&closed("not for the press", false).events).await;
    house.until(3, "SELECT count(*) FROM publication").await;
    let daily = house.token(Role::Agency, Some("daily"), None);
    let path = format!("/feed?subscription={}", made["id"].as_str().expect("an id"));
    let (_, feed) = house.ask("GET", &daily, &path, None).await;
    let events = feed["events"].as_array().expect("a list");
    assert_eq!((events.len(), &events[0]["data"]["event"]), (1, &json!("bulletin.released")));
    house.stop().await;
}
