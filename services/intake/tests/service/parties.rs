//! Parties: groups, representatives, secrecy of contact data, standing by rule, flags with their rights.

use super::{
    record::{Hands, events, path, told},
    *,
};

fn group(people: u32, representatives: u32) -> Value {
    let mut body = message();
    let persons: Vec<Value> = (0..representatives)
        .map(|at| json!({"name": format!("代表甲{at}"), "phone": "13900000000"}))
        .collect();
    body["parties"] = json!({"size": people, "representatives": persons, "hardship": "低保户"});
    body
}

#[tokio::test]
async fn a_group_of_twelve_speaks_through_five() {
    let house = house().await;
    let (status, fields) = refused(&house, "/parties", group(12, 6)["parties"].clone()).await;
    assert_eq!(
        (status, fields),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["parties.representatives".to_owned()])
    );
    let case = told(&house, &group(12, 5)).await;
    let operator = Hands::of(Role::Operator);
    let parties = operator.read(&house, &path(&case, "/parties")).await;
    assert_eq!((&parties["size"], &parties["collective"]), (&json!(12), &json!(true)));
    assert_eq!(parties["persons"]["representatives"][4]["name"], "代表甲4");
    let leader = Hands::of(Role::Leader).read(&house, &path(&case, "/parties")).await;
    assert_eq!((&leader["size"], leader.get("persons")), (&json!(12), None));
    let dump: String = sqlx::query_scalar("SELECT string_agg(t::text, '') FROM case_parties t")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert!(!dump.contains("代表甲") && !dump.contains("低保"));
    let said = serde_json::to_string(&events(&house, "case.accepted").await).unwrap();
    assert!(!said.contains("代表甲") && said.contains("group_incident"), "a group raises the class");
    let dossier = Hands::of(Role::Auditor).read(&house, &path(&case, "/dossier")).await;
    let kinds: Vec<&str> =
        dossier["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    let kinds: Vec<&str> = kinds.into_iter().filter(|kind| *kind != "case.found").collect();
    assert_eq!(kinds, ["case.registered", "case.accepted", "parties.read"]);

    // Chosen later: the five become three.
    let fewer = group(12, 3)["parties"].clone();
    assert_eq!(operator.put(&house, &path(&case, "/parties"), "1", fewer).await.status(), StatusCode::OK);
    let parties = operator.read(&house, &path(&case, "/parties")).await;
    assert_eq!(parties["representatives"], 3);
    let standing = operator.read(&house, &path(&case, "/standing")).await;
    let findings: Vec<&str> =
        standing["findings"].as_array().unwrap().iter().map(|one| one["finding"].as_str().unwrap()).collect();
    assert_eq!(findings, ["first", "collective"]);
    assert_eq!(standing["findings"][1]["evidence"], json!(["12 人"]));
    house.stop().await;
}

#[tokio::test]
async fn a_secret_telephone_is_for_the_desk_only() {
    let house = house().await;
    let mut body = message();
    body["party"]["secret"] = json!(true);
    let case = told(&house, &body).await;
    sqlx::query("UPDATE case_file SET unit = 'housing'").execute(&house.db.pool).await.unwrap();
    let officer = token(Role::Officer, Some("housing"), None);
    let shown = house.json(&path(&case, ""), &officer).await;
    assert_eq!(shown["party"], json!({"anonymous": false, "secret": true}));
    let shown = Hands::of(Role::Operator).read(&house, &path(&case, "")).await;
    assert_eq!(shown["party"]["phone"], "138-0000-0000");
    assert_eq!(house.count("SELECT count(*) FROM dossier_entry WHERE kind = 'party.read'").await, 1);
    house.stop().await;
}

#[tokio::test]
async fn a_repeat_is_found_on_the_matter_at_hand_with_its_evidence() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let first = told(&house, &message()).await;
    let mut other = message();
    other["text"] = json!("学校食堂的饭菜价格连续上涨，希望教育部门核查收费依据并向家长公开。");
    other["title"] = json!("食堂涨价");
    let other = told(&house, &other).await;
    let again = told(&house, &message()).await;
    let standing = operator.read(&house, &path(&first, "/standing")).await;
    assert_eq!(standing["findings"][0]["finding"], "first");
    let standing = operator.read(&house, &path(&other, "/standing")).await;
    assert_eq!(standing["findings"][0]["finding"], "first", "another matter of the same party is no repeat");
    let standing = operator.read(&house, &path(&again, "/standing")).await;
    assert_eq!(standing["findings"][0]["finding"], "repeat");
    assert_eq!(standing["findings"][0]["evidence"], json!([first["number"]]));
    let advice: Vec<&Value> =
        standing["earlier"].as_array().unwrap().iter().map(|case| &case["advice"]).collect();
    assert_eq!(advice, [&Value::Null, &json!("merge")]);
    for role in [Role::Officer, Role::Leader, Role::Auditor, Role::Admin] {
        let answer = house.get(&path(&again, "/standing"), &token(role, None, None)).await;
        assert!(answer.status().is_client_error(), "{role:?}");
    }
    // Nothing of it was written anywhere.
    assert_eq!(house.count("SELECT count(*) FROM case_flag").await, 0);
    house.stop().await;
}

#[tokio::test]
async fn a_flag_is_seen_objected_to_decided_by_another_and_closes_no_door() {
    let house = house().await;
    let (operator, supervisor) = (Hands::of(Role::Operator), Hands::of(Role::Supervisor));
    let case = told(&house, &message()).await;
    let flags = path(&case, "/flags");
    let wanted = json!({"flag": "order_violation", "ground": "staying", "facts": "在接待场所滞留至深夜",
        "handed": {"to": "派出所", "on": "2020-01-02", "reference": "001"}});
    let mut bad = wanted.clone();
    bad["ground"] = json!("asks_often");
    let answer = operator.post(&house, &flags, "1", bad).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let mut bad = wanted.clone();
    bad["until"] = json!("2999-01-01");
    assert_eq!(operator.post(&house, &flags, "1", bad).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let officer = Hands::of(Role::Officer);
    assert!(officer.post(&house, &flags, "1", wanted.clone()).await.status().is_client_error());
    let set = operator.post(&house, &flags, "1", wanted.clone()).await;
    assert_eq!(set.status(), StatusCode::CREATED);
    let id = set.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();

    // The person sees it and objects; nobody else can.
    let keys = json!({"number": case["number"], "query_code": case["query_code"]});
    let seen: Value = house.post("/track/flags", &keys, &[]).await.json().await.unwrap();
    assert_eq!(
        (&seen["flags"][0]["state"], &seen["flags"][0]["handed"]["to"]),
        (&json!("standing"), &json!("派出所"))
    );
    let tracked: Value = house.post("/track", &keys, &[]).await.json().await.unwrap();
    assert_eq!(
        tracked["steps"][2]["event"], "case.flagged",
        "the person is told that there is something to read"
    );
    let mut objection = keys.clone();
    objection["flag"] = json!(id);
    objection["text"] = json!("我只是在等回复");
    let mut stranger = objection.clone();
    stranger["query_code"] = json!("0000000000");
    assert_eq!(house.post("/track/objection", &stranger, &[]).await.status(), StatusCode::NOT_FOUND);
    let objected: Value = house.post("/track/objection", &objection, &[]).await.json().await.unwrap();
    assert_eq!(objected["state"], "objected");

    // The same party is registered and accepted as before, and so is the same matter.
    let next = told(&house, &message()).await;
    assert_eq!(next["state"], "accepted");
    let none: Value = operator.read(&house, &path(&next, "/flags")).await;
    assert_eq!(none["flags"], json!([]), "a flag does not follow a person");

    let decision = format!("{flags}/{id}/decision");
    let reason = json!({"lift": true, "reason": "等候不是滞留"});
    assert_eq!(operator.post(&house, &decision, "2", reason.clone()).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(supervisor.post(&house, &decision, "2", reason.clone()).await.status(), StatusCode::OK);
    assert_eq!(supervisor.post(&house, &decision, "2", reason).await.status(), StatusCode::OK, "taken twice");
    assert_eq!(
        events(&house, "case.flag_lifted").await,
        [json!({"flag": "order_violation", "reason": "objection"})]
    );
    assert_eq!(events(&house, "case.flagged").await.len(), 1);
    assert_eq!(house.post("/track/objection", &objection, &[]).await.status(), StatusCode::CONFLICT);

    // A supervisor who set one does not keep it against an objection; and a flag ends by itself.
    let set = supervisor.post(&house, &flags, "3", wanted).await;
    let id = set.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let keep = json!({"lift": false, "reason": "属实"});
    let answer = supervisor.post(&house, &format!("{flags}/{id}/decision"), "4", keep.clone()).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    sqlx::query("UPDATE case_flag SET until = '2020-01-01'").execute(&house.db.pool).await.unwrap();
    let seen: Value = house.post("/track/flags", &keys, &[]).await.json().await.unwrap();
    let states: Vec<&Value> = seen["flags"].as_array().unwrap().iter().map(|flag| &flag["state"]).collect();
    assert_eq!(states, [&json!("lifted"), &json!("ended")]);
    let answer = Hands::of(Role::Supervisor).post(&house, &format!("{flags}/{id}/decision"), "4", keep).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    house.stop().await;
}
