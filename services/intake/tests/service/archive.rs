//! The file of a closed case: complete, alone, kept for its time, ended by two hands; and the chain that proves it.

use identity::{Claims, Keys, Role};
use ids::CaseNumber;
use intake::dossiers::{Broken, anchor, verify};
use jiff::{Timestamp, civil::date};
use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};
use runtime::{Clock, Secrets};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    House, SECRET, house, house_with, message,
    publishing::{ask, closed, routing_tells},
    token,
};

const ANSWER: &str = "路灯已修复。<script>alert(1)</script> \u{FEFF}& 完";

async fn attach(house: &House, number: &str, operator: &str, bytes: &[u8]) {
    let part = Part::bytes(bytes.to_vec()).file_name("证据 \"一\".jpg").mime_str("image/jpeg").unwrap();
    let url = format!("{}/cases/{number}/attachments", house.base);
    let form = Form::new().part("file", part);
    let answer = house.client.post(url).bearer_auth(operator).multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn the_file_holds_everything_and_proves_itself() {
    let house = house().await;
    let (operator, supervisor) = (token(Role::Operator, None, None), token(Role::Supervisor, None, None));
    let made: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let (number, case) = (made["number"].as_str().unwrap(), made["case_id"].as_str().unwrap());
    let picture =
        [b"\xFF\xD8\xFF\xE0".to_vec(), (0..200_000_u32).map(|at| (at % 251) as u8).collect()].concat();
    attach(&house, number, &operator, &picture).await;
    let path = format!("/cases/{number}/archive");
    let early = ask(&house, Method::POST, &path, &supervisor, None, json!({})).await;
    assert_eq!(early.status(), StatusCode::CONFLICT);
    assert_eq!(house.get(&path, &supervisor).await.status(), StatusCode::NOT_FOUND);
    sqlx::query("UPDATE case_file SET state = 'closed', closed_round = 1 WHERE number = $1")
        .bind(number)
        .execute(&house.db.pool)
        .await
        .unwrap();
    routing_tells(&house, case, ANSWER, true).await;
    let leader = token(Role::Leader, None, None);
    assert_eq!(
        ask(&house, Method::POST, &path, &leader, None, json!({})).await.status(),
        StatusCode::FORBIDDEN
    );
    let made = ask(&house, Method::POST, &path, &supervisor, None, json!({})).await;
    assert_eq!(made.status(), StatusCode::OK);
    let made: Value = made.json().await.unwrap();
    let again: Value =
        ask(&house, Method::POST, &path, &supervisor, None, json!({})).await.json().await.unwrap();
    assert_eq!((&again["digest"], &again["edition"]), (&made["digest"], &json!(1)));

    let file = house.get(&path, &supervisor).await;
    assert_eq!(
        file.headers()["digest"].to_str().unwrap(),
        format!("sha-256={}", made["digest"].as_str().unwrap())
    );
    assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let page = file.text().await.unwrap();
    use sha2::Digest as _;
    let digest: String =
        sha2::Sha256::digest(page.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(json!(digest), made["digest"]);
    // Alone: it loads nothing, and no word of anybody becomes markup.
    for outside in ["src=\"http", "href=\"http", "url(", "@import", "<link", "<script>", "alert(1)</script>"]
    {
        assert!(!page.contains(outside), "{outside}");
    }
    for inside in [
        "测试者",
        "138-0000-0000",
        "路灯坏了一个月",
        "路灯已修复",
        "内部意见",
        "收文登记",
        "流程登记",
        "办结登记",
        "@media print",
        "SimSun",
    ] {
        assert!(page.contains(inside), "{inside}");
    }
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let data = page.split("href=\"data:image/jpeg;base64,").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(STANDARD.decode(data).unwrap(), picture);

    let inside: Value = house.json(&format!("{path}?format=json"), &supervisor).await;
    assert_eq!((&inside["format"], &inside["case"]["number"]), (&json!("huiyin-archive"), &json!(number)));
    assert_eq!(inside["replies"][0]["public_text"], json!(ANSWER));
    assert_eq!(
        (&inside["dossier"]["whole"], inside["dossier"]["entries"].as_array().unwrap().len()),
        (&json!(true), 3)
    );
    recompute(&inside["dossier"]["entries"], case);
    assert_eq!(house.get(&format!("{path}?format=pdf"), &supervisor).await.status(), StatusCode::BAD_REQUEST);
    let registers = house.json(&format!("/cases/{number}/registrations"), &operator).await;
    let kinds = |at: usize| -> Vec<String> {
        let lines = registers["registers"][at]["lines"].as_array().unwrap().iter();
        lines.map(|line| line["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(0), ["case.registered", "case.attached"]);
    assert_eq!(kinds(1), ["case.accepted", "archive.read", "archive.read"]);
    assert_eq!(kinds(2), ["case.archived"]);
    house.stop().await;
}

/// The chain, computed by nothing but what the file itself says of it.
fn recompute(entries: &Value, case: &str) {
    use sha2::Digest as _;
    let mut before = [0_u8; 32];
    for entry in entries.as_array().unwrap() {
        let word = |key: &str| entry[key].as_str().unwrap();
        let mut hash = sha2::Sha256::new();
        hash.update(before);
        hash.update(case.parse::<uuid::Uuid>().unwrap().as_bytes());
        hash.update(u32::try_from(entry["seq"].as_u64().unwrap()).unwrap().to_be_bytes());
        hash.update(word("event_id").parse::<uuid::Uuid>().unwrap().as_bytes());
        let at: Timestamp = word("happened_at").parse().unwrap();
        hash.update(at.as_microsecond().to_be_bytes());
        for key in ["source", "kind", "actor", "detail"] {
            hash.update((word(key).len() as u64).to_be_bytes());
            hash.update(word(key).as_bytes());
        }
        before = hash.finalize().into();
        let hex: String = before.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, word("hash"));
    }
}

fn hand(role: Role, account: u128) -> String {
    let claims = Claims {
        sub: uuid::Uuid::from_u128(account),
        role,
        roles: vec![role],
        unit: None,
        region: None,
        case: None,
        exp: 32_503_680_000,
    };
    Keys::from_secret(&SECRET.into()).sign(&claims)
}

#[tokio::test]
async fn a_file_ends_after_its_time_and_by_two_hands_only() {
    let house = house().await;
    let (number, _) = closed(&house, |_| ()).await;
    let (one, two) = (hand(Role::Operator, 1), hand(Role::Supervisor, 2));
    attach(reopened(&house, &number).await, &number, &one, b"\xFF\xD8\xFF\xE0 proof").await;
    sqlx::query("UPDATE case_file SET state = 'closed'").execute(&house.db.pool).await.unwrap();
    let path = format!("/cases/{number}/archive");
    let made = ask(&house, Method::POST, &path, &one, None, json!({})).await;
    assert_eq!(made.status(), StatusCode::OK);
    let end = format!("{path}/destruction");
    let propose = json!({"step": "propose", "grounds": "保管期满，无继续保存价值"});
    let early = ask(&house, Method::POST, &end, &one, Some(1), propose.clone()).await;
    assert_eq!(early.status(), StatusCode::CONFLICT);
    assert_eq!(house.json("/archive/due", &one).await["files"], json!([]));

    sqlx::query("UPDATE archive_keeping SET keep_until = DATE '2020-12-31'")
        .execute(&house.db.pool)
        .await
        .unwrap();
    assert_eq!(house.json("/archive/due", &one).await["files"][0]["number"], json!(number));
    let agree = json!({"step": "agree"});
    assert_eq!(
        ask(&house, Method::POST, &end, &two, Some(1), agree.clone()).await.status(),
        StatusCode::CONFLICT
    );
    let bare = ask(&house, Method::POST, &end, &one, Some(1), json!({"step": "propose"})).await;
    assert_eq!(bare.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask(&house, Method::POST, &end, &one, Some(1), propose).await.status(), StatusCode::OK);
    for (who, why) in
        [(&one, "an operator"), (&hand(Role::Supervisor, 1), "the same account in another role")]
    {
        let same = ask(&house, Method::POST, &end, who, Some(2), agree.clone()).await;
        assert_eq!(same.status(), StatusCode::CONFLICT, "{why}");
    }
    let gone = ask(&house, Method::POST, &end, &two, Some(2), agree).await;
    assert_eq!(gone.json::<Value>().await.unwrap()["state"], "destroyed");

    assert_eq!(house.get(&path, &two).await.status(), StatusCode::NOT_FOUND);
    let case = house.json(&format!("/cases/{number}?party=false"), &two).await;
    assert_eq!((&case["title"], &case["text"]), (&json!(""), &json!("")));
    let left: i64 = std::fs::read_dir(house.files().join("sealed"))
        .unwrap()
        .map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count() as i64)
        .sum();
    assert_eq!((left, house.count("SELECT count(*) FROM attachment").await), (0, 0));
    // Who decided it stays, and the chain is whole.
    let (by, decided): (String, String) =
        sqlx::query_as("SELECT proposed_by, decided_by FROM archive_keeping")
            .fetch_one(&house.db.pool)
            .await
            .unwrap();
    assert!(by.ends_with("0001") && decided.starts_with("supervisor:"), "{by} {decided}");
    assert_eq!(house.json(&format!("/cases/{number}/dossier"), &two).await["whole"], true);
    house.stop().await;
}

async fn reopened<'a>(house: &'a House, number: &str) -> &'a House {
    sqlx::query("UPDATE case_file SET state = 'dispatched' WHERE number = $1")
        .bind(number)
        .execute(&house.db.pool)
        .await
        .unwrap();
    house
}

async fn findings(pool: &PgPool, number: Option<&CaseNumber>) -> Vec<(i64, Broken)> {
    let verified = verify(pool, &Secrets::new(SECRET.into()), number).await.unwrap();
    verified.findings.into_iter().map(|finding| (finding.seq, finding.broken)).collect()
}

#[tokio::test]
async fn whoever_touches_a_dossier_is_found() {
    // Eight in the morning: nobody else anchors before eleven at night.
    let clock = Clock::fixed("2026-03-02T00:00:00Z".parse().unwrap());
    let house = house_with(vec![("intake.anchor_hour", "23".to_owned())], clock, |_| ()).await;
    let secrets = Secrets::new(SECRET.into());
    let made: Value = house.post("/cases", &message(), &[]).await.json().await.unwrap();
    let number: CaseNumber = made["number"].as_str().unwrap().parse().unwrap();
    let mut other = message();
    // Somebody else's: nothing is found of it by rule, which would be an entry too.
    other["party"]["phone"] = json!("13800000009");
    house.post("/cases", &other, &[]).await;
    let operator = token(Role::Operator, None, None);
    for _ in 0..3 {
        // Each reading of the party is an entry.
        house.json(&format!("/cases/{number}"), &operator).await;
    }
    let pool = &house.db.pool;
    assert_eq!(findings(pool, None).await, []);
    let now = Timestamp::UNIX_EPOCH;
    let first = anchor(pool, &secrets, now, date(2026, 1, 1)).await.unwrap().unwrap();
    assert_eq!((first.anchor, first.heads), (1, 2));
    assert_eq!(anchor(pool, &secrets, now, date(2026, 1, 1)).await.unwrap(), None);
    house.json(&format!("/cases/{number}"), &operator).await;
    let second = anchor(pool, &secrets, now, date(2026, 1, 2)).await.unwrap().unwrap();
    assert_eq!((second.anchor, second.heads), (2, 1));
    let whole = verify(pool, &secrets, None).await.unwrap();
    assert_eq!((whole.cases, whole.entries, whole.anchors, whole.findings.len()), (2, 8, 2, 0));

    sqlx::query("CREATE TABLE kept AS SELECT * FROM dossier_entry").execute(pool).await.unwrap();
    let id: uuid::Uuid = made["case_id"].as_str().unwrap().parse().unwrap();
    let of = format!("case_id = '{id}'");
    for (deed, expected) in [
        (
            format!("UPDATE dossier_entry SET actor = 'citizen' WHERE {of} AND seq = 3"),
            vec![(3, Broken::Changed)],
        ),
        (
            format!(
                "UPDATE dossier_entry SET happened_at = happened_at + interval '1 s' WHERE {of} AND seq = 1"
            ),
            vec![(1, Broken::Changed)],
        ),
        (format!("DELETE FROM dossier_entry WHERE {of} AND seq = 2"), vec![(2, Broken::Missing)]),
        (
            format!("DELETE FROM dossier_entry WHERE {of} AND seq > 4"),
            vec![(5, Broken::Cut), (6, Broken::Cut)],
        ),
        (format!("DELETE FROM dossier_entry WHERE {of}"), (1..=6).map(|seq| (seq, Broken::Cut)).collect()),
        (
            format!(
                "UPDATE dossier_entry d SET event_id = o.event_id, kind = o.kind, happened_at = o.happened_at,
                        actor = o.actor, detail = o.detail, source = o.source
                 FROM dossier_entry o WHERE d.{of} AND o.{of} AND (d.seq, o.seq) IN ((2, 3), (3, 2))"
            ),
            vec![(2, Broken::Swapped), (3, Broken::Swapped)],
        ),
        (
            "UPDATE dossier_anchor_head SET seq = seq - 1 WHERE anchor = 2".to_owned(),
            vec![(2, Broken::Anchor), (5, Broken::Rewritten)],
        ),
        ("UPDATE dossier_anchor SET proof = digest WHERE anchor = 2".to_owned(), vec![(2, Broken::Anchor)]),
        ("DELETE FROM dossier_anchor WHERE anchor = 1".to_owned(), vec![(2, Broken::Anchor)]),
    ] {
        sqlx::query("CREATE TABLE heads AS SELECT * FROM dossier_anchor_head").execute(pool).await.unwrap();
        sqlx::query("CREATE TABLE anchors AS SELECT * FROM dossier_anchor").execute(pool).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(deed.clone())).execute(pool).await.unwrap();
        let mut found = findings(pool, None).await;
        found.sort_unstable();
        assert_eq!(found, expected, "{deed}");
        if !deed.contains("anchor") {
            assert_eq!(findings(pool, Some(&number)).await, expected, "{deed}");
        }
        for (table, kept) in
            [("dossier_entry", "kept"), ("dossier_anchor_head", "heads"), ("dossier_anchor", "anchors")]
        {
            for statement in
                [format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM {kept}")]
            {
                sqlx::query(sqlx::AssertSqlSafe(statement)).execute(pool).await.unwrap();
            }
        }
        sqlx::query("DROP TABLE heads, anchors").execute(pool).await.unwrap();
    }
    assert_eq!(findings(pool, None).await, []);
    house.stop().await;
}
