//! Inboxes that stream, items that nobody opens, the digest of a county, wishes and seals.

use std::time::Duration;

use contracts::{
    assignment::AssignmentDispatched,
    case::{CaseAnswered, CaseSupplemented},
    words::{Mode, Outcome, Part},
};
use futures::StreamExt as _;
use identity::Role;
use ids::AssignmentId;
use serde_json::json;
use tokio::sync::oneshot;

use crate::{
    house::{House, gateway, profile},
    life::{Life, accepted_by, registered, whole},
};

/// Reads a stream until so many notices came; answers their ids in the stream and in the suite.
async fn read(
    house: &House,
    token: &str,
    last: Option<&str>,
    wanted: usize,
    mut opened: Option<oneshot::Sender<()>>,
) -> Vec<(String, String)> {
    let mut request = house.http.get(format!("{}/inbox/stream", house.base)).bearer_auth(token);
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    let (mut text, mut body) = (String::new(), answer.bytes_stream());
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    let mut found = Vec::new();
    while found.len() < wanted {
        let chunk = tokio::time::timeout_at(deadline, body.next()).await.expect("in time");
        text.push_str(&String::from_utf8_lossy(&chunk.expect("open").expect("bytes")));
        if let Some(opened) = opened.take_if(|_| text.contains("event: opened")) {
            opened.send(()).ok();
        }
        found = text
            .split("\n\n")
            .filter(|event| event.contains("event: notice") && event.contains("data: {"))
            .filter_map(|event| {
                let line =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
                let data: serde_json::Value = serde_json::from_str(&line("data: ")?).ok()?;
                Some((line("id: ")?, data["id"].as_str()?.to_owned()))
            })
            .collect();
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_stream_goes_on_where_it_stopped_and_loses_nothing() {
    let house = House::start(|_| String::new()).await;
    let officer = house.token(Role::Officer, Some("water"), None);
    let first = whole("stream one", false);
    let (open, opened) = oneshot::channel();
    let (seen, ()) = tokio::join!(read(&house, &officer, None, 3, Some(open)), async {
        opened.await.expect("a line");
        house.say(&first.events).await;
    });
    // The line broke after the second; meanwhile more came.
    house.say(&whole("stream two", false).events).await;
    let of_unit = "SELECT count(*) FROM notice WHERE audience = 'unit' AND channel = 'inbox'";
    house.until(10, of_unit).await;
    let rest = read(&house, &officer, Some(&seen[1].0), 8, None).await;
    assert_eq!(rest[0], seen[2]);
    let mut all: Vec<&String> = seen[..2].iter().chain(&rest).map(|(_, id)| id).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 10);
    let wrong = house.http.get(format!("{}/inbox/stream", house.base)).bearer_auth(&officer);
    let wrong = wrong.header("Last-Event-ID", "rubbish").send().await.expect("an answer");
    assert_eq!(wrong.status().as_u16(), 400);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_nobody_opens_for_a_day_of_work_comes_before_a_supervisor_once() {
    let house = House::start(|_| String::new()).await;
    house.until(4, "SELECT count(*) FROM watch WHERE name LIKE 'unread:%'").await;
    let life = whole("unread", false);
    house.say(&life.events).await;
    house.until(5, "SELECT count(*) FROM notice WHERE audience = 'unit'").await;
    let officer = house.token(Role::Officer, Some("water"), None);
    let (_, inbox) = house.ask("GET", &officer, "/inbox", None).await;
    let id = inbox[0]["id"].as_str().expect("an id");
    assert_eq!(house.ask("POST", &officer, &format!("/notices/{id}/opened"), None).await.0, 204);
    let told = "SELECT count(*) FROM notice WHERE template = 'unread/supervisor'";
    house.set_and_look("2026-03-02T09:00:00Z").await;
    assert_eq!(house.desk.count(told).await, 0);
    house.set_and_look("2026-03-03T09:00:00Z").await;
    assert_eq!(house.desk.count(told).await, 4);
    house.set_and_look("2026-03-05T09:00:00Z").await;
    assert_eq!(house.desk.count(told).await, 4);
    let text: String = sqlx::query_scalar("SELECT min(zh) FROM notice WHERE template = 'unread/supervisor'")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("text");
    assert!(text.contains("water") && text.contains("8个工作小时"), "{text}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_opened_or_could_be_brought_goes_out_to_those_who_can_help() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let (refusing, _) = gateway(vec![json!({"code": "INVALID"})]).await;
    let house = House::start(|folder| {
        let (sms, wecom) = (folder.join("refusing"), folder.join("taking"));
        for folder in [&sms, &wecom] {
            std::fs::create_dir(folder).expect("a folder");
        }
        let (sms, wecom) = (profile(&sms, &refusing), profile(&wecom, &url));
        format!("sms.profile = \"{}\"\nwecom.profile = \"{}\"", sms.display(), wecom.display())
    })
    .await;
    house.intake("resident@example.test").await;
    let admin = house.token(Role::Admin, None, None);
    for audience in ["supervisor", "centre"] {
        let path = format!("/points/{audience}/{audience}/wecom");
        let body = Some(json!({"address": format!("account-of-{audience}")}));
        assert_eq!(house.ask("PUT", &admin, &path, body).await.0, 204);
    }
    house.until(4, "SELECT count(*) FROM watch WHERE name LIKE 'unread:%'").await;
    let mut life = Life::new("refused", false);
    life.say(registered()).say(accepted_by(&["sms"])).say(AssignmentDispatched {
        assignment: AssignmentId::derived("refused"),
        unit: "water".parse().expect("a unit"),
        mode: Mode::Assignment,
        part: Part::Lead,
        round: 1,
        decided_by: "person".to_owned(),
        pack: registered().pack,
        parent: None,
    });
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'centre' AND state = 'brought'").await;
    let said = |to: &str| {
        let calls = calls.lock().expect("no panic");
        let own = calls.iter().find(|(_, body)| body["phone"] == format!("account-of-{to}"));
        own.map(|(_, body)| body["content"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
    };
    let text = said("centre");
    assert!(text.contains("未能送达（被拒收）") && text.contains("260302511602000001"), "{text}");
    house.set_and_look("2026-03-03T09:00:00Z").await;
    // It is five in the afternoon: in working hours, and so at once.
    house.until(1, "SELECT count(*) FROM parcel WHERE audience = 'supervisor' AND state = 'brought'").await;
    assert!(said("supervisor").contains("超过8个工作小时未阅"), "{}", said("supervisor"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_reads_its_day_at_the_hour_of_the_pack() {
    let house = House::start(|_| String::new()).await;
    house.until(4, "SELECT count(*) FROM watch WHERE name LIKE 'county:%'").await;
    house.set("2026-03-02T02:00:01Z");
    for number in 0..3 {
        house.say(&whole(&format!("county {number}"), false).events).await;
    }
    house.until(3, "SELECT count(*) FROM notice WHERE template = 'clock.expired/unit'").await;
    house.set("2026-03-03T09:30:01Z");
    let digest = "SELECT count(*) FROM notice WHERE audience = 'county' AND recipient = '511602'";
    house.until(1, digest).await;
    let text: String = sqlx::query_scalar("SELECT zh FROM notice WHERE audience = 'county'")
        .fetch_one(&house.desk.db.pool)
        .await
        .expect("text");
    for part in ["广安区", "3件", "投诉3", "答复3件", "超期3件"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // Two looks more: the first of them has come to the counties when the second one begins.
    house.set_and_look("2026-03-04T01:30:00Z").await;
    house.set_and_look("2026-03-04T02:30:00Z").await;
    assert_eq!(house.desk.count(digest).await, 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_who_wishes_only_the_answer_gets_only_the_answer() {
    let (url, calls) = gateway(vec![json!({"code": 0})]).await;
    let house = House::start(|folder| format!("sms.profile = \"{}\"", profile(folder, &url).display())).await;
    house.intake("resident@example.test").await;
    let mut life = Life::new("wish", false);
    life.say(registered());
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM case_card").await;
    let citizen = house.token(Role::Citizen, None, Some(life.case));
    let other = house.token(Role::Citizen, None, Some(ids::CaseId::derived("other")));
    let path = format!("/cases/{}/wish", life.case);
    let wish = json!({"answer_only": true, "quiet": "22:00-09:30"});
    assert_eq!(house.ask("PUT", &other, &path, Some(wish.clone())).await.0, 403);
    assert_eq!(house.ask("PUT", &citizen, &path, Some(json!({"ways": ["inbox"]}))).await.0, 400);
    assert_eq!(house.ask("PUT", &citizen, &path, Some(json!({"quiet": "9-10"}))).await.0, 400);
    assert_eq!(house.ask("PUT", &citizen, &path, Some(wish.clone())).await.0, 204);
    assert_eq!(house.ask("GET", &citizen, &path, None).await.1, wish);
    life.say(accepted_by(&["sms"])).say(CaseAnswered {
        unit: "water".parse().expect("a unit"),
        outcome: Outcome::Supported,
        mode: Mode::Forwarding,
        round: 1,
        answered_at: "2026-03-02T02:00:00Z".parse().expect("a timestamp"),
        level: None,
        cause: None,
        remedy: None,
    });
    house.say(&life.events[1..]).await;
    house.until(1, "SELECT count(*) FROM notice WHERE channel = 'carrier' AND state = 'sent'").await;
    let texts: Vec<String> =
        calls.lock().expect("no panic").iter().map(|(_, body)| body["content"].to_string()).collect();
    assert!(texts.len() == 1 && texts[0].contains("答复"), "{texts:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_sealed_case_nobody_is_told_more_than_that_there_is_something() {
    let house = House::start(|_| String::new()).await;
    let mut life = Life::new("sealed", false);
    let mut first = registered();
    first.confidential = true;
    let mut second = accepted_by(&["sms"]);
    second.confidential = true;
    life.say(first).say(second);
    life.say(contracts::record::CaseHandsNamed {
        hands: vec![],
        barred: vec!["water".parse().expect("a unit")],
        line: None,
    });
    life.say(CaseSupplemented { count: 1 });
    for (number, unit) in ["water", "discipline"].into_iter().enumerate() {
        life.say(AssignmentDispatched {
            assignment: AssignmentId::derived(unit),
            unit: unit.parse().expect("a unit"),
            mode: Mode::Assignment,
            part: Part::Lead,
            round: i32::try_from(number).expect("few") + 1,
            decided_by: "person".to_owned(),
            pack: registered().pack,
            parent: None,
        });
    }
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM notice WHERE recipient = 'discipline'").await;
    assert_eq!(house.desk.count("SELECT count(*) FROM notice WHERE recipient LIKE 'water%'").await, 0);
    let words: Vec<String> = sqlx::query_scalar("SELECT title_zh || zh || title_en || en FROM notice")
        .fetch_all(&house.desk.db.pool)
        .await
        .expect("texts");
    assert!(words.len() >= 2);
    for words in words {
        for part in ["投诉", "complaint", "discipline", "受理", "补充", "签收"] {
            assert!(!words.contains(part), "{part} in {words}");
        }
    }
    house.stop().await;
}
