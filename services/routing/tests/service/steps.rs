//! 办理过程 over HTTP: steps owe what the pack says, a hearing stops the time, reports fall due.

use identity::{Claims, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

async fn signed(house: &mut House, pack: &str) -> (ids::CaseId, String) {
    let case = house.accept(false, "路灯不亮", |body| body.pack.id = pack.to_owned()).await;
    let (id, version) = house.lead(case).await;
    let (status, body) = house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    (case, id)
}

fn fields(body: &Value) -> Vec<&str> {
    body["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_step_owes_what_the_pack_says_and_a_hearing_stops_the_time() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, "petition-2022").await;
    let path = format!("/assignments/{id}/steps");
    let post = |body: Value| house.ask(Method::POST, &path, Role::Officer, None, Some(body));

    let (status, body, _) = post(json!({"step": "investigation"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert_eq!(fields(&body), ["means", "facts", "evidence", "legal_basis"]);
    let (status, body, _) = post(json!({"step": "seance"})).await;
    assert_eq!((status, fields(&body)), (StatusCode::UNPROCESSABLE_ENTITY, vec!["step"]));
    let bad = json!({"step": "evidence", "record": {"evidence": ["sha256:abc"], "legal_basis": "条例"}});
    let (status, body, _) = post(bad).await;
    assert_eq!((status, fields(&body)), (StatusCode::UNPROCESSABLE_ENTITY, vec!["evidence"]));
    let record = json!({"means": ["legal", "mediation"], "facts": "现场查明灯杆断电", "evidence": ["照片三张，存档 12"],
        "legal_basis": "城市照明管理规定第十条"});
    let (status, body, _) = post(json!({"step": "investigation", "record": record})).await;
    assert_eq!((status, &body["state"]), (StatusCode::CREATED, &json!("done")), "{body}");
    assert_eq!(body["pack"], json!("petition-2022 1"));

    let (status, _, _) =
        house.ask(Method::POST, &path, Role::Reviewer, None, Some(json!({"step": "interim"}))).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let people =
        json!({"participants": ["petitioner", "lawyer", "third_party"], "legal_basis": "第三十一条"});
    let (status, hearing, tag) = post(json!({"step": "hearing", "record": people})).await;
    assert_eq!((status, &hearing["state"], tag), (StatusCode::CREATED, &json!("running"), Some(1)));
    let finish = format!("/steps/{}/finish", hearing["id"].as_str().unwrap());
    let (status, body, _) =
        house.ask(Method::POST, &finish, Role::Officer, Some(1), Some(json!({"participants": []}))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let end = json!({"participants": ["petitioner", "lawyer"], "facts": "双方认可", "result": "维持原意见"});
    for _ in 0..2 {
        let (status, body, tag) =
            house.ask(Method::POST, &finish, Role::Officer, Some(1), Some(end.clone())).await;
        assert_eq!((status, &body["state"], tag), (StatusCode::OK, &json!("done"), Some(2)), "{body}");
    }
    let drop = format!("/steps/{}/drop", hearing["id"].as_str().unwrap());
    let (status, _, _) = house.ask(Method::POST, &drop, Role::Officer, Some(2), None).await;
    assert_eq!(status, StatusCode::CONFLICT);

    let said = house.said(case).await;
    let kinds: Vec<_> = said.iter().skip(2).map(|said| said.0.as_str()).collect();
    let walk = [
        "assignment.progressed",
        "assignment.progressed",
        "case.paused",
        "assignment.progressed",
        "case.resumed",
    ];
    assert_eq!(kinds, walk);
    assert_eq!(
        (&said[2].1["step"], &said[2].1["means"]),
        (&json!("investigation"), &json!(["legal", "mediation"]))
    );
    assert_eq!((&said[4].1["reason"], &said[6].1["reason"]), (&json!("hearing"), &json!("hearing")));
    for (kind, payload, ..) in &said {
        assert!(!payload.to_string().contains("灯杆"), "{kind} carries a text");
    }
    let (_, list, _) = house.ask(Method::GET, &path, Role::Reviewer, None, None).await;
    assert_eq!(list["steps"].as_array().unwrap().len(), 2);
    let citizen = Claims::citizen(case, i64::from(u32::MAX));
    let outline = format!("/cases/{case}/steps");
    let (status, shown, _) = house.as_claims(Method::GET, &outline, &citizen, None, None).await;
    assert_eq!((status, &shown["progress"][1]["label"]), (StatusCode::OK, &json!("听证")));
    assert!(!shown.to_string().contains("灯杆"), "working papers are not shown");
    let (status, _, _) = house.as_claims(Method::GET, &path, &citizen, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn mediation_aid_and_visits_are_kept_and_a_repeat_writes_nothing() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, "hotline-004").await;
    let path = format!("/assignments/{id}/steps");
    let visit = json!({"step": "visit_home", "record": {"means": ["education"], "participants": ["petitioner", "village"],
        "place": "住处", "on": "2026-03-04"}});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let (status, body) = house.keyed(&path, "visit-1", &visit).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        ids.push(body["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    let (status, body) =
        house.keyed(&path, "visit-1", &json!({"step": "interim", "record": {"result": "甲"}})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");

    let deal = json!({"step": "agreement", "record": {"legal_basis": "人民调解法",
        "agreement": {"parties": ["诉求人", "物业公司"], "terms": "十日内修复"}}});
    let (status, body) = house.keyed(&path, "deal", &deal).await;
    assert_eq!((status, &body["state"]), (StatusCode::CREATED, &json!("running")), "{body}");
    let finish = format!("/steps/{}/finish", body["id"].as_str().unwrap());
    let done = json!({"performed": true, "result": "已修复"});
    let (status, body, _) = house.ask(Method::POST, &finish, Role::Officer, Some(1), Some(done)).await;
    assert_eq!((status, &body["closing"]["performed"]), (StatusCode::OK, &json!(true)), "{body}");
    let (_, aid) = house
        .keyed(
            &path,
            "aid",
            &json!({"step": "aid", "record": {"aid": "judicial", "legal_basis": "救助办法"}}),
        )
        .await;
    let drop = format!("/steps/{}/drop", aid["id"].as_str().unwrap());
    let (status, _, _) = house.ask(Method::POST, &drop, Role::Officer, Some(7), None).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, body, _) = house.ask(Method::POST, &drop, Role::Officer, Some(1), None).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("dropped")), "{body}");
    let kinds = house.kinds(case).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "case.paused").count(), 0, "this pack stops no time");
    assert_eq!(kinds.iter().filter(|kind| *kind == "assignment.progressed").count(), 4);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_report_every_week_falls_due_for_urgent_cases() {
    let mut house = House::open().await;
    let urgent = house
        .accept(false, "路灯不亮", |body| {
            body.pack.id = "hotline-004".to_owned();
            body.urgency = contracts::words::Urgency::Urgent;
        })
        .await;
    let (id, version) = house.lead(urgent).await;
    house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    signed(&mut house, "hotline-004").await;
    let (status, list, _) = house.ask(Method::GET, "/interim-due", Role::Officer, None, None).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert_eq!(list["due"].as_array().unwrap().len(), 1, "an ordinary case owes none: {list}");
    let line = &list["due"][0];
    assert_eq!((&line["assignment_id"], &line["overdue"]), (&json!(id), &json!(false)));
    assert!(line["last_at"].is_null());
    let path = format!("/assignments/{id}/steps");
    let report = json!({"step": "interim", "record": {"result": "正在更换线缆"}});
    let (status, _, _) = house.ask(Method::POST, &path, Role::Officer, None, Some(report)).await;
    assert_eq!(status, StatusCode::CREATED);
    let (_, list, _) = house.ask(Method::GET, "/interim-due?unit=lights", Role::Supervisor, None, None).await;
    assert!(list["due"][0]["last_at"].is_string(), "{list}");
    let (status, _, _) = house.ask(Method::GET, "/interim-due", Role::Supervisor, None, None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn the_steps_of_a_sealed_case_lie_in_the_vault_and_only_named_hands_read_them() {
    let mut house = House::open().await;
    let case = house
        .accept(false, "举报", |body| {
            body.confidential = true;
            body.wording = None;
        })
        .await;
    let hand = |role: Role, account: u128| {
        let unit = (role == Role::Officer).then(|| "water".parse().unwrap());
        let (sub, exp) = (uuid::Uuid::from_u128(account), i64::from(u32::MAX));
        Claims { sub, role, roles: vec![role], unit, region: None, case: None, exp }
    };
    let (officer, stranger) = (hand(Role::Officer, 8), hand(Role::Officer, 9));
    let hands = [7, 8].map(|hand| ids::AccountId(uuid::Uuid::from_u128(hand))).to_vec();
    let named = house.event(
        case,
        false,
        contracts::record::CaseHandsNamed { hands, barred: vec!["lights".parse().unwrap()], line: None },
    );
    house.hear(&[named]).await;
    let choice = json!({"unit": "water", "mode": "assignment"});
    let path = format!("/cases/{case}/dispatch");
    let by = hand(Role::Dispatcher, 7);
    let (status, body, _) = house.as_claims(Method::POST, &path, &by, Some(2), Some(choice)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (_, list, _) = house.as_claims(Method::GET, "/assignments", &officer, None, None).await;
    let id = list["assignments"][0]["id"].as_str().unwrap();
    let sign = format!("/assignments/{id}/sign");
    house.as_claims(Method::POST, &sign, &officer, Some(1), Some(json!({}))).await;
    let path = format!("/assignments/{id}/steps");
    let step = json!({"step": "investigation", "record": {"means": ["legal"], "facts": "账目有出入",
        "evidence": ["凭证 12 号"], "legal_basis": "监察法"}});
    let (status, _, _) = house.as_claims(Method::POST, &path, &stranger, None, Some(step.clone())).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, body, _) = house.as_claims(Method::POST, &path, &officer, None, Some(step)).await;
    assert_eq!((status, &body["record"]["facts"]), (StatusCode::CREATED, &json!("账目有出入")), "{body}");
    let kept: String =
        sqlx::query_scalar("SELECT record::text FROM handling_step").fetch_one(&house.db.pool).await.unwrap();
    assert!(kept.contains("legal") && !kept.contains("账目") && !kept.contains("凭证"), "{kept}");
    let (status, list, _) = house.as_claims(Method::GET, &path, &officer, None, None).await;
    assert_eq!(
        (status, &list["steps"][0]["record"]["evidence"]),
        (StatusCode::OK, &json!(["凭证 12 号"])),
        "{list}"
    );
    for path in [
        path,
        format!("/cases/{case}/steps"),
        format!("/cases/{case}/charges"),
        format!("/cases/{case}/instructions"),
    ] {
        for other in
            [&stranger, &hand(Role::Leader, 9), &hand(Role::Supervisor, 9), &hand(Role::Inspector, 9)]
        {
            let (status, body, _) = house.as_claims(Method::GET, &path, other, None, None).await;
            assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&status), "{path} {body}");
        }
    }
    let wish = json!({"kind": "note", "rank": "chief", "text": "已阅"});
    let path = format!("/cases/{case}/instructions");
    let leader = hand(Role::Leader, 9);
    let (status, _, _) = house.as_claims(Method::POST, &path, &leader, None, Some(wish)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(house.kinds(case).await.contains(&"case.looked".to_owned()));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_hearing_ends_with_the_hand_over_and_the_time_runs_again() {
    let mut house = House::open().await;
    let case = ids::CaseId::fresh();
    let mut body = crate::house::accepted("路灯不亮");
    body.pack.id = "petition-2022".to_owned();
    let mut event = house.event(case, false, body);
    // Within the five working days in which a unit may give it back.
    event.time = runtime::Clock::default().now();
    house.hear(&[event]).await;
    let (id, version) = house.lead(case).await;
    house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    let path = format!("/assignments/{id}/steps");
    let hearing = json!({"step": "hearing", "record": {"participants": ["petitioner", "lawyer"], "legal_basis": "第三十一条"}});
    let (status, step, _) = house.ask(Method::POST, &path, Role::Officer, None, Some(hearing)).await;
    assert_eq!((status, &step["state"]), (StatusCode::CREATED, &json!("running")), "{step}");
    let back = json!({"reason": "not-competent", "explanation": "不属本单位职责"});
    let (status, body) = house.works(case, "lights", "return", back).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(!house.kinds(case).await.contains(&"case.resumed".to_owned()), "asked is not agreed");
    let version = body["version"].as_i64().unwrap();
    let agree = json!({"agree": true, "unit": "water"});
    let (status, body) = house.act(&id, "return-review", Role::Dispatcher, version, agree).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let said = house.said(case).await;
    let resumed: Vec<_> = said.iter().filter(|said| said.0 == "case.resumed").collect();
    assert_eq!((resumed.len(), &resumed[0].1["reason"]), (1, &json!("hearing")));
    let (_, list, _) = house.ask(Method::GET, &path, Role::Reviewer, None, None).await;
    assert_eq!(list["steps"][0]["state"], json!("dropped"), "{list}");
    let finish = format!("/steps/{}/finish", step["id"].as_str().unwrap());
    let end = json!({"participants": ["petitioner"], "facts": "双方认可", "result": "维持"});
    let (status, _, _) = house.ask(Method::POST, &finish, Role::Officer, Some(2), Some(end)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn meetings_and_work_on_site_are_on_file() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, "petition-2022").await;
    let path = format!("/assignments/{id}/steps");
    let post = |body: Value| house.ask(Method::POST, &path, Role::Officer, None, Some(body));
    let bare = [
        ("on_site", vec!["means", "place", "result"]),
        ("joint_meeting", vec!["participants", "result"]),
        ("review_meeting", vec!["participants"]),
    ];
    for (step, owed) in bare {
        let (status, body, _) = post(json!({"step": step})).await;
        assert_eq!((status, fields(&body)), (StatusCode::UNPROCESSABLE_ENTITY, owed), "{step}");
    }
    let people = json!(["petitioner", "lead_unit", "co_unit"]);
    let site =
        json!({"means": ["administrative"], "place": "路口灯杆处", "result": "当场接通", "on": "2026-03-04"});
    let meeting = json!({"participants": people, "result": "由路灯所牵头，水务局配合"});
    for (step, record) in [("on_site", site), ("joint_meeting", meeting)] {
        let (status, body, _) = post(json!({"step": step, "record": record})).await;
        assert_eq!((status, &body["state"]), (StatusCode::CREATED, &json!("done")), "{step}: {body}");
    }
    let begun =
        json!({"step": "review_meeting", "record": {"participants": ["petitioner", "deputy", "expert"]}});
    let (status, body, _) = post(begun).await;
    assert_eq!((status, &body["state"]), (StatusCode::CREATED, &json!("running")), "{body}");
    let finish = format!("/steps/{}/finish", body["id"].as_str().unwrap());
    let (status, body, _) = house
        .ask(Method::POST, &finish, Role::Officer, Some(1), Some(json!({"participants": ["expert"]})))
        .await;
    assert_eq!((status, fields(&body)), (StatusCode::UNPROCESSABLE_ENTITY, vec!["result"]));
    let end = json!({"participants": ["petitioner", "expert"], "result": "评议认为诉求合理"});
    let (status, body, _) = house.ask(Method::POST, &finish, Role::Officer, Some(1), Some(end)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("done")), "{body}");
    let kinds = house.kinds(case).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "assignment.progressed").count(), 4);
    assert!(!kinds.contains(&"case.paused".to_owned()), "only a hearing stops the time");
    assert!(house.running.stop().await);
}
