//! What touches citizens beside their case: codes and keys of strangers, what waits for a person, marks of risk, calls of three, what is found
//! of a matter by rule.

use std::path::Path;

use super::{
    record::{Hands, events, path, told},
    *,
};

/// Copies the packs and changes one of them.
fn packs(into: &Path, changes: &[(&str, &str, &str)]) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy");
    for pack in ["mailbox-002", "hotline-004", "hotline-sichuan-2025", "petition-2022"] {
        std::fs::create_dir_all(into.join(pack)).unwrap();
        for file in std::fs::read_dir(from.join(pack)).unwrap() {
            let file = file.unwrap();
            let mut text = std::fs::read_to_string(file.path()).unwrap();
            for (name, old, new) in changes.iter().filter(|_| pack == "mailbox-002") {
                if file.file_name().to_str() == Some(*name) {
                    assert!(text.contains(old), "{name}: {old}");
                    text = text.replacen(old, new, 1);
                }
            }
            std::fs::write(into.join(pack).join(file.file_name()), text).unwrap();
        }
    }
}

/// The same house under other packs, or why it does not open.
async fn under(house: House, folder: &Path) -> Result<House, (anyhow::Error, House)> {
    let House { database, running, client, db, data, base } = house;
    assert!(running.stop().await);
    let start = async |folder: &Path| {
        let mut overrides = overrides(&database, &data);
        overrides.push(("policy.folder", folder.display().to_string()));
        runtime::start(LIST, &Settings::read(None, &overrides).unwrap(), Clock::default()).await
    };
    match start(folder).await {
        Ok(running) => {
            let base = format!("http://{}/api/intake", running.address());
            Ok(House { database, running, client, base, db, data })
        }
        Err(error) => {
            let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy");
            let running = start(&shipped).await.unwrap();
            drop(base);
            let base = format!("http://{}/api/intake", running.address());
            Err((error, House { database, running, client, base, db, data }))
        }
    }
}

/// The number that the mailbox's pack ships under.
fn shipped_number() -> i64 {
    let pack: toml::Value =
        toml::from_str(include_str!("../../../../deploy/policy/mailbox-002/pack.toml")).unwrap();
    pack["version"].as_integer().unwrap()
}

#[tokio::test]
async fn what_a_person_accepts_waits_until_then_and_a_changed_pack_needs_a_new_number() {
    let house = house().await;
    let folder = tempfile::tempdir().unwrap();
    let by_person = ("intake.toml", "auto = true", "auto = false");
    packs(folder.path(), &[by_person]);
    let Err((error, house)) = under(house, folder.path()).await else { panic!("a changed pack was taken") };
    let error = format!("{error:#}");
    let number = shipped_number();
    assert!(error.contains(&format!("mailbox-002 was changed under its number {number}")), "{error}");
    let (old, next) = (format!("version = {number}"), format!("version = {}", number + 1));
    packs(folder.path(), &[by_person, ("pack.toml", &old, &next)]);
    let Ok(house) = under(house, folder.path()).await else { panic!("the next number is not taken") };
    assert_eq!(house.count("SELECT count(*) FROM pack_print WHERE pack_id = 'mailbox-002'").await, 2);

    let operator = Hands::of(Role::Operator);
    let case = told(&house, &message()).await;
    assert_eq!(case["state"], "registered");
    assert_eq!(events(&house, "case.accepted").await, [Value::Null; 0]);
    let stranger = token(Role::Officer, Some("water"), None);
    let accept = path(&case, "/accept");
    let answer = house.post(&accept, &json!({}), &[("authorization", &format!("Bearer {stranger}"))]).await;
    assert!(answer.status().is_client_error());
    assert_eq!(
        operator.post(&house, &accept, "7", json!({})).await.status(),
        StatusCode::PRECONDITION_FAILED
    );
    for _ in 0..2 {
        assert_eq!(
            operator.post(&house, &accept, "1", json!({})).await.status(),
            StatusCode::OK,
            "taken twice"
        );
    }
    let accepted = events(&house, "case.accepted").await;
    assert_eq!(
        (accepted.len(), &accepted[0]["pack"]),
        (1, &json!({"id": "mailbox-002", "version": number + 1}))
    );
    assert_eq!(accepted[0]["reachable"], json!(["sms"]), "as it was told at registration");
    // What nobody accepted may still be declined or taken back.
    let other = told(&house, &message()).await;
    let declined =
        operator.post(&house, &path(&other, "/decline"), "1", json!({"reason": "no_new_facts"})).await;
    assert_eq!(declined.json::<Value>().await.unwrap()["state"], "declined");
    house.stop().await;
}

#[tokio::test]
async fn an_invalid_message_ends_apart_from_a_declined_one() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let (one, two) = (told(&house, &message()).await, told(&house, &message()).await);
    for (case, reason, state) in [(&one, "invalid_message", "invalid"), (&two, "no_new_facts", "declined")] {
        for _ in 0..2 {
            let answer = operator.post(&house, &path(case, "/decline"), "1", json!({"reason": reason})).await;
            assert_eq!(answer.json::<Value>().await.unwrap()["state"], state);
        }
    }
    let other = operator.post(&house, &path(&one, "/decline"), "2", json!({"reason": "no_new_facts"})).await;
    assert_eq!(other.status(), StatusCode::CONFLICT);
    let said = events(&house, "case.declined").await;
    assert_eq!(
        said,
        [
            json!({"reason": "invalid_message", "invalid": true, "reachable": ["sms"]}),
            json!({"reason": "no_new_facts", "reachable": ["sms"]}),
        ],
        "a telephone was left"
    );
    let keys = json!({"number": one["number"], "query_code": one["query_code"]});
    let tracked: Value = house.post("/track", &keys, &[]).await.json().await.unwrap();
    assert_eq!((&tracked["state"], &tracked["state_zh"]), (&json!("invalid"), &json!("无效")));
    assert_eq!(tracked["steps"].as_array().unwrap().last().unwrap()["zh"], "无效");
    let listed = operator.read(&house, "/cases?state=invalid").await;
    assert_eq!(listed["cases"][0]["number"], one["number"]);
    let owed = operator.read(&house, "/notices/owed").await;
    assert!(
        owed["owed"].as_array().unwrap().iter().all(|notice| notice["number"] != one["number"]),
        "{owed}"
    );
    house.stop().await;
}

#[tokio::test]
async fn a_strangers_key_shows_and_blocks_nothing() {
    let house = house().await;
    let key = [("idempotency-key", "1")];
    let mut second = message();
    (second["title"], second["party"]) =
        (json!("下水道堵塞"), json!({"name": "另一人", "phone": "13900000000"}));
    let one: Value = house.post("/cases", &message(), &key).await.json().await.unwrap();
    let answer = house.post("/cases", &second, &key).await;
    assert_eq!(answer.status(), StatusCode::CREATED, "another's key blocks nobody");
    let two: Value = answer.json().await.unwrap();
    assert_ne!((&one["number"], &one["query_code"]), (&two["number"], &two["query_code"]));
    for (body, before) in [(message(), &one), (second, &two)] {
        let again: Value = house.post("/cases", &body, &key).await.json().await.unwrap();
        assert_eq!(&again, before, "the same words with the same key are the same message");
    }
    assert_eq!(house.count("SELECT count(*) FROM case_file").await, 2);
    // Staff have a space of their own and are told.
    let bearer = format!("Bearer {}", token(Role::Operator, None, None));
    let own = [("authorization", bearer.as_str()), key[0]];
    let mut call = message();
    assert_eq!(house.post("/cases", &call, &own).await.status(), StatusCode::CREATED);
    call["title"] = json!("另一件事");
    assert_eq!(house.post("/cases", &call, &own).await.status(), StatusCode::CONFLICT);
    house.stop().await;
}

#[tokio::test]
async fn a_number_that_is_none_closes_the_door_just_as_one_that_is() {
    let house = house().await;
    let case = told(&house, &message()).await;
    let number = case["number"].as_str().unwrap().to_owned();
    let none = (number.parse::<u64>().unwrap() + 77).to_string();
    let ask = async |number: &str, code: &str| {
        let keys = json!({"number": number, "query_code": code});
        let answer = house.post("/track", &keys, &[]).await;
        let status = answer.status().as_u16();
        let mut body: Value = answer.json().await.unwrap();
        body.as_object_mut().unwrap().remove("instance");
        (status, body)
    };
    for at in 0..6 {
        let (there, missing) = (ask(&number, "0000000000").await, ask(&none, "0000000000").await);
        assert_eq!(there, missing, "nobody learns which of them is a case");
        assert_eq!(there.0, if at < 3 { 404 } else { 429 });
    }
    let code = case["query_code"].as_str().unwrap();
    assert_eq!(ask(&number, code).await.0, 429, "from here the door is closed for a while");
    // The holder asks from another network; the test makes the stranger's one.
    sqlx::query("UPDATE wrong_code SET asker = decode(md5(asker::text), 'hex')")
        .execute(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(ask(&number, code).await.0, 200, "the holder was never locked out");
    // And here it opens again by itself; what is over is forgotten.
    for _ in 0..3 {
        ask(&number, "0000000000").await;
    }
    assert_eq!(ask(&number, code).await.0, 429);
    sqlx::query("UPDATE wrong_code SET since = since - interval '11 minutes'")
        .execute(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(ask(&number, code).await.0, 200);
    assert_eq!(ask(&number, "1").await.0, 404);
    assert_eq!(house.count("SELECT count(*) FROM wrong_code").await, 1);
    house.stop().await;
}

#[tokio::test]
async fn an_officer_marks_a_matter_as_a_risk_with_grounds_that_stay_here() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let case = told(&house, &message()).await;
    let risks = path(&case, "/risks");
    for (body, field) in [
        (json!({"risk": "bad_person", "grounds": "经常来电"}), "risk"),
        (json!({"risk": "resentment", "grounds": " "}), "grounds"),
    ] {
        let answer = operator.post(&house, &risks, "1", body).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["field"], field);
    }
    let lift = path(&case, "/risks/lift");
    let early = operator.post(&house, &lift, "1", json!({"risk": "resentment", "reason": "已平息"})).await;
    assert_eq!(early.status(), StatusCode::CONFLICT);
    let mark = |risk: &str| json!({"risk": risk, "grounds": "多次投诉未解决，情绪激烈"});
    for _ in 0..2 {
        assert_eq!(operator.post(&house, &risks, "1", mark("resentment")).await.status(), StatusCode::OK);
    }
    assert_eq!(
        operator.post(&house, &risks, "1", mark("online_hype")).await.status(),
        StatusCode::PRECONDITION_FAILED
    );
    assert_eq!(operator.post(&house, &risks, "2", mark("online_hype")).await.status(), StatusCode::OK);
    let lifted = json!({"risk": "resentment", "reason": "已当面沟通"});
    for version in ["3", "3"] {
        assert_eq!(operator.post(&house, &lift, version, lifted.clone()).await.status(), StatusCode::OK);
    }
    assert_eq!(
        operator.post(&house, &lift, "4", json!({"risk": "online_hype", "reason": "未发生"})).await.status(),
        StatusCode::OK
    );
    let marked = events(&house, "case.risk_marked").await;
    assert_eq!(marked, [json!({"risk": "resentment"}), json!({"risk": "online_hype"})]);
    let off = events(&house, "case.risk_lifted").await;
    assert_eq!(off, [json!({"risk": "resentment", "left": 1}), json!({"risk": "online_hype", "left": 0})]);
    let shown = operator.read(&house, &risks).await;
    assert_eq!(shown["risks"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&shown["risks"][0]["reason"], &shown["risks"][0]["pack_version"]),
        (&json!("已当面沟通"), &json!(shipped_number()))
    );
    let officer = token(Role::Officer, Some("water"), None);
    assert!(house.get(&risks, &officer).await.status().is_client_error(), "not a case of that unit");
    assert_eq!(house.get(&risks, "").await.status(), StatusCode::UNAUTHORIZED);
    house.stop().await;
}

#[tokio::test]
async fn a_call_of_three_is_recorded_on_its_case_once() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let case = told(&house, &message()).await;
    let calls = path(&case, "/calls");
    let call = json!({"with": [{"code": "water", "speaker": "张三"}, {"code": "110"}],
        "began_at": "2026-03-02T02:00:00Z", "ended_at": "2026-03-02T02:09:00Z", "result": "theirs", "notes": "供水公司认可由其抢修"});
    for (pointer, value, field) in [
        ("/with", json!([]), "with"),
        ("/with/1/code", json!("water"), "with.code"),
        ("/ended_at", json!("2026-03-02T01:00:00Z"), "ended_at"),
        ("/ended_at", json!("2999-03-02T01:00:00Z"), "ended_at"),
        ("/result", json!("quarrel"), "result"),
    ] {
        let mut body = call.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        let answer = operator.post(&house, &calls, "1", body).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{pointer}");
        assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["field"], field);
    }
    for status in [201, 200] {
        assert_eq!(operator.post(&house, &calls, "1", call.clone()).await.status().as_u16(), status);
    }
    let said = events(&house, "case.call_held").await;
    assert_eq!(said, [json!({"with": ["water", "110"], "result": "theirs"})]);
    let shown = operator.read(&house, &calls).await;
    assert_eq!(shown["calls"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&shown["calls"][0]["with"][0]["speaker"], &shown["calls"][0]["notes"]),
        (&json!("张三"), &json!("供水公司认可由其抢修"))
    );
    let dump: String = sqlx::query_scalar("SELECT string_agg(c::text, '') FROM case_call c")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert!(!dump.contains("张三") && !dump.contains("抢修"));
    let dossier = operator.read(&house, &path(&case, "/dossier")).await;
    let kinds: Vec<&str> =
        dossier["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"case.call_held") && kinds.contains(&"calls.read"), "{kinds:?}");
    house.stop().await;
}

/// Waits for a count to become so.
async fn until(house: &House, statement: &'static str, wanted: i64) {
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while house.count(statement).await != wanted {
        assert!(std::time::Instant::now() < patience, "{statement}: {}", house.count(statement).await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn keys_of_likeness_and_what_is_found_by_rule_come_by_themselves() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let mut body = message();
    body["party"] = json!({"name": "测试者", "phone": "13800000001"});
    let first = told(&house, &body).await;
    let again = told(&house, &body).await;
    let mut group = message();
    (group["title"], group["text"]) = (json!("欠薪"), json!("工地拖欠农民工工资三个月，请求协调。"));
    group["party"] = json!({"name": "代表", "phone": "13800000002"});
    group["parties"] = json!({"size": 12, "representatives": [{"name": "甲"}]});
    group["record"] = json!({"brought_to": "510000"});
    let group = told(&house, &group).await;
    let mut secret = message();
    (secret["kind"], secret["parties"]) = (json!("report"), json!({"size": 12}));
    let secret = told(&house, &secret).await;
    // Nobody looked: the keys are written behind the registrations, of all that is not sealed.
    until(&house, "SELECT count(*) FROM case_likeness", 3).await;
    until(&house, "SELECT count(*) FROM case_found", 2).await;
    let found = operator.read(&house, &path(&first, "/alike")).await;
    assert_eq!(found["alike"][0]["number"], again["number"]);
    let said: Vec<(uuid::Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT aggregate_id, payload FROM outbox_event WHERE kind = 'case.found'")
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
    let of = |case: &Value| -> Vec<Value> {
        let id: uuid::Uuid = case["case_id"].as_str().unwrap().parse().unwrap();
        let own = said.iter().filter(|(aggregate, _)| *aggregate == id);
        own.map(|(_, payload)| serde_json::from_slice(payload).unwrap()).collect()
    };
    assert_eq!(of(&first), [Value::Null; 0], "the first of its kind is told to nobody");
    assert_eq!(of(&again), [json!({"findings": ["repeat"]})]);
    assert_eq!(of(&group), [json!({"findings": ["first", "collective", "skip-level"]})]);
    assert_eq!(of(&secret), [Value::Null; 0]);
    // What an officer corrects is found anew at once; what stays is told to nobody again.
    let record = json!({"brought_to": "511600"});
    for version in ["1", "2"] {
        let put = operator.put(&house, &path(&group, "/record"), version, record.clone()).await;
        assert_eq!(put.status(), StatusCode::OK);
        assert_eq!(events(&house, "case.found").await.len(), 3);
    }
    let last = events(&house, "case.found").await;
    assert_eq!(last.last(), Some(&json!({"findings": ["first", "collective"]})));
    house.stop().await;
}
