//! Duties beside the handling: the long-term register, signing for what is urgent, limits of the second round.

use contracts::{
    case::{CaseAnswered, CaseClosed, CaseReopened},
    handling::{CaseDeferred, CaseUndeferred},
    words::{Kind, Outcome, Part, Urgency},
};

use super::{
    desk::{Desk, hours},
    happenings::{entry, pack},
};

#[tokio::test]
async fn what_cannot_be_solved_now_waits_on_the_register_until_its_day() {
    let still = [("pause", "[\"case.deferred\"]"), ("resume", "[\"case.undeferred\"]")];
    let handle = entry("handle", "handle", "case.accepted", "case.answered", &still);
    let look_again = entry("deferred", "deferred", "case.deferred", "case.undeferred", &[("given", "true")]);
    let mut desk = Desk::under("made-up", &pack(&[handle, look_again])).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    let until = calendar::day_of(now + hours(24 * 90));
    desk.tell(now + hours(1), CaseDeferred { until }).await;
    let clocks = desk.clocks().await;
    assert_eq!(clocks[0], ("deferred".to_owned(), 0, until), "the day to look again is a limit");
    assert_eq!(clocks[1].1, 1, "the handling stands still");
    desk.tell(now + hours(24 * 30), CaseUndeferred { again: Some(false) }).await;
    let states: Vec<i16> = desk.clocks().await.into_iter().map(|(_, state, _)| state).collect();
    assert_eq!(states, [2, 0]);
}

#[tokio::test]
async fn what_is_urgent_must_be_signed_for_within_hours() {
    let mut desk = Desk::new("hotline-004").await;
    let now = desk.db.now().await.unwrap();
    let mut accepted = desk.accepted(Kind::Help, now);
    accepted.urgency = Urgency::Urgent;
    desk.tell(now, accepted).await;
    let lead = desk.dispatched("water", Part::Lead);
    desk.tell(now, lead).await;
    let clocks = desk.clocks().await;
    let sign = clocks.iter().find(|(name, _, _)| name == "sign").unwrap();
    assert_eq!(sign.1, 0);
}

#[tokio::test]
async fn a_second_round_has_a_shorter_limit_where_the_pack_says_so() {
    let again = [("applies", "{ again = true }"), ("limit", "{ amount = 3, unit = \"workdays\" }")];
    let entries = [
        entry("again", "handle", "case.accepted", "case.answered", &again),
        entry("first", "handle", "case.accepted", "case.answered", &[]),
    ];
    let mut desk = Desk::under("made-up", &pack(&entries)).await;
    let now = desk.db.now().await.unwrap();
    desk.accept(now).await;
    let answered: CaseAnswered = desk.answered(now + hours(1));
    desk.tell(now + hours(1), answered).await;
    desk.tell(now + hours(2), CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None }).await;
    desk.tell(now + hours(3), CaseReopened { round: 2, reason: "unsatisfied".to_owned() }).await;
    let due = calendar::shipped().add_workdays(calendar::day_of(now + hours(3)), 3).unwrap().date;
    assert_eq!(desk.clocks().await.last(), Some(&("handle".to_owned(), 0, due)));
}
