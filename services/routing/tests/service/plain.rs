//! A word that everybody types about sealed cases, at every door that takes words, stands readable in no table.

use contracts::{
    case::CaseClosed,
    record::CaseHandsNamed,
    words::{Outcome, Urgency},
};
use identity::{Claims, Role};
use ids::{AccountId, CaseId};
use jiff::Span;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

const WORD: &str = "青灯古卷";
const NAMED: u128 = 77;

fn hand(role: Role, unit: Option<&str>) -> Claims {
    Claims {
        sub: uuid::Uuid::from_u128(NAMED),
        role,
        roles: vec![role],
        unit: unit.map(|unit| unit.parse().unwrap()),
        region: None,
        case: None,
        exp: i64::from(u32::MAX),
    }
}

fn day(from_today: i64) -> String {
    let today = calendar::day_of(runtime::Clock::default().now());
    today.checked_add(Span::new().days(from_today)).unwrap().to_string()
}

/// A sealed case in the hands of one account, whatever its role.
async fn sealed(house: &mut House, pack: &str) -> CaseId {
    let case = house.accept(false, "", |body| {
        body.confidential = true;
        body.wording = None;
        body.urgency = Urgency::Urgent;
        body.received_at = "2024-03-02T02:00:00Z".parse().unwrap();
        body.pack.id = pack.to_owned();
    });
    let case = case.await;
    let hands = vec![AccountId(uuid::Uuid::from_u128(NAMED))];
    let barred = vec!["lights".parse().unwrap()];
    let event = house.event(case, false, CaseHandsNamed { hands, barred, line: None });
    house.hear(&[event]).await;
    case
}

async fn ask(
    house: &House,
    method: Method,
    path: &str,
    by: &Claims,
    version: Option<i64>,
    body: Value,
) -> Value {
    let body = (method != Method::GET).then_some(body);
    let (status, answer, _) = house.as_claims(method, path, by, version, body).await;
    assert!(status.is_success(), "{path} {status} {answer}");
    answer
}

async fn version(house: &House, path: &str) -> Option<i64> {
    let (status, body, tag) = house.as_claims(Method::GET, path, &hand(Role::Keeper, None), None, None).await;
    assert_eq!(status, StatusCode::OK, "{path} {body}");
    tag
}

/// The newest hand-over to a unit.
async fn held(house: &House, case: CaseId, unit: &str) -> (String, i64) {
    let keeper = hand(Role::Keeper, None);
    let shown = ask(house, Method::GET, &format!("/cases/{case}"), &keeper, None, Value::Null).await;
    let hands = shown["assignments"].as_array().unwrap();
    let hand = hands.iter().rfind(|hand| hand["unit"] == unit).unwrap();
    (hand["id"].as_str().unwrap().to_owned(), hand["version"].as_i64().unwrap())
}

async fn works(house: &House, case: CaseId, unit: &str, verb: &str, body: Value) -> Value {
    let (id, version) = held(house, case, unit).await;
    let officer = hand(Role::Officer, Some(unit));
    ask(house, Method::POST, &format!("/assignments/{id}/{verb}"), &officer, Some(version), body).await
}

/// Every row of every table as text; bytes stand there in hexadecimal digits.
async fn nowhere(house: &House) {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'routing' AND table_type = 'BASE TABLE'",
    )
    .fetch_all(&house.db.pool)
    .await
    .unwrap();
    assert!(tables.len() > 30, "{tables:?}");
    let hex: String = WORD.bytes().map(|byte| format!("{byte:02x}")).collect();
    for table in tables {
        let dump = format!("SELECT t::text FROM \"{table}\" t WHERE t::text LIKE $1 OR t::text LIKE $2");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(dump))
            .bind(format!("%{WORD}%"))
            .bind(format!("%{hex}%"))
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
        assert!(rows.is_empty(), "{table} holds the word: {rows:?}");
    }
}

/// Coordination, dispatch, a dispute between two units and its settlement.
async fn quarrel(house: &House, case: CaseId) {
    let [dispatcher, supervisor, reviewer] =
        [Role::Dispatcher, Role::Supervisor, Role::Dispatcher].map(|role| hand(role, None));
    let at = format!("/cases/{case}");
    let call = json!({"unit": "county-water", "reached": true, "note": format!("{WORD}一")});
    ask(house, Method::POST, &format!("{at}/coordination"), &dispatcher, None, call).await;
    let choice = json!({"unit": "desk", "way": "self", "basis": format!("{WORD}二")});
    let dispatch = format!("{at}/dispatch");
    ask(house, Method::POST, &dispatch, &dispatcher, version(house, &at).await, choice).await;
    let back = json!({"reason": "not-competent", "explanation": format!("{WORD}三")});
    for unit in ["desk", "county-water"] {
        if unit != "desk" {
            let choice = json!({"unit": unit});
            ask(house, Method::POST, &dispatch, &dispatcher, version(house, &at).await, choice).await;
        }
        works(house, case, unit, "return", back.clone()).await;
        if unit == "desk" {
            let (id, version) = held(house, case, unit).await;
            let agree = json!({"agree": true});
            let path = format!("/assignments/{id}/return-review");
            ask(house, Method::POST, &path, &reviewer, Some(version), agree).await;
        }
    }
    let met = json!({"held_on": "2026-03-06", "chair": format!("{WORD}四"), "conclusion": format!("{WORD}五"),
        "participants": ["county", "county-water", "desk"]});
    ask(house, Method::POST, &format!("{at}/conferences"), &supervisor, None, met).await;
    let word = json!({"by": "conference", "unit": "county-water", "conclusion": format!("{WORD}六")});
    ask(house, Method::POST, &format!("{at}/settlement"), &supervisor, version(house, &at).await, word).await;
    let told = ask(house, Method::GET, &format!("{at}/conferences"), &supervisor, None, Value::Null).await;
    let shown = [
        &told["conferences"][0]["chair"],
        &told["conferences"][0]["conclusion"],
        &told["disputes"][0]["conclusion"],
    ];
    assert_eq!(
        shown,
        [&json!("青灯古卷四"), &json!("青灯古卷五"), &json!("青灯古卷六")],
        "hands read it: {told}"
    );
    let told = ask(house, Method::GET, &format!("{at}/coordination"), &dispatcher, None, Value::Null).await;
    assert_eq!(told["calls"][0]["note"], "青灯古卷一");
    let told = ask(house, Method::GET, &at, &dispatcher, None, Value::Null).await;
    assert!(told["ways"].to_string().contains("青灯古卷二"), "{told}");
}

/// An instruction with its reports; a charge of each kind with its ledger; the inspector's log and a demand.
async fn leaders(house: &House, case: CaseId) {
    let leader = hand(Role::Leader, None);
    let at = format!("/cases/{case}");
    let wish = json!({"kind": "instruct", "rank": "chief", "text": format!("{WORD}七")});
    let to_accused = json!({"kind": "instruct", "rank": "chief", "text": "办", "unit": "lights"});
    let path = format!("{at}/instructions");
    let (status, body, _) = house.as_claims(Method::POST, &path, &leader, None, Some(to_accused)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not to the accused unit: {body}");
    let made = ask(house, Method::POST, &path, &leader, None, wish).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let officer = hand(Role::Officer, Some("county-water"));
    for (accept, version) in [(false, 1), (true, 3)] {
        let report = json!({"text": format!("{WORD}八")});
        ask(house, Method::POST, &format!("/instructions/{id}/report"), &officer, Some(version), report)
            .await;
        let word = json!({"accept": accept, "answer": format!("{WORD}九")});
        let path = format!("/instructions/{id}/review");
        let shown = ask(house, Method::POST, &path, &leader, Some(version + 1), word).await;
        assert_eq!(shown["reports"][0]["answer"], "青灯古卷九", "{shown}");
    }
    let shown = ask(house, Method::GET, &path, &leader, None, Value::Null).await;
    let one = &shown["instructions"][0];
    assert_eq!((&one["text"], &one["reports"][1]["text"]), (&json!("青灯古卷七"), &json!("青灯古卷八")));

    let charges = format!("{at}/charges");
    let open = |code: &str| json!({"charge": code, "reason": format!("{WORD}十")});
    let book = ask(house, Method::POST, &charges, &leader, None, open("backlog")).await;
    let id = book["id"].as_str().unwrap().to_owned();
    let named = json!({"function": format!("{WORD}长"), "account": uuid::Uuid::from_u128(5)});
    let role = format!("/charges/{id}/roles/lead");
    for _ in 0..2 {
        let book = ask(house, Method::PUT, &role, &leader, Some(1), named.clone()).await;
        assert_eq!(
            (&book["version"], &book["roles"][0]["function"]),
            (&json!(2), &json!("青灯古卷长")),
            "{book}"
        );
    }
    for (version, kind) in [(2, "plan"), (3, "progress"), (4, "report")] {
        let entry = json!({"kind": kind, "text": format!("{WORD}案"), "due": day(30)});
        ask(house, Method::POST, &format!("/charges/{id}/entries"), &leader, Some(version), entry).await;
    }
    let end = json!({"solved": false, "conclusion": format!("{WORD}结")});
    let book = ask(house, Method::POST, &format!("/charges/{id}/end"), &leader, Some(5), end).await;
    assert_eq!(
        (&book["conclusion"], &book["entries"][1]["text"]),
        (&json!("青灯古卷结"), &json!("青灯古卷案"))
    );

    let inspector = hand(Role::Inspector, None);
    let book = ask(house, Method::POST, &charges, &inspector, None, open("discipline")).await;
    let log = format!("/charges/{}/log", book["id"].as_str().unwrap());
    let note = json!({"text": format!("{WORD}录")});
    ask(house, Method::POST, &log, &inspector, Some(1), note).await;
    let demand = json!({"text": format!("{WORD}问"), "unit": "county-water", "due": day(30)});
    ask(house, Method::POST, &log, &inspector, Some(2), demand).await;
    let list = ask(house, Method::GET, "/demands", &officer, None, Value::Null).await;
    assert_eq!(list["demands"][0]["text"], "青灯古卷问", "the named hand of the unit reads it: {list}");
    let statement = format!("/demands/{}/statement", list["demands"][0]["id"].as_str().unwrap());
    for _ in 0..2 {
        ask(house, Method::POST, &statement, &officer, None, json!({"text": format!("{WORD}答")})).await;
    }
    let mut other = officer.clone();
    other.sub = uuid::Uuid::from_u128(1);
    let list = ask(house, Method::GET, "/demands", &other, None, Value::Null).await;
    assert_eq!(list["demands"], json!([]), "a colleague who is not named");
    let books = ask(house, Method::GET, &charges, &inspector, None, Value::Null).await;
    assert!(books.to_string().contains("青灯古卷答") && !books.to_string().contains('\u{1}'), "{books}");
}

/// Contact, steps, and a reply with everything beside it.
async fn handle(house: &House, case: CaseId, more: Value) {
    let unit = "county-water";
    works(house, case, unit, "sign", json!({})).await;
    works(house, case, unit, "contact", json!({"reached": true, "note": format!("{WORD}访")})).await;
    let record = json!({"means": ["legal"], "facts": format!("{WORD}实"), "evidence": [format!("{WORD}证")],
        "legal_basis": format!("{WORD}法"), "place": format!("{WORD}地"), "note": format!("{WORD}记"),
        "result": format!("{WORD}果"), "hardship": format!("{WORD}困"),
        "agreement": {"parties": [format!("{WORD}甲"), format!("{WORD}乙")], "terms": format!("{WORD}约")}});
    let (id, _) = held(house, case, unit).await;
    let officer = hand(Role::Officer, Some(unit));
    let steps = format!("/assignments/{id}/steps");
    let step = json!({"step": "investigation", "record": record});
    let made = ask(house, Method::POST, &steps, &officer, None, step).await;
    assert_eq!(made["record"]["agreement"]["terms"], "青灯古卷约", "{made}");
    let mut reply = json!({"public_text": format!("您好，您反映的事项已查明并处理完毕，{WORD}。"),
        "internal_text": format!("{WORD}内"), "reasons": format!("{WORD}由"), "legal_basis": format!("{WORD}法"),
        "handler": format!("{WORD}员"), "completed_on": "2026-03-03", "outcome": "supported",
        "document": {"serial": format!("{WORD}〔2026〕3号"), "signed_by": format!("{WORD}签"), "issued_on": "2026-03-03"}});
    reply.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let after = works(house, case, unit, "reply", reply).await;
    if after["state"] == "under-review" {
        let (id, version) = held(house, case, unit).await;
        let path = format!("/assignments/{id}/review");
        let reviewer = hand(Role::Reviewer, None);
        ask(house, Method::POST, &path, &reviewer, Some(version), json!({"release": true})).await;
    }
}

/// Opinion, extension, request and termination.
async fn petition(house: &mut House, case: CaseId) {
    let closed = CaseClosed { outcome: Outcome::Supported, round: 1, merged_into: None, unit: None };
    let event = house.event(case, false, closed);
    house.hear(&[event]).await;
    let path = format!("/petitions/{case}");
    let send = async |verb: &str, by: Claims, body: Value| {
        let version = version(house, &path).await;
        ask(house, Method::POST, &format!("{path}/{verb}"), &by, version, body).await
    };
    let leader = hand(Role::Leader, Some("county-water"));
    send("extension", leader, json!({"days": 5, "reason": format!("{WORD}延")})).await;
    let paper = json!({"serial": "办1", "result": "supported", "request": format!("{WORD}求"), "facts": format!("{WORD}实"),
        "opinion": format!("{WORD}见"), "legal_basis": format!("{WORD}法"), "issued_on": day(-3), "served_on": day(-3),
        "service": "direct", "proof": format!("{WORD}回证")});
    send("opinion", hand(Role::Officer, Some("county-water")), paper).await;
    let ask_for = json!({"stage": "review", "grounds": format!("{WORD}不服")});
    send("request", hand(Role::Operator, None), ask_for).await;
    let ended = json!({"kind": "mediated", "evidence": format!("{WORD}据")});
    send("termination", hand(Role::Operator, None), ended).await;
}

#[tokio::test]
async fn a_word_typed_about_sealed_cases_stands_readable_in_no_table() {
    let mut house = House::open().await;
    house.county().await;
    let case = sealed(&mut house, "petition-2022").await;
    quarrel(&house, case).await;
    leaders(&house, case).await;
    let why = json!({"override_reason": format!("{WORD}故"), "public_text": format!("您好，{WORD}一事我单位将尽快处理。")});
    handle(&house, case, why).await;
    petition(&mut house, case).await;

    let later = sealed(&mut house, "mailbox-002").await;
    let at = format!("/cases/{later}");
    let dispatcher = hand(Role::Dispatcher, None);
    let choice = json!({"unit": "county-water"});
    ask(&house, Method::POST, &format!("{at}/dispatch"), &dispatcher, version(&house, &at).await, choice)
        .await;
    let wait = json!({"outcome": "not_yet_possible", "deferral": {"reason": format!("{WORD}缓"), "review_on": day(30)}});
    handle(&house, later, wait).await;
    let officer = hand(Role::Officer, Some("county-water"));
    let (review, note) = (format!("/register/{later}/review"), format!("{WORD}再"));
    ask(&house, Method::POST, &review, &officer, Some(2), json!({"until": day(60), "note": note})).await;

    nowhere(&house).await;
    for list in [
        "/charges?charge=backlog",
        "/instructions",
        "/register",
        "/disputes",
        "/instructions/figures?from=2026-01-01&to=2027-01-01",
        "/units/desk/returns",
        "/backlog-candidates",
        "/reading-list",
    ] {
        let (status, answer, _) = house.ask(Method::GET, list, Role::Leader, None, None).await;
        let by = if status == StatusCode::OK { Role::Leader } else { Role::Supervisor };
        let answer =
            if by == Role::Leader { answer } else { house.ask(Method::GET, list, by, None, None).await.1 };
        assert!(
            !answer.to_string().contains(&case.to_string()) && !answer.to_string().contains(WORD),
            "{list}: {answer}"
        );
    }
    let (_, figures, _) = house
        .ask(Method::GET, "/instructions/figures?from=2026-01-01&to=2027-01-01", Role::Leader, None, None)
        .await;
    assert_eq!(figures["total"], json!(0), "what is instructed on sealed cases is not counted in public");
    assert!(house.running.stop().await);
}
