//! The plain way of a case: out, back, round again, and in from an old file.

use contracts::case::{CaseReopened, CaseWithdrawn};
use identity::{Claims, Role};
use ids::CaseId;
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, reply, time};

#[tokio::test]
async fn a_forwarded_case_walks_from_acceptance_to_answer_and_round_again() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |_| {}).await;
    assert_eq!(house.kinds(case).await, ["assignment.dispatched"]);
    let (id, version) = house.lead(case).await;

    let (status, body) = house.act(&id, "reply", Role::Officer, version, reply()).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    let (status, _, _) =
        house.ask(Method::POST, &format!("/assignments/{id}/sign"), Role::Officer, None, None).await;
    assert_eq!(status, StatusCode::PRECONDITION_REQUIRED);
    let (status, _) = house.act(&id, "sign", Role::Reviewer, version, Value::Null).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, body) = house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("signed")));
    let (status, again) = house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    assert_eq!((status, &again["version"]), (StatusCode::OK, &body["version"]), "a repeat acts once");
    let (status, _) = house.act(&id, "contact", Role::Officer, version, json!({"reached": true})).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "the version is stale");
    let version = body["version"].as_i64().unwrap();
    let (status, body) =
        house.act(&id, "contact", Role::Officer, version, json!({"reached": true, "note": "已说明"})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let version = body["version"].as_i64().unwrap();
    let (status, body) =
        house.act(&id, "reply", Role::Officer, version, json!({"public_text": "您的留言收悉。"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<_> =
        body["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert!(fields.contains(&json!("handler")) && fields.contains(&json!("outcome")), "{fields:?}");
    let (status, body) = house.act(&id, "reply", Role::Officer, version, reply()).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    let (status, _) = house.act(&id, "reply", Role::Officer, version, reply()).await;
    assert_eq!(status, StatusCode::OK, "the same reply again");
    let walk = [
        "assignment.dispatched",
        "assignment.signed",
        "assignment.contacted",
        "assignment.replied",
        "case.answered",
    ];
    assert_eq!(house.kinds(case).await, walk);

    let citizen = Claims::citizen(case, i64::from(u32::MAX));
    let path = format!("/cases/{case}/answer");
    let (status, body, _) = house.as_claims(Method::GET, &path, &citizen, None, None).await;
    assert_eq!((status, &body["text"]), (StatusCode::OK, &reply()["public_text"]));
    let stranger = Claims::citizen(CaseId::fresh(), i64::from(u32::MAX));
    let (status, _, _) = house.as_claims(Method::GET, &path, &stranger, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let reopened = CaseReopened { round: 2, reason: "unsatisfied".to_owned() };
    let event = house.event(case, false, reopened);
    house.hear(std::slice::from_ref(&event)).await;
    house.hear(&[event]).await;
    let said = house.said(case).await;
    assert_eq!(said.len(), walk.len() + 1);
    assert_eq!((&said[5].1["unit"], &said[5].1["round"]), (&json!("lights"), &json!(2)));
    for (kind, payload, ..) in said {
        assert!(!payload.to_string().contains("路灯"), "{kind} carries a text");
    }
    let withdrawn = house.event(case, false, CaseWithdrawn {});
    house.hear(&[withdrawn]).await;
    let (id, version) = house.lead(case).await;
    let (status, body) = house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_waiting_case_is_dispatched_returned_and_redirected_by_people() {
    let mut house = House::open().await;
    let case = house.accept(false, "另一件事", |_| {}).await;
    let secret = house.accept(false, "路灯", |body| body.confidential = true).await;
    let (status, list, _) = house.ask(Method::GET, "/waiting", Role::Dispatcher, None, None).await;
    assert_eq!(
        (status, list["cases"].as_array().unwrap().len()),
        (StatusCode::OK, 1),
        "a sealed case is not shown"
    );
    let (_, first, _) = house.ask(Method::GET, "/waiting?limit=1", Role::Dispatcher, None, None).await;
    assert_eq!(first["cases"].as_array().unwrap().len(), 1);
    assert!(house.kinds(secret).await.is_empty());

    let path = format!("/cases/{case}/dispatch");
    let choice = json!({"unit": "lights", "mode": "assignment", "co_units": ["water"]});
    let (status, _, _) =
        house.ask(Method::POST, &path, Role::Dispatcher, Some(9), Some(choice.clone())).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, body, _) =
        house.ask(Method::POST, &path, Role::Dispatcher, Some(1), Some(json!({"unit": "nobody"}))).await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("unit")));
    for _ in 0..2 {
        let (status, body, _) =
            house.ask(Method::POST, &path, Role::Dispatcher, Some(1), Some(choice.clone())).await;
        assert_eq!(status, StatusCode::OK, "{body}");
    }
    assert_eq!(house.kinds(case).await, ["assignment.dispatched"; 2]);
    let (_, list, _) = house.ask(Method::GET, "/assignments", Role::Officer, None, None).await;
    let line = list["assignments"][0].clone();
    assert_eq!((&line["unit"], &line["part"]), (&json!("lights"), &json!("lead")));
    let id = line["id"].as_str().unwrap();

    let wish = json!({"reason": "not-competent", "explanation": "属水务职责"});
    let (status, body) = house.act(id, "return", Role::Officer, 1, wish).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("returning")), "{body}");
    let (_, list, _) =
        house.ask(Method::GET, "/assignments?state=returning", Role::Dispatcher, None, None).await;
    assert_eq!(list["assignments"][0]["id"], json!(id));
    let agree = json!({"agree": true, "unit": "lights"});
    let (status, body) = house.act(id, "return-review", Role::Dispatcher, 2, agree).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let (id, version) = house.lead(case).await;
    let (_, body) = house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    let version = body["version"].as_i64().unwrap();
    let (status, body) = house.act(&id, "reply", Role::Officer, version, reply()).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("under-review")), "{body}");
    let no = json!({"release": false, "reason": "evasive"});
    let (status, body) = house.act(&id, "review", Role::Reviewer, version + 1, no).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("signed")), "{body}");
    let (_, body) = house.act(&id, "reply", Role::Officer, version + 2, reply()).await;
    assert_eq!(body["attempt"], json!(2), "{body}");
    let (status, body) =
        house.act(&id, "review", Role::Reviewer, version + 3, json!({"release": true})).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    let kinds = house.kinds(case).await;
    let tail = [
        "assignment.returned",
        "assignment.redirected",
        "assignment.dispatched",
        "assignment.signed",
        "assignment.replied",
        "assignment.reply_rejected",
        "assignment.replied",
        "case.answered",
    ];
    assert_eq!(kinds[2..], tail);
    assert_eq!(house.said(case).await.last().unwrap().1["outcome"], json!("supported"));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_legacy_file_is_taken_in_once_and_nothing_of_it_waits() {
    let mut house = House::open().await;
    let named = house.accept(true, "旧事", |body| body.unit_hint = Some("old-bureau".parse().unwrap())).await;
    let bare = house.accept(true, "旧事", |_| {}).await;
    let live = house.accept(false, "路灯不亮", |_| {}).await;
    let strange = CaseId::fresh();
    let at = "2026-03-05T08:00:00Z";
    let row = |case: CaseId, text: &str| json!({"case_id": case.0, "text": text, "at": at});
    let rows = json!({"rows": [
        row(named, "已办结。"), row(bare, "已办结。\u{3000}"), row(strange, "已办结。"), row(live, "已办结。"),
    ]});
    let take = || house.ask(Method::POST, "/replies/import", Role::Importer, None, Some(rows.clone()));
    let words = |body: &Value| -> Vec<String> {
        let rows = body["rows"].as_array().unwrap().iter();
        rows.map(|row| row["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let (status, body, _) = take().await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(words(&body), ["saved", "saved", "not_yet", "failed"]);
    let (_, body, _) = take().await;
    assert_eq!(words(&body), ["already", "already", "not_yet", "failed"]);
    for (case, unit) in [(named, "old-bureau"), (bare, "legacy")] {
        let said = house.said(case).await;
        let kinds: Vec<_> = said.iter().map(|said| said.0.as_str()).collect();
        assert_eq!(kinds, ["assignment.dispatched", "assignment.replied", "case.answered"]);
        assert!(said.iter().all(|said| said.2 && said.1["unit"] == json!(unit)), "{said:?}");
        assert_eq!(said[2].3, at.parse::<Timestamp>().unwrap());
        assert_eq!(said[0].3, time());
    }
    let (_, units, _) = house.ask(Method::GET, "/units", Role::Admin, None, None).await;
    let old = units["units"].as_array().unwrap().iter().find(|unit| unit["code"] == "old-bureau").cloned();
    assert_eq!(old.unwrap()["active"], json!(false));
    let (status, _, _) =
        house.ask(Method::POST, "/replies/import", Role::Officer, None, Some(json!({"rows": []}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(house.running.stop().await);
}
