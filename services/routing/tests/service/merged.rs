//! 并单: a merged case leaves all hands, and comes back to the unit that had it.

use contracts::record::{CaseMerged, CaseUnmerged};
use ids::CaseId;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn a_merged_case_leaves_the_hands_and_comes_back_when_it_is_parted() {
    let mut house = House::open().await;
    let case = house.accept(false, "路灯不亮", |_| {}).await;
    let root = CaseId::fresh();
    let (id, version) = house.lead(case).await;
    let merged = house.event(case, false, CaseMerged { into: root, round: 1 });
    house.hear(std::slice::from_ref(&merged)).await;
    house.hear(&[merged]).await;
    let (status, body) = house.act(&id, "sign", identity::Role::Officer, version, Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    assert_eq!(house.kinds(case).await, ["assignment.dispatched"], "nothing is said of it");

    let parted = house.event(case, false, CaseUnmerged { from: root });
    house.hear(std::slice::from_ref(&parted)).await;
    house.hear(&[parted]).await;
    let said = house.said(case).await;
    assert_eq!(said.len(), 2, "given back once");
    assert_eq!((&said[1].1["unit"], &said[1].1["round"]), (&json!("lights"), &json!(1)));
    let (next, version) = house.lead(case).await;
    assert_ne!(next, id);
    let (status, body) = house.act(&next, "sign", identity::Role::Officer, version, Value::Null).await;
    assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("signed")));

    // However often it goes away and comes back in one instant, the newest hand-over is the last.
    for _ in 0..4 {
        let (merged, parted) = (CaseMerged { into: root, round: 1 }, CaseUnmerged { from: root });
        let batch = [house.event(case, false, merged), house.event(case, false, parted)];
        house.hear(&batch).await;
        let (lead, version) = house.lead(case).await;
        let (status, body) = house.act(&lead, "sign", identity::Role::Officer, version, Value::Null).await;
        assert_eq!((status, &body["state"]), (StatusCode::OK, &json!("signed")));
    }

    // Parted without having been merged: nothing.
    let stray = house.event(case, false, CaseUnmerged { from: root });
    house.hear(&[stray]).await;
    assert_eq!(house.said(case).await.len(), 11);
    assert!(house.running.stop().await);
}
