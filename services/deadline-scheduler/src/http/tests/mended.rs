//! A breach that is none any more: what was owed for it falls, and what was only proposed with it.

use contracts::{
    assignment::AssignmentDispatched,
    words::{Mode, Part},
};
use ids::AssignmentId;
use jiff::{SignedDuration, ToSpan as _};
use pg::ToSqlx as _;
use serde_json::json;

use super::*;

/// A complaint to the mayor's mailbox whose twenty working days passed six working days ago.
async fn overdue(desk: &Desk) -> CaseId {
    let (today, calendar) = (calendar::day_of(desk.db.now().await.unwrap()), calendar::shipped());
    let late = |ago: i64| {
        let due = calendar.add_workdays(today - ago.days(), 20).unwrap().date;
        due < today && calendar.workdays_between(due, today).unwrap() >= 6
    };
    let ago = (20..90).find(|ago| late(*ago)).unwrap();
    let case = desk.told("mailbox-002", ago).await;
    desk.turn().await;
    desk.turn().await;
    let (_, state, _) = desk.clock(case, "explanation").await;
    assert_eq!((state, proposals(desk, case).await), (0, vec!["proposed".to_owned()]));
    case
}

async fn proposals(desk: &Desk, case: CaseId) -> Vec<String> {
    sqlx::query_scalar("SELECT state FROM supervision WHERE case_id = $1")
        .bind(case.0)
        .fetch_all(&desk.db.pool)
        .await
        .unwrap()
}

/// Nothing is owed any more, and nothing comes of what was.
async fn clean(desk: &Desk, case: CaseId) {
    let (clock, _, day) = desk.clock(case, "handle").await;
    assert!(day > calendar::day_of(desk.db.now().await.unwrap()), "the limit lies ahead: {day}");
    assert_eq!(desk.clock(case, "explanation").await.1, 3, "the explanation is cancelled");
    assert_eq!(proposals(desk, case).await, ["dropped"]);
    let said = desk.said(case).await;
    let opened: Vec<&Value> =
        said.iter().filter(|(kind, _)| kind == "clock.opened").map(|(_, body)| body).collect();
    assert_eq!(opened.last().unwrap()["mended"], true);
    assert!(opened[..opened.len() - 1].iter().all(|body| body["mended"].is_null()), "said once");
    let before = said.len();
    sqlx::query("UPDATE rung SET due_at = now()").execute(&desk.db.pool).await.unwrap();
    desk.turn().await;
    assert_eq!(desk.said(case).await.len(), before, "the ladder is left");
    let path = format!("/cases/{case}/clocks/{clock}/explanation");
    let why = json!({"reason": "objective", "text": "…"});
    let officer = staff(Role::Officer, Some("water-bureau"));
    assert_eq!(desk.post(&path, &officer, None, why).await.0, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_granted_late_takes_back_what_the_breach_owed() {
    let desk = Desk::new().await;
    let case = overdue(&desk).await;
    let (clock, _, due) = desk.clock(case, "handle").await;
    let request = uuid::Uuid::from_u128(9);
    let asked_at = calendar::start_of_day(due) - SignedDuration::from_hours(1);
    sqlx::query(
        "INSERT INTO extension (extension_id, case_id, clock_id, amount, reason, grounds, asked_by, asked_at, state, version)
         VALUES ($1, $2, $3, 10, 'investigation', 'x', 'officer:1', $4, 'asked', 1)",
    )
    .bind(request)
    .bind(case.0)
    .bind(clock)
    .bind(asked_at.to_sqlx())
    .execute(&desk.db.pool)
    .await
    .unwrap();
    let grant = json!({"grant": true, "amount": 10});
    let supervisor = staff(Role::Supervisor, None);
    let path = format!("/extensions/{request}/decision");
    let (status, answer) = desk.post(&path, &supervisor, Some(1), grant).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    clean(&desk, case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_limit_chosen_late_does_the_same_and_a_breach_that_stays_keeps_what_it_owes() {
    let desk = Desk::new().await;
    let case = overdue(&desk).await;
    let joins = AssignmentDispatched {
        assignment: AssignmentId::derived(&format!("{case}:co")),
        unit: "roads".parse().unwrap(),
        mode: Mode::Assignment,
        part: Part::Co,
        round: 1,
        decided_by: "person".to_owned(),
        pack: contracts::case::PackRef { id: "mailbox-002".to_owned(), version: 1 },
        parent: None,
    };
    let now = desk.db.now().await.unwrap();
    desk.hear(case, 2, now, joins.into()).await;
    clean(&desk, case).await;

    let other = overdue(&desk).await;
    let supplemented = contracts::case::CaseSupplemented { count: 1 };
    desk.hear(other, 2, now, supplemented.into()).await;
    assert_eq!(desk.clock(other, "explanation").await.1, 0);
    assert_eq!(proposals(&desk, other).await, ["proposed"]);
}
