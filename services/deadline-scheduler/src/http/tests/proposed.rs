//! What is only proposed was not done: no unit is shown it, and no citizen what runs between offices.

use serde_json::json;

use super::*;

/// Rungs of the handling that were told: step, and whether it was only proposed.
async fn told(desk: &Desk, case: CaseId) -> Vec<(String, bool)> {
    let said = desk.said(case).await;
    let of = said.iter().filter(|(kind, body)| {
        kind == "supervision.escalated" && body["limit"] == "handle" && body["rank"] != 0
    });
    of.map(|(_, body)| (body["step"].as_str().unwrap().to_owned(), body["proposed"] == json!(true))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rung_that_wants_a_person_is_proposed_and_climbed_once_one_approved_it() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 90).await;
    desk.turn().await;
    desk.turn().await;
    let before = told(&desk, case).await;
    let steps = |wanted: bool| -> Vec<&str> {
        before.iter().filter(|(_, proposed)| *proposed == wanted).map(|(step, _)| step.as_str()).collect()
    };
    assert_eq!(steps(false), ["explain", "red", "urge"]);
    assert_eq!(steps(true), ["order", "criticise", "joint", "on-site", "interview", "listed", "account"]);

    let (leader, officer) = (staff(Role::Leader, None), staff(Role::Officer, Some("water-bureau")));
    let path = format!("/cases/{case}/supervision");
    let all = desk.get(&path, Some(&leader)).await.2;
    let of = |form: &str| {
        let mut orders = all.as_array().unwrap().iter();
        orders.find(|order| order["form"] == form).unwrap()["order"].as_str().unwrap().to_owned()
    };
    assert_eq!(desk.get(&path, Some(&officer)).await.2, json!([]), "nothing binds the unit");
    let acts = format!("/supervision/{}/acts", of("criticise"));
    let (status, _) = desk.post(&acts, &leader, Some(1), json!({"act": "approve"})).await;
    assert_eq!(status, StatusCode::OK);
    let acts = format!("/supervision/{}/acts", of("account"));
    let drop = json!({"act": "drop", "text": "情节轻微"});
    assert_eq!(desk.post(&acts, &leader, Some(1), drop).await.0, StatusCode::OK);
    let after = told(&desk, case).await;
    assert_eq!(after[before.len()..], [("criticise".to_owned(), false)], "and nothing of what was dropped");
    let said = desk.said(case).await;
    let rungs: Vec<&Value> = said
        .iter()
        .filter(|(kind, body)| kind == "supervision.escalated" && body["step"] == "criticise")
        .map(|(_, body)| body)
        .collect();
    for field in ["clock", "limit", "unit", "rank", "due_at"] {
        assert_eq!(rungs[0][field], rungs[1][field], "{field}");
    }
    let shown = desk.get(&path, Some(&officer)).await.2;
    let forms: Vec<&Value> = shown.as_array().unwrap().iter().map(|order| &order["form"]).collect();
    assert_eq!(forms, ["criticise"], "neither what is proposed nor what was dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_asks_for_is_no_rung_of_the_ladder() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 0).await;
    let mut dispatcher = staff(Role::Dispatcher, None);
    dispatcher.sub = uuid::Uuid::from_u128(1);
    let wanted = json!({"form": "criticise", "grounds": "shirking", "demand": "通报批评"});
    let path = format!("/cases/{case}/supervision");
    let (_, order) = desk.post(&path, &dispatcher, None, wanted).await;
    let acts = format!("/supervision/{}/acts", order["order"].as_str().unwrap());
    let (status, _) = desk.post(&acts, &staff(Role::Leader, None), Some(1), json!({"act": "approve"})).await;
    assert_eq!((status, told(&desk, case).await), (StatusCode::OK, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_is_shown_the_own_limits_and_no_office() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 90).await;
    desk.turn().await;
    let path = format!("/cases/{case}/clocks");
    let names = |clocks: &Value| -> Vec<String> {
        let all = clocks.as_array().unwrap().iter();
        let mut names: Vec<String> = all.map(|clock| clock["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let inside = desk.get(&path, Some(&staff(Role::Supervisor, None))).await.2;
    assert_eq!(names(&inside), ["age", "contact", "explanation", "handle"]);
    assert!(inside.as_array().unwrap().iter().any(|clock| clock["unit"] == "water-bureau"));
    let shown = desk.get(&path, Some(&Claims::citizen(case, i64::from(u32::MAX)))).await.2;
    assert_eq!(names(&shown), ["contact", "handle"]);
    assert_eq!((&shown[0]["unit"], &shown[0]["state"]), (&Value::Null, &json!("overdue")));
}
