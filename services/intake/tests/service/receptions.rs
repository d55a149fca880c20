//! Reception days and live answering: set, published, booked, held, counted; hostile input beside.

use identity::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{House, house, message, token};

/// The tenant's day, and days from it.
async fn day(house: &House, ahead: i32) -> String {
    sqlx::query_scalar("SELECT ((now() AT TIME ZONE 'Asia/Shanghai')::date + $1)::text")
        .bind(ahead)
        .fetch_one(&house.db.pool)
        .await
        .unwrap()
}

fn plan(day: &str) -> Value {
    json!({"rank": "city", "leaders": ["分管住建的副市长"], "region": "511600", "remit": "住建、交通", "place": "信访大厅一号",
           "day": day, "starts": "09:00:00", "ends": "11:30:00", "capacity": 2})
}

async fn set(house: &House, body: &Value) -> String {
    let operator = token(Role::Operator, None, None);
    let (status, made) = house.ask(Method::POST, "/receptions", &operator, None, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["session"].as_str().unwrap().to_owned()
}

/// Moves a session on from the version it has.
async fn go(house: &House, session: &str, steps: &[&str]) {
    let operator = token(Role::Operator, None, None);
    for (at, step) in steps.iter().enumerate() {
        let version = house.json(&format!("/receptions/{session}"), &operator).await["version"].to_string();
        let (status, answer) = house
            .ask(
                Method::POST,
                &format!("/receptions/{session}/{step}"),
                &operator,
                Some(&format!("\"{version}\"")),
                &json!({}),
            )
            .await;
        assert_eq!(status, StatusCode::OK, "{at} {step} {answer}");
    }
}

async fn book(house: &House, session: &str, phone: &str, bearer: &str) -> (StatusCode, Value) {
    let wish = json!({"name": "测试者", "phone": phone, "matter": "房屋漏水"});
    house.ask(Method::POST, &format!("/receptions/{session}/bookings"), bearer, None, &wish).await
}

#[tokio::test]
async fn hostile_sessions_are_not_set() {
    let house = house().await;
    let (today, yesterday) = (day(&house, 0).await, day(&house, -1).await);
    let operator = token(Role::Operator, None, None);
    for (field, value, named) in [
        ("day", json!(yesterday), "day"),
        ("day", json!(day(&house, 1000).await), "day"),
        ("day", json!("2026-02-30"), "day"),
        ("ends", json!("09:00:00"), "ends"),
        ("rank", json!("emperor"), "rank"),
        ("leaders", json!([]), "leaders"),
        ("leaders", json!(["甲\n乙"]), "leaders"),
        ("capacity", json!(0), "capacity"),
        ("capacity", json!(51), "capacity"),
        ("region", json!("999999"), "region"),
        ("remit", json!("\u{1b}[2J"), "remit"),
        ("pack", json!("../x"), "pack"),
        ("surprise", json!(1), "surprise"),
    ] {
        let mut body = plan(&today);
        body[field] = value;
        let (status, problem) = house.ask(Method::POST, "/receptions", &operator, None, &body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(named)),
            "{field} {problem}"
        );
    }
    for (bearer, status) in [
        (String::new(), 401),
        (token(Role::Officer, Some("x"), None), 403),
        (token(Role::Citizen, None, None), 403),
    ] {
        assert_eq!(
            house.ask(Method::POST, "/receptions", &bearer, None, &plan(&today)).await.0.as_u16(),
            status
        );
    }
    let far = token(Role::Operator, None, Some("510100"));
    assert_eq!(
        house.ask(Method::POST, "/receptions", &far, None, &plan(&today)).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(house.count("SELECT count(*) FROM reception").await, 0);

    let bearer = format!("Bearer {operator}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "plan-1")];
    let body = plan(&today);
    let (one, two) =
        tokio::join!(house.post("/receptions", &body, &headers), house.post("/receptions", &body, &headers));
    let (one, two): (Value, Value) = (one.json().await.unwrap(), two.json().await.unwrap());
    assert_eq!(one, two);
    assert_eq!(house.count("SELECT count(*) FROM reception").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM outbox_event WHERE kind = 'reception.scheduled'").await, 1);
    house.stop().await;
}

#[tokio::test]
async fn a_session_is_published_booked_and_its_places_given_back() {
    let house = house().await;
    let session = set(&house, &plan(&day(&house, 7).await)).await;
    let soon = set(&house, &plan(&day(&house, 1).await)).await;
    let draft = set(&house, &plan(&day(&house, 7).await)).await;
    let operator = token(Role::Operator, None, None);
    let public = async || -> Value {
        let answer = house
            .client
            .get(format!("{}/receptions/published?region=511600", house.base))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    };
    assert_eq!(public().await["sessions"], json!([]));
    assert_eq!(book(&house, &session, "13800000001", "").await.0, StatusCode::CONFLICT);
    let path = format!("/receptions/{session}/publish");
    assert_eq!(
        house.ask(Method::POST, &path, &operator, None, &json!({})).await.0,
        StatusCode::PRECONDITION_REQUIRED
    );
    assert_eq!(
        house.ask(Method::POST, &path, &operator, Some("\"7\""), &json!({})).await.0,
        StatusCode::PRECONDITION_FAILED
    );
    go(&house, &session, &["publish", "publish"]).await;
    go(&house, &soon, &["publish"]).await;
    assert_eq!(house.json(&format!("/receptions/{session}"), &operator).await["late"], false);
    assert_eq!(house.json(&format!("/receptions/{soon}"), &operator).await["late"], true);
    // Not on another day.
    let open = format!("/receptions/{session}/open");
    assert_eq!(
        house.ask(Method::POST, &open, &operator, Some("\"2\""), &json!({})).await.0,
        StatusCode::CONFLICT
    );
    let drop_draft = format!("/receptions/{draft}/cancel");
    assert_eq!(
        house.ask(Method::POST, &drop_draft, &operator, Some("\"1\""), &json!({"reason": "重复"})).await.0,
        StatusCode::OK
    );
    let shown = public().await;
    assert_eq!(shown["sessions"].as_array().unwrap().len(), 2);
    let later = &shown["sessions"][1];
    assert_eq!(
        (&later["leaders"][0], &later["remit"], &later["free"]),
        (&json!("分管住建的副市长"), &json!("住建、交通"), &json!(2))
    );

    let (first, second) =
        tokio::join!(book(&house, &session, "13800000001", ""), book(&house, &session, "13800000001", ""));
    let mut statuses = [first.0.as_u16(), second.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    let told = if first.0 == StatusCode::CREATED { first.1 } else { second.1 };
    let (number, code) = (told["number"].as_i64().unwrap(), told["code"].as_str().unwrap().to_owned());
    let (status, again) = book(&house, &session, "+86 138 0000 0001", "").await;
    assert_eq!((status, again.get("code"), &again["number"]), (StatusCode::OK, None, &json!(number)));
    assert_eq!(book(&house, &session, "call me", "").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(book(&house, &session, "13800000002", "").await.0, StatusCode::CREATED);
    // Thirty at once for no place.
    let crowd = (10..40).map(|at| format!("138000001{at}")).collect::<Vec<_>>();
    let answers =
        futures::future::join_all(crowd.iter().map(|phone| book(&house, &session, phone, ""))).await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::CONFLICT));

    let back = format!("/receptions/{session}/bookings/{number}/cancel");
    assert_eq!(
        house.ask(Method::POST, &back, "", None, &json!({"code": "0000000000"})).await.0,
        StatusCode::NOT_FOUND
    );
    for _ in 0..2 {
        assert_eq!(
            house.ask(Method::POST, &back, "", None, &json!({"code": code})).await.0,
            StatusCode::NO_CONTENT
        );
    }
    let elsewhere = format!("/receptions/{session}/bookings/99/cancel");
    assert_eq!(
        house.ask(Method::POST, &elsewhere, "", None, &json!({"code": code})).await.0,
        StatusCode::NOT_FOUND
    );
    // Whoever is first gets the place that came free, and only one does.
    let answers =
        futures::future::join_all(crowd.iter().map(|phone| book(&house, &session, phone, ""))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count(), 1);
    assert_eq!(house.count("SELECT count(*) FROM reception_booking WHERE state = 'booked'").await, 2);
    let kept: String = sqlx::query_scalar("SELECT string_agg(t::text, '') FROM reception_booking t")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert!(!kept.contains("测试者") && !kept.contains("1380000") && !kept.contains(&code));

    let path = format!("/receptions/{session}/bookings");
    assert_eq!(house.json(&path, &operator).await["bookings"][1]["phone"], "13800000002");
    assert_eq!(house.json(&path, &token(Role::Admin, None, None)).await["bookings"][1].get("phone"), None);
    assert_eq!(house.count("SELECT count(*) FROM reception_look").await, 1);
    assert_eq!(
        house.get(&path, &token(Role::Officer, Some("x"), None)).await.status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        house.get(&path, &token(Role::Operator, None, Some("510100"))).await.status(),
        StatusCode::NOT_FOUND
    );
    house.stop().await;
}

#[tokio::test]
async fn twenty_seven_sessions_take_seventy_eight_cases_up() {
    let house = house().await;
    let today = day(&house, 0).await;
    let operator = token(Role::Operator, None, None);
    let mut wanted = 78;
    for at in 0..27 {
        let mut body = plan(&today);
        body["capacity"] = json!(10);
        body["starts"] = json!(format!("09:{at:02}:00"));
        let session = set(&house, &body).await;
        go(&house, &session, &["publish", "open"]).await;
        let here = if at == 26 { wanted } else { 3 };
        wanted -= here;
        for place in 1..=here {
            let phone = format!("1380000{at:02}{place:02}");
            assert_eq!(book(&house, &session, &phone, &operator).await.0, StatusCode::CREATED);
            let mut matter = message();
            matter["party"] = json!({});
            let path = format!("/receptions/{session}/bookings/{place}/case");
            let (status, made) = house.ask(Method::POST, &path, &operator, None, &matter).await;
            assert_eq!(status, StatusCode::CREATED, "{made}");
            if (at, place) == (0, 1) {
                let (status, again) = house.ask(Method::POST, &path, &operator, None, &matter).await;
                assert_eq!((status, &again["number"]), (StatusCode::OK, &made["number"]));
                let case =
                    house.json(&format!("/cases/{}", made["number"].as_str().unwrap()), &operator).await;
                assert_eq!((&case["channel"], &case["party"]["phone"]), (&json!("reception"), &json!(phone)));
                let door =
                    house.json(&format!("/cases/{}/door", made["number"].as_str().unwrap()), &operator).await;
                assert_eq!((&door["session_id"], &door["booking"]), (&json!(session), &json!(1)));
            }
        }
        go(&house, &session, &["hold", "hold"]).await;
    }
    // Thirty person-times of leaders who answered live: ten sessions of three.
    for at in 0..10 {
        let mut body = plan(&today);
        (body["live"], body["leaders"]) = (json!(true), json!(["市长", "副市长", "秘书长"]));
        body["starts"] = json!(format!("10:{at:02}:00"));
        let session = set(&house, &body).await;
        go(&house, &session, &["publish", "open", "hold"]).await;
    }
    let leader = token(Role::Leader, None, None);
    let figures =
        house.json(&format!("/receptions/figures?from={today}&to={today}&region=511600"), &leader).await;
    assert_eq!(figures["receptions"], json!({"sessions": 27, "cases": 78, "person_times": 27, "late": 27}));
    assert_eq!(figures["live"], json!({"sessions": 10, "cases": 0, "person_times": 30, "late": 10}));
    assert_eq!(house.count("SELECT count(*) FROM case_file WHERE channel = 'reception'").await, 78);
    assert_eq!(house.count("SELECT count(*) FROM outbox_event WHERE kind = 'reception.held'").await, 37);
    house.stop().await;
}

#[tokio::test]
async fn a_session_keeps_its_record_and_the_checklist_of_each_visitor() {
    let house = house().await;
    let today = day(&house, 0).await;
    let operator = token(Role::Operator, None, None);
    let session = set(&house, &plan(&today)).await;
    go(&house, &session, &["publish"]).await;
    assert_eq!(book(&house, &session, "13800000001", "").await.0, StatusCode::CREATED);
    let place = format!("/receptions/{session}/bookings/1");
    let came = json!({"attended": true, "advice": "依法申请维修资金", "ones": ["smile", "tea", "card"]});
    assert_eq!(house.ask(Method::PUT, &place, &operator, None, &came).await.0, StatusCode::CONFLICT);
    let path = format!("{place}/case");
    assert_eq!(house.ask(Method::POST, &path, &operator, None, &message()).await.0, StatusCode::CONFLICT);
    go(&house, &session, &["open"]).await;
    // The door is open to staff only once it has begun.
    assert_eq!(book(&house, &session, "13800000002", "").await.0, StatusCode::CONFLICT);
    assert_eq!(book(&house, &session, "13800000002", &operator).await.0, StatusCode::CREATED);
    assert_eq!(
        house.ask(Method::PUT, &place, &operator, None, &json!({"attended": false})).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(house.ask(Method::PUT, &place, &operator, None, &came).await.0, StatusCode::NO_CONTENT);
    assert_eq!(
        house.ask(Method::PUT, &place, &operator, None, &json!({"attended": false})).await.0,
        StatusCode::CONFLICT
    );
    for bad in [
        json!({"attended": true, "ones": ["gift"]}),
        json!({"attended": true, "ones": ["tea", "tea"]}),
        json!({"attended": true, "advice": "\u{0}"}),
    ] {
        assert_eq!(
            house.ask(Method::PUT, &place, &operator, None, &bad).await.0,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{bad}"
        );
    }
    let list = house.json(&format!("/receptions/{session}/bookings"), &operator).await;
    assert_eq!(
        (&list["bookings"][0]["owed"], &list["bookings"][0]["advice"]),
        (&json!(["materials", "follow-up"]), &json!("依法申请维修资金"))
    );

    let record = json!({"participants": ["律师", "信访局工作人员"], "summary": "接待两人，均已登记。"});
    let path = format!("/receptions/{session}/record");
    assert_eq!(
        house.ask(Method::PUT, &path, &operator, Some("\"1\""), &record).await.0,
        StatusCode::PRECONDITION_FAILED
    );
    let (status, kept) = house.ask(Method::PUT, &path, &operator, Some("\"3\""), &record).await;
    assert_eq!((status, &kept["participants"][0]), (StatusCode::OK, &json!("律师")));
    go(&house, &session, &["hold"]).await;
    let cancel = format!("/receptions/{session}/cancel");
    let (status, _) =
        house.ask(Method::POST, &cancel, &operator, Some("\"5\""), &json!({"reason": "不办了"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        house.ask(Method::POST, &cancel, &operator, Some("\"5\""), &json!({"reason": " "})).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(book(&house, &session, "13800000003", &operator).await.0, StatusCode::CONFLICT);
    house.stop().await;
}

#[tokio::test]
async fn a_week_without_its_reception_is_found() {
    let house = house().await;
    let today = day(&house, 0).await;
    let leader = token(Role::Leader, None, None);
    let path = format!("/receptions/missing?week={today}&region=511600");
    let ranks = |list: &Value| -> Vec<String> {
        let rows = list["missing"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["rank"].as_str().unwrap(), row["region"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(
        ranks(&house.json(&path, &leader).await),
        ["city 511600", "county 511600", "department 511600"]
    );
    set(&house, &plan(&today)).await;
    let mut bureau = plan(&today);
    (bureau["rank"], bureau["unit"], bureau["region"]) =
        (json!("department"), json!("housing"), json!("511602"));
    set(&house, &bureau).await;
    assert_eq!(ranks(&house.json(&path, &leader).await), ["county 511600"]);
    // Two weeks on nobody has a session: every seat that is known is missing, with its unit.
    let next = format!("/receptions/missing?week={}&region=511600", day(&house, 14).await);
    let found = house.json(&next, &leader).await;
    assert_eq!(ranks(&found), ["city 511600", "county 511600", "department 511602"]);
    assert_eq!(found["missing"][2]["unit"], "housing");
    for bad in ["week=x&region=511600", "week=2026-01-01&region=x", "week=2026-01-01"] {
        assert_eq!(
            house.get(&format!("/receptions/missing?{bad}"), &leader).await.status(),
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    assert_eq!(house.get(&path, &token(Role::Operator, None, None)).await.status(), StatusCode::FORBIDDEN);
    house.stop().await;
}

/// The bodies of a kind, in the order in which they were said.
async fn said(house: &House, kind: &str) -> Vec<Value> {
    super::record::events(house, kind).await
}

#[tokio::test]
async fn who_booked_is_told_of_a_moved_and_of_a_cancelled_session_and_strangers_read_the_feed() {
    let house = house().await;
    let operator = token(Role::Operator, None, None);
    let (first, next) = (day(&house, 7).await, day(&house, 14).await);
    let mut plans = [plan(&first), plan(&next)];
    plans[0]["remit"] = json!("住建 <交通> & 水务");
    let (session, other) = (set(&house, &plans[0]).await, set(&house, &plans[1]).await);
    let path = |step: &str| format!("/receptions/{session}/{step}");
    let to = |day: &str| json!({"day": day, "starts": "14:00:00", "ends": "16:00:00", "reason": "会议冲突"});
    // Nobody knows of it yet: it is moved without a word.
    let (status, moved) = house.ask(Method::POST, &path("move"), &operator, Some("\"1\""), &to(&first)).await;
    assert_eq!((status, &moved["version"]), (StatusCode::OK, &json!(2)), "{moved}");
    assert_eq!(said(&house, "reception.moved").await, [Value::Null; 0]);
    go(&house, &session, &["publish"]).await;
    assert_eq!(said(&house, "reception.published").await[0]["late"], false);
    let mut codes = Vec::new();
    for phone in ["13800000001", "13800000002"] {
        codes.push(book(&house, &session, phone, "").await.1["code"].as_str().unwrap().to_owned());
    }
    let give_back = path("bookings/2/cancel");
    assert_eq!(
        house.ask(Method::POST, &give_back, "", None, &json!({"code": codes[1]})).await.0,
        StatusCode::NO_CONTENT
    );
    let later = day(&house, 9).await;
    for (version, body, status) in [
        ("\"2\"", to(&later), 412),
        ("\"3\"", to(&day(&house, -1).await), 422),
        ("\"3\"", to(&later), 200),
        ("\"3\"", to(&later), 200),
    ] {
        let answer = house.ask(Method::POST, &path("move"), &operator, Some(version), &body).await;
        assert_eq!(answer.0.as_u16(), status, "{version} {}", answer.1);
    }
    let told = said(&house, "booking.changed").await;
    let serial = format!("{}-1", first.replace('-', ""));
    assert_eq!(told.len(), 1, "who gave the place back is told nothing: {told:?}");
    assert_eq!(
        (&told[0]["step"], &told[0]["from"], &told[0]["day"], &told[0]["serial"], &told[0]["reachable"]),
        (&json!("moved"), &json!(first), &json!(later), &json!(serial), &json!(["sms"]))
    );
    assert_eq!(said(&house, "reception.moved").await[0]["bookings"], 1);
    let feed = house.client.get(format!("{}/receptions/published.atom?region=511600", house.base));
    let feed = feed.send().await.unwrap();
    assert_eq!(feed.headers()["content-type"], "application/atom+xml; charset=utf-8");
    let feed = feed.text().await.unwrap();
    assert!(feed.contains("（改期）") && feed.contains("住建 &lt;交通&gt; &amp; 水务"), "{feed}");
    assert!(feed.contains("14:00-16:00") && !feed.contains("测试者"), "{feed}");

    go(&house, &other, &["publish"]).await;
    let cancel = json!({"reason": "领导出差"});
    for version in ["\"4\"", "\"4\""] {
        let (status, answer) =
            house.ask(Method::POST, &path("cancel"), &operator, Some(version), &cancel).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let told = said(&house, "booking.changed").await;
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[1]["step"], &told[1]["from"], &told[1]["day"]),
        (&json!("cancelled"), &json!(later), &json!(next)),
        "the next session with a place is offered"
    );
    assert_eq!(said(&house, "reception.cancelled").await[0]["bookings"], 1);
    let again = house.ask(Method::POST, &path("move"), &operator, Some("\"5\""), &to(&next)).await;
    assert_eq!(again.0, StatusCode::CONFLICT);
    assert_eq!(house.count("SELECT count(*) FROM addressee").await, 1);
    let dump: String = sqlx::query_scalar("SELECT string_agg(a::text, '') FROM addressee a")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert!(!dump.contains("1380000"));
    house.stop().await;
}
