//! 派单 in its ways: by the centre itself, straight down, jointly, down the tree; and never pushed to the grass roots.

use contracts::{
    case::PackRef,
    record::CaseClassified,
    words::{Class, Kind, Urgency},
};
use identity::Role;
use ids::CaseId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, reply};

fn sichuan() -> PackRef {
    PackRef { id: "hotline-sichuan-2025".to_owned(), version: 1 }
}

async fn case_of(house: &House, case: CaseId) -> Value {
    house.ask(Method::GET, &format!("/cases/{case}"), Role::Dispatcher, None, None).await.1
}

#[tokio::test]
async fn a_case_goes_straight_down_and_the_district_reads_along() {
    let mut house = House::open().await;
    house.county().await;
    let case = house.accept(false, "别的事", |_| {}).await;
    let (status, body) = house.dispatch(case, json!({"unit": "county-water", "way": "direct"})).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("way")),
        "{body}"
    );
    let choice = json!({"unit": "town", "way": "direct", "copies": ["city"], "basis": "属地事项"});
    let (status, body) = house.dispatch(case, choice.clone()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (status, _) = house.dispatch(case, choice).await;
    assert_eq!(status, StatusCode::OK, "the same again changes nothing");
    assert_eq!(house.kinds(case).await, ["assignment.dispatched", "case.copied", "case.copied"]);
    let detail = case_of(&house, case).await;
    assert_eq!(detail["copies"], json!(["city", "county"]));
    assert_eq!(detail["ways"][0]["way"], json!("direct"));
    let (_, along) = house.officer("county", Method::GET, "/copies", None, None).await;
    assert_eq!(
        (&along["cases"][0]["case_id"], &along["cases"][0]["reason"]),
        (&json!(case.0), &json!("direct"))
    );
    let path = format!("/cases/{case}");
    let (status, _) = house.officer("county", Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::OK, "it reads");
    let (status, _) = house.officer("county-water", Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody else does");
    let hand = house.hand(case, "town").await;
    let path = format!("/assignments/{}/sign", hand["id"].as_str().unwrap());
    let (status, _) = house.officer("county", Method::POST, &path, Some(1), None).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "and does nothing else");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn the_machine_sends_straight_down_as_a_person_does() {
    let mut house = House::open().await;
    house.county().await;
    let hinted = |unit: &'static str| {
        move |body: &mut contracts::case::CaseAccepted| body.unit_hint = unit.parse().ok()
    };
    let case = house.accept(false, "别的事", hinted("town")).await;
    let said = house.said(case).await;
    assert_eq!(house.kinds(case).await, ["assignment.dispatched", "case.copied"]);
    assert_eq!((&said[1].1["unit"], &said[1].1["reason"]), (&json!("county"), &json!("direct")));
    let detail = case_of(&house, case).await;
    assert_eq!((&detail["copies"], &detail["ways"][0]["way"]), (&json!(["county"]), &json!("direct")));
    let plain = house.accept(false, "别的事", hinted("county-water")).await;
    assert_eq!(house.kinds(plain).await, ["assignment.dispatched"]);
    let old = house.accept(true, "别的事", hinted("town")).await;
    assert_eq!(house.kinds(old).await, ["assignment.dispatched"], "of an old file nobody is told anew");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn the_centre_handles_itself_and_refers_the_citizen() {
    let mut house = House::open().await;
    house.county().await;
    let case = house.accept(false, "技术问题", |_| {}).await;
    let (status, _) = house.dispatch(case, json!({"unit": "county", "way": "self"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not a unit of the centre");
    let (status, body) = house.dispatch(case, json!({"unit": "desk", "way": "self"})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (status, _) = house.works(case, "desk", "sign", Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let mut answer = reply();
    answer["outcome"] = json!("referred");
    answer["public_text"] = json!("该事项专业性较强，请直接向市自然资源局咨询，电话见其官网。");
    let (status, body) = house.works(case, "desk", "reply", answer).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    assert_eq!(house.said(case).await.last().unwrap().1["outcome"], json!("referred"));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn work_of_a_department_is_not_pushed_to_the_grass_roots() {
    let mut house = House::open().await;
    house.county().await;
    let entries = json!({"entries": [
        {"region": "511602", "keywords": ["停水"], "unit": "county-water", "basis": "三定"},
    ]});
    let (status, body, _) = house.ask(Method::PUT, "/catalogue", Role::Admin, None, Some(entries)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let case = house
        .accept(false, "停水", |body| {
            body.pack = sichuan();
            body.unit_hint = Some("town".parse().unwrap());
        })
        .await;
    assert!(house.kinds(case).await.is_empty(), "the machine does not push it down either");
    for (field, choice) in [
        ("unit", json!({"unit": "town"})),
        ("unit", json!({"unit": "town", "way": "direct"})),
        ("co_units", json!({"unit": "county-water", "co_units": ["village"]})),
    ] {
        let (status, body) = house.dispatch(case, choice).await;
        let error = &body["errors"][0];
        assert_eq!((status, &error["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{body}");
        let why = error["reason"].as_str().unwrap();
        assert!(why.contains("county-water") && why.contains("66号"), "{why}");
    }
    let (status, body) = house.dispatch(case, json!({"unit": "county-water"})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    // What nobody else is known to be competent for may go to the township, in the same pack.
    let plain = house.accept(false, "村道泥泞", |body| body.pack = sichuan()).await;
    let (status, body) = house.dispatch(plain, json!({"unit": "town"})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_case_goes_down_the_tree_and_its_answer_comes_up() {
    let mut house = House::open().await;
    house.county().await;
    let case = house.accept(false, "别的事", |_| {}).await;
    house.dispatch(case, json!({"unit": "county", "mode": "assignment"})).await;
    let down = json!({"unit": "town"});
    let (status, _) = house.works(case, "county", "sub-dispatch", down.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT, "nobody passes on what was not signed for");
    house.works(case, "county", "sign", Value::Null).await;
    let (status, body) = house.works(case, "county", "sub-dispatch", json!({"unit": "city-water"})).await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("unit")));
    let (status, child) = house.works(case, "county", "sub-dispatch", down.clone()).await;
    assert_eq!(
        (status, &child["unit"], &child["part"]),
        (StatusCode::OK, &json!("town"), &json!("co")),
        "{child}"
    );
    let (_, again) = house.works(case, "county", "sub-dispatch", down).await;
    assert_eq!(again["id"], child["id"], "the same again is the same one");
    let parent = house.hand(case, "county").await;
    assert_eq!(child["parent"], parent["id"]);
    assert_eq!(house.said(case).await.last().unwrap().1["parent"], parent["id"]);
    assert_eq!(case_of(&house, case).await["owner"]["unit"], json!("county"), "the duty stays above");

    house.works(case, "town", "sign", Value::Null).await;
    let (status, grand) = house.works(case, "town", "sub-dispatch", json!({"unit": "village"})).await;
    assert_eq!(status, StatusCode::OK, "{grand}");
    house.works(case, "village", "sign", Value::Null).await;
    // What comes back from below is the business of whoever passed it down.
    let back = json!({"reason": "not-competent", "explanation": "不属本村"});
    house.works(case, "village", "return", back).await;
    let hand = house.hand(case, "village").await;
    let path = format!("/assignments/{}/return-review", hand["id"].as_str().unwrap());
    let word = json!({"agree": true});
    let (status, _) = house
        .officer("county-water", Method::POST, &path, hand["version"].as_i64(), Some(word.clone()))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, body) =
        house.officer("town", Method::POST, &path, hand["version"].as_i64(), Some(word)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("redirected")), "{body}");

    let (status, body) = house.works(case, "town", "reply", reply()).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("replied")), "{body}");
    let path = format!("/assignments/{}", child["id"].as_str().unwrap());
    let (status, seen) = house.officer("county", Method::GET, &path, None, None).await;
    assert_eq!((status, &seen["reply"]["public_text"]), (StatusCode::OK, &reply()["public_text"]));
    let (status, _) = house.officer("county-water", Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(!house.kinds(case).await.contains(&"case.answered".to_owned()));
    let (status, body) = house.works(case, "county", "reply", reply()).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("under-review")), "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn several_units_work_together_each_with_its_own_state() {
    let mut house = House::open().await;
    house.county().await;
    let case = house.accept(false, "别的事", |body| body.multi_unit = true).await;
    let choice = json!({"unit": "county", "co_units": ["county-water", "town"]});
    let (status, body) = house.dispatch(case, choice).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    house.works(case, "county-water", "sign", Value::Null).await;
    let (status, part) = house.works(case, "county-water", "reply", reply()).await;
    assert_eq!((status, &part["state"]), (StatusCode::OK, &json!("replied")), "{part}");
    assert_eq!(house.hand(case, "town").await["state"], json!("dispatched"));
    assert_eq!(house.hand(case, "county").await["state"], json!("dispatched"));
    let path = format!("/assignments/{}", part["id"].as_str().unwrap());
    let (status, seen) = house.officer("county", Method::GET, &path, None, None).await;
    assert_eq!(
        (status, &seen["reply"]["attempt"]),
        (StatusCode::OK, &json!(1)),
        "the part is the lead's to read"
    );
    let (status, _) = house.officer("town", Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    house.works(case, "county", "sign", Value::Null).await;
    let (status, body) = house.works(case, "county", "reply", reply()).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    assert_eq!(house.hand(case, "town").await["state"], json!("withdrawn"));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn what_is_urgent_stands_first_and_is_coordinated_at_once() {
    let mut house = House::open().await;
    house.county().await;
    let duty = json!({"units": [{"code": "power", "name": "供电公司", "region": "511602", "kind": "utility", "duty24h": true}]});
    house.ask(Method::PUT, "/units", Role::Admin, None, Some(duty)).await;
    let plain = house.accept(false, "一般的事", |_| {}).await;
    let urgent = house.accept(false, "急事", |body| body.urgency = Urgency::Urgent).await;
    let extra = house.accept(false, "特急的事", |body| body.urgency = Urgency::ExtraUrgent).await;
    let list = || async {
        let (mut path, mut seen) = ("/waiting?limit=1".to_owned(), Vec::new());
        for _ in 0..3 {
            let (status, body, _) = house.ask(Method::GET, &path, Role::Dispatcher, None, None).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            let case = body["cases"][0].clone();
            seen.push(case["case_id"].as_str().unwrap().to_owned());
            let rank = match case["urgency"].as_str().unwrap() {
                "immediate" => 0,
                "urgent" => 1,
                _ => 2,
            };
            let place = format!(
                "{rank} {} {}",
                case["accepted_at"].as_str().unwrap(),
                case["case_id"].as_str().unwrap()
            );
            let cursor = cursor_of(&place);
            path = format!("/waiting?limit=1&after={cursor}");
        }
        seen
    };
    assert_eq!(list().await, [extra, urgent, plain].map(|case| case.to_string()));
    let sorted = CaseClassified {
        kind: Kind::Help,
        urgency: Urgency::ExtraUrgent,
        class: Class::Important,
        subject: Some("0301".to_owned()),
        fast: None,
        petition: None,
        first: true,
    };
    let event = house.event(plain, false, sorted);
    house.hear(&[event]).await;
    let (_, body, _) = house.ask(Method::GET, "/waiting", Role::Dispatcher, None, None).await;
    let urgencies: Vec<_> =
        body["cases"].as_array().unwrap().iter().map(|case| case["urgency"].clone()).collect();
    assert_eq!(urgencies, [json!("immediate"), json!("immediate"), json!("urgent")]);

    let path = format!("/cases/{extra}/coordination");
    let call = json!({"unit": "power", "reached": true, "note": "抢修队半小时内到达"});
    let (status, body, _) = house.ask(Method::POST, &path, Role::Operator, None, Some(call.clone())).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let (_, body, _) = house.ask(Method::GET, &path, Role::Supervisor, None, None).await;
    assert_eq!((&body["calls"][0]["unit"], &body["on_duty"]), (&json!("power"), &json!(["power"])));
    let calm = house.accept(false, "不急", |_| {}).await;
    let path = format!("/cases/{calm}/coordination");
    let (status, _, _) = house.ask(Method::POST, &path, Role::Operator, None, Some(call)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(house.running.stop().await);
}

/// A cursor as the service writes it.
fn cursor_of(place: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(place)
}

#[tokio::test]
async fn what_a_unit_has_is_listed_by_urgency() {
    let mut house = House::open().await;
    let of = |urgency| move |body: &mut contracts::case::CaseAccepted| body.urgency = urgency;
    let mut cases = Vec::new();
    for urgency in [Urgency::Urgent, Urgency::Ordinary, Urgency::ExtraUrgent, Urgency::Ordinary] {
        cases.push(house.accept(false, "路灯不亮", of(urgency)).await.to_string());
    }
    let (mut path, mut seen) = ("/assignments?unit=lights&sort=urgency&limit=1".to_owned(), Vec::new());
    for _ in 0..4 {
        let (status, body, _) = house.ask(Method::GET, &path, Role::Dispatcher, None, None).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let line = body["assignments"][0].clone();
        let rank = ["immediate", "urgent", "ordinary"].iter().position(|word| line["urgency"] == *word);
        seen.push((rank.unwrap(), line["case_id"].as_str().unwrap().to_owned()));
        let place = format!(
            "{} {} {}",
            rank.unwrap(),
            line["dispatched_at"].as_str().unwrap(),
            line["id"].as_str().unwrap()
        );
        path = format!("/assignments?unit=lights&sort=urgency&limit=1&after={}", cursor_of(&place));
    }
    assert_eq!(seen.iter().map(|(rank, _)| *rank).collect::<Vec<_>>(), [0, 1, 2, 2]);
    assert_eq!((&seen[0].1, &seen[1].1), (&cases[2], &cases[0]));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4, "each once");
    let (_, body, _) =
        house.ask(Method::GET, "/assignments?unit=lights&urgency=urgent", Role::Dispatcher, None, None).await;
    let list = body["assignments"].as_array().unwrap();
    assert_eq!((list.len(), &list[0]["case_id"]), (1, &json!(cases[0])), "{body}");
    for wrong in ["urgency=soon", "sort=colour"] {
        let path = format!("/assignments?unit=lights&{wrong}");
        let (status, body, _) = house.ask(Method::GET, &path, Role::Dispatcher, None, None).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert!(house.running.stop().await);
}
