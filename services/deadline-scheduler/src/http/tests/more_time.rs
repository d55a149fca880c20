//! Extensions and explanations as callers meet them.

use serde_json::json;

use super::*;

fn officer(unit: &str) -> Claims {
    staff(Role::Officer, Some(unit))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_asked_by_the_unit_granted_by_rank_capped_and_told() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 0).await;
    let (clock, _, before) = desk.clock(case, "handle").await;
    let path = format!("/cases/{case}/clocks/{clock}/extensions");
    let ask =
        |amount: u32| json!({"amount": amount, "reason": "investigation", "grounds": "水质检测需要时间"});
    assert_eq!(desk.post(&path, &officer("roads"), None, ask(5)).await.0, StatusCode::FORBIDDEN);
    let own = officer("water-bureau");
    let (status, problem) = desk.post(&path, &own, None, ask(11)).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("amount"))
    );
    let odd = json!({"amount": 5, "reason": "whim", "grounds": "…"});
    assert_eq!(desk.post(&path, &own, None, odd).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, request) = desk.post(&path, &own, None, ask(8)).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(desk.post(&path, &own, None, ask(2)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "one waits");

    let decision = format!("/extensions/{}/decision", request["extension"].as_str().unwrap());
    let grant = json!({"grant": true, "amount": 6});
    assert_eq!(desk.post(&decision, &own, Some(1), grant.clone()).await.0, StatusCode::FORBIDDEN);
    let supervisor = staff(Role::Supervisor, None);
    assert_eq!(
        desk.post(&decision, &supervisor, None, grant.clone()).await.0,
        StatusCode::PRECONDITION_REQUIRED
    );
    assert_eq!(
        desk.post(&decision, &supervisor, Some(9), grant.clone()).await.0,
        StatusCode::PRECONDITION_FAILED
    );
    let more = json!({"grant": true, "amount": 9});
    assert_eq!(desk.post(&decision, &supervisor, Some(1), more).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, granted) = desk.post(&decision, &supervisor, Some(1), grant.clone()).await;
    assert_eq!(
        (status, &granted["state"], &granted["granted"]),
        (StatusCode::OK, &json!("granted"), &json!(6))
    );
    assert_eq!(desk.post(&decision, &supervisor, Some(2), grant).await.0, StatusCode::CONFLICT);
    let after = desk.clock(case, "handle").await.2;
    assert_eq!(calendar::shipped().workdays_between(before, after).unwrap(), 6);
    let said = desk.said(case).await;
    let extended = said.iter().find(|(kind, _)| kind == "clock.extended").unwrap();
    assert_eq!((&extended.1["due_day"], &extended.1["times"]), (&json!(after.to_string()), &json!(1)));
    assert!(!extended.1.to_string().contains("水质"), "the words stay here");
    assert_eq!(said.last().unwrap().0, "clock.opened", "who only knows opened clocks hears it too");
    let (status, problem) = desk.post(&path, &own, None, ask(2)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "once only: {problem}");
    let list = desk.get(&format!("/cases/{case}/extensions"), Some(&supervisor)).await.2;
    assert_eq!(list.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_takes_its_request_back_and_may_ask_again() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 0).await;
    let (clock, _, before) = desk.clock(case, "handle").await;
    let path = format!("/cases/{case}/clocks/{clock}/extensions");
    let ask =
        |amount: u32| json!({"amount": amount, "reason": "investigation", "grounds": "水质检测需要时间"});
    let own = officer("water-bureau");
    let request = desk.post(&path, &own, None, ask(8)).await.1;
    let at = |request: &Value, verb: &str| {
        format!("/extensions/{}/{verb}", request["extension"].as_str().unwrap())
    };
    let back = at(&request, "withdrawal");
    for stranger in [officer("roads"), staff(Role::Supervisor, None)] {
        assert_eq!(desk.post(&back, &stranger, Some(1), json!({})).await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(desk.post(&back, &own, None, json!({})).await.0, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(desk.post(&back, &own, Some(7), json!({})).await.0, StatusCode::PRECONDITION_FAILED);
    for _ in 0..2 {
        let (status, taken) = desk.post(&back, &own, Some(1), json!({})).await;
        assert_eq!((status, &taken["state"]), (StatusCode::OK, &json!("withdrawn")), "{taken}");
    }
    let supervisor = staff(Role::Supervisor, None);
    let grant = json!({"grant": true});
    let (status, _) = desk.post(&at(&request, "decision"), &supervisor, Some(2), grant.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT, "nothing is left to decide");
    assert_eq!(desk.get("/extensions", Some(&supervisor)).await.2, json!([]));
    assert_eq!(desk.clock(case, "handle").await.2, before);
    let (status, again) = desk.post(&path, &own, None, ask(2)).await;
    assert_eq!(status, StatusCode::CREATED, "{again}");
    assert_eq!(desk.post(&at(&again, "decision"), &supervisor, Some(1), grant).await.0, StatusCode::OK);
    let (status, _) = desk.post(&at(&again, "withdrawal"), &own, Some(2), json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "what was granted stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_extends_a_limit_that_passed_and_the_delay_must_be_explained() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 60).await;
    desk.turn().await;
    let (clock, _, _) = desk.clock(case, "handle").await;
    let own = officer("water-bureau");
    let ask = json!({"amount": 1, "reason": "investigation", "grounds": "…"});
    let (status, problem) =
        desk.post(&format!("/cases/{case}/clocks/{clock}/extensions"), &own, None, ask).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("clock")));
    let owed = desk.clock(case, "explanation").await;
    assert_eq!(owed.1, 0, "情况说明 is owed");
    let path = format!("/cases/{case}/clocks/{clock}/explanation");
    let why = json!({"reason": "objective", "text": "管网改造未完工", "expected_on": "2027-01-05"});
    assert_eq!(desk.post(&path, &officer("roads"), None, why.clone()).await.0, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        assert_eq!(desk.post(&path, &own, None, why.clone()).await.0, StatusCode::NO_CONTENT);
    }
    let rewritten = json!({"reason": "objective", "text": "另有原因"});
    assert_eq!(desk.post(&path, &own, None, rewritten).await.0, StatusCode::CONFLICT);
    let said = desk.said(case).await;
    let explained = said.iter().filter(|(kind, _)| kind == "clock.explained").count();
    assert_eq!((explained, desk.clock(case, "explanation").await.1), (1, 2));
    assert_eq!(desk.clock(case, "handle").await.1, 0, "the matter is still to be handled");
    let told = |list: &Value| {
        let one = &list.as_array().unwrap()[0];
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!((&one["text"], &one["expected_on"]), (&json!("管网改造未完工"), &json!("2027-01-05")));
        assert_eq!((&one["name"], &one["unit"]), (&json!("handle"), &json!("water-bureau")));
    };
    let supervisor = staff(Role::Supervisor, None);
    told(&desk.get("/explanations", Some(&supervisor)).await.2);
    let of_case = format!("/cases/{case}/explanations");
    told(&desk.get(&of_case, Some(&supervisor)).await.2);
    told(&desk.get(&of_case, Some(&own)).await.2);
    assert_eq!(desk.get(&of_case, Some(&officer("roads"))).await.0, StatusCode::FORBIDDEN);
    assert_eq!(desk.get("/explanations", Some(&own)).await.0, StatusCode::FORBIDDEN);
    let mut elsewhere = staff(Role::Supervisor, None);
    elsewhere.region = Some("511500".parse().unwrap());
    assert_eq!(desk.get("/explanations", Some(&elsewhere)).await.2, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_in_time_needs_no_explanation() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 0).await;
    let (clock, _, _) = desk.clock(case, "handle").await;
    let why = json!({"reason": "objective", "text": "…"});
    let path = format!("/cases/{case}/clocks/{clock}/explanation");
    assert_eq!(desk.post(&path, &officer("water-bureau"), None, why).await.0, StatusCode::CONFLICT);
}
