//! Hot complaints go to the media as far as their answers are public: redacted before, released by another hand, in the feed.

use contracts::record::{CasePublished, CaseUnpublished};
use identity::Role;
use ids::PublicationId;
use serde_json::{Value, json};

use crate::{
    house::House,
    life::{Life, accepted_by, registered},
};

fn published(name: &str) -> (Life, PublicationId) {
    let publication = PublicationId::derived(name);
    let mut life = Life::new(name, false);
    life.say(registered()).say(accepted_by(&[])).say(CasePublished { publication });
    (life, publication)
}

fn exposure(publications: &[PublicationId]) -> Value {
    json!({
        "sort": "exposure", "region": "511600", "title_zh": "热点投诉曝光", "title_en": "Complaints shown",
        "zh": "本周群众集中反映停水问题，相关答复见所列公开件。", "en": "Water outages of this week; see the answers.",
        "publications": publications,
    })
}

async fn everybody(house: &House, path: &str) -> (u16, Value) {
    let answer = house.http.get(format!("{}{path}", house.base)).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hot_complaint_goes_to_the_media_on_public_answers_and_by_two_hands() {
    let house = House::start(|_| String::new()).await;
    let admin = house.token(Role::Admin, None, None);
    let media =
        json!({"subscriber": "daily", "label_zh": "新闻招手停", "label_en": "Daily column", "medium": true});
    let (_, made) = house.ask("POST", &admin, "/subscriptions", Some(media)).await;
    let (life, publication) = published("public");
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM public_answer").await;
    let supervisor = house.token(Role::Supervisor, None, None);
    let draft = async |named: &[PublicationId]| {
        house.ask("POST", &supervisor, "/bulletins", Some(exposure(named))).await
    };
    // Nothing public to rest on, an answer that is not public: nobody has redacted what it would tell.
    for named in
        [&[][..], &[PublicationId::derived("private")], &[publication, PublicationId::derived("private")]]
    {
        let (status, problem) = draft(named).await;
        assert_eq!(
            (status, problem["errors"][0]["field"].as_str()),
            (400, Some("publications")),
            "{problem}"
        );
    }
    let (status, one) = draft(&[publication]).await;
    assert_eq!(status, 201, "{one}");
    let path = format!("/bulletins/{}", one["id"].as_str().expect("an id"));
    assert_eq!(everybody(&house, &path).await.0, 404, "a draft");
    let reviewer = house.token(Role::Reviewer, None, None);
    let turn = async |turn: &str, version: i64| {
        let request = house.http.post(format!("{}{path}/{turn}", house.base)).bearer_auth(&reviewer);
        let request = request.header("If-Match", format!("\"{version}\""));
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(turn("withdraw", 1).await, 409);
    let both = house.as_if(Role::Supervisor, Role::Reviewer);
    let own = house.http.post(format!("{}{path}/release", house.base)).bearer_auth(&both);
    let own = own.header("If-Match", "\"1\"").send().await.expect("an answer").status();
    assert_eq!(own, 409, "who drafted it has another role too, and the same hands");
    assert_eq!(turn("release", 1).await, 204);
    assert_eq!(turn("release", 2).await, 409);
    let (status, shown) = everybody(&house, &path).await;
    assert_eq!((status, &shown["publications"]), (200, &json!([publication])), "{shown}");
    // The media learn that there is one, of which sort, and where: the words are read at the door.
    house.until(3, "SELECT count(*) FROM publication").await;
    let daily = house.token(Role::Agency, Some("daily"), None);
    let feed = format!("/feed?subscription={}", made["id"].as_str().expect("an id"));
    let (_, feed) = house.ask("GET", &daily, &feed, None).await;
    let events = feed["events"].as_array().expect("a list");
    let told: Vec<_> =
        events.iter().map(|event| event["data"]["event"].as_str().unwrap_or_default()).collect();
    assert_eq!(told, ["case.published", "bulletin.released"], "{feed}");
    assert_eq!((&events[1]["data"]["sort"], &events[1]["subject"]), (&json!("exposure"), &one["id"]));
    assert!(!feed.to_string().contains("停水"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_taken_down_is_named_by_no_bulletin_any_more() {
    let house = House::start(|_| String::new()).await;
    let (mut life, publication) = published("taken down");
    house.say(&life.events).await;
    house.until(1, "SELECT count(*) FROM public_answer").await;
    let supervisor = house.token(Role::Supervisor, None, None);
    let reviewer = house.token(Role::Reviewer, None, None);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (_, one) = house.ask("POST", &supervisor, "/bulletins", Some(exposure(&[publication]))).await;
        ids.push(one["id"].as_str().expect("an id").to_owned());
    }
    let release = async |id: &str| {
        let request =
            house.http.post(format!("{}/bulletins/{id}/release", house.base)).bearer_auth(&reviewer);
        request.header("If-Match", "\"1\"").send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(release(&ids[0]).await, 204);
    life.say(CaseUnpublished { reason: "mistaken".to_owned() });
    house.say(&life.events[3..]).await;
    house.until(0, "SELECT count(*) FROM public_answer").await;
    assert_eq!(release(&ids[1]).await, 409, "what it rests on is gone");
    let (_, all) = everybody(&house, "/bulletins?sort=exposure").await;
    assert_eq!((all.as_array().map(Vec::len), &all[0]["publications"]), (Some(1), &json!([])), "{all}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_bound_to_a_region_drafts_sees_and_turns_its_bulletins_only() {
    let house = House::start(|_| String::new()).await;
    let supervisor = house.bound(Role::Supervisor, "511602");
    let text = |region: &str| {
        json!({
            "sort": "typical", "region": region, "title_zh": "典型事例", "title_en": "Typical cases",
            "zh": "本月三件供水事项已办结。", "en": "Three matters of water supply were settled.",
        })
    };
    let draft = async |region| house.ask("POST", &supervisor, "/bulletins", Some(text(region))).await;
    for elsewhere in ["511603", "511600"] {
        assert_eq!(draft(elsewhere).await.0, 400, "{elsewhere}");
    }
    let (status, one) = draft("511602100").await;
    assert_eq!(status, 201, "{one}");
    let id = one["id"].as_str().expect("an id");
    let drafts = async |token: &str| {
        let (status, all) = house.ask("GET", token, "/bulletins", None).await;
        (status, all.as_array().map_or(0, Vec::len))
    };
    let turn = async |token: &str, turn: &str, version: i64| {
        let request = house.http.post(format!("{}/bulletins/{id}/{turn}", house.base)).bearer_auth(token);
        let request = request.header("If-Match", format!("\"{version}\""));
        request.send().await.expect("an answer").status().as_u16()
    };
    let (own, other) = (house.bound(Role::Reviewer, "511602"), house.bound(Role::Reviewer, "511603"));
    let (city, unbound) = (house.bound(Role::Reviewer, "511600"), house.token(Role::Reviewer, None, None));
    for (token, seen) in [(&own, 1), (&other, 0), (&city, 1), (&unbound, 1)] {
        assert_eq!(drafts(token).await, (200, seen));
    }
    assert_eq!(turn(&other, "release", 1).await, 404);
    assert_eq!(turn(&city, "release", 1).await, 204);
    assert_eq!(drafts(&other).await, (200, 1), "what was released is for everybody");
    assert_eq!(turn(&other, "withdraw", 2).await, 404);
    assert_eq!(turn(&own, "withdraw", 2).await, 204);
    house.stop().await;
}
