//! The record: five elements, class, subject tree, reclassification.

use super::*;

/// What a caller of the front desk does, with its token in the header.
pub(crate) struct Hands(pub(crate) String);

impl Hands {
    pub(crate) fn of(role: Role) -> Self {
        Self(format!("Bearer {}", token(role, None, None)))
    }

    pub(crate) async fn post(&self, house: &House, path: &str, version: &str, body: Value) -> Response {
        let version = format!("\"{version}\"");
        house.post(path, &body, &[("authorization", &self.0), ("if-match", &version)]).await
    }

    pub(crate) async fn put(&self, house: &House, path: &str, version: &str, body: Value) -> Response {
        let request = house.client.put(format!("{}{path}", house.base)).json(&body);
        let request = request.header("authorization", &self.0).header("if-match", format!("\"{version}\""));
        request.send().await.unwrap()
    }

    pub(crate) async fn read(&self, house: &House, path: &str) -> Value {
        house.json(path, self.0.strip_prefix("Bearer ").unwrap()).await
    }
}

/// Registers and gives what the citizen keeps.
pub(crate) async fn told(house: &House, body: &Value) -> Value {
    let answer = house.post("/cases", body, &[]).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

pub(crate) fn path(case: &Value, rest: &str) -> String {
    format!("/cases/{}{rest}", case["number"].as_str().unwrap())
}

/// The bodies of a kind of event, in the order in which they were said.
pub(crate) async fn events(house: &House, kind: &str) -> Vec<Value> {
    let rows: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT payload FROM outbox_event WHERE kind = $1 ORDER BY event_id")
            .bind(kind)
            .fetch_all(&house.db.pool)
            .await
            .unwrap();
    rows.iter().map(|row| serde_json::from_slice(row).unwrap()).collect()
}

#[tokio::test]
async fn a_record_tells_what_is_missing_and_why_the_class_was_raised() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let plain = told(&house, &message()).await;
    assert_eq!(house.count("SELECT count(*) FROM case_record").await, 0, "a plain case pays nothing");
    let record = operator.read(&house, &path(&plain, "/record")).await;
    assert_eq!((&record["class"], record["missing"].as_array().unwrap().len()), (&json!("ordinary"), 5));

    let mut rich = message();
    rich["text"] = json!("滨河路工地坍塌，有人被困，请尽快处置。");
    rich["record"] = json!({"who": "测试者的邻居", "when": "今早", "where": "十二号楼", "cause": "施工", "course": "先裂后塌",
        "purposes": ["resolve"], "risks": ["resentment"], "tags": ["工地"], "grid": "G-0102"});
    let rich = told(&house, &rich).await;
    let record = operator.read(&house, &path(&rich, "/record")).await;
    assert_eq!((&record["complete"], &record["class"]), (&json!(true), &json!("important")));
    assert_eq!((&record["fast"], &record["evidence"]), (&json!("safety_stability"), &json!("坍塌")));
    assert_eq!(record["record"]["who"], "测试者的邻居");
    let accepted = events(&house, "case.accepted").await;
    assert_eq!((&accepted[0]["class"], &accepted[0]["fast"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&accepted[1]["class"], &accepted[1]["fast"]),
        (&json!("important"), &json!("safety_stability"))
    );
    let dump: String = sqlx::query_scalar("SELECT string_agg(t::text, '') FROM case_record t")
        .fetch_one(&house.db.pool)
        .await
        .unwrap();
    assert!(!dump.contains("测试者"), "the elements are sealed");

    let less = operator.put(&house, &path(&rich, "/record"), "1", json!({"who": "某人"})).await;
    assert_eq!(less.status(), StatusCode::OK);
    let record = operator.read(&house, &path(&rich, "/record")).await;
    assert_eq!(record["missing"], json!(["when", "where", "cause", "course"]));
    assert_eq!(record["class"], "important", "writing the record anew does not lower the class");
    for (part, field) in [
        (json!({"purposes": ["revenge"]}), "record.purposes"),
        (json!({"class": "secret"}), "record.class"),
        (json!({"grid": "某"}), "record.grid"),
    ] {
        let (status, fields) = refused(&house, "/record", part).await;
        assert_eq!((status, fields), (StatusCode::UNPROCESSABLE_ENTITY, vec![field.to_owned()]));
    }
    house.stop().await;
}

#[tokio::test]
async fn a_person_changes_the_classification_with_a_reason() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let case = told(&house, &message()).await;
    let classify = path(&case, "/classify");
    let answer = operator.post(&house, &classify, "1", json!({"class": "important", "reason": " "})).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wanted =
        json!({"class": "urgent-read", "urgency": "urgent", "kind": "help", "reason": "涉及老人出行安全"});
    let answer = operator.post(&house, &classify, "1", wanted.clone()).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["version"], 2);
    let stale = operator.post(&house, &classify, "1", wanted).await;
    assert_eq!(stale.status(), StatusCode::PRECONDITION_FAILED);
    let said = events(&house, "case.classified").await;
    let body = json!({"kind": "help", "urgency": "urgent", "class": "urgent-read", "subject": null, "fast": null,
        "petition": null, "first": true});
    assert_eq!(said, [body]);
    let shown = operator.read(&house, &path(&case, "?party=false")).await;
    assert_eq!((&shown["kind"], &shown["urgency"]), (&json!("help"), &json!("urgent")));
    for (field, value) in
        [("kind", "report"), ("fast", "nothing"), ("urgency", "soon"), ("petition", "appeal")]
    {
        let answer = operator.post(&house, &classify, "2", json!({field: value, "reason": "某"})).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["errors"][0]["field"], field);
    }
    let leader = Hands::of(Role::Leader);
    let answer = leader.post(&house, &classify, "2", json!({"class": "ordinary", "reason": "某"})).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    house.stop().await;
}

#[tokio::test]
async fn a_loaded_tree_knows_its_subjects() {
    let house = house().await;
    let mut lamp = message();
    lamp["subject"] = json!("anything.goes");
    told(&house, &lamp).await;
    let tree: Value = serde_json::from_str(include_str!("../../../../deploy/subjects/default.json")).unwrap();
    let admin = Hands::of(Role::Admin);
    let operator = Hands::of(Role::Operator);
    assert_eq!(operator.put(&house, "/subjects", "0", tree.clone()).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(admin.put(&house, "/subjects", "0", tree.clone()).await.status(), StatusCode::OK);
    assert_eq!(admin.put(&house, "/subjects", "0", tree.clone()).await.status(), StatusCode::CONFLICT);
    let shown = operator.read(&house, "/subjects").await;
    assert_eq!(shown["subjects"].as_array().unwrap().len(), tree["subjects"].as_array().unwrap().len());
    let (status, fields) = refused(&house, "/subject", json!("anything.goes")).await;
    assert_eq!((status, fields), (StatusCode::UNPROCESSABLE_ENTITY, vec!["subject".to_owned()]));
    lamp["subject"] = json!("construction.road.streetlight");
    told(&house, &lamp).await;
    let bad = json!({"version": 2, "subjects": [{"code": "a.b", "zh": "甲", "en": "a"}]});
    assert_eq!(admin.put(&house, "/subjects", "0", bad).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let newer = json!({"version": 2, "subjects": [{"code": "a", "zh": "甲", "en": "a"}]});
    assert_eq!(admin.put(&house, "/subjects", "0", newer).await.status(), StatusCode::OK);
    assert_eq!(refused(&house, "/subject", json!("construction.road.streetlight")).await.1, ["subject"]);
    house.stop().await;
}
