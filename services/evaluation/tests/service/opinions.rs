//! 舆情线索: what is said outside is kept sealed, warns, becomes a case, and stands in the week's analysis.

use contracts::{Body, StoredEvent, case::CaseAnswered};
use identity::Role;
use ids::EventId;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{desk::Desk, tale::Tale};

fn said(severity: &str, subject: &str) -> Value {
    json!({"policy": "hotline-004", "source": "network", "severity": severity, "subject": subject, "region": "511602",
        "link": "https://bbs.example.cn/t/1", "words": "网友称东街反复停水，无人告知。", "heard_on": "2026-06-15"})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_is_kept_sealed_warns_and_becomes_a_case() {
    let desk = Desk::new().await;
    let (operator, leader) = (desk.staff(Role::Operator, Some("511600")), desk.staff(Role::Leader, None));
    assert_eq!(desk.post("/opinions", &desk.staff(Role::Officer, None), said("grave", "water")).await.0, 403);
    for (field, wrong) in [
        ("policy", json!("nobody")),
        ("subject", json!("停水")),
        ("region", json!("512002")),
        ("link", json!("javascript:alert(1)")),
        ("heard_on", json!("2026-06-16")),
    ] {
        let mut body = said("grave", "water");
        body[field] = wrong;
        let (status, problem) = desk.post("/opinions", &operator, body).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)));
    }
    let warnings = async || desk.get("/alerts", &leader).await.2;
    let (status, first) = desk.post("/opinions", &operator, said("ordinary", "water")).await;
    assert_eq!((status, &first["state"], &first["channel"]), (201, &json!("heard"), &json!("forum")));
    assert_eq!(warnings().await, json!([]), "one ordinary opinion is no warning");
    let (_, grave) = desk.post("/opinions", &operator, said("grave", "water")).await;
    let warned = warnings().await;
    assert_eq!(
        (&warned[0]["sign"], &warned[0]["place"]),
        (&json!("opinion"), &json!("511602")),
        "told at once"
    );
    desk.post("/opinions", &operator, said("grave", "water")).await;
    assert_eq!(warnings().await.as_array().unwrap().len(), 1, "once a subject, place and week");
    let words: Vec<u8> =
        sqlx::query_scalar("SELECT words FROM opinion LIMIT 1").fetch_one(&desk.db.pool).await.unwrap();
    assert!(!words.windows(6).any(|window| window == "停水".as_bytes()));
    let told: Vec<String> = sqlx::query_scalar("SELECT convert_from(payload, 'UTF8') FROM outbox_event")
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
    assert!(told.iter().all(|payload| !payload.contains("停水")), "{told:?}");

    let of = |opinion: &Value, act: &str| format!("/opinions/{}/{act}", opinion["id"].as_str().unwrap());
    let elsewhere = desk.staff(Role::Operator, Some("512000"));
    assert_eq!(desk.put(&of(&grave, "follow"), &elsewhere, 1, json!({})).await.0, 404);
    assert_eq!(desk.get("/opinions", &elsewhere).await.2, json!([]));
    assert_eq!(desk.put(&of(&grave, "follow"), &operator, 9, json!({})).await.0, 412);
    assert_eq!(desk.put(&of(&grave, "follow"), &operator, 1, json!({})).await.1["state"], json!("following"));
    let tale = Tale::new(1, date(2026, 6, 8), date(2026, 6, 15), None);
    let make = json!({"case_id": tale.case});
    assert_eq!(desk.put(&of(&grave, "case"), &operator, 2, make.clone()).await.0, 404, "not heard of yet");
    desk.hear(&tale.told().concat()).await;
    let (status, cased) = desk.put(&of(&grave, "case"), &operator, 2, make.clone()).await;
    assert_eq!((status, &cased["state"], &cased["case_id"]), (200, &json!("cased"), &json!(tale.case)));
    assert_eq!(
        desk.put(&of(&grave, "case"), &operator, 2, make).await.1["version"],
        json!(3),
        "again is the same"
    );
    assert_eq!(desk.put(&of(&grave, "dismiss"), &operator, 3, json!({"reason": "无"})).await.0, 409);
    let dismissed = desk.put(&of(&first, "dismiss"), &operator, 1, json!({"reason": "经核不实"})).await.1;
    assert_eq!((&dismissed["state"], &dismissed["remark"]), (&json!("dismissed"), &json!("经核不实")));

    let preview = "/reports/preview?policy=hotline-004&series=weekly&day=2026-06-15";
    let week = desk.get(preview, &leader).await.2;
    let tables = week["tables"].as_array().unwrap();
    let table = tables.iter().find(|table| table["code"] == "opinions").unwrap();
    let shown: Vec<&Value> = table["rows"][0].as_array().unwrap().iter().map(|cell| &cell["value"]).collect();
    assert_eq!(
        shown,
        [&json!("重大"), &json!("网络"), &json!("water"), &json!("511602"), &json!(2), &json!(1)]
    );
    assert_eq!(table["rows"].as_array().unwrap().len(), 1, "what was dismissed does not count");
    let listed = desk.get("/opinions?state=cased", &operator).await.2;
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["words"]), (1, &said("", "")["words"]));
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn units_name_causes_and_remedies_and_the_analysis_counts_them() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> = (1..=3)
        .map(|n| Tale::new(n * 2, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12))))
        .collect();
    for tale in &tales {
        desk.hear(&tale.told().concat()).await;
    }
    let waiting = Tale::new(8, date(2026, 6, 8), date(2026, 6, 15), None);
    desk.hear(&waiting.told().concat()).await;
    let (water, other) = (desk.officer("water"), desk.officer("city-management"));
    let name = async |tale: &Tale, token: &str, body: Value| {
        let url = format!("{}/cases/{}/cause", desk.base, tale.case);
        desk.http.put(url).bearer_auth(token).json(&body).send().await.unwrap().status().as_u16()
    };
    let both = json!({"cause": "not_known", "remedy": "explain"});
    assert_eq!(name(&tales[0], &other, both.clone()).await, 403);
    assert_eq!(name(&waiting, &water, both.clone()).await, 409, "not answered");
    assert_eq!(name(&tales[0], &water, json!({"cause": "weather"})).await, 422);
    assert_eq!(name(&tales[0], &water, json!({})).await, 422);
    assert_eq!(name(&tales[0], &water, json!({"cause": "history"})).await, 204);
    for tale in &tales[..2] {
        assert_eq!(name(tale, &water, both.clone()).await, 204, "a later word replaces the first");
    }
    let preview = "/reports/preview?policy=mailbox-002&series=weekly&day=2026-06-15";
    let week = desk.get(preview, &desk.staff(Role::Leader, None)).await.2;
    for (code, zh) in [("causes", "政策宣传不够"), ("remedies", "加强宣传解释")] {
        let table = week["tables"].as_array().unwrap().iter().find(|table| table["code"] == code).unwrap();
        assert_eq!(table["rows"][0][0]["value"], json!(zh));
        assert_eq!(table["rows"][0][1]["value"], json!(2));
        assert_eq!(table["rows"].as_array().unwrap().len(), 1);
    }
    assert!(desk.running.stop().await);
}

/// What a case is told, with an answer that names a cause and a remedy.
fn naming(tale: &Tale, cause: Option<&str>, remedy: Option<&str>) -> Vec<StoredEvent> {
    let mut told = tale.told().concat();
    for event in &mut told {
        if let Body::CaseAnswered(answer) = event.clone().open().unwrap().body {
            let (cause, remedy) = (cause.map(str::to_owned), remedy.map(str::to_owned));
            let body: Body = CaseAnswered { cause, remedy, ..answer }.into();
            event.payload = String::from_utf8(body.to_json()).unwrap();
            event.actor = "officer:of-the-reply".to_owned();
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reply_names_is_counted_once_and_a_later_call_takes_its_place() {
    let desk = Desk::new().await;
    let answered = |serial| Tale::new(serial, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)));
    let (first, second, silent) = (answered(2), answered(4), answered(6));
    let told = naming(&first, Some("history"), Some("fixed"));
    desk.hear(&told).await;
    desk.hear(&told).await;
    desk.hear(&naming(&second, None, Some("rule"))).await;
    desk.hear(&naming(&silent, None, None)).await;
    type Row = (uuid::Uuid, i32, Option<String>, Option<String>, String, String);
    let kept = async || -> Vec<Row> {
        sqlx::query_as(
            "SELECT case_id, round, cause, remedy, day::text, named_by FROM case_cause ORDER BY remedy",
        )
        .fetch_all(&desk.db.pool)
        .await
        .unwrap()
    };
    let row = |tale: &Tale, cause: Option<&str>, remedy: &str, by: &str| {
        let (cause, remedy) = (cause.map(str::to_owned), Some(remedy.to_owned()));
        // The day is that of the answer, whenever it was heard.
        (tale.case.0, 1, cause, remedy, "2026-06-12".to_owned(), by.to_owned())
    };
    let of_reply = "officer:of-the-reply";
    let of_second = row(&second, None, "rule", of_reply);
    assert_eq!(kept().await, [row(&first, Some("history"), "fixed", of_reply), of_second.clone()]);

    let url = format!("{}/cases/{}/cause", desk.base, first.case);
    let call = json!({"remedy": "explain"});
    let (http, water) = (&desk.http, desk.officer("water"));
    let status = http.put(url).bearer_auth(&water).json(&call).send().await.unwrap().status().as_u16();
    assert_eq!(status, 204);
    let caller = format!("officer:{}", uuid::Uuid::from_u128(8));
    let called = [row(&first, None, "explain", &caller), of_second];
    assert_eq!(kept().await, called, "both codes together");
    // The answer of the round told once more, as another event: the call stands.
    let mut again: Vec<StoredEvent> =
        told.into_iter().filter(|event| event.kind == "case.answered").collect();
    (again[0].version, again[0].id) = (3, EventId::fresh());
    desk.hear(&again).await;
    assert_eq!(kept().await, called);

    let preview = "/reports/preview?policy=mailbox-002&series=weekly&day=2026-06-12";
    let week = desk.get(preview, &desk.staff(Role::Leader, None)).await.2;
    let rows = |code: &str| -> Vec<(Value, Value)> {
        let table = week["tables"].as_array().unwrap().iter().find(|table| table["code"] == code).unwrap();
        let rows = table["rows"].as_array().unwrap().iter();
        rows.map(|row| (row[0]["value"].clone(), row[1]["value"].clone())).collect()
    };
    assert_eq!(rows("causes"), []);
    assert_eq!(rows("remedies"), [(json!("加强宣传解释"), json!(1)), (json!("完善制度"), json!(1))]);
    assert!(desk.running.stop().await);
}
