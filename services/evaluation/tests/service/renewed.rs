//! New facts after the closure, and what is taken up again from the long-term register, send a case round again, once.

use contracts::{Body, StoredEvent, handling::CaseUndeferred, record::CaseRenewed};
use ids::EventId;
use jiff::civil::date;

use crate::{desk::Desk, tale::Tale};

#[tokio::test(flavor = "multi_thread")]
async fn new_facts_reopen_a_closed_case_once_and_an_open_one_never() {
    let desk = Desk::new().await;
    let closed = Tale::new(1, date(2026, 3, 2), date(2026, 3, 20), Some(date(2026, 3, 10)));
    let open = Tale::new(2, date(2026, 3, 2), date(2026, 3, 20), None);
    for tale in [&closed, &open] {
        for source in tale.told() {
            desk.hear(&source).await;
        }
        let last = tale.told()[0].last().unwrap().clone();
        let body: Body = CaseRenewed { reason: "new-facts".into() }.into();
        let news = |version: i64| StoredEvent {
            id: EventId::derived(&format!("{}:renewed:{version}", tale.case)),
            version: last.version + version,
            kind: body.kind().into(),
            payload: String::from_utf8(body.to_json()).unwrap(),
            ..last.clone()
        };
        desk.hear(&[news(1)]).await;
        // Told again before anything was done: it is open by then.
        desk.hear(&[news(1), news(2)]).await;
    }
    let said = desk.said(closed.case).await;
    let reopened: Vec<i32> = said
        .iter()
        .filter_map(|body| match body {
            Body::CaseReopened(again) if again.reason == "new-facts" => Some(again.round),
            _ => None,
        })
        .collect();
    assert_eq!(reopened, [2]);
    let kinds = desk.kinds(closed.case).await;
    assert!(
        kinds.contains(&"followup.completed"),
        "who was still to be asked about round 1 is not: {kinds:?}"
    );
    assert!(!desk.kinds(open.case).await.contains(&"case.reopened"));
    assert!(desk.running.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_up_from_the_register_goes_round_and_what_is_settled_there_does_not() {
    let desk = Desk::new().await;
    let tales =
        [1, 2].map(|seed| Tale::new(seed, date(2026, 3, 2), date(2026, 3, 20), Some(date(2026, 3, 10))));
    for (tale, again) in tales.iter().zip([true, false]) {
        for source in tale.told() {
            desk.hear(&source).await;
        }
        let body: Body = CaseUndeferred { again: Some(again) }.into();
        let last = tale.told()[0].last().unwrap().clone();
        let news = |version: i64| StoredEvent {
            id: EventId::derived(&format!("{}:undeferred:{version}", tale.case)),
            version: last.version + version,
            kind: body.kind().into(),
            payload: String::from_utf8(body.to_json()).unwrap(),
            ..last.clone()
        };
        desk.hear(&[news(1)]).await;
        desk.hear(&[news(1), news(2)]).await;
        let said = desk.said(tale.case).await;
        let rounds: Vec<(i32, &str)> = said
            .iter()
            .filter_map(|body| match body {
                Body::CaseReopened(opened) => Some((opened.round, opened.reason.as_str())),
                _ => None,
            })
            .collect();
        assert_eq!(rounds, if again { vec![(2, "conditions-ripe")] } else { vec![] });
    }
    assert!(desk.running.stop().await);
}
