//! What waits for a decision follows its case: it ends with the limit, and comes back with it.

use contracts::{
    Body,
    case::{CaseAnswered, CaseClosed, CaseWithdrawn},
    record::{CaseMerged, CaseUnmerged},
    words::{Mode, Outcome},
};
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::app::{climb::climb_due, fire::fire_under};

fn answered(at: Timestamp) -> Body {
    CaseAnswered {
        unit: "water-bureau".parse().unwrap(),
        outcome: Outcome::Explained,
        mode: Mode::Assignment,
        round: 1,
        answered_at: at,
        level: None,
        cause: None,
        remedy: None,
    }
    .into()
}

impl Desk {
    /// The orders of a case: form, state, id.
    async fn orders(&self, case: CaseId) -> Vec<(String, String, String)> {
        sqlx::query_as("SELECT form, state, order_id::text FROM supervision WHERE case_id = $1 ORDER BY 1, 3")
            .bind(case.0)
            .fetch_all(&self.db.pool)
            .await
            .unwrap()
    }

    async fn proposed(&self, case: CaseId) -> usize {
        self.orders(case).await.iter().filter(|(_, state, _)| state == "proposed").count()
    }

    /// Says that limits passed, and climbs nothing yet.
    async fn pass(&self) {
        let (rules, shards): (_, Vec<i16>) = (self.live.now(), (0..64).collect());
        while fire_under(&self.db, Some(&rules), &shards, 4000).await.unwrap() > 0 {}
    }

    async fn rungs(&self, case: CaseId) -> Vec<(i16, bool)> {
        sqlx::query_as(
            "SELECT rank, passed FROM climbed JOIN clock USING (clock_id) WHERE clock.case_id = $1 AND name = 'handle'
             ORDER BY rank",
        )
        .bind(case.0)
        .fetch_all(&self.db.pool)
        .await
        .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn proposals_end_with_their_limit_and_cannot_be_approved_any_more() {
    let desk = Desk::new().await;
    let (case, other) = (desk.told("hotline-004", 25).await, desk.told("hotline-004", 25).await);
    desk.turn().await;
    let before = desk.proposed(case).await;
    assert!(before > 2);
    let now = desk.db.now().await.unwrap();
    desk.hear(case, 2, now, answered(now)).await;
    assert_eq!((desk.proposed(case).await, desk.proposed(other).await), (0, before));
    let (_, state, order) = desk.orders(case).await.remove(0);
    assert_eq!(state, "dropped");
    let acts = format!("/supervision/{order}/acts");
    let leader = staff(Role::Leader, None);
    assert_eq!(desk.post(&acts, &leader, Some(2), json!({"act": "approve"})).await.0, StatusCode::CONFLICT);
    let open = desk.get("/supervision?limit=100", Some(&staff(Role::Supervisor, None))).await.2;
    assert!(open.as_array().unwrap().iter().all(|order| order["case"] == json!(other.to_string())), "{open}");
    let silent = desk.said(case).await;
    assert!(!silent.iter().any(|(kind, _)| kind == "supervision.lifted"), "nobody was bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_more_time_ends_with_its_limit_and_what_is_about_the_case_with_the_case() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 0).await;
    let (clock, _, _) = desk.clock(case, "handle").await;
    let ask = json!({"amount": 5, "reason": "investigation", "grounds": "水质检测需要时间"});
    let officer = staff(Role::Officer, Some("water-bureau"));
    let path = format!("/cases/{case}/clocks/{clock}/extensions");
    let (status, request) = desk.post(&path, &officer, None, ask).await;
    assert_eq!(status, StatusCode::CREATED);
    let wanted = json!({"form": "notice", "grounds": "shirking", "demand": "限三日内书面报告办理情况"});
    let path = format!("/cases/{case}/supervision");
    assert_eq!(desk.post(&path, &staff(Role::Dispatcher, None), None, wanted).await.0, StatusCode::CREATED);
    let supervisor = staff(Role::Supervisor, None);
    let waiting = async || desk.get("/extensions", Some(&supervisor)).await.2.as_array().unwrap().len();
    assert_eq!(waiting().await, 1);
    let now = desk.db.now().await.unwrap();
    desk.hear(case, 2, now, answered(now)).await;
    assert_eq!((waiting().await, desk.proposed(case).await), (0, 1), "the order is about the case");
    let decision = format!("/extensions/{}/decision", request["extension"].as_str().unwrap());
    let grant = json!({"grant": true, "amount": 5});
    assert_eq!(desk.post(&decision, &supervisor, Some(2), grant).await.0, StatusCode::CONFLICT);
    let closed = CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None };
    desk.hear(case, 2, now, closed.into()).await;
    assert_eq!(desk.proposed(case).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ordered_is_lifted_when_the_matter_is_taken_back() {
    let desk = Desk::new().await;
    let (case, closed) = (desk.told("hotline-004", 0).await, desk.told("hotline-004", 0).await);
    let mut dispatcher = staff(Role::Dispatcher, None);
    dispatcher.sub = uuid::Uuid::from_u128(1);
    let wanted = json!({"form": "notice", "grounds": "shirking", "demand": "限三日内书面报告办理情况"});
    for case in [case, closed] {
        let (_, order) =
            desk.post(&format!("/cases/{case}/supervision"), &dispatcher, None, wanted.clone()).await;
        let acts = format!("/supervision/{}/acts", order["order"].as_str().unwrap());
        let leader = staff(Role::Leader, None);
        assert_eq!(desk.post(&acts, &leader, Some(1), json!({"act": "approve"})).await.0, StatusCode::OK);
    }
    let now = desk.db.now().await.unwrap();
    desk.hear(case, 2, now, CaseWithdrawn {}.into()).await;
    desk.hear(
        closed,
        2,
        now,
        CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None }.into(),
    )
    .await;
    let state = async |case| desk.orders(case).await.remove(0).1;
    assert_eq!((state(case).await, state(closed).await), ("lifted".to_owned(), "ordered".to_owned()));
    let said = desk.said(case).await;
    let lifted = said.iter().find(|(kind, _)| kind == "supervision.lifted").unwrap();
    assert_eq!(lifted.1["reason"], json!("withdrawn"));
    assert_eq!(desk.clock(closed, "supervision").await.1, 0, "its answer is owed all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merging_taken_back_climbs_on_and_proposes_again() {
    let desk = Desk::new().await;
    let case = desk.told("hotline-004", 90).await;
    desk.turn().await;
    let (before, states) = (desk.rungs(case).await, desk.proposed(case).await);
    let now = desk.db.now().await.unwrap();
    let merged = CaseMerged { into: CaseId::fresh(), round: 1 };
    desk.hear(case, 2, now, merged.clone().into()).await;
    assert_eq!(desk.proposed(case).await, 0);
    desk.hear(case, 3, now, CaseUnmerged { from: merged.into }.into()).await;
    assert_eq!(desk.proposed(case).await, states, "what waited waits again");
    desk.turn().await;
    assert_eq!(desk.rungs(case).await, before, "and nothing is climbed twice");

    // The limit passed, and the rungs came due while the case was part of another.
    let case = desk.told("hotline-004", 90).await;
    desk.pass().await;
    desk.hear(case, 2, now, merged.clone().into()).await;
    while climb_due(&desk.db, &desk.live.now(), 100).await.unwrap() > 0 {}
    assert_eq!(desk.rungs(case).await, []);
    desk.hear(case, 3, now, CaseUnmerged { from: merged.into }.into()).await;
    desk.turn().await;
    let after = desk.rungs(case).await;
    let ranks = |rungs: &[(i16, bool)]| rungs.iter().map(|(rank, _)| *rank).collect::<Vec<_>>();
    assert_eq!(ranks(&after), ranks(&before), "it goes on where it stood");
    let (last, missed) = after.split_last().unwrap();
    assert!(!last.1 && missed.iter().all(|(_, passed)| *passed), "what holds now is told: {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_explained_is_not_criticised_for_saying_nothing() {
    let desk = Desk::new().await;
    let (case, silent) = (desk.told("hotline-004", 90).await, desk.told("hotline-004", 90).await);
    desk.pass().await;
    let (clock, _, _) = desk.clock(case, "handle").await;
    let officer = staff(Role::Officer, Some("water-bureau"));
    let why = json!({"reason": "investigation", "text": "管网改造需多部门会商"});
    let path = format!("/cases/{case}/clocks/{clock}/explanation");
    assert_eq!(desk.post(&path, &officer, None, why).await.0, StatusCode::NO_CONTENT);
    desk.turn().await;
    let criticised = async |case| desk.orders(case).await.iter().any(|(form, ..)| form == "criticise");
    assert_eq!((criticised(case).await, criticised(silent).await), (false, true));
    assert!(
        desk.orders(case).await.len() + 1 == desk.orders(silent).await.len(),
        "every other rung is climbed"
    );
}
