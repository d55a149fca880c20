//! Accusations: what stands in the tables, who sees them from which role, and that each look is written down.

use reqwest::Method;

use super::*;

pub(crate) fn named(role: Role, unit: Option<&str>, account: u128) -> String {
    let claims = Claims {
        sub: uuid::Uuid::from_u128(account),
        role,
        roles: vec![role],
        unit: unit.map(|unit| unit.parse().unwrap()),
        region: None,
        case: None,
        exp: 32_503_680_000,
    };
    Keys::from_secret(&SECRET.into()).sign(&claims)
}

pub(crate) fn accusation() -> Value {
    json!({
        "kind": "report", "title": "举报某科长收礼", "region": "511602", "text": "三月五日在办公室收受礼品卡一张。",
        "party": {"name": "测试者", "phone": "138-0000-0000"},
    })
}

pub(crate) async fn call(
    house: &House,
    method: Method,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let url = format!("{}{path}", house.base);
    let mut request = house.client.request(method, url).bearer_auth(token).header("if-match", "\"1\"");
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn every_role_at_every_endpoint_sees_nothing_of_an_accusation_unless_it_is_named() {
    let house = house().await;
    let operator = named(Role::Operator, None, 1);
    let bearer = format!("Bearer {operator}");
    let mut body = accusation();
    body["channel"] = json!("phone");
    let made: Value = house.post("/cases", &body, &[("authorization", &bearer)]).await.json().await.unwrap();
    let number = made["number"].as_str().unwrap();
    let case = format!("/cases/{number}");
    let doors = [
        (Method::GET, case.clone(), None),
        (Method::GET, format!("{case}/dossier"), None),
        (Method::GET, format!("{case}/hands"), None),
        (Method::PUT, format!("{case}/hands"), Some(json!({"hands": [uuid::Uuid::from_u128(1)]}))),
        (Method::POST, format!("{case}/accept"), Some(json!({}))),
        (Method::POST, format!("{case}/decline"), Some(json!({"reason": "no_new_facts"}))),
        (Method::POST, format!("{case}/withdraw"), Some(json!({}))),
        (Method::POST, format!("{case}/supplement"), Some(json!({"text": "补充"}))),
    ];
    for role in Role::ALL {
        let unit = matches!(role, Role::Officer | Role::Agency).then_some("housing");
        let token = match role {
            Role::Citizen => {
                Keys::from_secret(&SECRET.into()).sign(&Claims::citizen(ids::CaseId::fresh(), 32_503_680_000))
            }
            // The operator is the one who wrote it down: afterwards it is a number and no more.
            _ => named(role, unit, 1),
        };
        for (method, path, body) in &doors {
            let (status, answer) = call(&house, method.clone(), path, &token, body.clone()).await;
            if role == Role::Keeper {
                let reads = *method == Method::GET || path.ends_with("/hands");
                assert_eq!(status.is_success(), reads, "{method} {path} {answer}");
                if path.ends_with("/hands") && *method == Method::PUT {
                    let none = Some(json!({"hands": []}));
                    call(&house, Method::PUT, path, &token, none).await;
                }
                continue;
            }
            assert_eq!(status, StatusCode::NOT_FOUND, "{role} {method} {path} {answer}");
        }
        for list in
            ["/cases", &format!("/cases?number={number}"), "/cases?kind=report", "/cases?state=accepted"]
        {
            let (_, answer) = call(&house, Method::GET, list, &token, None).await;
            assert_eq!(answer.to_string().contains(number), role == Role::Keeper, "{role} {list}");
        }
        let (status, _) = call(&house, Method::GET, &format!("{case}/looks"), &token, None).await;
        let (exists, count) = call(&house, Method::GET, "/sealed", &token, None).await;
        let watches = matches!(role, Role::Keeper | Role::Auditor);
        assert_eq!((status == StatusCode::OK, exists == StatusCode::OK), (watches, watches), "{role}");
        assert!(!watches || count == json!({"cases": 1}), "{role} {count}");
    }
    house.stop().await;
}

#[tokio::test]
async fn named_hands_read_it_and_each_look_stands_in_the_dossier() {
    let house = house().await;
    crate::secrecy::units_are_known(&house).await;
    let made: Value = house.post("/cases", &accusation(), &[]).await.json().await.unwrap();
    let number = made["number"].as_str().unwrap();
    let case = format!("/cases/{number}");
    let keeper = named(Role::Keeper, None, 5);
    let hands = |barred: &[&str]| json!({"hands": [uuid::Uuid::from_u128(7), uuid::Uuid::from_u128(8)], "barred": barred});
    let put =
        async |body: Value| call(&house, Method::PUT, &format!("{case}/hands"), &keeper, Some(body)).await;
    assert_eq!(put(json!({"hands": ["not-an-id"]})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(put(json!({"hands": [], "barred": ["某局"]})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..2 {
        assert_eq!(put(hands(&["housing"])).await.0, StatusCode::NO_CONTENT);
    }
    let named_twice = "SELECT count(*) FROM outbox_event WHERE kind = 'case.hands_named'";
    assert_eq!(house.count(named_twice).await, 1);

    let supervisor = named(Role::Supervisor, None, 7);
    let seen = house.json(&case, &supervisor).await;
    assert_eq!(
        (&seen["title"], &seen["text"]),
        (&json!("举报某科长收礼"), &json!("三月五日在办公室收受礼品卡一张。"))
    );
    assert_eq!(seen["party"]["name"], "测试者");
    assert_eq!(house.json("/cases", &supervisor).await["cases"].as_array().unwrap().len(), 1);
    // A hand that acts for a unit acts for one that holds the case; that of the accused unit is none.
    for unit in ["housing", "water"] {
        let officer = named(Role::Officer, Some(unit), 8);
        assert_eq!(house.get(&case, &officer).await.status(), StatusCode::NOT_FOUND, "{unit}");
    }
    let keys = json!({"number": number, "query_code": made["query_code"]});
    let tracked: Value = house.post("/track", &keys, &[]).await.json().await.unwrap();
    assert_eq!((&tracked["state"], &tracked["steps"]), (&json!("accepted"), &json!([])), "the state only");
    let citizen = format!("Bearer {}", tracked["token"].as_str().unwrap());
    let answer = house
        .post(
            &format!("{case}/supplement"),
            &json!({"text": "礼品卡尾号六六"}),
            &[("authorization", &citizen), ("if-match", "\"1\"")],
        )
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    let seen = house.json(&case, &supervisor).await;
    assert_eq!(seen["supplements"][0]["text"], "礼品卡尾号六六");

    let auditor = named(Role::Auditor, None, 9);
    let looks = house.json(&format!("{case}/looks"), &auditor).await;
    let by = |kind: &str| -> Vec<String> {
        let looks = looks["looks"].as_array().unwrap().iter();
        let of_kind = looks.filter(|look| look["kind"] == kind);
        of_kind.map(|look| look["actor"].as_str().unwrap().split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(by("party.read"), ["supervisor", "supervisor"]);
    // Who may name hands is let in before what is wrong with the list is told, and that is a look.
    let keepers = ["keeper"; 4].into_iter();
    let all: Vec<&str> = keepers.chain(["supervisor", "citizen", "supervisor"]).collect();
    assert_eq!(by("case.read"), all);
    let dossier = house.json(&format!("{case}/dossier"), &supervisor).await;
    assert_eq!(dossier["whole"], true);
    for table in
        ["case_file", "case_matter", "case_supplement", "outbox_event", "dossier_entry", "idempotency"]
    {
        let dump = format!("SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t");
        let all: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(dump)).fetch_one(&house.db.pool).await.unwrap();
        for word in ["科长", "礼品", "测试者", "13800000000"] {
            assert!(!all.contains(word), "{table} holds {word}");
        }
    }
    let plain: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let path = format!("/cases/{}/hands", plain["number"].as_str().unwrap());
    let (status, _) = call(&house, Method::PUT, &path, &keeper, Some(hands(&[]))).await;
    assert_eq!(status, StatusCode::CONFLICT, "what is not sealed needs no hands");
    house.stop().await;
}

#[tokio::test]
async fn what_an_older_version_wrote_readable_is_sealed_at_the_next_start() {
    let house = house().await;
    let made: Value = house.post("/cases", &accusation(), &[]).await.json().await.unwrap();
    let old = "WITH words AS (UPDATE case_matter SET body = '旧的明文' RETURNING case_id)
               UPDATE case_file SET title = '旧标题' FROM words WHERE words.case_id = case_file.case_id";
    sqlx::query(old).execute(&house.db.pool).await.unwrap();
    let keeper = named(Role::Keeper, None, 5);
    let case = format!("/cases/{}", made["number"].as_str().unwrap());
    assert_eq!(house.json(&case, &keeper).await["text"], "旧的明文", "both forms are read");
    let house = reopen(house).await;
    let readable = "SELECT count(*) FROM case_file f JOIN case_matter m USING (case_id)
                    WHERE f.title <> '' OR m.body LIKE '%明文%'";
    for _ in 0..100 {
        if house.count(readable).await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(house.count(readable).await, 0);
    let seen = house.json(&case, &keeper).await;
    assert_eq!((&seen["title"], &seen["text"]), (&json!("旧标题"), &json!("旧的明文")));
    house.stop().await;
}
