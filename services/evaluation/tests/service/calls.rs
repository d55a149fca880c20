//! 回访 by telephone: calls in vain are counted, and what the citizen says beside the grade is kept sealed.

use identity::Role;
use jiff::civil::date;
use serde_json::json;

use crate::{desk::Desk, tale::Tale};

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_vain_end_a_follow_up_at_the_number_of_the_pack_and_words_are_sealed() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> =
        (1..=2).map(|n| Tale::new(n, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)))).collect();
    for tale in &tales {
        desk.hear(&tale.told().concat()).await;
    }
    let operator = desk.staff(Role::Operator, Some("511600"));
    let listed = desk.get("/followups", &operator).await.2;
    let first = format!("/followups/{}", listed[0]["id"].as_str().unwrap());
    let call = format!("{first}/attempts");
    let elsewhere = desk.staff(Role::Operator, Some("512000"));
    assert_eq!(desk.post(&call, &elsewhere, json!({"reached": false})).await.0, 403);
    for (attempt, completed) in [(1, false), (2, false), (3, true)] {
        let answer = desk.post(&call, &operator, json!({"reached": false})).await;
        assert_eq!(answer, (200, json!({"attempt": attempt, "completed": completed})));
    }
    assert_eq!(desk.post(&call, &operator, json!({"reached": false})).await.0, 409);
    let case: ids::CaseId = listed[0]["case_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(desk.kinds(case).await, ["followup.opened", "followup.completed"]);

    let second = format!("/followups/{}", listed[1]["id"].as_str().unwrap());
    for attempt in 1..=4 {
        let answer = desk.post(&format!("{second}/attempts"), &operator, json!({"reached": true})).await;
        assert_eq!(answer, (200, json!({"attempt": attempt, "completed": false})), "somebody answered");
    }
    let record = format!("{second}/record");
    assert_eq!(desk.get(&record, &operator).await.0, 404);
    let said = json!({"contact": "cold", "development": "growing", "opinions": "窗口人员态度冷漠，邻里准备一起反映。"});
    let put = desk.http.put(format!("{}{record}", desk.base)).bearer_auth(&operator).json(&said);
    assert_eq!(put.send().await.unwrap().status().as_u16(), 204);
    let (_, _, kept) = desk.get(&record, &operator).await;
    assert_eq!((&kept["contact"], &kept["opinions"]), (&said["contact"], &said["opinions"]));
    assert_eq!(desk.get(&record, &desk.citizen(tales[1].case)).await.0, 403);
    let stored: Vec<u8> =
        sqlx::query_scalar("SELECT opinions FROM followup_record").fetch_one(&desk.db.pool).await.unwrap();
    assert!(!stored.windows(6).any(|window| window == "窗口".as_bytes()));
    assert!(desk.running.stop().await);
}

async fn figure(desk: &Desk, code: &str) -> u64 {
    let token = desk.staff(Role::Supervisor, None);
    let table = desk.get("/figures?policy=mailbox-002&from=2026-06-01&to=2026-06-30", &token).await.2;
    let figures = table["rows"][0]["figures"].as_array().unwrap();
    let one = figures.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}"));
    one["numerator"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn how_citizens_were_met_and_what_grows_is_counted_and_what_grows_warns() {
    let desk = Desk::sweeping(1).await;
    // Received long before the week of the calls.
    for n in 1..=3 {
        let tale = Tale::new(n, date(2026, 5, 25), date(2026, 6, 15), Some(date(2026, 6, 12)));
        let [mut intake, routing, limits] = tale.told();
        intake[0].payload = intake[0].payload.replace("\"subject\":null", "\"subject\":\"heating\"");
        assert!(intake[0].payload.contains("heating"), "{}", intake[0].payload);
        desk.hear(&[intake, routing, limits].concat()).await;
    }
    let operator = desk.staff(Role::Operator, Some("511600"));
    let listed = desk.get("/followups", &operator).await.2;
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 3);
    let record = async |at: usize, contact: &str, development: &str| {
        let url = format!("{}/followups/{}/record", desk.base, listed[at]["id"].as_str().unwrap());
        let said = json!({"contact": contact, "development": development});
        let put = desk.http.put(url).bearer_auth(&operator).json(&said).send().await.unwrap();
        assert_eq!(put.status().as_u16(), 204);
    };
    let supervisor = desk.staff(Role::Supervisor, None);
    record(0, "rough", "growing").await;
    record(1, "cold", "growing").await;
    record(2, "courteous", "settled").await;
    assert_eq!((figure(&desk, "rough").await, figure(&desk, "growing").await), (1, 2));
    record(0, "plain", "growing").await;
    assert_eq!((figure(&desk, "rough").await, figure(&desk, "growing").await), (0, 2), "it was corrected");
    record(2, "rough", "growing").await;
    assert_eq!((figure(&desk, "rough").await, figure(&desk, "growing").await), (1, 3));
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let alerts = desk.get("/alerts", &supervisor).await.2;
        if let Some(alert) = alerts.as_array().unwrap().first() {
            assert_eq!((&alert["sign"], &alert["cases"]), (&json!("growing"), &json!(3)));
            assert_eq!(alert["subject"], json!("heating"));
            break;
        }
        assert!(std::time::Instant::now() < patience, "no warning came");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(desk.running.stop().await);
}
