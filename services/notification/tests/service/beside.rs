//! What is told of things that are no case: bookings of receptions, requests for disclosure, sessions announced in advance.

use contracts::{
    case::{CaseDeclined, PackRef},
    reception::{BookingChanged, DisclosureProgressed, ReceptionCancelled, ReceptionPublished},
};
use identity::Role;
use ids::SessionId;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{
    Desk,
    house::House,
    life::{Life, accepted_by, registered},
};

fn pack() -> PackRef {
    PackRef { id: "mailbox-002".to_owned(), version: 2 }
}

fn booking(step: &str, next: Option<jiff::civil::Date>) -> BookingChanged {
    BookingChanged {
        session: SessionId::derived("session"),
        serial: "20260309-3".to_owned(),
        step: step.to_owned(),
        from: date(2026, 3, 9),
        day: next,
        region: "511602".parse().expect("a region"),
        reachable: vec!["sms".to_owned()],
        pack: pack(),
    }
}

fn request(step: &str, ways: &[&str]) -> DisclosureProgressed {
    DisclosureProgressed {
        serial: "GK20260302000001".to_owned(),
        step: step.to_owned(),
        received_on: date(2026, 3, 2),
        due_on: date(2026, 3, 30),
        region: "511602".parse().expect("a region"),
        reachable: ways.iter().map(|way| (*way).to_owned()).collect(),
        pack: pack(),
    }
}

#[tokio::test]
async fn who_booked_or_applied_is_told_each_step_once_and_it_counts_as_no_case() {
    let desk = Desk::new().await;
    for (name, step, next, words) in [
        ("moved", "moved", Some(date(2026, 3, 16)), "改到2026年3月16日"),
        ("offered", "cancelled", Some(date(2026, 3, 16)), "2026年3月16日的接待尚有名额"),
        ("cancelled", "cancelled", None, "下一场安排公布后"),
    ] {
        let mut life = Life::new(name, false);
        life.say(booking(step, next));
        desk.hear(&life.events).await;
        desk.hear(&life.events).await;
        let told = desk.told(life.case).await;
        assert_eq!(told.len(), 1, "{told:?}");
        let (template, recipient, channel, medium, zh, ..) = &told[0];
        assert_eq!(*template, format!("booking.changed/{name}/citizen"));
        assert_eq!(
            (recipient.as_str(), channel.as_str(), medium.as_deref()),
            ("citizen", "spool", Some("sms"))
        );
        assert!(zh.contains(words) && zh.contains("2026年3月9日") && zh.contains("20260309-3"), "{zh}");
        assert!(!zh.contains('{') && !zh.contains('—'), "{zh}");
    }
    let mut life = Life::new("request", false);
    for step in ["received", "extended", "partly"] {
        life.say(request(step, &["sms", "mail"]));
    }
    desk.hear(&life.events).await;
    let told = desk.told(life.case).await;
    let texts: Vec<&str> = told.iter().map(|one| one.4.as_str()).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[0].contains("已收到") && texts[0].contains("2026年3月30日"), "{texts:?}");
    assert!(texts[1].contains("延期") && texts[2].contains("已答复：部分公开"), "{texts:?}");
    let mut silent = Life::new("no way", false);
    silent.say(request("received", &[]));
    desk.hear(&silent.events).await;
    assert_eq!(
        desk.told(silent.case).await[0].2,
        "inbox",
        "without an address it is read where it is asked for"
    );
    assert_eq!(desk.count("SELECT count(*) FROM case_card WHERE kind IS NOT NULL").await, 0);
}

#[tokio::test]
async fn an_invalid_message_is_told_so_and_not_that_it_was_refused() {
    let desk = Desk::new().await;
    for (name, invalid, title) in
        [("invalid", Some(true), "case.declined/invalid/citizen"), ("refused", None, "case.declined/citizen")]
    {
        let mut life = Life::new(name, false);
        life.say(registered()).say(accepted_by(&["sms"]));
        life.say(CaseDeclined { reason: "invalid_message".to_owned(), invalid, reachable: vec![] });
        desk.hear(&life.events).await;
        let told = desk.told(life.case).await;
        let declined: Vec<&str> =
            told.iter().map(|one| one.0.as_str()).filter(|name| name.starts_with("case.declined")).collect();
        assert_eq!(declined, [title]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_announced_to_who_subscribes_the_media_too() {
    let house = House::start(|_| String::new()).await;
    let admin = house.token(Role::Admin, None, None);
    let media = json!({"subscriber": "cable", "label_zh": "县电视台", "label_en": "County television",
        "regions": ["511600"], "medium": true, "grants": ["number"]});
    let (status, made) = house.ask("POST", &admin, "/subscriptions", Some(media)).await;
    assert_eq!(status, 201, "{made}");
    let session = SessionId::derived("session");
    let region: ids::RegionCode = "511602".parse().expect("a region");
    let mut life = Life::new("a session", false);
    let (day, late, live) = (date(2026, 3, 9), false, false);
    life.say(ReceptionPublished { session, region: region.clone(), day, live, late, pack: pack() });
    life.say(ReceptionCancelled { session, region, day, bookings: 2, pack: pack() });
    house.say(&life.events).await;
    house.until(2, "SELECT published FROM publication_head").await;
    let agency = house.token(Role::Agency, Some("cable"), None);
    let path = format!("/feed?subscription={}", made["id"].as_str().expect("an id"));
    let (_, feed) = house.ask("GET", &agency, &path, None).await;
    let events = feed["events"].as_array().expect("a list");
    let told: Vec<(&Value, &Value)> =
        events.iter().map(|event| (&event["data"]["event"], &event["data"]["number"])).collect();
    let number = json!(session.to_string());
    assert_eq!(told, [(&json!("reception.published"), &number), (&json!("reception.cancelled"), &number)]);
    assert!(events[0]["data"].get("kind").is_none_or(Value::is_null), "{feed}");
    house.stop().await;
}
