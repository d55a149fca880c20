//! Receivers outside that are slow or never answer: what they took is kept, nothing is locked, nobody else waits for them.

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use identity::Role;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    house::House,
    outside::{OPEN, closed, receiver},
};

/// A receiver that takes some entries and then never answers any more; it counts what it was asked.
async fn tiring(takes: usize) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let take = async move |State(asked): State<Arc<AtomicUsize>>, _: Bytes| {
        if asked.fetch_add(1, Ordering::SeqCst) >= takes {
            std::future::pending::<()>().await;
        }
        StatusCode::NO_CONTENT
    };
    let router = Router::new().route("/hook", post(take)).with_state(asked.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/hook"), asked)
}

async fn subscribe(house: &House, name: &str, url: &str) -> serde_json::Value {
    let wanted = json!({"subscriber": name, "label_zh": name, "label_en": name, "url": url});
    let admin = house.token(Role::Admin, None, None);
    let (status, made) = house.ask("POST", &admin, "/subscriptions", Some(wanted)).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_receiver_took_is_kept_while_it_is_waited_for_and_nothing_is_locked() {
    let (url, asked) = tiring(1).await;
    let house = House::start(|_| OPEN.to_owned()).await;
    let made = subscribe(&house, "radio", &url).await;
    house.say(&closed("slow", false).events).await;
    house.until_so("the second push", || asked.load(Ordering::SeqCst) == 2).await;
    // It hangs at the second entry: the first one is taken for good, and no transaction waits for it.
    house.until(1, "SELECT place FROM subscription").await;
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                   AND state = 'idle in transaction' AND state_change < now() - interval '200 ms'";
    house.until(0, waiting).await;
    let held = "SELECT count(*) FROM subscription WHERE taken_until IS NOT NULL";
    assert_eq!(house.desk.count(held).await, 1);
    // Nobody else pushes to it meanwhile, and a person may still change it.
    tokio::time::timeout(std::time::Duration::from_secs(5), async {
        let admin = house.token(Role::Admin, None, None);
        let path = format!("/subscriptions/{}", made["id"].as_str().expect("an id"));
        let act = Some(json!({"act": "stop"}));
        assert_eq!(house.ask("POST", &admin, &path, act).await.0, 200);
    })
    .await
    .expect("a person does not wait for a receiver");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_that_never_answer_hold_up_nobody_else() {
    let house = House::start(|_| OPEN.to_owned()).await;
    let (hanging, asked) = tiring(0).await;
    for number in 0..12 {
        subscribe(&house, &format!("hanging-{number}"), &hanging).await;
    }
    let (quick, pushed) = receiver(204).await;
    subscribe(&house, "quick", &quick).await;
    house.say(&closed("first", false).events).await;
    house.until_so("all hang", || asked.load(Ordering::SeqCst) == 12).await;
    house.until_so("the quick one has its own", || pushed.lock().expect("no panic").0.len() == 2).await;
    // Places are given and the stream is fed, and what comes now is pushed to whoever answers.
    house.say(&closed("second", false).events).await;
    house.until(4, "SELECT published FROM publication_head").await;
    house.until_so("and the next", || pushed.lock().expect("no panic").0.len() == 4).await;
    assert_eq!(asked.load(Ordering::SeqCst), 12, "each of the others has one under way");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_whose_worker_never_came_back_has_its_next_turn_when_the_lease_has_run_out() {
    let (url, asked) = tiring(0).await;
    let house = House::start(|_| OPEN.to_owned()).await;
    subscribe(&house, "radio", &url).await;
    house.say(&closed("leased", false).events).await;
    house.until_so("the first push", || asked.load(Ordering::SeqCst) == 1).await;
    house.set("2026-03-02T02:00:59Z");
    house.until(2, "SELECT position FROM publication_head").await;
    assert_eq!(asked.load(Ordering::SeqCst), 1, "not before its time");
    house.set("2026-03-02T02:01:00Z");
    house.until_so("another turn", || asked.load(Ordering::SeqCst) == 2).await;
    house.stop().await;
}
