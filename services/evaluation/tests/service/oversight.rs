//! The supervision office draws cases by lot and every look is written down; practical items are tracked to their end.

use identity::Role;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{city::rows, desk::Desk, tale::tales};

#[tokio::test(flavor = "multi_thread")]
async fn the_supervision_office_draws_by_lot_and_every_look_is_written_down() {
    let desk = Desk::new().await;
    for tale in tales(60) {
        desk.hear(&tale.told().concat()).await;
    }
    let hidden: uuid::Uuid = sqlx::query_scalar(
        "INSERT INTO case_seal (case_id, hands, barred) SELECT case_id, '{}', '{}' FROM case_fact ORDER BY case_id LIMIT 1 RETURNING case_id",
    )
    .fetch_one(&desk.db.pool)
    .await
    .unwrap();
    let supervisor = desk.staff(Role::Supervisor, None);
    let order = |cases: i32| json!({"policy": "mailbox-002", "from": "2026-01-01", "to": "2026-12-31", "cases": cases, "seed": "2026-06"});
    assert_eq!(desk.post("/spot-checks", &desk.staff(Role::Operator, None), order(5)).await.0, 403);
    assert_eq!(desk.post("/spot-checks", &supervisor, order(0)).await.0, 422);
    let drawn = async |token: &str, cases: i32| -> (Value, Vec<Value>) {
        let (status, check) = desk.post("/spot-checks", token, order(cases)).await;
        assert_eq!(status, 201, "{check}");
        let path = format!("/spot-checks/{}/cases", check["id"].as_str().unwrap());
        let cases = desk.get(&path, token).await.2;
        (check, cases.as_array().unwrap().clone())
    };
    let (check, cases) = drawn(&supervisor, 5).await;
    assert_eq!((cases.len(), &check["found"]), (5, &json!(5)));
    let inspector = desk.person(11, Role::Inspector);
    let again = drawn(&inspector, 5).await.1;
    let ids = |cases: &[Value]| cases.iter().map(|case| case["case_id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&again), ids(&cases), "the same seed draws the same");
    let all = drawn(&supervisor, 500).await.1;
    assert!(all.len() < 500 && !ids(&all).contains(&json!(hidden)), "a sealed case is in no lot");
    let bound = desk.staff(Role::Supervisor, Some("512000"));
    let own = drawn(&bound, 500).await.1;
    assert!(!own.is_empty() && own.iter().all(|case| case["county"] == "512002"));
    let path = format!("/spot-checks/{}", check["id"].as_str().unwrap());
    assert_eq!(desk.get(&format!("{path}/cases"), &bound).await.0, 404);

    let case = format!("{path}/cases/{}", cases[0]["case_id"].as_str().unwrap());
    let judge = async |token: &str, body: Value| {
        let url = format!("{}{case}/verdict", desk.base);
        desk.http.put(url).bearer_auth(token).json(&body).send().await.unwrap().status().as_u16()
    };
    let flawed = json!({"verdict": "flawed", "remark": "首次联系未录音。"});
    assert_eq!(judge(&supervisor, flawed.clone()).await, 409, "look first");
    let (status, door) = desk.post(&format!("{case}/looks"), &supervisor, json!({"way": "read"})).await;
    let number = cases[0]["number"].as_str().unwrap();
    assert_eq!((status, &door["dossier"]), (201, &json!(format!("/api/intake/cases/{number}/dossier"))));
    assert_eq!(desk.post(&format!("{case}/looks"), &supervisor, json!({"way": "listened"})).await.0, 201);
    assert_eq!(judge(&inspector, flawed.clone()).await, 409, "who did not look does not judge");
    assert_eq!(judge(&supervisor, flawed).await, 204);
    let elsewhere = format!("{path}/cases/{hidden}/looks");
    assert_eq!(desk.post(&elsewhere, &supervisor, json!({"way": "read"})).await.0, 404);
    let looks = desk.get(&format!("{path}/looks"), &desk.staff(Role::Auditor, None)).await.2;
    let ways: Vec<&Value> = looks.as_array().unwrap().iter().map(|look| &look["way"]).collect();
    assert_eq!(ways, [&json!("read"), &json!("listened")]);
    let entry = desk.get(&format!("{path}/cases"), &supervisor).await.2[0].clone();
    assert_eq!((&entry["verdict"], &entry["looks"]), (&json!("flawed"), &json!(2)));
    assert_eq!(entry["remark"], json!("首次联系未录音。"));
    assert_eq!(desk.get("/spot-checks", &supervisor).await.2.as_array().unwrap().len(), 4);
    // Sealed since it was drawn: out of the drawing.
    sqlx::query("INSERT INTO case_seal (case_id, hands, barred) VALUES ($1, '{}', '{}')")
        .bind(cases[0]["case_id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap())
        .execute(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(desk.post(&format!("{case}/looks"), &supervisor, json!({"way": "read"})).await.0, 404);
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn practical_items_go_forward_only_and_stand_in_the_leaders_report() {
    let desk = Desk::new().await;
    for n in 1..=2 {
        let tale = crate::tale::Tale::new(n, date(2026, 6, 2), date(2026, 6, 9), None);
        let mut told = tale.told().concat();
        for event in &mut told {
            event.payload = event.payload.replace("mailbox-002", "hotline-004");
        }
        desk.hear(&told).await;
    }
    let (supervisor, water) = (desk.staff(Role::Supervisor, None), desk.officer("water"));
    let given = |title: &str, due: &str| {
        json!({"year": 2026, "class": "item", "title": title, "unit": "water",
        "region": "511600", "due": due, "receptions": true})
    };
    assert_eq!(desk.post("/items", &water, given("领导接待日", "2026-06-10")).await.0, 403);
    assert_eq!(desk.post("/items", &supervisor, given("", "2026-06-10")).await.0, 422);
    let (status, item) = desk.post("/items", &supervisor, given("领导接待日", "2026-06-10")).await;
    assert_eq!((status, &item["state"], &item["overdue"]), (201, &json!("planned"), &json!(true)));
    let steps = format!("/items/{}/steps", item["id"].as_str().unwrap());
    let progress =
        |per_cent: u8| json!({"what": "progress", "per_cent": per_cent, "note": "已排定六月场次。"});
    assert_eq!(desk.put(&steps, &desk.officer("roads"), 1, progress(40)).await.0, 403);
    assert_eq!(desk.put(&steps, &water, 9, progress(40)).await.0, 412);
    let (status, now) = desk.put(&steps, &water, 1, progress(40)).await;
    assert_eq!((status, &now["state"], &now["per_cent"]), (200, &json!("under-way"), &json!(40)));
    assert_eq!(desk.put(&steps, &water, 2, progress(30)).await.0, 409, "progress never goes back");
    let press = json!({"what": "supervise", "note": "请按期完成。"});
    assert_eq!(desk.put(&steps, &water, 2, press.clone()).await.0, 403);
    assert_eq!(desk.put(&steps, &supervisor, 2, press).await.1["supervised"], json!(1));
    let preview = "/reports/preview?policy=hotline-004&series=leaders&day=2026-06-15";
    let report = desk.get(preview, &desk.staff(Role::Leader, None)).await.2;
    let table = report["tables"].as_array().unwrap().iter().find(|table| table["code"] == "items").unwrap();
    let shown: Vec<&Value> = table["rows"][0].as_array().unwrap().iter().map(|cell| &cell["value"]).collect();
    assert_eq!(shown[1], &json!("领导接待日"));
    assert_eq!(shown[4], &json!("推进中（逾期）"));
    assert_eq!((shown[5], shown[6], shown[7]), (&json!(0.4), &json!(1), &json!("0 场 0 件")));
    // The half of the month and the year are not over: what is due later in them is not late.
    assert_eq!(desk.post("/items", &supervisor, given("老旧小区改造", "2026-06-20")).await.0, 201);
    for series in ["annual&day=2026-06-15", "leaders&day=2026-06-16"] {
        let preview = format!("/reports/preview?policy=hotline-004&series={series}");
        let report = desk.get(&preview, &supervisor).await.2;
        let states: Vec<Value> = rows(&report, "items").into_iter().map(|row| row[4].clone()).collect();
        assert_eq!(states, [json!("推进中（逾期）"), json!("未启动")], "{series}");
    }
    assert_eq!(desk.put(&steps, &water, 3, progress(100)).await.1["state"], json!("done"));
    assert_eq!(desk.put(&steps, &supervisor, 4, json!({"what": "give-up", "note": "无"})).await.0, 409);
    assert_eq!(desk.get("/items?year=2026", &water).await.2[0]["overdue"], json!(false));
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM practical_step").fetch_one(&desk.db.pool).await.unwrap();
    assert_eq!(kept, 3, "every word is kept");
    assert!(desk.running.stop().await);
}
