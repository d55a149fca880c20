//! The same matter: look-up, links, merges that collapse and part again, new facts.

use super::{
    record::{Hands, events, path, told},
    *,
};

fn neighbour(at: u32) -> Value {
    let mut body = message();
    body["text"] = json!(format!("滨河路十二号楼前的路灯坏了{at}个月，夜里看不见路，请尽快修理。"));
    body["party"]["phone"] = json!(format!("1380000010{at}"));
    body
}

async fn state(house: &House, case: &Value) -> String {
    sqlx::query_scalar("SELECT state FROM case_file WHERE number = $1")
        .bind(case["number"].as_str().unwrap())
        .fetch_one(&house.db.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn neighbours_are_found_merged_collapsed_and_parted() {
    let house = house().await;
    let operator = Hands::of(Role::Dispatcher);
    let mut cases = Vec::new();
    for at in 1..=4 {
        cases.push(told(&house, &neighbour(at)).await);
    }
    let mut far = message();
    far["title"] = json!("食堂涨价");
    far["text"] = json!("学校食堂的饭菜价格连续上涨，希望教育部门核查收费依据。");
    told(&house, &far).await;
    for case in &cases {
        operator.read(&house, &path(case, "/alike")).await;
    }
    let found = operator.read(&house, &path(&cases[0], "/alike")).await;
    let numbers: Vec<&Value> =
        found["alike"].as_array().unwrap().iter().map(|case| &case["number"]).collect();
    assert_eq!(numbers.len(), 3, "{found}");
    assert!(!numbers.contains(&&cases[0]["number"]));
    let typed = "/alike?text=%E6%BB%A8%E6%B2%B3%E8%B7%AF%E5%8D%81%E4%BA%8C%E5%8F%B7%E6%A5%BC%E5%89%8D%E7%9A%84%E8%B7%AF%E7%81%AF%E5%9D%8F%E4%BA%86";
    assert!(!operator.read(&house, typed).await["alike"].as_array().unwrap().is_empty());
    let elsewhere = token(Role::Operator, None, Some("510100"));
    assert_eq!(house.json(typed, &elsewhere).await["alike"], json!([]));

    let merge = async |from: &Value, into: &Value, version: &str| {
        operator.post(&house, &path(from, "/merge"), version, json!({"into": into["number"]})).await
    };
    let [a, b, c, d] = &cases[..] else { panic!("four cases") };
    assert_eq!(merge(a, a, "1").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(merge(a, b, "1").await.status(), StatusCode::OK);
    assert_eq!(merge(a, b, "1").await.status(), StatusCode::OK, "taken twice");
    assert_eq!(merge(b, a, "1").await.status(), StatusCode::UNPROCESSABLE_ENTITY, "a circle");
    assert_eq!(merge(a, c, "2").await.status(), StatusCode::CONFLICT, "parted first");
    // What waits on b goes with it; what is merged into a waits on the root.
    assert_eq!(merge(b, c, "1").await.status(), StatusCode::OK);
    assert_eq!(merge(d, a, "1").await.status(), StatusCode::OK);
    let links = operator.read(&house, &path(c, "/links")).await;
    let mut waiting: Vec<String> = links["waiting"]
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_str().unwrap().to_owned())
        .collect();
    waiting.sort();
    let mut all: Vec<String> = [a, b, d].map(|case| case["number"].as_str().unwrap().to_owned()).into();
    all.sort();
    assert_eq!(waiting, all);
    let said = events(&house, "case.merged").await;
    assert!(said.len() == 4 && said[1..].iter().all(|body| body["into"] == c["case_id"]), "{said:?}");

    // Parted, each stands where it stood.
    sqlx::query("UPDATE case_merge SET own_state = 'dispatched' WHERE ended_at IS NULL AND case_id = $1")
        .bind(d["case_id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap())
        .execute(&house.db.pool)
        .await
        .unwrap();
    let part = async |case: &Value, version: &str| {
        operator.post(&house, &path(case, "/unmerge"), version, json!({})).await.status()
    };
    assert_eq!(part(d, "1").await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(part(d, "2").await, StatusCode::OK);
    assert_eq!(part(d, "3").await, StatusCode::OK, "taken twice");
    assert_eq!((state(&house, d).await, state(&house, a).await), ("dispatched".into(), "merged".into()));

    // The citizen of the case waited on takes it back: nobody is left without an answer.
    let withdraw = Hands::of(Role::Operator);
    assert_eq!(withdraw.post(&house, &path(c, "/withdraw"), "1", json!({})).await.status(), StatusCode::OK);
    assert_eq!((state(&house, a).await, state(&house, b).await), ("accepted".into(), "accepted".into()));
    let parted = events(&house, "case.unmerged").await;
    assert!(parted.len() == 3 && parted.iter().all(|body| body["from"] == c["case_id"]));
    assert_eq!(house.count("SELECT count(*) FROM case_merge WHERE ended_at IS NULL").await, 0);
    assert_eq!(merge(a, c, "3").await.status(), StatusCode::UNPROCESSABLE_ENTITY, "it is at its end");
    for case in [a, b, c, d] {
        let dossier = operator.read(&house, &path(case, "/dossier")).await;
        assert_eq!(dossier["whole"], true);
    }
    house.stop().await;
}

#[tokio::test]
async fn cases_are_linked_once_and_a_closed_one_takes_new_facts() {
    let house = house().await;
    let operator = Hands::of(Role::Operator);
    let (one, two) = (told(&house, &neighbour(1)).await, told(&house, &neighbour(2)).await);
    let link = json!({"to": one["number"], "link": "repeat"});
    assert_eq!(
        operator.post(&house, &path(&two, "/links"), "1", link.clone()).await.status(),
        StatusCode::OK
    );
    assert_eq!(operator.post(&house, &path(&two, "/links"), "1", link).await.status(), StatusCode::OK);
    assert_eq!(events(&house, "case.linked").await, [json!({"to": one["case_id"], "link": "repeat"})]);
    let seen = operator.read(&house, &path(&one, "/links")).await;
    assert_eq!(seen["links"], json!([{"number": two["number"], "link": "repeat"}]));
    let bad = json!({"to": "000000000000000000", "link": "repeat"});
    assert_eq!(
        operator.post(&house, &path(&two, "/links"), "2", bad).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );

    let news = json!({"text": "又有两盏路灯坏了。"});
    let renew = path(&one, "/renew");
    assert_eq!(operator.post(&house, &renew, "1", news.clone()).await.status(), StatusCode::CONFLICT);
    sqlx::query("UPDATE case_file SET state = 'closed', closed_round = 1")
        .execute(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(operator.post(&house, &renew, "1", news).await.status(), StatusCode::OK);
    assert_eq!(events(&house, "case.renewed").await, [json!({"reason": "new-facts"})]);
    let case = operator.read(&house, &path(&one, "?party=false")).await;
    assert_eq!(
        (&case["state"], &case["supplements"][0]["text"]),
        (&json!("closed"), &json!("又有两盏路灯坏了。"))
    );
    house.stop().await;
}

#[tokio::test]
async fn what_is_sealed_is_never_like_anything_nor_merged() {
    let house = house().await;
    let mut secret = neighbour(1);
    secret["kind"] = json!("report");
    let secret = told(&house, &secret).await;
    let open = told(&house, &neighbour(2)).await;
    let dispatcher = Hands::of(Role::Dispatcher);
    let hidden = house.get(&path(&secret, "/alike"), &token(Role::Dispatcher, None, None)).await;
    assert_eq!(hidden.status(), StatusCode::NOT_FOUND, "who is not named learns not even that it is there");
    dispatcher.read(&house, &path(&open, "/alike")).await;
    let other = dispatcher.read(&house, &path(&open, "/alike")).await;
    assert_eq!(other["alike"], json!([]));
    let into = json!({"into": secret["number"]});
    let answer = dispatcher.post(&house, &path(&open, "/merge"), "1", into.clone()).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let operator = Hands::of(Role::Operator);
    let answer = operator.post(&house, &path(&open, "/merge"), "1", into).await;
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["errors"][0]["reason_en"], "there is no case with this number");
    house.stop().await;
}
