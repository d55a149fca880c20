//! 退单: reasons, review, figures; disputes; one owner at any time.

use contracts::case::PackRef;
use identity::Role;
use ids::CaseId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

fn back() -> Value {
    json!({"reason": "not-competent", "explanation": "不属本单位职责"})
}

async fn review(house: &House, case: CaseId, unit: &str, word: Value) -> (StatusCode, Value) {
    let hand = house.hand(case, unit).await;
    let path = format!("/assignments/{}/return-review", hand["id"].as_str().unwrap());
    let (status, body, _) =
        house.ask(Method::POST, &path, Role::Dispatcher, hand["version"].as_i64(), Some(word)).await;
    (status, body)
}

/// The one owner, and that no two leads are open.
async fn owner(house: &House, case: CaseId) -> (String, bool) {
    let (_, body, _) = house.ask(Method::GET, &format!("/cases/{case}"), Role::Dispatcher, None, None).await;
    let open = ["dispatched", "signed", "contacted", "returning", "under-review"];
    let leads = body["assignments"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|hand| hand["part"] == "lead" && open.contains(&hand["state"].as_str().unwrap()));
    assert!(leads.count() <= 1, "two leads: {body}");
    (body["owner"]["unit"].as_str().unwrap().to_owned(), body["owner"]["retained"].as_bool().unwrap())
}

async fn settle(house: &House, case: CaseId, body: Value) -> (StatusCode, Value) {
    let (_, _, version) =
        house.ask(Method::GET, &format!("/cases/{case}"), Role::Supervisor, None, None).await;
    let path = format!("/cases/{case}/settlement");
    let (status, body, _) = house.ask(Method::POST, &path, Role::Supervisor, version, Some(body)).await;
    (status, body)
}

/// A case that two units have refused.
async fn quarrel(house: &mut House) -> CaseId {
    let case = house.accept(false, "别的事", |_| {}).await;
    house.dispatch(case, json!({"unit": "county-water"})).await;
    house.works(case, "county-water", "return", back()).await;
    assert_eq!(owner(house, case).await, ("county-water".to_owned(), false), "asking gives nothing away");
    let (status, body) = review(house, case, "county-water", json!({"agree": true})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(
        owner(house, case).await,
        ("county-water".to_owned(), true),
        "it keeps it until the next has it"
    );
    let (status, body) = house.dispatch(case, json!({"unit": "town"})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(owner(house, case).await, ("town".to_owned(), false));
    let (status, body) = house.works(case, "town", "return", back()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(owner(house, case).await, ("town".to_owned(), false), "the last lead keeps a case in dispute");
    case
}

#[tokio::test]
async fn a_wrong_return_is_counted_and_nobody_returns_twice() {
    let mut house = House::open().await;
    house.county().await;
    let case = house.accept(false, "路灯不亮", |body| body.multi_unit = true).await;
    let strange = json!({"reason": "no-time", "explanation": "忙"});
    let (status, body) = house.works(case, "water", "return", strange).await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason")));
    let (status, body) = house.works(case, "water", "return", json!({"reason": "not-competent"})).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("explanation"))
    );
    let (status, _) = house.works(case, "water", "return", back()).await;
    assert_eq!(status, StatusCode::OK);
    let (_, list, _) =
        house.ask(Method::GET, "/assignments?state=returning", Role::Dispatcher, None, None).await;
    assert_eq!(list["assignments"].as_array().unwrap().len(), 1, "a return waits for its answer");
    let (status, body) = review(&house, case, "water", json!({"agree": false})).await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("reason")));
    let (status, body) = review(&house, case, "water", json!({"agree": false, "reason": "competent"})).await;
    assert_eq!((status, &body["designated"]), (StatusCode::OK, &json!(true)), "{body}");
    let (status, body) = house.works(case, "water", "return", back()).await;
    assert_eq!(status, StatusCode::CONFLICT, "designated: {body}");
    assert_eq!(owner(&house, case).await, ("lights".to_owned(), false));
    let path = "/units/water/returns";
    let (status, figures, _) = house.ask(Method::GET, path, Role::Supervisor, None, None).await;
    assert_eq!(status, StatusCode::OK, "{figures}");
    for (name, count) in
        [("dispatched", 1), ("asked", 1), ("agreed", 0), ("refused", 1), ("open", 0), ("per_mille", 1000)]
    {
        assert_eq!(figures[name], json!(count), "{name}");
    }
    assert_eq!(figures["returns"][0]["decision"], json!("competent"));
    let (_, none, _) =
        house.ask(Method::GET, &format!("{path}?to=2020-01-01"), Role::Supervisor, None, None).await;
    assert_eq!((&none["asked"], &none["per_mille"]), (&json!(0), &Value::Null));
    let (_, admin, _) = house.ask(Method::GET, path, Role::Admin, None, None).await;
    assert_eq!((&admin["asked"], &admin["returns"]), (&json!(1), &json!([])), "figures, and no case");
    let (status, _) = house.officer("lights", Method::GET, path, None, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "figures of another unit");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_late_return_is_refused_by_the_calendar_of_the_place() {
    let mut house = House::open().await;
    house.county().await;
    // Dispatched in March 2026, and the five working days of the petition regulation are over.
    let case = house
        .accept(false, "路灯不亮", |body| {
            body.pack = PackRef { id: "petition-2022".to_owned(), version: 1 }
        })
        .await;
    let (status, body) = house.works(case, "lights", "return", back()).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    assert!(body["detail"].as_str().unwrap().contains("退单时限"), "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn two_units_that_refuse_are_brought_to_one_table() {
    let mut house = House::open().await;
    house.county().await;
    let case = quarrel(&mut house).await;
    assert_eq!(house.kinds(case).await.last().unwrap(), "assignment.disputed");
    let (status, body) = review(&house, case, "town", json!({"agree": true})).await;
    assert_eq!(status, StatusCode::CONFLICT, "a reviewer alone ends no dispute: {body}");
    let (_, open, _) = house.ask(Method::GET, "/disputes", Role::Supervisor, None, None).await;
    assert_eq!(open["disputes"][0]["case_id"], json!(case.0));
    let settlement = json!({"by": "conference", "unit": "county-water", "co_units": ["town"], "conclusion": "由水务部门主办"});
    let (status, body) = settle(&house, case, settlement.clone()).await;
    assert_eq!(
        (status, &body["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("by")),
        "{body}"
    );
    let path = format!("/cases/{case}/conferences");
    let alone = json!({"held_on": "2026-03-06", "chair": "市政府副秘书长", "participants": ["town"], "conclusion": "…"});
    let (status, _, _) = house.ask(Method::POST, &path, Role::Supervisor, None, Some(alone)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let met = json!({"held_on": "2026-03-06", "chair": "市政府副秘书长", "participants": ["town", "county-water", "county"],
        "conclusion": "管网属水务部门职责，镇配合。"});
    let (status, body, _) = house.ask(Method::POST, &path, Role::Supervisor, None, Some(met)).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let (status, body) = settle(&house, case, settlement.clone()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (status, again) = settle(&house, case, settlement).await;
    assert_eq!(
        (status, &again["version"]),
        (StatusCode::OK, &body["version"]),
        "the same again changes nothing"
    );
    let otherwise = json!({"by": "designation", "unit": "county", "conclusion": "另定"});
    let (status, _) = settle(&house, case, otherwise).await;
    assert_eq!(status, StatusCode::CONFLICT, "a settlement holds");
    assert_eq!(owner(&house, case).await, ("county-water".to_owned(), false));
    let said = house.said(case).await;
    let settled = said.iter().find(|said| said.0 == "assignment.settled").unwrap();
    assert_eq!((&settled.1["by"], &settled.1["to"]), (&json!("conference"), &json!("county-water")));
    assert!(said.iter().all(|said| !said.1.to_string().contains("管网")), "texts stay in the tables");
    let (status, body) = house.works(case, "county-water", "return", back()).await;
    assert_eq!(status, StatusCode::CONFLICT, "nobody returns after it: {body}");
    assert_eq!(house.hand(case, "town").await["part"], json!("co"));
    let (_, open, _) = house.ask(Method::GET, "/disputes", Role::Supervisor, None, None).await;
    assert_eq!(open["disputes"], json!([]));
    let (_, told, _) = house.ask(Method::GET, &path, Role::Reviewer, None, None).await;
    assert_eq!(
        (&told["disputes"][0]["to"], &told["conferences"][0]["chair"]),
        (&json!("county-water"), &json!("市政府副秘书长"))
    );
    let (_, figures, _) = house.ask(Method::GET, "/units/town/returns", Role::Supervisor, None, None).await;
    assert_eq!(figures["open"], json!(0), "no return is left unanswered");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_superior_designates_the_unit_that_has_it() {
    let mut house = House::open().await;
    house.county().await;
    let case = quarrel(&mut house).await;
    let word = json!({"by": "designation", "unit": "town", "conclusion": "属地管理"});
    let hand = house.hand(case, "town").await;
    let path = format!("/cases/{case}/settlement");
    let (status, _, _) = house.ask(Method::POST, &path, Role::Dispatcher, Some(1), Some(word.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _, _) = house.ask(Method::POST, &path, Role::Supervisor, Some(99), Some(word.clone())).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, body) = settle(&house, case, word.clone()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let after = house.hand(case, "town").await;
    assert_eq!(
        (&after["id"], &after["state"], &after["designated"]),
        (&hand["id"], &json!("dispatched"), &json!(true))
    );
    let (status, _) = settle(&house, case, word).await;
    assert_eq!(status, StatusCode::OK);
    let kinds = house.kinds(case).await;
    assert_eq!(kinds[kinds.len() - 2..], ["assignment.return_refused", "assignment.settled"]);
    let (_, figures, _) = house.ask(Method::GET, "/units/town/returns", Role::Supervisor, None, None).await;
    assert_eq!(figures["refused"], json!(1), "it was returned wrongly");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn each_try_to_reach_the_citizen_is_on_file() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |_| {}).await;
    house.works(case, "lights", "sign", Value::Null).await;
    let hand = house.hand(case, "lights").await;
    let id = hand["id"].as_str().unwrap();
    let path = format!("/assignments/{id}/contact");
    let missed = json!({"reached": false, "note": "无人接听"});
    let version = hand["version"].as_i64().unwrap();
    for (version, status, changed) in
        [(version, 200, 1), (version, 200, 1), (version + 1, 200, 2), (version + 2, 200, 3)]
    {
        let (got, body) =
            house.officer("lights", Method::POST, &path, Some(version), Some(missed.clone())).await;
        assert_eq!(got.as_u16(), status, "{body}");
        assert_eq!(body["version"], json!(hand["version"].as_i64().unwrap() + changed));
    }
    house.works(case, "lights", "contact", json!({"reached": true})).await;
    let path = format!("/assignments/{id}/contacts");
    let (status, list) = house.officer("lights", Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let reached: Vec<_> =
        list["contacts"].as_array().unwrap().iter().map(|call| call["reached"].clone()).collect();
    assert_eq!(reached, [false, false, false, true].map(Value::from));
    let (status, _) = house.officer("water", Method::GET, &path, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_reviewer_agrees_and_the_next_best_unit_is_shown() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |_| {}).await;
    let (status, body) = house.works(case, "lights", "return", back()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let hand = house.hand(case, "lights").await;
    let path = format!("/assignments/{}/return-review", hand["id"].as_str().unwrap());
    let agree = || Some(json!({"agree": true}));
    for role in [Role::Operator, Role::Officer, Role::Supervisor, Role::Leader] {
        let (status, body, _) = house.ask(Method::POST, &path, role, hand["version"].as_i64(), agree()).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{role}: {body}");
    }
    let (status, body, _) =
        house.ask(Method::POST, &path, Role::Reviewer, hand["version"].as_i64(), agree()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (_, body, _) = house.ask(Method::GET, &format!("/cases/{case}"), Role::Dispatcher, None, None).await;
    let shown: Vec<_> =
        body["case"]["candidates"].as_array().unwrap().iter().map(|c| c["unit"].clone()).collect();
    assert_eq!(shown, [json!("centre")], "whoever gave it back is not shown: {body}");
    assert_eq!(owner(&house, case).await, ("lights".to_owned(), true));
    assert!(house.running.stop().await);
}
