//! Sealed cases: what is written about their limits is unreadable at rest, and opens for those who are named.

use contracts::{petition::CaseLineDrawn, record::CaseHandsNamed};
use ids::AccountId;
use serde_json::json;

use super::*;

const WORDS: &str = "举报材料仍在核查";

async fn readable(desk: &Desk) -> String {
    let tables = "SELECT coalesce((SELECT string_agg(t::text, '') FROM extension t), '')
        || coalesce((SELECT string_agg(t::text, '') FROM explanation t), '')
        || coalesce((SELECT string_agg(t::text, '') FROM supervision t), '')";
    sqlx::query_scalar(tables).fetch_one(&desk.db.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_about_sealed_cases_opens_for_named_hands_only() {
    let desk = Desk::new().await;
    let case = desk.told("mailbox-002", 60).await;
    let own = staff(Role::Officer, Some("water-bureau"));
    let (head, other) = (staff(Role::Leader, None), staff(Role::Supervisor, None));
    let (asker, stranger) = (staff(Role::Dispatcher, None), staff(Role::Dispatcher, None));
    let accused = staff(Role::Supervisor, Some("roads"));
    let hands = [&own, &head, &other, &asker, &accused].map(|hand| AccountId(hand.sub)).to_vec();
    let unit = |code: &str| code.parse::<ids::UnitCode>().unwrap();
    let at = desk.db.now().await.unwrap();
    let named =
        CaseHandsNamed { hands, barred: vec![unit("roads")], line: Some(vec![unit("gov"), unit("roads")]) };
    desk.hear(case, 2, at, named.into()).await;
    desk.turn().await;

    let board = async |reader: &Claims| {
        let (status, _, clocks) = desk.get("/clocks?unit=water-bureau", Some(reader)).await;
        (status, clocks.to_string().contains(&case.to_string()))
    };
    assert_eq!(board(&own).await, (StatusCode::OK, true));
    assert_eq!(board(&other).await, (StatusCode::OK, true));
    assert_eq!(board(&accused).await, (StatusCode::OK, false), "named, and of a unit that is kept out");
    assert_eq!(board(&stranger).await, (StatusCode::OK, false));

    let path = format!("/cases/{case}/supervision");
    let order = json!({"form": "notice", "grounds": "overdue", "demand": WORDS});
    assert_eq!(desk.post(&path, &stranger, None, order.clone()).await.0, StatusCode::NOT_FOUND);
    let (status, order) = desk.post(&path, &asker, None, order).await;
    assert_eq!((status, &order["demand"]), (StatusCode::CREATED, &json!(WORDS)), "{order}");
    let acts = format!("/supervision/{}/acts", order["order"].as_str().unwrap());
    for (version, who, act) in [(1, &head, "approve"), (2, &own, "answer"), (3, &other, "accept")] {
        let body = json!({"act": act, "text": format!("{WORDS}{version}")});
        let (status, order) = desk.post(&acts, who, Some(version), body).await;
        assert_eq!(status, StatusCode::OK, "{act}: {order}");
        assert_eq!(order["demand"], json!(WORDS));
    }
    let (clock, _, _) = desk.clock(case, "handle").await;
    let why = json!({"reason": "objective", "text": WORDS});
    let path = format!("/cases/{case}/clocks/{clock}/explanation");
    for _ in 0..2 {
        assert_eq!(desk.post(&path, &own, None, why.clone()).await.0, StatusCode::NO_CONTENT);
    }
    let kept = readable(&desk).await;
    assert!(!kept.contains("举报"), "{kept}");

    let list = format!("/cases/{case}/supervision");
    let (status, _, orders) = desk.get(&list, Some(&other)).await;
    let mine = orders.as_array().unwrap().iter().find(|one| one["order"] == order["order"]).unwrap();
    assert_eq!(
        (status, &mine["demand"], &mine["answer"]),
        (StatusCode::OK, &json!(WORDS), &json!(format!("{WORDS}2")))
    );
    assert_eq!(desk.get(&list, Some(&stranger)).await.0, StatusCode::NOT_FOUND);
    // A hand whose unit comes to stand in the line of the accused is none from then on, and one that leaves it is one again.
    let barred = vec![unit("roads")];
    for (line, status) in
        [(["roads", "water-bureau"], StatusCode::FORBIDDEN), (["gov", "roads"], StatusCode::OK)]
    {
        let line = line.map(unit).to_vec();
        let version = if status == StatusCode::OK { 3 } else { 2 };
        desk.hear(case, version, at, CaseLineDrawn { barred: barred.clone(), line }.into()).await;
        let clocks = format!("/cases/{case}/clocks");
        // As where there is no such case at all.
        assert_eq!(desk.get(&clocks, Some(&own)).await.0, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_wrote_readable_is_sealed_and_still_read() {
    let desk = Desk::new().await;
    let (case, plain) = (desk.told("mailbox-002", 0).await, desk.told("mailbox-002", 0).await);
    let own = staff(Role::Officer, Some("water-bureau"));
    for case in [case, plain] {
        let (clock, _, _) = desk.clock(case, "handle").await;
        let path = format!("/cases/{case}/clocks/{clock}/extensions");
        let ask = json!({"amount": 2, "reason": "investigation", "grounds": WORDS});
        assert_eq!(desk.post(&path, &own, None, ask).await.0, StatusCode::CREATED);
    }
    let at = desk.db.now().await.unwrap();
    let named = CaseHandsNamed { hands: vec![AccountId(own.sub)], barred: Vec::new(), line: None };
    desk.hear(case, 2, at, named.into()).await;
    assert_eq!(readable(&desk).await.matches("举报").count(), 2);
    let texts = texts();
    assert_eq!(crate::tasks::seal::pass(&desk.db, &texts).await.unwrap(), 1);
    assert_eq!(crate::tasks::seal::pass(&desk.db, &texts).await.unwrap(), 0, "once only");
    assert_eq!(readable(&desk).await.matches("举报").count(), 1, "the other is nobody's secret");
    let supervisor = Claims { sub: own.sub, ..staff(Role::Supervisor, None) };
    let list = desk.get(&format!("/cases/{case}/extensions"), Some(&supervisor)).await.2;
    assert_eq!(list[0]["grounds"], json!(WORDS));
}
