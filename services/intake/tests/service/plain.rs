//! A word that everybody types about sealed cases stands readable in no table; results that are secret are told to nobody.

use contracts::petition::CaseTerminated;
use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::{
    record::{path, told},
    *,
};

const WORD: &str = "青灯古卷";

/// A token of the one named account, in a role.
fn hand(role: Role) -> String {
    let claims = Claims {
        sub: uuid::Uuid::from_u128(7),
        role,
        roles: vec![role],
        unit: None,
        region: None,
        case: None,
        exp: 32_503_680_000,
    };
    Keys::from_secret(&SECRET.into()).sign(&claims)
}

async fn ask(house: &House, method: Method, path: &str, role: Role, body: Value) -> Value {
    let mut version = None;
    if let Some(case) = path.strip_prefix("/cases/").and_then(|rest| rest.split('/').next()) {
        let seen = house.json(&format!("/cases/{case}"), &hand(Role::Keeper)).await;
        version = seen["version"].as_i64();
    }
    let request =
        house.client.request(method, format!("{}{path}", house.base)).bearer_auth(hand(role)).json(&body);
    let request = request.header("if-match", format!("\"{}\"", version.unwrap_or(1)));
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    assert!(status.is_success(), "{path} {status} {body}");
    body
}

/// Every row of every table as text; bytes stand there in hexadecimal digits.
async fn holding(house: &House, word: &str) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'intake' AND table_type = 'BASE TABLE'",
    )
    .fetch_all(&house.db.pool)
    .await
    .unwrap();
    assert!(tables.len() > 40, "{tables:?}");
    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut found = Vec::new();
    for table in tables {
        let dump = format!("SELECT count(*) FROM \"{table}\" t WHERE t::text LIKE $1 OR t::text LIKE $2");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(dump))
            .bind(format!("%{word}%"))
            .bind(format!("%{hex}%"))
            .fetch_one(&house.db.pool)
            .await
            .unwrap();
        if rows > 0 {
            found.push(table);
        }
    }
    found
}

fn planted() -> Value {
    json!({
        "kind": "report", "title": format!("{WORD}题"), "region": "511602", "text": format!("{WORD}文，收受礼品卡，坍塌。"),
        "party": {"name": format!("{WORD}名"), "phone": "138-0000-0000", "address": format!("{WORD}址")},
        "record": {"who": format!("{WORD}谁"), "when": format!("{WORD}时"), "where": format!("{WORD}处"),
            "cause": format!("{WORD}因"), "course": format!("{WORD}经过"), "tags": [format!("{WORD}签")]},
        "parties": {"size": 2, "organisation": format!("{WORD}社"), "hardship": format!("{WORD}困"),
            "history": format!("{WORD}史"), "representatives": [{"name": format!("{WORD}表")}]},
    })
}

#[tokio::test]
async fn a_word_typed_about_sealed_cases_stands_readable_in_no_table() {
    let house = house().await;
    let case = told(&house, &planted()).await;
    crate::secrecy::units_are_known(&house).await;
    let named = json!({"hands": [uuid::Uuid::from_u128(7)], "barred": ["housing"]});
    ask(&house, Method::PUT, &path(&case, "/hands"), Role::Keeper, named.clone()).await;
    let at = |rest: &str| path(&case, rest);
    let operator = Role::Operator;
    let say = |text: &str| format!("{WORD}{text}");
    ask(&house, Method::POST, &at("/supplement"), operator, json!({"text": say("补")})).await;
    let record = json!({"who": say("甲"), "tags": [say("标")]});
    ask(&house, Method::PUT, &at("/record"), operator, record).await;
    ask(&house, Method::PUT, &at("/parties"), operator, json!({"hardship": say("难"), "history": say("旧")}))
        .await;
    ask(&house, Method::POST, &at("/classify"), operator, json!({"class": "important", "reason": say("重")}))
        .await;
    ask(&house, Method::POST, &at("/materials"), operator, json!({"items": [say("件")]})).await;
    let flag = json!({"flag": "order_violation", "ground": "staying", "facts": say("事"),
        "handed": {"to": say("所"), "on": "2026-03-02", "reference": say("号")}});
    let flag = ask(&house, Method::POST, &at("/flags"), operator, flag).await;
    assert_eq!((&flag["facts"], &flag["handed"]["to"]), (&json!(say("事")), &json!(say("所"))), "{flag}");
    let keys = json!({"number": case["number"], "query_code": case["query_code"]});
    let mut objection = keys.clone();
    (objection["flag"], objection["text"]) = (flag["id"].clone(), json!(say("异议")));
    assert_eq!(house.post("/track/objection", &objection, &[]).await.status(), StatusCode::OK);
    let id = flag["id"].as_str().unwrap();
    let keep = json!({"lift": true, "reason": say("裁")});
    ask(&house, Method::POST, &at(&format!("/flags/{id}/decision")), Role::Supervisor, keep).await;
    ask(
        &house,
        Method::POST,
        &at("/secrecy"),
        Role::Supervisor,
        json!({"secret": true, "grounds": say("密")}),
    )
    .await;
    ask(
        &house,
        Method::POST,
        &at("/secrecy"),
        Role::Reviewer,
        json!({"secret": false, "grounds": say("解")}),
    )
    .await;
    let part =
        Part::bytes(say("附件").into_bytes()).file_name(say("证据.txt")).mime_str("text/plain").unwrap();
    let request =
        house.client.post(format!("{}{}", house.base, at("/attachments"))).bearer_auth(hand(operator));
    let answer = request.multipart(Form::new().part("file", part)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED, "{:?}", answer.text().await);
    let asked = json!({"region": "511602", "applicant": say("申"), "wanted": say("公开")});
    ask(&house, Method::POST, "/disclosures", operator, asked).await;

    // A call that was noted first and is an accusation after all.
    let note = json!({"kind": "consultation", "region": "511602", "note": say("电话")});
    let contact = ask(&house, Method::POST, "/contacts", operator, note).await;
    let contact = format!("/contacts/{}", contact["contact"].as_str().unwrap());
    assert_eq!(holding(&house, WORD).await, ["contact"], "until it is a case it is no sealed one");
    let made = ask(&house, Method::POST, &format!("{contact}/case"), operator, planted()).await;
    assert!(made["number"].is_string());
    let shown = house.json(&contact, &token(Role::Supervisor, None, None)).await;
    assert_eq!((&shown["note"], shown.get("case_id")), (&json!(""), None), "{shown}");
    let list = house.json("/contacts", &token(Role::Supervisor, None, None)).await.to_string();
    assert!(!list.contains(made["case_id"].as_str().unwrap()), "{list}");

    assert_eq!(holding(&house, WORD).await, Vec::<String>::new());
    assert_eq!(
        holding(&house, "坍塌").await,
        Vec::<String>::new(),
        "the word for which the class was raised"
    );

    // The named hand reads every one of them.
    let supervisor = hand(Role::Supervisor);
    for (door, words) in [
        ("", vec!["题", "文", "补"]),
        ("/record", vec!["甲", "标", "重"]),
        ("/parties", vec!["难", "旧"]),
        ("/materials", vec!["件"]),
        ("/flags", vec!["事", "异议", "裁", "号"]),
        ("/attachments", vec!["证据.txt"]),
    ] {
        let seen = house.json(&at(door), &supervisor).await.to_string();
        for word in words {
            assert!(seen.contains(&say(word)), "{door} without {word}: {seen}");
        }
        assert!(!seen.contains('\u{1}') && !seen.contains("\\u0001"), "{door}: {seen}");
    }
    house.stop().await;
}

#[tokio::test]
async fn every_role_at_the_doors_beside_the_case_learns_nothing_of_an_accusation() {
    let house = house().await;
    let case = told(&house, &planted()).await;
    let number = case["number"].as_str().unwrap();
    sqlx::query("UPDATE case_file SET received_at = received_at - interval '40 days'")
        .execute(&house.db.pool)
        .await
        .unwrap();
    let of_case = [
        "/alike",
        "/standing",
        "/links",
        "/record",
        "/parties",
        "/flags",
        "/materials",
        "/notices",
        "/sorting",
        "/attachments",
        "/archive",
        "/registrations",
    ];
    let lists = [
        "/owed",
        "/daily",
        "/archive/due",
        "/publications",
        "/publications/candidates",
        "/public/answers",
        "/public/status?month=2026-01",
        "/disclosures",
        "/knowledge?q=%E9%9D%92%E7%81%AF",
        "/knowledge/due",
        "/contacts",
        "/contacts/due",
        "/alike?text=%E6%94%B6%E5%8F%97%E7%A4%BC%E5%93%81%E5%8D%A1%EF%BC%8C%E5%9D%8D%E5%A1%8C",
        "/reports",
        "/contacts/figures?from=2026-01-01&to=2026-12-31",
        "/receptions",
        "/subjects",
        "/topics",
        "/surges",
    ];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Keeper) {
        let unit = matches!(role, Role::Officer | Role::Agency).then_some("housing");
        let caller = if role == Role::Citizen {
            Keys::from_secret(&SECRET.into()).sign(&Claims::citizen(ids::CaseId::fresh(), 32_503_680_000))
        } else {
            token(role, unit, None)
        };
        for door in of_case {
            let answer = house.get(&format!("/cases/{number}{door}"), &caller).await;
            let hidden = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
            assert!(hidden.contains(&answer.status()), "{role} {door} {}", answer.status());
        }
        for door in [
            "/secrecy",
            "/renew",
            "/merge",
            "/unmerge",
            "/links",
            "/classify",
            "/materials",
            "/notices",
            "/flags",
        ] {
            let body = json!({"secret": true, "grounds": "x", "text": "x", "into": number, "to": number, "link": "repeat",
                "reason": "x", "items": ["x"], "form": "x", "flag": "x", "ground": "x", "facts": "x"});
            let request =
                house.client.post(format!("{}/cases/{number}{door}", house.base)).bearer_auth(&caller);
            let status = request.header("if-match", "\"1\"").json(&body).send().await.unwrap().status();
            let hidden = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY];
            assert!(hidden.contains(&status), "{role} POST {door} {status}");
        }
        for list in lists {
            let answer = house.get(list, &caller).await.text().await.unwrap();
            let told = answer.contains(number) || answer.contains(case["case_id"].as_str().unwrap());
            assert!(!told && !answer.contains(WORD), "{role} {list} {answer}");
        }
        let daily = house.get("/daily", &caller).await.text().await.unwrap();
        assert!(!daily.contains("unread"), "{role}: not even that one lies unread: {daily}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_result_that_is_secret_is_published_nowhere_and_tracked_by_its_state_only() {
    let house = house().await;
    let case = told(&house, &message()).await;
    let at = |rest: &str| path(&case, rest);
    sqlx::query("UPDATE case_file SET state = 'closed', closed_round = 1")
        .execute(&house.db.pool)
        .await
        .unwrap();
    let reviewer = token(Role::Reviewer, None, None);
    let candidates = async || {
        house.json("/publications/candidates", &reviewer).await["candidates"].as_array().unwrap().len()
    };
    assert_eq!(candidates().await, 1);
    let decide = async |role: Role, secret: bool| {
        let body = json!({"secret": secret, "grounds": "涉及未成年人"});
        let seen = house.json(&at(""), &hand(Role::Keeper)).await;
        let request = house
            .client
            .post(format!("{}{}", house.base, at("/secrecy")))
            .bearer_auth(hand(role))
            .json(&body);
        request.header("if-match", format!("\"{}\"", seen["version"])).send().await.unwrap().status()
    };
    for role in [Role::Operator, Role::Dispatcher, Role::Leader, Role::Auditor, Role::Inspector] {
        assert_eq!(decide(role, true).await, StatusCode::FORBIDDEN, "{role}");
    }
    for role in [Role::Supervisor, Role::Keeper] {
        assert_eq!(decide(role, true).await, StatusCode::OK, "{role}: the second changes nothing");
    }
    assert_eq!(candidates().await, 0);
    let keys = json!({"number": case["number"], "query_code": case["query_code"]});
    let tracked = async || house.post("/track", &keys, &[]).await.json::<Value>().await.unwrap();
    let neutral = tracked().await;
    assert_eq!(
        (&neutral["state"], &neutral["steps"], neutral.get("due_at")),
        (&json!("closed"), &json!([]), None)
    );
    let draft = json!({"case": case["number"], "answer": "已处理。"});
    let request =
        house.client.post(format!("{}/publications", house.base)).bearer_auth(&reviewer).json(&draft);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::CONFLICT, "no draft is made of it");
    assert_eq!(holding(&house, "未成年人").await, Vec::<String>::new(), "the grounds are sealed");
    assert_eq!(decide(Role::Reviewer, false).await, StatusCode::OK);
    assert_eq!((candidates().await, tracked().await["steps"].as_array().unwrap().len()), (1, 2));
    let said: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM outbox_event WHERE kind LIKE 'case.result%' ORDER BY version")
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
    assert_eq!(said, ["case.result_sealed", "case.result_unsealed"]);
    house.stop().await;
}

#[tokio::test]
async fn what_was_ended_for_good_is_registered_found_and_declined_by_a_person() {
    let house = house().await;
    let mut body = message();
    (body["pack"], body["kind"]) = (json!("petition-2022"), json!("complaint"));
    body["party"] = json!({"name": "测试者", "phone": "138-0000-0000", "address": "滨河路十二号"});
    let first = told(&house, &body).await;
    let case: uuid::Uuid = first["case_id"].as_str().unwrap().parse().unwrap();
    sqlx::query("UPDATE case_file SET state = 'closed', closed_round = 1")
        .execute(&house.db.pool)
        .await
        .unwrap();
    let ended = CaseTerminated { termination: "three_levels".to_owned() };
    sqlx::query("INSERT INTO case_termination (case_id, termination, ended_at) VALUES ($1, $2, now())")
        .bind(case)
        .bind(&ended.termination)
        .execute(&house.db.pool)
        .await
        .unwrap();
    let operator = record::Hands::of(Role::Operator);
    let news = json!({"text": "我还是不服，请重新办理。"});
    let answer = operator.post(&house, &path(&first, "/renew"), "1", news.clone()).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert!(answer.text().await.unwrap().contains("已经终结"), "with its reason");

    let again = told(&house, &body).await;
    let standing = operator.read(&house, &path(&again, "/standing")).await;
    let earlier = &standing["earlier"][0];
    assert_eq!(
        (&earlier["number"], &earlier["same"], &earlier["advice"]),
        (&first["number"], &json!(true), &json!("ended")),
        "{standing}"
    );
    let reason = json!({"reason": "ended_after_reexamination"});
    let answer = operator.post(&house, &path(&again, "/decline"), "1", reason).await;
    assert_eq!(
        answer.json::<Value>().await.unwrap()["state"],
        "declined",
        "a person decides; nothing did it by itself"
    );
    // The door stays open for another matter.
    let mut other = body.clone();
    (other["title"], other["text"]) =
        (json!("食堂涨价"), json!("学校食堂饭菜连续涨价，希望教育部门核查收费依据。"));
    told(&house, &other).await;

    // New facts renew a case that was not ended, as often as the pack says.
    let open = told(&house, &message()).await;
    let id: uuid::Uuid = open["case_id"].as_str().unwrap().parse().unwrap();
    for round in 1..=4 {
        sqlx::query(
            "UPDATE case_file SET state = 'closed', closed_round = $2, round = $2 WHERE case_id = $1",
        )
        .bind(id)
        .bind(round)
        .execute(&house.db.pool)
        .await
        .unwrap();
        let version = operator.read(&house, &path(&open, "")).await["version"].to_string();
        let status = operator.post(&house, &path(&open, "/renew"), &version, news.clone()).await.status();
        let expected = if round <= 3 { StatusCode::OK } else { StatusCode::CONFLICT };
        assert_eq!(status, expected, "{round}");
    }
    house.stop().await;
}
