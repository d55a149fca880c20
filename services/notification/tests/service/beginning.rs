//! What an agency is let know of begins with its subscription and has no holes: not at a start, not while it is stopped.

use identity::Role;
use serde_json::json;

use crate::{
    Desk,
    house::House,
    outside::{OPEN, closed},
};

#[tokio::test]
async fn a_process_that_has_just_begun_leaves_nothing_out() {
    let desk = Desk::new().await;
    let waiting = "SELECT count(*) FROM publication_waiting";
    desk.hear(&closed("nobody listens", false).events).await;
    assert_eq!(desk.count(waiting).await, 0);
    // Another process made the subscription; this one was told nothing of it.
    sqlx::query(
        "INSERT INTO subscription (subscription_id, subscriber, label_zh, label_en, medium, filter, grants, place, state,
                                   failures, next_at, actor, made_at, version, began)
         VALUES (gen_random_uuid(), 'police', '甲', 'A', false, '{}', '[]', 0, 'stopped', 0, now(), 'admin', now(), 1, 0)",
    )
    .execute(&desk.db.pool)
    .await
    .expect("written");
    desk.hear(&closed("somebody does", false).events).await;
    assert_eq!(desk.count(waiting).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_while_a_subscription_is_stopped_is_read_when_it_is_started_and_what_was_before_it_never()
 {
    let house = House::start(|_| OPEN.to_owned()).await;
    let admin = house.token(Role::Admin, None, None);
    let make = async |name: &str| {
        let wanted = json!({"subscriber": name, "label_zh": name, "label_en": name});
        let (status, made) = house.ask("POST", &admin, "/subscriptions", Some(wanted)).await;
        assert_eq!(status, 201, "{made}");
        made
    };
    let first = make("police").await;
    let path = format!("/subscriptions/{}", first["id"].as_str().expect("an id"));
    assert_eq!(house.ask("POST", &admin, &path, Some(json!({"act": "stop"}))).await.0, 200);
    house.say(&closed("on the weekend", false).events).await;
    house.until(2, "SELECT position FROM publication_head").await;
    assert_eq!(house.ask("POST", &admin, &path, Some(json!({"act": "start"}))).await.0, 200);
    let feed = async |name: &str, made: &serde_json::Value, more: &str| {
        let agency = house.token(Role::Agency, Some(name), None);
        let path = format!("/feed?subscription={}{more}", made["id"].as_str().expect("an id"));
        let (status, feed) = house.ask("GET", &agency, &path, None).await;
        assert_eq!(status, 200, "{feed}");
        feed["events"].as_array().map(Vec::len)
    };
    assert_eq!(feed("police", &first, "").await, Some(2));
    // Whoever comes later begins later, whatever it asks for.
    let second = make("radio").await;
    for more in ["", "&after=0", "&after=-1"] {
        assert_eq!(feed("radio", &second, more).await, Some(0), "{more}");
    }
    let path = format!("/subscriptions/{}", second["id"].as_str().expect("an id"));
    for (place, status) in [(1, 400), (2, 200), (3, 400)] {
        let change = json!({"act": "start", "place": place});
        assert_eq!(house.ask("POST", &admin, &path, Some(change)).await.0, status, "{place}");
    }
    house.say(&closed("on Monday", false).events).await;
    house.until(4, "SELECT position FROM publication_head").await;
    assert_eq!(feed("radio", &second, "&after=0").await, Some(2));
    assert_eq!(feed("police", &first, "&after=0").await, Some(4));
    house.stop().await;
}
