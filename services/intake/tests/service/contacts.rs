//! Contacts that make no case: what is kept, what is owed, what is decided; hostile input beside.

use identity::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{House, house, message, token};

fn contact(kind: &str) -> Value {
    let mut body = json!({"kind": kind, "region": "511602", "note": "问了供水抢修电话"});
    if kind == "abandoned" {
        body["phone"] = json!("138-0000-0000");
    }
    body
}

async fn record(house: &House, body: &Value) -> (StatusCode, Value) {
    house.ask(Method::POST, "/contacts", &token(Role::Operator, None, None), None, body).await
}

/// A published article of the knowledge base.
async fn article(house: &House) -> Value {
    let operator = token(Role::Operator, None, None);
    let content = json!({"title": "公积金提取", "body": "购买自住住房可以提取。"});
    let new = json!({"form": "article", "owner_unit": "housing", "content": content});
    let (status, made) = house.ask(Method::POST, "/knowledge", &operator, None, &new).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/knowledge/{}/publish", made["article"].as_str().unwrap());
    let (status, _) = house.ask(Method::POST, &path, &operator, Some("\"1\""), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    made["article"].clone()
}

#[tokio::test]
async fn contacts_that_make_no_case_are_counted_by_kind_channel_and_day() {
    let house = house().await;
    let operator = token(Role::Operator, None, None);
    for (kind, state) in [
        ("enquiry", "noted"),
        ("consultation", "noted"),
        ("praise", "noted"),
        ("abusive", "reported"),
        ("abandoned", "owed"),
    ] {
        let (status, made) = record(&house, &contact(kind)).await;
        assert_eq!((status, &made["state"]), (StatusCode::CREATED, &json!(state)), "{made}");
        assert_eq!(made.get("code").is_some(), kind == "abusive", "{kind}");
        assert_eq!(made.get("due_at").is_some(), kind == "abandoned", "{kind}");
    }
    let mut spot = contact("consultation");
    spot["article"] = json!("0195d0a0-0000-7000-8000-000000000001");
    let (status, none) = record(&house, &spot).await;
    assert_eq!(
        (status, &none["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("article")),
        "no such article"
    );
    spot["article"] = article(&house).await;
    spot["channel"] = json!("wechat");
    assert_eq!(record(&house, &spot).await.0, StatusCode::CREATED);

    let day: String =
        sqlx::query_scalar("SELECT max(day)::text FROM contact").fetch_one(&house.db.pool).await.unwrap();
    let surge = format!("code,zh,en,region,first_day,last_day,factor\nx,甲,a,,{day},{day},2.5\n");
    assert_eq!(house.put("/surges", "text/csv", &surge, Role::Admin).await.0, StatusCode::OK);
    let path = format!("/contacts/figures?from={day}&to={day}");
    let supervisor = token(Role::Supervisor, None, None);
    let figures = house.json(&path, &supervisor).await;
    let counts = figures["counts"].as_array().unwrap();
    assert_eq!(counts.iter().map(|count| count["contacts"].as_i64().unwrap()).sum::<i64>(), 6);
    assert_eq!(counts.len(), 6);
    assert!(counts.iter().all(|count| count["expected"] == 2.5));
    let elsewhere = token(Role::Supervisor, None, Some("510100"));
    assert_eq!(house.json(&path, &elsewhere).await["counts"], json!([]));
    for bad in
        ["from=2026-02-02&to=2026-02-01", "from=2020-01-01&to=2026-02-01", "from=x&to=y", "from=2026-01-01"]
    {
        let answer = house.get(&format!("/contacts/figures?{bad}"), &supervisor).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{bad}");
    }

    let mut path = "/contacts?limit=4".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = house.get(&path, &operator).await;
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let page: Value = answer.json().await.unwrap();
        seen.extend(page["contacts"].as_array().unwrap().iter().map(|one| one["contact"].to_string()));
        let Some(link) = link else { break };
        path = link.split(['<', '>']).nth(1).unwrap().strip_prefix("/api/intake").unwrap().to_owned();
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
    for (path, rows) in [
        ("/contacts?kind=abusive", 1),
        ("/contacts?state=owed&region=511600", 1),
        ("/contacts?region=510100", 0),
    ] {
        assert_eq!(house.json(path, &operator).await["contacts"].as_array().unwrap().len(), rows, "{path}");
    }
    for bad in ["?kind=x", "?state=x", "?region=x", "?after=Zm9v", "?limit=201"] {
        assert_eq!(
            house.get(&format!("/contacts{bad}"), &operator).await.status(),
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    for role in [Role::Officer, Role::Importer, Role::Citizen, Role::Agency] {
        assert_eq!(
            house.get("/contacts", &token(role, Some("housing"), None)).await.status(),
            StatusCode::FORBIDDEN
        );
    }
    assert_eq!(house.count("SELECT count(*) FROM outbox_event WHERE kind = 'contact.recorded'").await, 6);
    assert_eq!(house.count("SELECT count(*) FROM case_file").await, 0);
    house.stop().await;
}

#[tokio::test]
async fn hostile_contacts_leave_nothing() {
    let house = house().await;
    for (kind, field, value, named) in [
        ("quarrel", "note", json!("x"), "kind"),
        ("case", "note", json!("x"), "kind"),
        ("enquiry", "region", json!("999999"), "region"),
        ("abusive", "note", json!(" \n"), "note"),
        ("consultation", "note", json!("\u{1b}[2J"), "note"),
        ("consultation", "note", json!("字".repeat(20_001)), "note"),
        ("enquiry", "phone", json!("13800000000"), "phone"),
        ("abandoned", "phone", json!("call me"), "phone"),
        ("abandoned", "phone", Value::Null, "phone"),
        ("praise", "article", json!("0195d0a0-0000-7000-8000-000000000001"), "article"),
        ("praise", "article", json!("one"), "article"),
        ("praise", "about", json!("某局"), "about"),
        ("praise", "line", json!("96000"), "line"),
        ("praise", "channel", json!("smoke"), "channel"),
        ("praise", "surprise", json!(1), "surprise"),
    ] {
        let mut body = contact(kind);
        body[field] = value;
        let (status, problem) = record(&house, &body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(named)),
            "{kind} {field}"
        );
    }
    let far = token(Role::Operator, None, Some("510100"));
    let (status, _) = house.ask(Method::POST, "/contacts", &far, None, &contact("enquiry")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for (bearer, status) in [
        (String::new(), 401),
        (token(Role::Leader, None, None), 403),
        (token(Role::Agency, Some("x"), None), 403),
    ] {
        let (answer, _) = house.ask(Method::POST, "/contacts", &bearer, None, &contact("enquiry")).await;
        assert_eq!(answer.as_u16(), status);
    }
    assert_eq!(house.count("SELECT count(*) FROM contact").await, 0);
    assert_eq!(house.count("SELECT count(*) FROM outbox_event").await, 0);
    house.stop().await;
}

#[tokio::test]
async fn a_call_back_is_owed_until_it_is_made_and_nobody_reads_the_number_unseen() {
    let house = house().await;
    let operator = token(Role::Operator, None, None);
    let bearer = format!("Bearer {operator}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "call-0001")];
    let body = contact("abandoned");
    let (first, second) =
        tokio::join!(house.post("/contacts", &body, &headers), house.post("/contacts", &body, &headers));
    let (first, second): (Value, Value) = (first.json().await.unwrap(), second.json().await.unwrap());
    assert_eq!(first, second);
    assert_eq!(house.count("SELECT count(*) FROM contact").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM outbox_event").await, 1);
    let id = first["contact"].as_str().unwrap();
    let due = house.json("/contacts/due", &operator).await;
    assert_eq!(due["contacts"][0]["contact"], id);
    assert!(!due.to_string().contains("0000000"));

    let path = format!("/contacts/{id}");
    assert_eq!(house.json(&path, &operator).await["phone"], "138-0000-0000");
    assert_eq!(house.json(&path, &token(Role::Supervisor, None, None)).await.get("phone"), None);
    assert_eq!(house.json(&path, &token(Role::Auditor, None, None)).await.get("phone"), None);
    assert_eq!(house.count("SELECT count(*) FROM contact_look").await, 1);
    let kept: String =
        sqlx::query_scalar("SELECT t::text FROM contact t").fetch_one(&house.db.pool).await.unwrap();
    assert!(!kept.contains("13800000000") && !kept.contains("138-0000"));
    let far = token(Role::Operator, None, Some("510100"));
    assert_eq!(house.get(&path, &far).await.status(), StatusCode::NOT_FOUND);

    let path = format!("/contacts/{id}/attempts");
    let call = async |number: i32, reached: bool| {
        house.ask(Method::POST, &path, &operator, None, &json!({"attempt": number, "reached": reached})).await
    };
    for (number, reached, status, state) in [
        (2, true, 409, None),
        (1, false, 200, Some("owed")),
        (1, true, 200, Some("owed")),
        (0, true, 409, None),
        (2, false, 200, Some("owed")),
        (3, false, 200, Some("unreachable")),
        (4, true, 200, Some("reached")),
        (4, true, 200, Some("reached")),
        (5, true, 409, None),
    ] {
        let (answer, body) = call(number, reached).await;
        assert_eq!(answer.as_u16(), status, "{number} {body}");
        assert_eq!(body.get("state").and_then(Value::as_str), state, "{number}");
    }
    assert_eq!(house.count("SELECT count(*) FROM contact_attempt").await, 4);
    assert_eq!(house.count("SELECT count(*) FROM outbox_event WHERE kind = 'contact.called_back'").await, 4);
    assert_eq!(house.json("/contacts/due", &operator).await["contacts"], json!([]));

    // The call made a case; it is made once, and names the contact.
    let path = format!("/contacts/{id}/case");
    let (status, case) = house.ask(Method::POST, &path, &operator, None, &message()).await;
    assert_eq!((status, case.get("query_code").is_some()), (StatusCode::CREATED, true), "{case}");
    let (status, again) = house.ask(Method::POST, &path, &operator, None, &message()).await;
    assert_eq!((status, &again["number"], again.get("query_code")), (StatusCode::OK, &case["number"], None));
    assert_eq!(house.count("SELECT count(*) FROM case_file").await, 1);
    let door = house.json(&format!("/cases/{}/door", case["number"].as_str().unwrap()), &operator).await;
    assert_eq!(door["contact_id"], id);
    let told = "SELECT count(*) FROM outbox_event WHERE kind = 'contact.recorded' AND convert_from(payload, 'UTF8') LIKE '%\"kind\":\"case\"%'";
    assert_eq!(house.count(told).await, 1);
    house.stop().await;
}

#[tokio::test]
async fn an_abusive_call_is_decided_by_a_supervisor_and_open_to_one_objection() {
    let house = house().await;
    let (_, made) = record(&house, &contact("abusive")).await;
    let (id, code) = (made["contact"].as_str().unwrap(), made["code"].as_str().unwrap());
    let supervisor = token(Role::Supervisor, None, None);
    let path = format!("/contacts/{id}/review");
    let ruling = |abusive: bool| json!({"abusive": abusive, "reason": "录音可证"});
    let rule = async |bearer: &str, version: Option<&str>, abusive: bool| {
        house.ask(Method::POST, &path, bearer, version, &ruling(abusive)).await.0.as_u16()
    };
    let keys = |code: &str| json!({"contact": id, "code": code});
    let objection = |code: &str| json!({"contact": id, "code": code, "grounds": "我没有骂人"});
    let ask = async |path: &str, body: Value| house.ask(Method::POST, path, "", None, &body).await;

    assert_eq!(ask("/contacts/objection", objection(code)).await.0, StatusCode::CONFLICT);
    assert_eq!(rule(&token(Role::Operator, None, None), Some("\"1\""), true).await, 403);
    assert_eq!(rule(&supervisor, None, true).await, 428);
    assert_eq!(rule(&supervisor, Some("\"9\""), true).await, 412);
    assert_eq!(rule(&supervisor, Some("\"1\""), true).await, 200);
    assert_eq!(rule(&supervisor, Some("\"1\""), true).await, 200);
    assert_eq!(rule(&supervisor, Some("\"2\""), false).await, 409);

    // No decision closes the door: the same person registers the next matter.
    assert_eq!(house.post("/cases", &message(), &[]).await.status(), StatusCode::CREATED);
    let make = format!("/contacts/{id}/case");
    let operator = token(Role::Operator, None, None);
    assert_eq!(house.ask(Method::POST, &make, &operator, None, &message()).await.0, StatusCode::CONFLICT);

    let (status, seen) = ask("/contacts/track", keys(code)).await;
    assert_eq!(
        (status, &seen["reason"], &seen["may_object"]),
        (StatusCode::OK, &json!("录音可证"), &json!(true))
    );
    let (status, seen) = ask("/contacts/objection", objection(code)).await;
    assert_eq!((status, &seen["state"]), (StatusCode::OK, &json!("contested")));
    assert_eq!(ask("/contacts/objection", objection(code)).await.0, StatusCode::OK);
    assert_eq!(rule(&supervisor, Some("\"3\""), true).await, 200);
    assert_eq!(ask("/contacts/objection", objection(code)).await.0, StatusCode::CONFLICT);
    assert_eq!(ask("/contacts/track", keys(code)).await.1["may_object"], false);

    assert_eq!(
        ask("/contacts/track", json!({"contact": uuid::Uuid::new_v4(), "code": code})).await.0,
        StatusCode::NOT_FOUND
    );
    for status in [404, 404, 404, 429] {
        assert_eq!(ask("/contacts/objection", objection("0000000000")).await.0.as_u16(), status);
    }
    assert_eq!(ask("/contacts/track", keys(code)).await.0, StatusCode::TOO_MANY_REQUESTS);
    let mut empty = objection(code);
    empty["grounds"] = json!(" ");
    assert_eq!(ask("/contacts/objection", empty).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    house.stop().await;
}
