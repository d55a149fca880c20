//! An accusation that nobody but the named hands can see, tried from every role at every door.

use contracts::record::CaseHandsNamed;
use identity::{Claims, Role};
use ids::{AccountId, CaseId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

const NAMED: u128 = 77;

fn staff(role: Role, unit: Option<&str>, account: u128) -> Claims {
    Claims {
        sub: uuid::Uuid::from_u128(account),
        role,
        roles: vec![role],
        unit: unit.map(|unit| unit.parse().unwrap()),
        region: None,
        case: None,
        exp: i64::from(u32::MAX),
    }
}

async fn tree(house: &House) {
    let unit = |code: &str, parent: Option<&str>| json!({"code": code, "name": code, "region": "511600", "parent": parent});
    let units = json!({"units": [
        unit("city", None), unit("lights", Some("city")), unit("lamps", Some("lights")), unit("water", Some("city")),
        unit("centre", None),
    ]});
    let (status, body, _) = house.ask(Method::PUT, "/units", Role::Admin, None, Some(units)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

async fn name(house: &mut House, case: CaseId, hands: &[u128], barred: &[&str]) {
    let hands = hands.iter().map(|hand| AccountId(uuid::Uuid::from_u128(*hand))).collect();
    let barred = barred.iter().map(|unit| unit.parse().unwrap()).collect();
    let event = house.event(case, false, CaseHandsNamed { hands, barred, line: None });
    house.hear(&[event]).await;
}

async fn get(house: &House, path: &str, by: &Claims) -> (StatusCode, Value) {
    let (status, body, _) = house.as_claims(Method::GET, path, by, None, None).await;
    (status, body)
}

#[tokio::test]
async fn every_role_at_every_door_sees_nothing_unless_it_is_named() {
    let mut house = House::open().await;
    tree(&house).await;
    let case = house.accept(false, "举报", |body| {
        body.confidential = true;
        body.wording = None;
    });
    let case = case.await;
    name(&mut house, case, &[NAMED], &["lights"]).await;

    let dispatcher = staff(Role::Dispatcher, None, NAMED);
    let (status, list) = get(&house, "/waiting", &dispatcher).await;
    assert_eq!((status, list["cases"].as_array().unwrap().len()), (StatusCode::OK, 1));
    let candidates = list["cases"][0]["candidates"].to_string();
    assert!(!candidates.contains("lights"), "{candidates}");
    let path = format!("/cases/{case}/dispatch");
    for barred in ["lights", "lamps", "city"] {
        let choice = Some(json!({"unit": barred}));
        let (status, body, _) = house.as_claims(Method::POST, &path, &dispatcher, Some(2), choice).await;
        assert_eq!(
            (status, &body["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("unit")),
            "{barred}"
        );
    }
    let co = Some(json!({"unit": "water", "co_units": ["lamps"]}));
    let (status, ..) = house.as_claims(Method::POST, &path, &dispatcher, Some(2), co).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let choice = Some(json!({"unit": "water", "mode": "assignment"}));
    let stranger = staff(Role::Dispatcher, None, 1);
    let (status, ..) = house.as_claims(Method::POST, &path, &stranger, Some(2), choice.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, body, _) = house.as_claims(Method::POST, &path, &dispatcher, Some(2), choice).await;
    assert_eq!(status, StatusCode::OK, "{body}");

    let keeper = staff(Role::Keeper, None, 5);
    let (status, body) = get(&house, &format!("/cases/{case}"), &keeper).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let hand = body["assignments"][0]["id"].as_str().unwrap().to_owned();
    let doors = [
        (Method::GET, format!("/cases/{case}"), Value::Null),
        (Method::GET, format!("/cases/{case}/answer"), Value::Null),
        (Method::GET, format!("/assignments/{hand}"), Value::Null),
        (Method::GET, format!("/petitions/{case}"), Value::Null),
        (Method::GET, format!("/petitions/{case}/documents/1"), Value::Null),
        (Method::POST, format!("/assignments/{hand}/sign"), json!({})),
        (Method::POST, format!("/assignments/{hand}/contact"), json!({"reached": true})),
        (Method::POST, format!("/assignments/{hand}/return"), json!({"reason": "x", "explanation": "x"})),
        (Method::POST, format!("/assignments/{hand}/return-review"), json!({"agree": true})),
        (Method::POST, format!("/assignments/{hand}/reply"), json!({"public_text": "x"})),
        (Method::POST, format!("/assignments/{hand}/review"), json!({"release": true})),
        (Method::POST, format!("/cases/{case}/dispatch"), json!({"unit": "water"})),
        (Method::PUT, format!("/petitions/{case}/lane"), json!({"lane": "opinion"})),
        (Method::POST, format!("/petitions/{case}/hearing"), json!({"open": true})),
        (Method::POST, format!("/petitions/{case}/request"), json!({"stage": "review", "grounds": "x"})),
    ];
    for role in Role::ALL {
        let unit = matches!(role, Role::Officer | Role::Agency).then_some("water");
        let who = if role == Role::Citizen {
            Claims::citizen(CaseId::fresh(), i64::from(u32::MAX))
        } else {
            staff(role, unit, 1)
        };
        for (method, path, body) in &doors {
            let body = (*method != Method::GET).then(|| body.clone());
            let (status, answer, _) = house.as_claims(method.clone(), path, &who, Some(1), body).await;
            if role == Role::Keeper && *method == Method::GET {
                assert_ne!(status, StatusCode::FORBIDDEN, "{path}");
                continue;
            }
            if role == Role::Keeper {
                assert!(
                    !status.is_success(),
                    "the keeper names hands and does nothing else: {path} {answer}"
                );
                continue;
            }
            assert_eq!(status, StatusCode::NOT_FOUND, "{role} {method} {path} {answer}");
        }
        for list in ["/waiting", "/assignments?unit=water", "/assignments?state=under-review"] {
            let (_, answer) = get(&house, list, &who).await;
            let shown = answer.to_string().contains(&case.to_string());
            assert!(!shown || role == Role::Keeper, "{role} {list}");
        }
    }
    // A hand of the accused line is none, whoever named it.
    for unit in ["lights", "lamps", "city"] {
        let (status, _) =
            get(&house, &format!("/cases/{case}"), &staff(Role::Dispatcher, Some(unit), NAMED)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{unit}");
        let (_, list) =
            get(&house, "/assignments?unit=water", &staff(Role::Dispatcher, Some(unit), NAMED)).await;
        assert!(!list.to_string().contains(&case.to_string()), "{unit}");
    }
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn named_hands_work_in_the_vault_and_every_look_is_said() {
    let mut house = House::open().await;
    tree(&house).await;
    let case = house.accept(false, "举报", |body| {
        body.confidential = true;
        body.wording = None;
    });
    let case = case.await;
    name(&mut house, case, &[NAMED, NAMED + 1, NAMED + 2], &["centre"]).await;
    let dispatcher = staff(Role::Dispatcher, None, NAMED);
    let path = format!("/cases/{case}/dispatch");
    let choice = Some(json!({"unit": "water", "mode": "assignment"}));
    let (status, body, _) = house.as_claims(Method::POST, &path, &dispatcher, Some(2), choice).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let officer = staff(Role::Officer, Some("water"), NAMED + 1);
    let (_, list) = get(&house, "/assignments", &officer).await;
    let id = list["assignments"][0]["id"].as_str().unwrap().to_owned();
    let act = async |verb: &str, by: &Claims, version: i64, body: Value| {
        let path = format!("/assignments/{id}/{verb}");
        let (status, body, _) = house.as_claims(Method::POST, &path, by, Some(version), Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{verb} {body}");
        body["version"].as_i64().unwrap()
    };
    let version = act("sign", &officer, 1, json!({})).await;
    let version = act("contact", &officer, version, json!({"reached": true, "note": "机密联络记录"})).await;
    let reply = json!({
        "public_text": "您好，所举报的问题已经查实并作出处理。", "internal_text": "内部核查结论", "outcome": "supported",
        "handler": "专班联络员", "completed_on": "2026-03-03", "public": true,
    });
    let version = act("reply", &officer, version, reply.clone()).await;
    assert_eq!(
        act("reply", &officer, version, reply).await,
        version,
        "the same reply again, sealed the same way"
    );
    let reviewer = staff(Role::Reviewer, None, NAMED + 2);
    let (_, detail) = get(&house, &format!("/assignments/{id}"), &reviewer).await;
    assert_eq!(detail["reply"]["internal_text"], json!("内部核查结论"), "{detail}");
    act("review", &reviewer, version, json!({"release": true})).await;
    for table in ["reply", "contact", "outbox_event", "case_route", "assignment"] {
        let dump = format!("SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t");
        let all: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(dump)).fetch_one(&house.db.pool).await.unwrap();
        for word in ["查实", "核查结论", "机密联络", "专班联络员"] {
            assert!(!all.contains(word), "{table} holds {word}");
        }
    }
    let public: bool =
        sqlx::query_scalar("SELECT public FROM reply").fetch_one(&house.db.pool).await.unwrap();
    assert!(!public, "a sealed matter is not published, whatever its author ticks");
    let said = house.said(case).await;
    let looks: Vec<_> =
        said.iter().filter(|said| said.0 == "case.looked").map(|said| said.1["what"].clone()).collect();
    assert_eq!(looks, [json!("assignment")]);

    // Barred afterwards: the unit loses the case at once and it waits again.
    let other = house.accept(false, "举报", |body| body.confidential = true).await;
    name(&mut house, other, &[NAMED], &[]).await;
    let path = format!("/cases/{other}/dispatch");
    let (status, body, _) =
        house.as_claims(Method::POST, &path, &dispatcher, Some(2), Some(json!({"unit": "lamps"}))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    name(&mut house, other, &[NAMED], &["lights"]).await;
    let (_, body) = get(&house, &format!("/cases/{other}"), &dispatcher).await;
    assert_eq!(
        (&body["case"]["state"], &body["assignments"][0]["state"]),
        (&json!("waiting"), &json!("redirected"))
    );
    let kinds = house.kinds(other).await;
    assert_eq!(kinds[..2], ["assignment.dispatched", "assignment.redirected"]);
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn the_line_of_the_accused_is_told_and_moves_with_the_tree_of_units() {
    let mut house = House::open().await;
    tree(&house).await;
    let case = house.accept(false, "举报", |body| body.confidential = true).await;
    name(&mut house, case, &[NAMED], &["lamps"]).await;
    let lines = async |house: &House| -> Vec<Value> {
        let said = house.said(case).await.into_iter();
        said.filter(|said| said.0 == "case.line_drawn").map(|said| said.1).collect()
    };
    let drawn = json!({"barred": ["lamps"], "line": ["city", "lamps", "lights"]});
    assert_eq!(lines(&house).await, [drawn], "up and down, not aside");

    let dispatcher = staff(Role::Dispatcher, None, NAMED);
    let path = format!("/cases/{case}/dispatch");
    let choice = Some(json!({"unit": "water"}));
    let (status, body, _) = house.as_claims(Method::POST, &path, &dispatcher, Some(2), choice).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let hand = staff(Role::Officer, Some("water"), NAMED);
    assert_eq!(get(&house, &format!("/cases/{case}"), &hand).await.0, StatusCode::OK);

    // The accused comes to stand under the unit that has the case: it loses it, in the same moment.
    let moved = json!({"code": "lamps", "name": "lamps", "region": "511600", "parent": "water"});
    let units = Some(json!({"units": [moved]}));
    let (status, ..) = house.ask(Method::PUT, "/units", Role::Admin, None, units.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let drawn = json!({"barred": ["lamps"], "line": ["city", "lamps", "water"]});
    assert_eq!(lines(&house).await.last(), Some(&drawn));
    assert_eq!(get(&house, &format!("/cases/{case}"), &hand).await.0, StatusCode::NOT_FOUND);
    let (_, body) = get(&house, &format!("/cases/{case}"), &dispatcher).await;
    assert_eq!(
        (&body["case"]["state"], &body["assignments"][0]["state"]),
        (&json!("waiting"), &json!("redirected"))
    );
    // What has not moved is not told again; a unit that has nothing to do with it moves nothing.
    let aside = json!({"units": [{"code": "parks", "name": "parks", "region": "511600"}]});
    for units in [units, Some(aside)] {
        house.ask(Method::PUT, "/units", Role::Admin, None, units).await;
    }
    assert_eq!(lines(&house).await.len(), 2);

    // What an older version kept without a line is told when the service looks after its directory.
    sqlx::query("UPDATE case_seal SET line = barred, tree = -1").execute(&house.db.pool).await.unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while lines(&house).await.len() < 3 {
        assert!(std::time::Instant::now() < end, "{:?}", lines(&house).await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(house.running.stop().await);
}

#[tokio::test]
async fn a_secret_result_is_given_to_the_citizen_as_the_place_where_it_is_told() {
    let mut house = House::open().await;
    let open = house.accept(false, "路灯不亮", |_| ()).await;
    let sealed = house.accept(false, "举报", |body| body.confidential = true).await;
    name(&mut house, sealed, &[NAMED], &["centre"]).await;
    let hand = staff(Role::Dispatcher, None, NAMED);
    let path = format!("/cases/{sealed}/dispatch");
    let (status, body, _) =
        house.as_claims(Method::POST, &path, &hand, Some(2), Some(json!({"unit": "lights"}))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let unit = |account| staff(Role::Officer, Some("lights"), account);
    name(&mut house, sealed, &[NAMED, NAMED + 1], &["centre"]).await;
    for (case, officer) in [(open, unit(1)), (sealed, unit(NAMED + 1))] {
        let (_, list) = get(&house, "/assignments", &officer).await;
        let lines = list["assignments"].as_array().unwrap();
        let id = lines.iter().find(|line| line["case_id"] == json!(case)).unwrap()["id"].clone();
        let at = format!("/assignments/{}", id.as_str().unwrap());
        let words = json!({"public_text": "您好，所反映的问题已经查实并作出处理。", "outcome": "supported",
            "handler": "承办科室", "completed_on": "2026-03-03", "public": true});
        for (version, verb, body) in [(1, "sign", json!({})), (2, "reply", words)] {
            let path = format!("{at}/{verb}");
            let (status, body, _) =
                house.as_claims(Method::POST, &path, &officer, Some(version), Some(body)).await;
            assert_eq!(status, StatusCode::OK, "{verb} {body}");
        }
    }
    let citizen = |case| Claims::citizen(case, i64::from(u32::MAX));
    let answer = async |house: &House, case: CaseId, by: &Claims| {
        let (status, body) = get(house, &format!("/cases/{case}/answer"), by).await;
        let told = body["text"].as_str().is_some_and(|text| text.contains("查实"));
        (status, body["secret"] == true, told, body)
    };
    let seen = |answer: &(StatusCode, bool, bool, Value)| (answer.0, answer.1, answer.2);
    let (whole, ended, none) =
        ((StatusCode::OK, false, true), (StatusCode::OK, true, false), (StatusCode::NOT_FOUND, false, false));
    for secret in [false, true, false] {
        let said = |house: &mut House, body: contracts::Body| house.event(open, false, body);
        let event = match secret {
            true => said(&mut house, contracts::record::CaseResultSealed {}.into()),
            false => said(&mut house, contracts::record::CaseResultUnsealed {}.into()),
        };
        house.hear(&[event]).await;
        let told = answer(&house, open, &citizen(open)).await;
        assert_eq!(seen(&told), if secret { ended } else { whole }, "{}", told.3);
        if secret {
            let words = told.3.to_string();
            assert!(words.contains("受理窗口") && told.3.get("outcome").is_none(), "{words}");
            assert!(!words.contains("lights") && !words.contains("supported"), "{words}");
        }
        for inside in [unit(1), staff(Role::Dispatcher, None, 1), staff(Role::Reviewer, None, 1)] {
            let told = answer(&house, open, &inside).await;
            assert_eq!(seen(&told), whole, "{} {}", inside.role, told.3);
        }
    }
    // A sealed one is secret without a word: the unit and the dispatcher that are not named do not know of it.
    let told = answer(&house, sealed, &citizen(sealed)).await;
    assert_eq!(seen(&told), ended, "{}", told.3);
    for (by, want) in [
        (hand, whole),
        (unit(NAMED + 1), whole),
        (unit(1), none),
        (staff(Role::Dispatcher, None, 1), none),
        (staff(Role::Officer, Some("centre"), NAMED), none),
        (citizen(open), none),
    ] {
        let told = answer(&house, sealed, &by).await;
        assert_eq!(seen(&told), want, "{} {}", by.role, told.3);
    }
    let looked = house.kinds(sealed).await.into_iter().filter(|kind| kind == "case.looked").count();
    assert!(looked >= 2, "each look is said");
    assert!(house.running.stop().await);
}
