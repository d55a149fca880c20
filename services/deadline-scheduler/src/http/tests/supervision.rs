//! The ladder and the orders of supervision, from the breach to the end.

use serde_json::json;

use super::*;

async fn steps(desk: &Desk, case: CaseId) -> Vec<String> {
    let said = desk.said(case).await;
    let climbed = said.iter().filter(|(kind, _)| kind == "supervision.escalated");
    climbed.map(|(_, body)| body["step"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rung_of_the_hotlines_ladder_is_climbed_once_in_its_order() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 90).await;
    desk.turn().await;
    desk.turn().await;
    let expected = [
        "remind",
        "yellow",
        "explain",
        "red",
        "urge",
        "order",
        "criticise",
        "joint",
        "on-site",
        "interview",
        "listed",
        "account",
        "order",
        "listed",
    ];
    let mut climbed = steps(&desk, case).await;
    let mut sorted = expected.map(str::to_owned).to_vec();
    climbed.sort();
    sorted.sort();
    assert_eq!(climbed, sorted, "the last two for a case that is dragged on");
    let orders =
        desk.get(&format!("/cases/{case}/supervision"), Some(&staff(Role::Supervisor, None))).await.2;
    let states: Vec<_> = orders.as_array().unwrap().iter().map(|order| order["state"].clone()).collect();
    assert_eq!(states, vec![json!("proposed"); 9], "no unit is bound without a person");
    let (mut path, mut seen) = ("/supervision?limit=4".to_owned(), Vec::new());
    for size in [4, 4, 1] {
        let (_, link, page) = desk.get(&path, Some(&staff(Role::Supervisor, None))).await;
        let page = page.as_array().unwrap().clone();
        assert_eq!((page.len(), link.is_some()), (size, size == 4), "{path}");
        seen.extend(page.iter().map(|order| order["order"].as_str().unwrap().to_owned()));
        let next = link.unwrap_or_default();
        path = next.split(['<', '>']).nth(1).unwrap_or_default().replace("/api/deadline-scheduler", "");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 9, "each once");
    let kinds: Vec<String> = desk.said(case).await.into_iter().map(|(kind, _)| kind).collect();
    assert!(!kinds.contains(&"supervision.ordered".to_owned()));
}

/// Rungs written down of a case: rank, step, whether it is history.
async fn written(desk: &Desk, case: CaseId) -> Vec<(String, i16, bool)> {
    sqlx::query_as(
        "SELECT step, rank, passed FROM climbed JOIN clock USING (clock_id) WHERE clock.case_id = $1 AND name = 'handle'
         ORDER BY rank",
    )
    .bind(case.0)
    .fetch_all(&desk.db.pool)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_an_imported_case_missed_elsewhere_only_the_rung_that_holds_now_is_told() {
    let desk = Desk::new().await;
    let live = desk.told("hotline-004", 90).await;
    let imported = desk.told_as("hotline-004", 90, true).await;
    desk.turn().await;
    assert_eq!(steps(&desk, imported).await, [""; 0], "its history is still being told");
    let now = desk.db.now().await.unwrap();
    desk.hear(imported, 2, now, contracts::case::CaseHistoryEnded {}.into()).await;
    desk.turn().await;
    desk.turn().await;
    let said = desk.said(imported).await;
    let handled: Vec<&Value> = said
        .iter()
        .filter(|(kind, body)| kind == "supervision.escalated" && body["limit"] == "handle")
        .map(|(_, body)| body)
        .collect();
    let (there, here) = (written(&desk, live).await, written(&desk, imported).await);
    let rungs = |rows: &[(String, i16, bool)]| -> Vec<(String, i16)> {
        rows.iter().map(|(step, rank, _)| (step.clone(), *rank)).collect()
    };
    assert_eq!(rungs(&here), rungs(&there), "each is written down");
    assert!(there.iter().all(|(.., passed)| !passed));
    let (last, before) = here.split_last().unwrap();
    assert!(!last.2 && before.len() > 3 && before.iter().all(|(.., passed)| *passed), "{here:?}");
    assert_eq!(handled.len(), 1, "{handled:?}");
    assert_eq!(handled[0]["step"], last.0);
    let orders =
        desk.get(&format!("/cases/{imported}/supervision"), Some(&staff(Role::Supervisor, None))).await.2;
    assert!(orders.as_array().unwrap().len() <= 2, "no order of the past is proposed: {orders}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_ends_the_climb_and_a_new_breach_climbs_again() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 28).await;
    desk.turn().await;
    let before = steps(&desk, case).await;
    assert!(!before.contains(&"order".to_owned()) || before.len() <= 3, "{before:?}");
    let answered = contracts::case::CaseAnswered {
        unit: "water-bureau".parse().unwrap(),
        outcome: contracts::words::Outcome::Explained,
        mode: contracts::words::Mode::Assignment,
        round: 1,
        answered_at: desk.db.now().await.unwrap(),
        level: None,
        cause: None,
        remedy: None,
    };
    desk.hear(case, 2, answered.answered_at, answered.into()).await;
    sqlx::query("UPDATE rung SET due_at = now()").execute(&desk.db.pool).await.unwrap();
    desk.turn().await;
    assert_eq!(steps(&desk, case).await, before, "what was answered is climbed no further");
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM rung").fetch_one(&desk.db.pool).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_has_a_requester_an_issuer_and_an_answer_owed_in_writing() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 0).await;
    let mut dispatcher = staff(Role::Dispatcher, None);
    dispatcher.sub = uuid::Uuid::from_u128(1);
    let (leader, supervisor) = (staff(Role::Leader, None), staff(Role::Supervisor, None));
    let officer = staff(Role::Officer, Some("water-bureau"));
    let path = format!("/cases/{case}/supervision");
    let wanted = json!({"form": "notice", "grounds": "shirking", "demand": "限三日内书面报告办理情况"});
    assert_eq!(desk.post(&path, &officer, None, wanted.clone()).await.0, StatusCode::FORBIDDEN);
    let (status, order) = desk.post(&path, &dispatcher, None, wanted).await;
    assert_eq!((status, &order["state"]), (StatusCode::CREATED, &json!("proposed")));
    let acts = format!("/supervision/{}/acts", order["order"].as_str().unwrap());
    let act = |word: &str| json!({"act": word, "text": "已收悉，整改如下"});
    assert_eq!(
        desk.post(&acts, &officer, Some(1), act("answer")).await.0,
        StatusCode::CONFLICT,
        "not yet out"
    );
    assert_eq!(
        desk.post(&acts, &supervisor, Some(1), act("approve")).await.0,
        StatusCode::FORBIDDEN,
        "the head's"
    );
    let (status, order) = desk.post(&acts, &leader, Some(1), act("approve")).await;
    assert_eq!((status, &order["state"]), (StatusCode::OK, &json!("ordered")));
    assert_eq!(desk.clock(case, "supervision").await.1, 0, "the answer has a limit");
    let board = desk.get("/supervision", Some(&officer)).await.2;
    assert_eq!(board.as_array().unwrap().len(), 1);
    let silent = json!({"act": "answer"});
    assert_eq!(
        desk.post(&acts, &officer, Some(2), silent).await.0,
        StatusCode::UNPROCESSABLE_ENTITY,
        "in writing"
    );
    assert_eq!(desk.post(&acts, &officer, Some(2), act("answer")).await.0, StatusCode::OK);
    assert_eq!(desk.clock(case, "supervision").await.1, 2);
    assert_eq!(desk.post(&acts, &supervisor, Some(3), act("send_back")).await.0, StatusCode::OK);
    assert_eq!(desk.clock(case, "supervision").await.1, 0, "owed again");
    assert_eq!(desk.post(&acts, &officer, Some(4), act("answer")).await.0, StatusCode::OK);
    assert_eq!(desk.post(&acts, &supervisor, Some(5), act("accept")).await.0, StatusCode::OK);
    assert_eq!(
        desk.post(&acts, &supervisor, Some(6), act("lift")).await.0,
        StatusCode::CONFLICT,
        "over is over"
    );
    let kinds: Vec<String> = desk.said(case).await.into_iter().map(|(kind, _)| kind).collect();
    let of = |kind: &str| kinds.iter().filter(|said| *said == kind).count();
    assert_eq!((of("supervision.ordered"), of("supervision.answered"), of("supervision.lifted")), (2, 2, 1));
    assert!(!serde_json::to_string(&desk.said(case).await).unwrap().contains("限三日"), "words stay here");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_an_order_does_not_approve_it() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 0).await;
    let mut both = staff(Role::Leader, None);
    both.roles = vec![Role::Leader, Role::Supervisor];
    let wanted = json!({"form": "listed", "grounds": "major", "demand": "挂牌督办"});
    let (_, order) = desk.post(&format!("/cases/{case}/supervision"), &both, None, wanted).await;
    let acts = format!("/supervision/{}/acts", order["order"].as_str().unwrap());
    assert_eq!(desk.post(&acts, &both, Some(1), json!({"act": "approve"})).await.0, StatusCode::CONFLICT);
    let mut other = both.clone();
    other.sub = uuid::Uuid::from_u128(7);
    assert_eq!(desk.post(&acts, &other, Some(1), json!({"act": "approve"})).await.0, StatusCode::OK);
}
