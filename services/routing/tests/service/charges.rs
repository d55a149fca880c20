//! 包案、七包一、专班、积案、纪检督办 over HTTP.

use identity::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

async fn open(house: &House, case: ids::CaseId, role: Role, code: &str) -> (StatusCode, Value) {
    let path = format!("/cases/{case}/charges");
    let body = json!({"charge": code, "reason": "久拖未决"});
    let (status, body, _) = house.ask(Method::POST, &path, role, None, Some(body)).await;
    (status, body)
}

#[tokio::test]
async fn seven_answer_for_one_case_and_the_ledger_shows_who_is_missing() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |_| {}).await;
    assert_eq!(open(&house, case, Role::Officer, "seven").await.0, StatusCode::FORBIDDEN);
    assert_eq!(open(&house, case, Role::Leader, "nine").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, book) = open(&house, case, Role::Leader, "seven").await;
    assert_eq!((status, book["missing"].as_array().unwrap().len()), (StatusCode::CREATED, 7), "{book}");
    let (_, again) = open(&house, case, Role::Leader, "seven").await;
    assert_eq!(again["id"], book["id"], "one charge of a kind at a time");
    let id = book["id"].as_str().unwrap().to_owned();
    let roles = ["lead", "township_secretary", "township_deputy", "village_head", "grid", "police", "legal"];
    let end = json!({"solved": true, "conclusion": "已化解"});
    let end_at = format!("/charges/{id}/end");
    let mut version = 1;
    for role in roles {
        let (status, _, _) =
            house.ask(Method::POST, &end_at, Role::Leader, Some(version), Some(end.clone())).await;
        assert_eq!(status, StatusCode::CONFLICT, "{role} is missing");
        let path = format!("/charges/{id}/roles/{role}");
        let named = json!({"function": "责任人", "account": uuid::Uuid::now_v7()});
        let (status, body, _) =
            house.ask(Method::PUT, &path, Role::Supervisor, Some(version + 9), Some(named.clone())).await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{body}");
        for _ in 0..2 {
            let (status, body, tag) =
                house.ask(Method::PUT, &path, Role::Supervisor, Some(version), Some(named.clone())).await;
            assert_eq!((status, tag), (StatusCode::OK, Some(version + 1)), "{body}");
        }
        version += 1;
    }
    let (status, body, _) = house
        .ask(
            Method::PUT,
            &format!("/charges/{id}/roles/king"),
            Role::Leader,
            Some(version),
            Some(json!({"function": "某", "account": uuid::Uuid::nil()})),
        )
        .await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("role")));
    let (status, body, _) = house.ask(Method::POST, &end_at, Role::Leader, Some(version), Some(end)).await;
    assert_eq!((status, &body["state"], &body["complete"]), (StatusCode::OK, &json!("solved"), &json!(true)));
    let said = house.said(case).await;
    let charged: Vec<_> = said.iter().filter(|said| said.0 == "case.charged").collect();
    assert_eq!(charged.len(), 8, "once opened, seven times named");
    assert_eq!((&charged[0].1["role"], &charged[6].1["role"]), (&Value::Null, &json!("police")));
    assert_eq!(said.last().unwrap().0, "case.discharged");
    assert!(said.iter().all(|said| !said.1.to_string().contains("责任人")));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_backlog_case_meets_the_rule_has_a_plan_and_is_struck_off_when_it_is_done() {
    let mut house = House::open().await;
    let now = runtime::Clock::default().now();
    let fresh = house.accept(false, "路灯不亮", |body| body.received_at = now).await;
    let old = house
        .accept(false, "路灯不亮", |body| body.received_at = "2024-03-02T02:00:00Z".parse().unwrap())
        .await;
    let (status, body) = open(&house, fresh, Role::Supervisor, "backlog").await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    let (_, list, _) = house.ask(Method::GET, "/backlog-candidates", Role::Supervisor, None, None).await;
    assert_eq!(list["cases"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["cases"][0]["case_id"], json!(old.0));
    let (status, book) = open(&house, old, Role::Supervisor, "backlog").await;
    assert_eq!(status, StatusCode::CREATED, "{book}");
    let (_, list, _) = house.ask(Method::GET, "/backlog-candidates", Role::Supervisor, None, None).await;
    assert!(list["cases"].as_array().unwrap().is_empty());

    let id = book["id"].as_str().unwrap();
    let lead = json!({"function": "分管副区长", "account": uuid::Uuid::now_v7()});
    house.ask(Method::PUT, &format!("/charges/{id}/roles/lead"), Role::Leader, Some(1), Some(lead)).await;
    let (entries, end) = (format!("/charges/{id}/entries"), format!("/charges/{id}/end"));
    let solved = json!({"solved": true, "conclusion": "已化解"});
    let (status, body, _) = house.ask(Method::POST, &end, Role::Leader, Some(2), Some(solved.clone())).await;
    assert_eq!(status, StatusCode::CONFLICT, "no plan: {body}");
    let (status, body, _) = house
        .ask(Method::POST, &entries, Role::Leader, Some(2), Some(json!({"kind": "plan", "text": "换线"})))
        .await;
    assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("due")));
    let plan = json!({"kind": "plan", "text": "更换线缆", "due": "2026-12-31"});
    let (status, body, _) = house.ask(Method::POST, &entries, Role::Leader, Some(2), Some(plan)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let step = body["entries"][0]["id"].as_str().unwrap().to_owned();
    let (status, _, _) = house.ask(Method::POST, &end, Role::Leader, Some(3), Some(solved.clone())).await;
    assert_eq!(status, StatusCode::CONFLICT, "the plan is not done");
    let done = format!("/charges/{id}/entries/{step}/done");
    for _ in 0..2 {
        let (status, body, tag) = house.ask(Method::POST, &done, Role::Leader, Some(3), None).await;
        assert_eq!((status, tag), (StatusCode::OK, Some(4)), "{body}");
    }
    let heard = json!({"kind": "report", "text": "听取汇报"});
    house.ask(Method::POST, &entries, Role::Leader, Some(4), Some(heard.clone())).await;
    let (status, body, _) = house.ask(Method::POST, &end, Role::Leader, Some(5), Some(solved)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("solved")), "{body}");
    let (status, _, _) = house.ask(Method::POST, &entries, Role::Leader, Some(6), Some(heard)).await;
    assert_eq!(status, StatusCode::CONFLICT, "what has ended is not written on");
    let register = "/charges?charge=backlog&state=solved";
    let (status, list, _) = house.ask(Method::GET, register, Role::Leader, None, None).await;
    assert_eq!((status, list["charges"].as_array().unwrap().len()), (StatusCode::OK, 1), "{list}");
    assert_eq!(list["charges"][0]["entries"].as_array().unwrap().len(), 2);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn the_unit_sees_what_the_inspector_demands_and_nothing_else() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |_| {}).await;
    for role in [Role::Leader, Role::Supervisor, Role::Officer] {
        assert_eq!(open(&house, case, role, "discipline").await.0, StatusCode::FORBIDDEN, "{role}");
    }
    let (status, book) = open(&house, case, Role::Inspector, "discipline").await;
    assert_eq!(status, StatusCode::CREATED, "{book}");
    let log = format!("/charges/{}/log", book["id"].as_str().unwrap());
    let note = json!({"text": "初步怀疑敷衍办理"});
    let (status, _, _) = house.ask(Method::POST, &log, Role::Leader, Some(1), Some(note.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, body, _) = house.ask(Method::POST, &log, Role::Inspector, Some(1), Some(note)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let strange = json!({"text": "请说明", "unit": "water"});
    let (status, _, _) = house.ask(Method::POST, &log, Role::Inspector, Some(2), Some(strange)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "water never had the case");
    let demand = json!({"text": "请说明三次未到场的原因", "unit": "lights", "due": "2026-12-31"});
    let (status, body, _) = house.ask(Method::POST, &log, Role::Inspector, Some(2), Some(demand)).await;
    assert_eq!((status, &body["version"]), (StatusCode::OK, &json!(3)), "{body}");

    let charges = format!("/cases/{case}/charges");
    for role in [Role::Officer, Role::Leader, Role::Supervisor, Role::Auditor] {
        let (status, list, _) = house.ask(Method::GET, &charges, role, None, None).await;
        assert_eq!((status, list["charges"].as_array().unwrap().len()), (StatusCode::OK, 0), "{role}");
    }
    let (status, _, _) = house.ask(Method::GET, "/charges?charge=discipline", Role::Leader, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (_, demands, _) = house.ask(Method::GET, "/demands", Role::Officer, None, None).await;
    assert_eq!(demands["demands"].as_array().unwrap().len(), 1);
    assert!(!demands.to_string().contains("怀疑"), "the log is the inspector's own");
    let statement = format!("/demands/{}/statement", demands["demands"][0]["id"].as_str().unwrap());
    let say = |role, text: &str| {
        let body = json!({"text": text});
        let (house, statement) = (&house, &statement);
        async move { house.ask(Method::POST, statement, role, None, Some(body)).await.0 }
    };
    assert_eq!(say(Role::Leader, "不清楚").await, StatusCode::NOT_FOUND, "not his to answer");
    assert_eq!(say(Role::Officer, "值班车辆故障").await, StatusCode::OK);
    assert_eq!(say(Role::Officer, "值班车辆故障").await, StatusCode::OK);
    assert_eq!(say(Role::Officer, "其实是忘了").await, StatusCode::CONFLICT, "a statement stands");
    let (_, list, _) = house.ask(Method::GET, &charges, Role::Inspector, None, None).await;
    let entries = list["charges"][0]["entries"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[1]["answer"]), (2, &json!("值班车辆故障")));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_leader_takes_a_case_in_charge_and_a_task_force_has_a_plan() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |body| body.pack.id = "petition-2022".to_owned()).await;
    let name = |role: &str, id: &str, version| {
        let path = format!("/charges/{id}/roles/{role}");
        let named = json!({"function": "责任人", "account": uuid::Uuid::now_v7()});
        let house = &house;
        async move {
            let (status, body, tag) =
                house.ask(Method::PUT, &path, Role::Leader, Some(version), Some(named)).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            tag.unwrap()
        }
    };
    let solved = json!({"solved": true, "conclusion": "已化解"});

    let (status, book) = open(&house, case, Role::Leader, "leader").await;
    assert_eq!(status, StatusCode::CREATED, "{book}");
    let id = book["id"].as_str().unwrap().to_owned();
    assert_eq!(book["missing"], json!(["lead", "body", "handler"]));
    let mut version = 1;
    for role in ["lead", "body", "handler"] {
        let end = format!("/charges/{id}/end");
        let (status, _, _) =
            house.ask(Method::POST, &end, Role::Leader, Some(version), Some(solved.clone())).await;
        assert_eq!(status, StatusCode::CONFLICT, "{role} is missing");
        version = name(role, &id, version).await;
    }
    let (status, body, _) = house
        .ask(Method::POST, &format!("/charges/{id}/end"), Role::Leader, Some(version), Some(solved.clone()))
        .await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("solved")), "no plan is owed: {body}");

    let (status, force) = open(&house, case, Role::Leader, "task-force").await;
    assert_eq!((status, &force["missing"]), (StatusCode::CREATED, &json!(["lead"])), "{force}");
    let id = force["id"].as_str().unwrap().to_owned();
    let version = name("lead", &id, 1).await;
    let end = format!("/charges/{id}/end");
    let (status, _, _) =
        house.ask(Method::POST, &end, Role::Leader, Some(version), Some(solved.clone())).await;
    assert_eq!(status, StatusCode::CONFLICT, "one case, one plan");
    let plan = json!({"kind": "plan", "text": "更换线缆", "due": "2026-12-31"});
    let entries = format!("/charges/{id}/entries");
    let (status, body, tag) =
        house.ask(Method::POST, &entries, Role::Leader, Some(version), Some(plan)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let done = format!("/charges/{id}/entries/{}/done", body["entries"][0]["id"].as_str().unwrap());
    let (status, _, tag) = house.ask(Method::POST, &done, Role::Leader, tag, None).await;
    assert_eq!(status, StatusCode::OK);
    let (status, body, _) = house.ask(Method::POST, &end, Role::Leader, tag, Some(solved)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("solved")), "{body}");
    let said = house.said(case).await;
    let kinds: Vec<_> =
        said.iter().filter(|said| said.0 == "case.charged").map(|said| said.1["charge"].clone()).collect();
    let named = kinds.iter().filter(|kind| **kind == json!("leader")).count();
    assert_eq!((named, kinds.last()), (4, Some(&json!("task-force"))), "opened, and each of three named");
    assert!(house.running.stop().await);
}
