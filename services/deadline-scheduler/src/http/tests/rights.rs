//! What binds no unit: the centre's own limits, and rights of the citizen that lapse.

use contracts::{
    petition::{OpinionIssued, ReviewRequested},
    words::ReviewStage,
};
use jiff::{SignedDuration, civil::date};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_nobody_uses_lapses_and_is_nobodys_breach() {
    let desk = Desk::new().await;
    let case = desk.told("petition-2022", 100).await;
    let served = desk.db.now().await.unwrap() - SignedDuration::from_hours(24 * 45);
    let opinion = OpinionIssued {
        stage: ReviewStage::Handling,
        result: "supported".to_owned(),
        served_on: calendar::day_of(served),
    };
    desk.hear(case, 2, served, opinion.into()).await;
    let (clock, _, _) = desk.clock(case, "ask_review").await;
    let unit: Option<String> = sqlx::query_scalar("SELECT unit FROM clock WHERE clock_id = $1")
        .bind(clock)
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(unit, None, "it is the citizen's");
    desk.turn().await;
    let said = desk.said(case).await;
    let of = |kind: &str, name: &str| {
        let is = |body: &Value| body["name"] == name || body["limit"] == name;
        said.iter().filter(|(said, body)| said == kind && is(body)).count()
    };
    assert_eq!((of("clock.expired", "ask_review"), of("supervision.escalated", "ask_review")), (0, 0));
    assert_eq!(of("clock.expired", "handle"), 1, "what is a duty expires");
    let shown = desk.get(&format!("/cases/{case}/clocks"), Some(&staff(Role::Supervisor, None))).await.2;
    let states: Vec<&Value> = shown
        .as_array()
        .unwrap()
        .iter()
        .filter(|clock| clock["name"] == "ask_review")
        .map(|clock| &clock["state"])
        .collect();
    assert_eq!(states, ["lapsed"]);
    let asked = ReviewRequested { stage: ReviewStage::Review };
    desk.hear(case, 3, desk.db.now().await.unwrap(), asked.into()).await;
    assert_eq!(desk.clock(case, "recheck").await.1, 0, "the review that was taken up all the same is owed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_centre_owes_binds_no_unit_even_once_one_has_the_case() {
    let desk = Desk::new().await;
    let case = CaseId::fresh();
    let at = desk.db.now().await.unwrap() - SignedDuration::from_hours(24 * 40);
    let region: ids::RegionCode = "511602".parse().unwrap();
    let registered = contracts::case::CaseRegistered {
        number: ids::CaseNumber::new(date(2026, 2, 13), &region, 7),
        kind: contracts::words::Kind::Complaint,
        channel: contracts::words::Channel::Mailbox,
        region,
        urgency: contracts::words::Urgency::Ordinary,
        received_at: at,
        pack: contracts::case::PackRef { id: "mailbox-002".to_owned(), version: 1 },
        confidential: false,
    };
    desk.hear(case, 1, at, registered.into()).await;
    let later = at + SignedDuration::from_hours(48);
    desk.dispatched(case, later).await;
    let unit: Option<String> =
        sqlx::query_scalar("SELECT unit FROM clock WHERE case_id = $1 AND name = 'accept'")
            .bind(case.0)
            .fetch_one(&desk.db.pool)
            .await
            .unwrap();
    assert_eq!(unit, None);
    desk.turn().await;
    let said = desk.said(case).await;
    let expired = said.iter().find(|(kind, body)| kind == "clock.expired" && body["name"] == "accept");
    assert_eq!(expired.unwrap().1["unit"], Value::Null);
}
