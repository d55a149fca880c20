//! 派单目录: versions, proposals, days on which a version begins, and what becomes of cases that wait.

use identity::{Claims, Role};
use jiff::ToSpan as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::House;

async fn catalogue(house: &House) -> Value {
    house.ask(Method::GET, "/catalogue", Role::Dispatcher, None, None).await.1
}

async fn decide(house: &House, id: &str, version: i64, role: Role, word: Value) -> (StatusCode, Value) {
    let path = format!("/catalogue/proposals/{id}/review");
    let (status, body, _) = house.ask(Method::POST, &path, role, Some(version), Some(word)).await;
    (status, body)
}

#[tokio::test]
async fn an_officer_proposes_and_the_waiting_case_finds_its_unit() {
    let mut house = House::open().await;
    let case = house.accept(false, "井盖破损", |_| {}).await;
    let secret = house.accept(false, "井盖", |body| body.confidential = true).await;
    assert!(house.kinds(case).await.is_empty());
    let line = |unit: &str| json!({"region": "511600", "keywords": ["井盖"], "unit": unit, "basis": "三定"});
    let proposal = |unit: &str| json!({"change": "add", "entry": line(unit), "grounds": "三定方案第三条"});
    let path = "/catalogue/proposals";
    let (status, body) = house.officer("water", Method::POST, path, None, Some(proposal("lights"))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not its own work: {body}");
    let (status, open) = house.officer("water", Method::POST, path, None, Some(proposal("water"))).await;
    assert_eq!((status, &open["state"]), (StatusCode::CREATED, &json!("open")), "{open}");
    let id = open["id"].as_str().unwrap();
    let (status, list) = house.officer("lights", Method::GET, path, None, None).await;
    assert_eq!((status, &list["proposals"]), (StatusCode::OK, &json!([])), "another unit's");
    let adopt = json!({"adopt": true, "reason": "职责明确"});
    let (status, _) = decide(&house, id, 1, Role::Dispatcher, adopt.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _) = decide(&house, id, 7, Role::Supervisor, adopt.clone()).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let before = catalogue(&house).await["version"].as_i64().unwrap();
    for _ in 0..2 {
        let (status, body) = decide(&house, id, 1, Role::Supervisor, adopt.clone()).await;
        assert_eq!((status, &body["adopted_as"]), (StatusCode::OK, &json!(before + 1)), "{body}");
    }
    let (status, _) = decide(&house, id, 2, Role::Supervisor, json!({"adopt": false, "reason": "不"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    house.comes_to(case, "water").await;
    assert_eq!(house.said(case).await[0].1["decided_by"], json!("catalogue"));
    assert!(house.kinds(secret).await.is_empty(), "an accusation waits for a person all the same");

    let (_, history, _) = house.ask(Method::GET, "/catalogue/versions", Role::Auditor, None, None).await;
    let newest = &history["versions"][0];
    assert_eq!(
        (&newest["state"], &newest["proposal"], &newest["entries"]),
        (&json!("current"), &json!(id), &json!(3))
    );
    assert_eq!(history["versions"][1]["state"], json!("past"));
    let path = format!("/catalogue/versions/{before}");
    let (_, old, _) = house.ask(Method::GET, &path, Role::Auditor, None, None).await;
    assert_eq!(old["entries"].as_array().unwrap().len(), 2, "what held then can still be read");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_proposal_is_refused_with_a_reason_and_an_old_line_is_not_changed() {
    let house = House::open().await;
    let lines = catalogue(&house).await;
    let target = lines["entries"][0]["id"].clone();
    let take_out = json!({"change": "remove", "target": target, "grounds": "职责已划转"});
    let path = "/catalogue/proposals";
    let (_, first, _) = house.ask(Method::POST, path, Role::Dispatcher, None, Some(take_out.clone())).await;
    let (_, second, _) = house.ask(Method::POST, path, Role::Dispatcher, None, Some(take_out)).await;
    let (first, second) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    let (status, body) = decide(&house, first, 1, Role::Admin, json!({"adopt": false})).await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason")));
    let (status, body) =
        decide(&house, first, 1, Role::Admin, json!({"adopt": false, "reason": "依据不足"})).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("refused")));
    let changed = json!({"entries": [{"region": "511600", "unit": "centre"}]});
    house.ask(Method::PUT, "/catalogue", Role::Admin, None, Some(changed)).await;
    let (status, _) = decide(&house, second, 1, Role::Admin, json!({"adopt": true})).await;
    assert_eq!(status, StatusCode::CONFLICT, "the line it speaks of is gone");
    let (status, body, _) = house
        .ask(
            Method::POST,
            path,
            Role::Dispatcher,
            None,
            Some(json!({"change": "swap", "grounds": "x", "target": 1})),
        )
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_version_begins_on_its_day_and_two_hands_do_not_overwrite_each_other() {
    let house = House::open().await;
    let today = calendar::day_of(runtime::Clock::default().now());
    let later = today.checked_add(3.days()).unwrap();
    let before = catalogue(&house).await;
    let planned =
        json!({"valid_from": later, "note": "机构改革", "entries": [{"region": "511600", "unit": "water"}]});
    let (status, body, _) = house.ask(Method::PUT, "/catalogue", Role::Admin, None, Some(planned)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let version = body["version"].as_i64().unwrap();
    assert_eq!(catalogue(&house).await, before, "nothing has changed yet");
    sqlx::query("UPDATE catalogue_version SET valid_from = CURRENT_DATE - 1 WHERE version = $1")
        .bind(i32::try_from(version).unwrap())
        .execute(&house.db.pool)
        .await
        .unwrap();
    for _ in 0..100 {
        if catalogue(&house).await["version"] == json!(version) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(catalogue(&house).await["entries"][0]["unit"], json!("water"));
    let stale = json!({"version": before["version"], "entries": []});
    let (status, _, _) = house.ask(Method::PUT, "/catalogue", Role::Admin, None, Some(stale)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let role = Role::Supervisor;
    let bound = Claims {
        sub: Uuid::nil(),
        role,
        roles: vec![role],
        unit: None,
        region: Some("511602".parse().unwrap()),
        case: None,
        exp: i64::from(u32::MAX),
    };
    let all = json!({"entries": []});
    let (status, _, _) = house.as_claims(Method::PUT, "/catalogue", &bound, None, Some(all)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a region's supervisor does not change the whole");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn who_is_competent_is_answered_down_to_the_person() {
    let house = House::open().await;
    let (leader, handler) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let units = json!({"units": [{"code": "lights", "name": "路灯所", "region": "511600",
        "leader": {"account": leader, "function": "分管副所长"}, "handler": {"account": handler, "function": "值班员"}}]});
    house.ask(Method::PUT, "/units", Role::Admin, None, Some(units)).await;
    let path = "/competence?region=511602&words=路灯坏了";
    let (status, body) = house.officer("water", Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let first = &body["units"][0];
    assert_eq!((&first["unit"], &first["basis"]), (&json!("lights"), &json!("三定")));
    assert_eq!(first["chain"][0]["handler"]["account"], json!(handler));
    assert_eq!(body["units"][1]["ground"], json!("region"));
    assert!(house.running.stop().await);
}
