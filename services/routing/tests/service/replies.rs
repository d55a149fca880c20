//! Replies before they leave: findings, meetings, official documents, and what is kept for later.

use contracts::words::{Class, Urgency};
use identity::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, reply};

async fn signed(house: &mut House, urgent: bool, class: Option<Class>) -> (ids::CaseId, String) {
    let change = |body: &mut contracts::case::CaseAccepted| {
        body.class = class;
        if urgent {
            body.pack.id = "hotline-004".to_owned();
            body.urgency = Urgency::Urgent;
        }
    };
    let case = house.accept(false, "路灯不亮", change).await;
    let (id, version) = house.lead(case).await;
    let (status, body) = house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    (case, id)
}

fn with(more: Value) -> Value {
    let mut body = reply();
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn errors(body: &Value) -> Vec<(&str, &str)> {
    let errors = body["errors"].as_array().unwrap().iter();
    errors.map(|error| (error["field"].as_str().unwrap(), error["reason"].as_str().unwrap())).collect()
}

fn later(days: i64) -> String {
    let today = calendar::day_of(runtime::Clock::default().now());
    today.checked_add(jiff::Span::new().days(days)).unwrap().to_string()
}

#[tokio::test]
async fn a_promise_or_blame_needs_a_reason_and_a_receipt_never_leaves() {
    let mut house = House::open().await;
    let (_, id) = signed(&mut house, false, None).await;
    let try_reply = |body| house.act(&id, "reply", Role::Officer, 2, body);
    let (status, body) = try_reply(with(json!({"public_text": "您好，我单位将尽快处理此事。"}))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        errors(&body)[0].1.contains("将尽快") && errors(&body)[0].1.contains("override_reason"),
        "{body}"
    );
    let receipt = json!({"public_text": "您好，您的来信收悉！！", "override_reason": "就是如此"});
    let (status, body) = try_reply(with(receipt)).await;
    assert_eq!((status, errors(&body)[0].0), (StatusCode::UNPROCESSABLE_ENTITY, "public_text"), "{body}");
    let blame = json!({"public_text": "您好，经查此事与我局无关。"});
    assert_eq!(try_reply(with(blame)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let explained =
        json!({"public_text": "您好，经查此事与我局无关。", "override_reason": "已移交水务部门并告知"});
    let (status, body) = try_reply(with(explained)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    let kept: (Vec<String>, String) = sqlx::query_as("SELECT found, override_reason FROM reply_extra")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(kept, (vec!["blame".to_owned()], "已移交水务部门并告知".to_owned()));
    let (_, seen, _) =
        house.ask(Method::GET, &format!("/assignments/{id}"), Role::Reviewer, None, None).await;
    let shown = (&seen["reply"]["found"], &seen["reply"]["override_reason"], &seen["reply"]["document"]);
    assert_eq!(shown, (&json!(["blame"]), &json!("已移交水务部门并告知"), &Value::Null));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_long_text_used_for_another_matter_or_taken_from_the_question_is_found() {
    let mut house = House::open().await;
    let text = "您好，经现场核查，人民路三十二号门前的路灯因线缆老化短路停用，已于三月三日更换线缆并恢复照明，\
                同时对同一线路的另外六盏路灯作了检查，请您放心，感谢您对城市照明工作的关心。";
    let (_, first) = signed(&mut house, false, None).await;
    let (status, body) =
        house.act(&first, "reply", Role::Officer, 2, with(json!({"public_text": text}))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let (status, body) =
        house.act(&first, "reply", Role::Officer, 2, with(json!({"public_text": text}))).await;
    assert_eq!(status, StatusCode::OK, "its own reply again is a repeat, not a copy: {body}");
    let (_, second) = signed(&mut house, false, None).await;
    let copied = with(json!({"public_text": text.replace("三十二", "三十三")}));
    let (status, body) = house.act(&second, "reply", Role::Officer, 2, copied.clone()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors(&body)[0].1.contains("雷同"), "{body}");
    let mut excused = copied;
    excused["override_reason"] = json!("同一线路，同一原因");
    let (status, body) = house.act(&second, "reply", Role::Officer, 2, excused).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let question = "我家住在幸福小区八栋，自三月以来每天晚上楼下的路灯都不亮，老人和孩子出门十分不便，\
                    多次向物业反映也没有结果，希望有关部门尽快派人来看一看，把路灯修好，谢谢你们。";
    let asked = house
        .accept(false, "路灯不亮", |body| body.wording.as_mut().unwrap().text = question.to_owned())
        .await;
    let (id, version) = house.lead(asked).await;
    house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    let echo = with(json!({"public_text": format!("您好，已办理。{question}")}));
    let (status, body) = house.act(&id, "reply", Role::Officer, 2, echo).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert!(errors(&body)[0].1.contains("来信内容"), "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn important_matters_are_answered_face_to_face_and_a_serial_number_has_its_form() {
    let mut house = House::open().await;
    let (_, id) = signed(&mut house, false, Some(Class::Important)).await;
    let (status, body) = house.act(&id, "reply", Role::Officer, 2, reply()).await;
    assert_eq!((status, errors(&body)[0].0), (StatusCode::UNPROCESSABLE_ENTITY, "met_on"), "{body}");
    let (status, body) =
        house.act(&id, "reply", Role::Officer, 2, with(json!({"met_on": "2026-03-03"}))).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn what_cannot_be_solved_now_is_kept_looked_at_again_and_taken_up() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, false, None).await;
    let not_yet = |more: Value| {
        let mut body = with(json!({"outcome": "not_yet_possible"}));
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let (status, body) = house.act(&id, "reply", Role::Officer, 2, not_yet(json!({}))).await;
    assert_eq!((status, errors(&body)[0].0), (StatusCode::UNPROCESSABLE_ENTITY, "deferral"), "{body}");
    for day in [later(0), later(400)] {
        let body = not_yet(json!({"deferral": {"reason": "资金未到位", "review_on": day}}));
        let (status, body) = house.act(&id, "reply", Role::Officer, 2, body).await;
        assert_eq!((status, errors(&body)[0].0), (StatusCode::UNPROCESSABLE_ENTITY, "deferral"), "{day}");
    }
    let body = not_yet(json!({"deferral": {"reason": "资金未到位", "review_on": later(30)}}));
    let (status, body) = house.act(&id, "reply", Role::Officer, 2, body).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("answered")), "{body}");
    let (_, list, _) = house.ask(Method::GET, "/register", Role::Officer, None, None).await;
    assert_eq!(
        (&list["entries"][0]["reason"], &list["entries"][0]["version"]),
        (&json!("资金未到位"), &json!(2))
    );
    let (_, list, _) = house.ask(Method::GET, "/register?due=true", Role::Supervisor, None, None).await;
    assert!(list["entries"].as_array().unwrap().is_empty(), "not today: {list}");
    let again = json!({"until": later(60), "note": "仍未到位"});
    let path = format!("/register/{case}/review");
    let (status, _, _) = house.ask(Method::POST, &path, Role::Reviewer, Some(2), Some(again.clone())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let (status, body, tag) =
            house.ask(Method::POST, &path, Role::Officer, Some(2), Some(again.clone())).await;
        assert_eq!((status, tag), (StatusCode::OK, Some(3)), "{body}");
    }
    let (path, note) = (format!("/register/{case}/reactivate"), json!({"note": "资金已到位"}));
    let (status, _, _) = house.ask(Method::POST, &path, Role::Dispatcher, Some(2), Some(note.clone())).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    let (status, body, _) = house.ask(Method::POST, &path, Role::Dispatcher, Some(3), Some(note)).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("reactivated")), "{body}");
    let said = house.said(case).await;
    let kinds: Vec<_> = said.iter().map(|said| said.0.as_str()).collect();
    assert_eq!(kinds[4..], ["case.deferred", "case.deferred", "case.undeferred"]);
    assert_eq!((&said[3].1["outcome"], &said[4].1["until"]), (&json!("not-yet-possible"), &json!(later(30))));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_reply_under_review_keeps_nothing_until_it_is_released() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, true, None).await;
    let body = with(
        json!({"outcome": "not_yet_possible", "deferral": {"reason": "须立项", "review_on": later(30)}}),
    );
    let (status, after) = house.act(&id, "reply", Role::Officer, 2, body.clone()).await;
    assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("under-review")), "{after}");
    let empty = || async {
        let (_, list, _) = house.ask(Method::GET, "/register", Role::Officer, None, None).await;
        list["entries"].as_array().unwrap().is_empty()
    };
    assert!(empty().await);
    house.act(&id, "review", Role::Reviewer, 3, json!({"release": false, "reason": "evasive"})).await;
    assert!(empty().await);
    assert!(!house.kinds(case).await.contains(&"case.deferred".to_owned()));
    let (status, after) = house.act(&id, "reply", Role::Officer, 4, body).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    let (status, after) = house.act(&id, "review", Role::Reviewer, 5, json!({"release": true})).await;
    assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("answered")), "{after}");
    assert!(!empty().await);
    assert_eq!(house.kinds(case).await.last().unwrap(), "case.deferred");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn staff_read_the_serial_number_of_an_official_reply() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |body| body.pack.id = "petition-2022".to_owned()).await;
    let (id, version) = house.lead(case).await;
    house.act(&id, "sign", Role::Officer, version, Value::Null).await;
    let document =
        json!({"serial": "市信复〔2026〕7号", "signed_by": "分管副局长", "issued_on": "2026-03-03"});
    let more = json!({"document": document, "legal_basis": "城市照明管理规定第十条", "reasons": "线缆老化"});
    let (status, body) = house.act(&id, "reply", Role::Officer, version + 1, with(more)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let path = format!("/assignments/{id}");
    let (_, seen, _) = house.ask(Method::GET, &path, Role::Reviewer, None, None).await;
    assert_eq!((&seen["reply"]["document"], &seen["reply"]["found"]), (&document, &json!([])), "{seen}");
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_reply_names_cause_and_remedy_and_the_answer_tells_them() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, false, None).await;
    for (field, wrong) in
        [("cause", json!("weather")), ("remedy", json!("not_done")), ("cause", json!("天气原因"))]
    {
        let mut body = reply();
        body[field] = wrong;
        let (status, body) = house.act(&id, "reply", Role::Officer, 2, body).await;
        assert_eq!((status, errors(&body)[0].0), (StatusCode::UNPROCESSABLE_ENTITY, field), "{body}");
    }
    let named = with(json!({"cause": "not_done", "remedy": "fixed"}));
    for _ in 0..2 {
        let (status, after) = house.act(&id, "reply", Role::Officer, 2, named.clone()).await;
        assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("answered")), "{after}");
    }
    let other = with(json!({"cause": "history", "remedy": "fixed"}));
    let (status, _) = house.act(&id, "reply", Role::Officer, 3, other).await;
    assert_eq!(status, StatusCode::CONFLICT, "other codes are no repeat");
    let answers = async |case| -> Vec<Value> {
        let said = house.said(case).await.into_iter();
        said.filter(|said| said.0 == "case.answered").map(|said| said.1).collect()
    };
    let told = answers(case).await;
    assert_eq!(told.len(), 1, "a repeat says nothing");
    assert_eq!((&told[0]["cause"], &told[0]["remedy"]), (&json!("not_done"), &json!("fixed")));
    let (_, seen, _) =
        house.ask(Method::GET, &format!("/assignments/{id}"), Role::Reviewer, None, None).await;
    assert_eq!((&seen["reply"]["cause"], &seen["reply"]["remedy"]), (&json!("not_done"), &json!("fixed")));
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn in_review_only_the_reply_that_leaves_is_told_and_a_co_unit_names_nothing() {
    let mut house = House::open().await;
    let (case, id) = signed(&mut house, true, None).await;
    let first = with(json!({"cause": "not_done", "remedy": "fixed"}));
    let (status, after) = house.act(&id, "reply", Role::Officer, 2, first).await;
    assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("under-review")), "{after}");
    house.act(&id, "review", Role::Reviewer, 3, json!({"release": false, "reason": "evasive"})).await;
    let second = with(json!({"remedy": "rule"}));
    let (status, after) = house.act(&id, "reply", Role::Officer, 4, second).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    assert!(!house.kinds(case).await.contains(&"case.answered".to_owned()));
    let (status, after) = house.act(&id, "review", Role::Reviewer, 5, json!({"release": true})).await;
    assert_eq!((status, &after["state"]), (StatusCode::OK, &json!("answered")), "{after}");
    let said = house.said(case).await;
    let told: Vec<&Value> =
        said.iter().filter(|said| said.0 == "case.answered").map(|said| &said.1).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].get("cause"), &told[0]["remedy"]), (None, &json!("rule")), "{told:?}");

    let joint = house.accept(false, "路灯不亮", |body| body.multi_unit = true).await;
    house.comes_to(joint, "lights").await;
    let (status, after) = house.works(joint, "water", "sign", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    let (status, body) = house.works(joint, "water", "reply", with(json!({"cause": "not_done"}))).await;
    assert_eq!((status, errors(&body)[0].0), (StatusCode::UNPROCESSABLE_ENTITY, "cause"), "{body}");
    let (status, body) = house.works(joint, "water", "reply", reply()).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("replied")), "{body}");
    assert!(house.running.stop().await);
}
