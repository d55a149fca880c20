//! The plain walk of a case through its limits.

use contracts::{
    Body,
    assignment::AssignmentContacted,
    case::{CaseClosed, CaseHistoryEnded, CaseReopened, CaseWithdrawn},
    words::{Kind, Outcome, Part},
};
use ids::{AssignmentId, CaseId};
use jiff::civil::date;
use runtime::ApplyError;

use super::desk::{Desk, hours};

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_case_has_a_clock_and_an_answer_in_time_meets_it_also_when_heard_twice() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Consultation, now);
    let (opened, dispatched) = (desk.event(now, accepted), desk.dispatched("water", Part::Lead));
    let dispatched = desk.event(now, dispatched);
    let batch = [opened, dispatched];
    desk.hear(&batch).await.unwrap();
    desk.hear(&batch).await.unwrap();
    let said = desk.said().await;
    let [Body::ClockOpened(opened)] = said.as_slice() else { panic!("{said:?}") };
    let due = calendar::shipped().add_workdays(calendar::day_of(now), 5).unwrap();
    assert_eq!(opened.clocks[0].due_day, due.date);
    assert_eq!(opened.clocks[0].due_at, calendar::end_of_day(due.date));
    assert_eq!(desk.armed().await, 3);
    assert_eq!(desk.fire().await, 0);
    let unit: Option<String> =
        sqlx::query_scalar("SELECT unit FROM clock").fetch_one(&desk.db.pool).await.unwrap();
    assert_eq!(unit.as_deref(), Some("water"));

    let answered = desk.event(now + hours(1), desk.answered(now + hours(1)));
    desk.hear(std::slice::from_ref(&answered)).await.unwrap();
    desk.hear(&[answered]).await.unwrap();
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.met"]);
    assert_eq!(desk.late().await, [false]);
    assert_eq!(desk.armed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_passed_is_said_once_and_an_answer_given_before_it_is_still_in_time() {
    let mut desk = Desk::new("mailbox-002").await;
    let received = desk.db.now().await.unwrap() - hours(24 * 60);
    let accepted = desk.accepted(Kind::Consultation, received);
    desk.tell(received, accepted).await;
    let (one, other) = tokio::join!(desk.fire(), desk.fire());
    assert_eq!(one + other, 3, "two warnings and the limit, whoever fires them");
    assert_eq!(desk.fire().await, 0);
    let kinds = desk.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| **kind == "clock.expired").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| **kind == "clock.warned").count(), 2);
    let early = received + hours(2);
    let answered = desk.answered(early);
    desk.tell(early, answered).await;
    assert_eq!(desk.late().await, [false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_fires_nothing_until_it_has_been_told() {
    let mut desk = Desk::new("mailbox-002").await;
    desk.historic = true;
    let received = "2019-03-01T02:00:00Z".parse().unwrap();
    let accepted = desk.accepted(Kind::Complaint, received);
    desk.tell(received, accepted).await;
    assert_eq!((desk.armed().await, desk.fire().await), (0, 0));
    let late = received + hours(24 * 90);
    let (answered, told) = (desk.answered(late), desk.event(late, CaseHistoryEnded {}));
    desk.tell(late, answered).await;
    desk.hear(&[told]).await.unwrap();
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.met"]);
    assert_eq!((desk.late().await, desk.armed().await), (vec![true], 0));

    // Another one was never answered: its limit, years past, is said as soon as the history has been told.
    desk.case = CaseId::fresh();
    desk.versions.clear();
    let accepted = desk.accepted(Kind::Complaint, received);
    desk.tell(received, accepted).await;
    desk.historic = false;
    let now = desk.db.now().await.unwrap();
    desk.tell(now, CaseHistoryEnded {}).await;
    assert_eq!(desk.fire().await, 1);
    let said = desk.said().await;
    let Some(Body::ClockExpired(expired)) = said.last() else { panic!("{said:?}") };
    assert_eq!(expired.due_at, calendar::end_of_day(date(2019, 3, 29)));
    assert!(expired.lateness_ms > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_unit_lengthens_the_limit_from_the_same_start() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Consultation, now);
    let (lead, co) = (desk.dispatched("water", Part::Lead), desk.dispatched("roads", Part::Co));
    desk.tell(now, accepted).await;
    desk.tell(now, lead).await;
    desk.tell(now, co).await;
    let said = desk.said().await;
    let [Body::ClockOpened(first), Body::ClockOpened(second)] = said.as_slice() else { panic!("{said:?}") };
    let days = |opened: &contracts::clock::ClockOpened| {
        calendar::shipped().workdays_between(calendar::day_of(now), opened.clocks[0].due_day).unwrap()
    };
    assert_eq!((days(first), days(second)), (5, 40));
    assert_eq!(first.clocks[0].clock, second.clocks[0].clock);
    assert_eq!(desk.armed().await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_of_an_assignment_are_their_own_and_a_reopening_begins_anew() {
    let mut desk = Desk::new("petition-2022").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Help, now);
    let (lead, co) = (desk.dispatched("water", Part::Lead), desk.dispatched("roads", Part::Co));
    let batch = [desk.event(now, accepted), desk.event(now, lead), desk.event(now, co)];
    desk.hear(&batch).await.unwrap();
    let contacted = AssignmentContacted {
        assignment: AssignmentId::derived("roads"),
        unit: "roads".parse().unwrap(),
        reached: true,
    };
    let not_reached = AssignmentContacted { reached: false, ..contacted.clone() };
    desk.tell(now + hours(1), not_reached).await;
    assert_eq!(desk.late().await.len(), 0);
    desk.tell(now + hours(2), contacted).await;
    assert_eq!(desk.late().await, [false]);
    let answered = desk.answered(now + hours(3));
    desk.tell(now + hours(3), answered).await;
    let closed = CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None };
    desk.tell(now + hours(3), closed).await;
    assert_eq!(desk.armed().await, 0);
    desk.tell(now + hours(9), CaseReopened { round: 2, reason: "unsolved".to_owned() }).await;
    let open: Vec<(String, i32)> = sqlx::query_as("SELECT name, round FROM clock WHERE state = 0")
        .fetch_all(&desk.db.pool)
        .await
        .unwrap();
    assert_eq!(open, [("handle".to_owned(), 2)]);
    desk.tell(now + hours(10), CaseWithdrawn {}).await;
    assert_eq!(desk.armed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_before_its_case_waits() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Help, now);
    let answered = desk.event(now, desk.answered(now));
    let accepted = desk.event(now, accepted);
    let early = desk.hear(std::slice::from_ref(&answered)).await;
    assert!(matches!(early, Err(ApplyError::Later(_))), "{early:?}");
    desk.hear(&[accepted]).await.unwrap();
    desk.hear(&[answered]).await.unwrap();
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.met"]);
}

#[tokio::test]
async fn an_old_case_that_is_reopened_today_has_limits_that_fire() {
    let mut desk = Desk::new("mailbox-002").await;
    desk.historic = true;
    let received = "2019-03-01T02:00:00Z".parse().unwrap();
    let accepted = desk.accepted(Kind::Complaint, received);
    desk.tell(received, accepted).await;
    let answered = desk.answered(received + hours(48));
    desk.tell(received + hours(48), answered).await;
    assert_eq!(desk.armed().await, 0);
    desk.historic = false;
    let now = desk.db.now().await.unwrap();
    desk.tell(now, CaseReopened { round: 2, reason: "unsolved".to_owned() }).await;
    assert!(desk.armed().await > 0);
    assert_eq!((desk.fire().await, desk.late().await), (0, vec![false]));
}
