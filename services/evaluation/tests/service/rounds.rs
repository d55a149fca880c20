//! An order of a higher organ overtakes who is still to be asked about the overturned opinion; a call that is told twice counts once.

use contracts::{Body, StoredEvent, petition::CaseRemanded, words::ReviewStage};
use identity::Role;
use ids::EventId;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::{desk::Desk, tale::Tale};

fn remanded(tale: &Tale, version: i64, round: i32) -> StoredEvent {
    let body: Body = CaseRemanded { stage: ReviewStage::Review, round }.into();
    let mut events = tale.events(vec![body]);
    let mut event = events.remove(0);
    (event.version, event.id) = (version, EventId::derived(&format!("{}:remanded:{version}", tale.case)));
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remanded_case_is_asked_about_no_more_until_it_is_answered_again() {
    let desk = Desk::new().await;
    let operator = desk.staff(Role::Operator, None);
    let answered = |serial| Tale::new(serial, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)));
    let (apart, at_once) = (answered(1), answered(2));
    desk.hear(&apart.told().concat()).await;
    let listed = desk.get("/followups", &operator).await.2;
    let task = format!("/followups/{}", listed[0]["id"].as_str().unwrap());
    assert_eq!(desk.post(&format!("{task}/attempts"), &operator, json!({"reached": false})).await.0, 200);
    desk.hear(&[remanded(&apart, 3, 1)]).await;
    // Answered and overturned in one batch: what the answer opened is overtaken there as well.
    let mut batch = at_once.told().concat();
    batch.push(remanded(&at_once, 3, 1));
    desk.hear(&batch).await;
    for tale in [&apart, &at_once] {
        desk.hear(&[remanded(tale, 4, 1)]).await;
        let kinds = desk.kinds(tale.case).await;
        assert_eq!(kinds, ["followup.opened", "followup.completed", "case.reopened"], "told twice acts once");
        let said = desk.said(tale.case).await;
        let [Body::FollowUpOpened(opened), Body::FollowUpCompleted(done), Body::CaseReopened(again)] =
            &said[..]
        else {
            panic!("{said:?}")
        };
        assert_eq!((done.followup, done.result.as_str()), (opened.followup, "declined"), "not unreachable");
        assert_eq!((again.round, again.reason.as_str()), (2, "remanded"));
        let fact = desk.get(&format!("/cases/{}/fact", tale.case), &operator).await.2;
        assert_eq!((&fact["round"], &fact["reopen_count"]), (&json!(2), &json!(1)));
    }
    assert_eq!(desk.get("/followups", &operator).await.2, json!([]), "nobody is called");
    assert_eq!(desk.post(&format!("{task}/attempts"), &operator, json!({"reached": false})).await.0, 409);
    let done = desk.get("/followups?state=completed", &operator).await.2;
    assert_eq!(done.as_array().unwrap().len(), 2);
    assert!(desk.running.stop().await);
}

/// Tells a call under a key.
async fn call(desk: &Desk, token: &str, path: &str, key: &str, reached: bool) -> (u16, Value) {
    let request = desk.http.post(format!("{}{path}", desk.base)).bearer_auth(token);
    let request = request.header("idempotency-key", key).json(&json!({"reached": reached}));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_told_twice_under_one_key_counts_once() {
    let desk = Desk::new().await;
    let tales: Vec<Tale> =
        (1..=2).map(|n| Tale::new(n, date(2026, 6, 8), date(2026, 6, 15), Some(date(2026, 6, 12)))).collect();
    for tale in &tales {
        desk.hear(&tale.told().concat()).await;
    }
    let (operator, other) = (desk.person(41, Role::Operator), desk.person(42, Role::Operator));
    let listed = desk.get("/followups", &operator).await.2;
    let path = |at: usize| format!("/followups/{}/attempts", listed[at]["id"].as_str().unwrap());
    let (first, second) = (path(0), path(1));
    let at = |attempt: i32, completed: bool| (200, json!({"attempt": attempt, "completed": completed}));
    for _ in 0..3 {
        assert_eq!(
            call(&desk, &operator, &first, "a", false).await,
            at(1, false),
            "pressed thrice, called once"
        );
    }
    assert_eq!(call(&desk, &operator, &first, "a", true).await.0, 409, "another word under the same key");
    assert_eq!(call(&desk, &other, &first, "a", false).await, at(2, false), "a key is its holder's own");
    assert_eq!(call(&desk, &operator, &second, "a", true).await, at(1, false), "and of one follow-up");
    assert_eq!(call(&desk, &operator, &first, "a b", false).await.0, 400);
    assert_eq!(call(&desk, &desk.staff(Role::Importer, None), &first, "a b", false).await.0, 403);
    // Both at once: the row of the follow-up lets one after the other in.
    let (one, two) = tokio::join!(
        call(&desk, &operator, &first, "last", false),
        call(&desk, &operator, &first, "last", false)
    );
    assert_eq!((one, two), (at(3, true), at(3, true)), "the last call ends it, told again as well");
    assert_eq!(
        call(&desk, &operator, &first, "a", false).await,
        at(1, false),
        "an earlier one stays what it was"
    );
    assert_eq!(call(&desk, &operator, &first, "new", false).await.0, 409);
    let case = listed[0]["case_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(desk.kinds(case).await, ["followup.opened", "followup.completed"]);
    let tries: i64 =
        sqlx::query_scalar("SELECT count(*) FROM followup_attempt").fetch_one(&desk.db.pool).await.unwrap();
    assert_eq!(tries, 4);
    assert!(desk.running.stop().await);
}
