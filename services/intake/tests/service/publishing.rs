//! Public answers: redacted, edited, released, found by strangers, taken back; accusations never; disclosure in time.

use contracts::{
    clock::{CalendarFile, CalendarPublished, MovedDay},
    replies::{ASK_REPLIES, AskReplies, Replies, ToldReply},
};
use futures::StreamExt as _;
use identity::Role;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{House, house, message, secrecy::tell, token};

pub(crate) async fn ask(
    house: &House,
    method: Method,
    path: &str,
    token: &str,
    version: Option<i64>,
    body: Value,
) -> Response {
    let mut request =
        house.client.request(method, format!("{}{path}", house.base)).bearer_auth(token).json(&body);
    if let Some(version) = version {
        request = request.header("if-match", format!("\"{version}\""));
    }
    request.send().await.unwrap()
}

/// Answers as routing would, for one case.
pub(crate) async fn routing_tells(house: &House, case: &str, text: &str, public: bool) {
    let settings =
        bus::Settings { url: house.database.servers.nats_url.clone(), name: "routing".into(), replicas: 1 };
    let bus = bus::Bus::connect(&settings).await.unwrap();
    let mut questions = bus.answer(ASK_REPLIES.to_owned(), Uuid::new_v4().to_string()).await.unwrap();
    let case: Uuid = case.parse().unwrap();
    let reply = ToldReply {
        assignment: None,
        unit: "cg".parse().unwrap(),
        unit_name: "城市管理局".to_owned(),
        round: 1,
        attempt: 1,
        outcome: "supported".to_owned(),
        public_text: text.to_owned(),
        internal_text: Some("内部意见：已核实。".to_owned()),
        reasons: None,
        legal_basis: Some("城市照明管理规定".to_owned()),
        completed_on: None,
        public,
        released: true,
        at: "2026-03-02T00:00:00Z".parse().unwrap(),
    };
    tokio::spawn(async move {
        while let Some(message) = questions.next().await {
            let asked: AskReplies = serde_json::from_slice(&message.payload).unwrap();
            if let (true, Some(inbox)) = (asked.case.0 == case, message.reply) {
                let answer = Replies { replies: vec![reply.clone()] };
                bus.reply(inbox, serde_json::to_vec(&answer).unwrap()).await;
            }
        }
    });
}

pub(crate) async fn closed(house: &House, change: impl FnOnce(&mut Value)) -> (String, String) {
    let mut body = message();
    change(&mut body);
    let made: Value = house.post("/cases", &body, &[]).await.json().await.unwrap();
    let number = made["number"].as_str().unwrap().to_owned();
    sqlx::query("UPDATE case_file SET state = 'closed', closed_round = 1, unit = 'cg' WHERE number = $1")
        .bind(&number)
        .execute(&house.db.pool)
        .await
        .unwrap();
    (number, made["case_id"].as_str().unwrap().to_owned())
}

const ANSWER: &str =
    "测试者您好：滨河路路灯已于昨日修复，联系人电话13800000000，车牌川A12345的施工车已撤离。";

#[tokio::test]
async fn an_answer_is_redacted_edited_released_found_and_taken_back() {
    let house = house().await;
    let (number, case) = closed(&house, |_| ()).await;
    routing_tells(&house, &case, ANSWER, true).await;
    let reviewer = token(Role::Reviewer, None, None);
    let candidates = house.json("/publications/candidates", &reviewer).await;
    assert_eq!(candidates["candidates"][0]["number"], json!(number));
    let new = json!({"case": number});
    let operator = token(Role::Operator, None, None);
    assert_eq!(
        ask(&house, Method::POST, "/publications", &operator, None, new.clone()).await.status(),
        StatusCode::FORBIDDEN
    );
    let made = ask(&house, Method::POST, "/publications", &reviewer, None, new.clone()).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = made.json().await.unwrap();
    let words = made.to_string();
    assert!(
        !words.contains("13800000000") && !words.contains("测试者") && !words.contains("川A12345"),
        "{words}"
    );
    let again: Value =
        ask(&house, Method::POST, "/publications", &reviewer, None, new).await.json().await.unwrap();
    assert_eq!(again["publication"], made["publication"]);
    let path = format!("/publications/{}", made["publication"].as_str().unwrap());
    let detail = house.json(&path, &reviewer).await;
    assert_eq!(detail["answer_diff"][0], json!({"was": "测试者", "is": "【姓名】"}));

    // What a person types in is looked at again; the telephone of an office may stand, the citizen's never.
    let edited =
        |answer: &str| json!({"title": "路灯不亮", "question": "滨河路路灯不亮。", "answer": answer});
    let put = ask(
        &house,
        Method::PUT,
        &path,
        &reviewer,
        Some(1),
        edited("已修复，可拨打13911112222、13800000000。"),
    )
    .await;
    assert_eq!(put.status(), StatusCode::OK);
    let release = format!("{path}/release");
    let refused = ask(&house, Method::POST, &release, &reviewer, Some(2), json!({})).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["errors"][0]["field"], "answer");
    assert!(!problem.to_string().contains("139"));
    let public = house.client.get(format!("{}/public/answers", house.base)).send().await.unwrap();
    assert_eq!(public.json::<Value>().await.unwrap()["answers"], json!([]));
    let body = json!({"let_stand": ["phone"]});
    let stale = ask(&house, Method::POST, &release, &reviewer, Some(1), body.clone()).await;
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    let released = ask(&house, Method::POST, &release, &reviewer, Some(2), body).await;
    assert_eq!(released.status(), StatusCode::OK);

    let public = house.client.get(format!("{}/public/answers?q=路灯修复", house.base)).send().await.unwrap();
    assert_eq!(public.headers()["cache-control"], "public, max-age=60");
    let public: Value = public.json().await.unwrap();
    let answer = public["answers"][0]["answer"].as_str().unwrap();
    assert!(answer.contains("13911112222") && !answer.contains("13800000000"), "{answer}");
    assert!(!public.to_string().contains(&number) && !public.to_string().contains(&case));
    let typical = format!("{path}/typical");
    let marked = ask(&house, Method::POST, &typical, &reviewer, Some(3), json!({"month": "2026-11"})).await;
    assert_eq!(marked.status(), StatusCode::OK);
    let strangers = token(Role::Leader, None, None);
    assert_eq!(
        house.json("/public/answers?typical=2026-11", &strangers).await["answers"].as_array().unwrap().len(),
        1
    );
    assert_eq!(house.json("/public/answers?typical=2026-10", &strangers).await["answers"], json!([]));

    let back = json!({"reason": "citizen-asked"});
    let answer = ask(&house, Method::POST, &format!("{path}/unpublish"), &reviewer, Some(4), back).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for query in ["", "?q=路灯", "?typical=2026-11"] {
        assert_eq!(house.json(&format!("/public/answers{query}"), &strangers).await["answers"], json!([]));
    }
    let one = path.replace("/publications/", "/public/answers/");
    assert_eq!(house.get(&one, &strangers).await.status(), StatusCode::NOT_FOUND);
    let detail = house.json(&path, &reviewer).await;
    let deeds: Vec<&str> =
        detail["log"].as_array().unwrap().iter().map(|done| done["deed"].as_str().unwrap()).collect();
    assert_eq!(deeds, ["drafted", "edited", "released", "marked", "unpublished"]);
    let said: Vec<String> = sqlx::query_scalar("SELECT kind FROM outbox_event ORDER BY version")
        .fetch_all(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(said, ["case.registered", "case.accepted", "case.published", "case.unpublished"]);
    house.stop().await;
}

#[tokio::test]
async fn what_must_stay_private_does() {
    let house = house().await;
    let reviewer = token(Role::Reviewer, None, None);
    let (secret, _) = closed(&house, |body| body["kind"] = json!("report")).await;
    let (unsuitable, case) = closed(&house, |_| ()).await;
    routing_tells(&house, &case, ANSWER, false).await;
    let (silent, _) = closed(&house, |_| ()).await;
    let open: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let open = open["number"].as_str().unwrap().to_owned();
    let (none, private) = (StatusCode::NOT_FOUND, StatusCode::CONFLICT);
    for (number, status) in [(&secret, none), (&unsuitable, private), (&open, private)] {
        let answer =
            ask(&house, Method::POST, "/publications", &reviewer, None, json!({"case": number})).await;
        assert_eq!(answer.status(), status);
    }
    // Nobody answers for routing: the moderator writes the words in.
    let answer = ask(&house, Method::POST, "/publications", &reviewer, None, json!({"case": silent})).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body = json!({"case": silent, "answer": "已修复。"});
    let made: Value =
        ask(&house, Method::POST, "/publications", &reviewer, None, body).await.json().await.unwrap();
    assert_eq!(made["from_routing"], false);
    let path = format!("/publications/{}/refuse", made["publication"].as_str().unwrap());
    let kept = ask(&house, Method::POST, &path, &reviewer, Some(1), json!({"reason": "privacy"})).await;
    assert_eq!(kept.json::<Value>().await.unwrap()["state"], "refused");
    let candidates = house.json("/publications/candidates", &reviewer).await;
    assert!(!candidates.to_string().contains(&secret));
    let elsewhere = token(Role::Reviewer, None, Some("510100"));
    assert_eq!(house.json("/publications/candidates", &elsewhere).await["candidates"], json!([]));

    let month = &secret[..4];
    let status =
        house.json(&format!("/public/status?month=20{}-{}", &month[..2], &month[2..]), &reviewer).await;
    assert_eq!(
        status["regions"],
        json!([{"of": "511602", "received": 3, "accepted": 3, "answered": 2, "in_hand": 1}])
    );
    assert_eq!(status["kinds"][0]["of"], "complaint");
    assert_eq!(
        status["units"],
        json!([{"of": "cg", "received": 2, "accepted": 2, "answered": 2, "in_hand": 0}])
    );
    for bad in [
        "answers?month=2026",
        "answers?month=2026-13",
        "answers?after=%00",
        "answers?q=%00",
        "status?month=x",
        "answers?unit=%27",
    ] {
        assert_eq!(
            house.get(&format!("/public/{bad}"), &reviewer).await.status(),
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    house.stop().await;
}

#[tokio::test]
async fn a_request_for_disclosure_has_its_own_clock() {
    let house = house().await;
    let (operator, reviewer) = (token(Role::Operator, None, None), token(Role::Reviewer, None, None));
    let new = json!({"region": "511602", "applicant": "测试者 13800000000", "wanted": "路灯维护合同",
        "received_on": "2026-01-05"});
    let made = ask(&house, Method::POST, "/disclosures", &operator, None, new).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = made.json().await.unwrap();
    // Twenty working days of January and February 2026, as the calendar has them.
    let due = calendar::shipped().add_workdays(jiff::civil::date(2026, 1, 5), 20).unwrap().date;
    assert_eq!((&made["due_on"], &made["overdue"]), (&json!(due), &json!(true)));
    let path = format!("/disclosures/{}", made["number"].as_str().unwrap());
    let more = json!({"reason": "需征求第三方意见"});
    let late =
        ask(&house, Method::POST, &format!("{path}/extension"), &reviewer, Some(1), more.clone()).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let decision = format!("{path}/decision");
    let forbidden =
        ask(&house, Method::POST, &decision, &operator, Some(1), json!({"decision": "granted"})).await;
    assert_eq!(forbidden.status(), StatusCode::FORBIDDEN);
    let bare = ask(&house, Method::POST, &decision, &reviewer, Some(1), json!({"decision": "refused"})).await;
    assert_eq!(bare.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body = json!({"decision": "partly", "reason": "商业秘密部分不予公开"});
    let decided: Value =
        ask(&house, Method::POST, &decision, &reviewer, Some(1), body).await.json().await.unwrap();
    assert_eq!((&decided["state"], &decided["late"]), (&json!("partly"), &json!(true)));
    let other =
        ask(&house, Method::POST, &decision, &reviewer, Some(2), json!({"decision": "granted"})).await;
    assert_eq!(other.status(), StatusCode::CONFLICT);

    let new = json!({"region": "511602", "applicant": "测试者", "wanted": "预算", "phone": "138-0000-0000", "mail": "a@example.cn"});
    let mut bad = new.clone();
    (bad["phone"], bad["mail"]) = (json!("call me"), json!("nobody"));
    let answer = ask(&house, Method::POST, "/disclosures", &operator, None, bad).await;
    let fields: Value = answer.json().await.unwrap();
    let fields: Vec<&Value> = fields["errors"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["phone", "mail"]);
    let made: Value =
        ask(&house, Method::POST, "/disclosures", &operator, None, new).await.json().await.unwrap();
    let path = format!("/disclosures/{}/extension", made["number"].as_str().unwrap());
    let extended: Value =
        ask(&house, Method::POST, &path, &reviewer, Some(1), more.clone()).await.json().await.unwrap();
    assert_eq!(extended["state"], "extended");
    assert!(extended["due_on"].as_str() > made["due_on"].as_str());
    assert_eq!(
        ask(&house, Method::POST, &path, &reviewer, Some(2), more).await.status(),
        StatusCode::CONFLICT
    );
    let steps = super::record::events(&house, "disclosure.progressed").await;
    let told: Vec<_> = steps.iter().map(|one| (one["step"].as_str().unwrap(), &one["reachable"])).collect();
    let (nobody, both) = (json!([]), json!(["sms", "mail"]));
    assert_eq!(
        told,
        [("received", &nobody), ("partly", &nobody), ("received", &both), ("extended", &both)],
        "each step is told once, and where there is a way to the applicant"
    );
    assert_eq!(steps[3]["due_on"], extended["due_on"]);
    assert_eq!(house.json("/disclosures", &reviewer).await["requests"].as_array().unwrap().len(), 1);
    let dump: String = sqlx::query_scalar("SELECT string_agg(d::text, '') FROM disclosure d")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert!(!dump.contains("测试者") && !dump.contains("路灯"));
    house.stop().await;
}

#[tokio::test]
async fn the_time_of_a_disclosure_is_counted_in_the_days_that_were_published() {
    let house = house().await;
    let operator = token(Role::Operator, None, None);
    let due = async || {
        let new =
            json!({"region": "511602", "applicant": "测试者", "wanted": "合同", "received_on": "2026-01-05"});
        let made = ask(&house, Method::POST, "/disclosures", &operator, None, new).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let made: Value = made.json().await.unwrap();
        made["due_on"].as_str().unwrap().parse::<jiff::civil::Date>().unwrap()
    };
    let plain = due().await;
    // A notice of the country gives the first working day after it away.
    let day = MovedDay { date: jiff::civil::date(2026, 1, 6), off: true, intervals: None };
    let file =
        CalendarFile { kind: "year".to_owned(), key: "2026".to_owned(), days: vec![day], intervals: None };
    let body = CalendarPublished { year: 2026, version: 99, file: Some(file) };
    tell(&house, ids::CaseId::fresh(), 1, body.into()).await;
    for _ in 0..100 {
        if due().await != plain {
            house.stop().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the notice is not counted");
}
