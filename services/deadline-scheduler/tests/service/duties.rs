//! Duties beside the handling: the long-term register, signing for what is urgent, limits of the second round.

use contracts::{
    Body,
    case::{CaseAnswered, CaseClosed, CaseReopened},
    handling::{CaseDeferred, CaseUndeferred},
    petition::OpinionExtended,
    words::{Kind, Outcome, Part, ReviewStage, Urgency},
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
    desk.tell(
        now + hours(2),
        CaseClosed { outcome: Outcome::Explained, round: 1, merged_into: None, unit: None },
    )
    .await;
    desk.tell(now + hours(3), CaseReopened { round: 2, reason: "unsatisfied".to_owned() }).await;
    let due = calendar::shipped().add_workdays(calendar::day_of(now + hours(3)), 3).unwrap().date;
    assert_eq!(desk.clocks().await.last(), Some(&("handle".to_owned(), 0, due)));
}

#[tokio::test]
async fn an_unsatisfied_citizen_gets_another_round_in_less_time_and_new_facts_a_whole_one() {
    for (because, limit) in [("unsatisfied", 12), ("unsolved", 12), ("new-facts", 20)] {
        let mut desk = Desk::new("mailbox-002").await;
        let now = desk.db.now().await.unwrap();
        desk.accept(now).await;
        let answered = desk.answered(now + hours(1));
        desk.tell(now + hours(1), answered).await;
        desk.tell(now + hours(2), CaseReopened { round: 2, reason: because.to_owned() }).await;
        let due = calendar::shipped().add_workdays(calendar::day_of(now + hours(2)), limit).unwrap().date;
        let open: Vec<_> = desk
            .clocks()
            .await
            .into_iter()
            .filter(|(name, state, _)| name == "handle" && *state == 0)
            .collect();
        assert_eq!(open, [("handle".to_owned(), 0, due)], "{because}");
        // Another fact of the case chooses again, and the round keeps its limit.
        let lead = desk.dispatched("water", Part::Lead);
        desk.tell(now + hours(3), contracts::assignment::AssignmentDispatched { round: 2, ..lead }).await;
        let kept =
            desk.clocks().await.into_iter().filter(|(_, state, day)| *state == 0 && *day == due).count();
        assert_eq!(kept, 1, "{because}");
        // Heard twice it acts once, and it warns and passes as any other.
        let said = desk.kinds().await.iter().filter(|kind| **kind == "clock.opened").count();
        desk.tell(now + hours(4), CaseReopened { round: 2, reason: because.to_owned() }).await;
        assert_eq!(
            desk.kinds().await.iter().filter(|kind| **kind == "clock.opened").count(),
            said,
            "{because}"
        );
    }
}

#[tokio::test]
async fn more_time_for_an_opinion_moves_the_limit_of_its_stage_once() {
    let mut desk = Desk::new("petition-2022").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Help, now);
    desk.tell(now, accepted).await;
    let (name, _, first) = desk.clocks().await[0].clone();
    assert_eq!(name, "handle");
    let more = |stage, days| OpinionExtended { stage, days };
    desk.tell(now + hours(1), more(ReviewStage::Review, 10)).await;
    assert_eq!(desk.kinds().await, ["clock.opened"], "no limit of that stage runs");
    desk.tell(now + hours(2), more(ReviewStage::Handling, 31)).await;
    assert_eq!(desk.kinds().await, ["clock.opened"], "beyond the ninety days of the regulation");
    desk.tell(now + hours(3), more(ReviewStage::Handling, 30)).await;
    let (_, state, later) = desk.clocks().await[0].clone();
    let due = calendar::shipped().add_days(calendar::day_of(now), 90, calendar::Roll::Forward).unwrap().date;
    assert_eq!((state, later), (0, due));
    assert_eq!(desk.kinds().await, ["clock.opened", "clock.extended", "clock.opened"]);
    let said = desk.said().await;
    let Body::ClockExtended(told) = &said[1] else { panic!("{said:?}") };
    assert_eq!((told.from_day, told.due_day, told.times), (first, due, 1));
    desk.tell(now + hours(4), more(ReviewStage::Handling, 5)).await;
    assert_eq!(desk.kinds().await.len(), 3, "once");
}

#[tokio::test]
async fn what_is_passed_down_the_tree_makes_no_case_of_several_units() {
    let mut desk = Desk::new("mailbox-002").await;
    let now = desk.db.now().await.unwrap();
    let accepted = desk.accepted(Kind::Consultation, now);
    desk.tell(now, accepted).await;
    let lead = desk.dispatched("water", Part::Lead);
    let mut below = desk.dispatched("village", Part::Co);
    below.parent = Some(lead.assignment);
    desk.tell(now, lead).await;
    let before = desk.clocks().await;
    desk.tell(now, below).await;
    assert_eq!(desk.clocks().await, before, "the limit stays that of one unit");
    let several: bool =
        sqlx::query_scalar("SELECT multi_unit FROM case_facts").fetch_one(&desk.db.pool).await.unwrap();
    assert!(!several);
}

#[tokio::test]
async fn the_hotlines_pack_has_the_first_contact_the_fast_list_and_the_day_to_look_again() {
    let mut desk = Desk::new("hotline-004").await;
    let now = desk.db.now().await.unwrap();
    let mut accepted = desk.accepted(Kind::Help, now);
    accepted.fast = Some("livelihood".to_owned());
    desk.tell(now, accepted).await;
    let lead = desk.dispatched("water", Part::Lead);
    desk.tell(now, lead).await;
    let until = calendar::day_of(now + hours(24 * 60));
    desk.tell(now + hours(1), CaseDeferred { until }).await;
    let clocks = desk.clocks().await;
    let due =
        |name: &str| clocks.iter().find(|(own, _, _)| own == name).map(|(_, state, due)| (*state, *due));
    let (today, calendar) = (calendar::day_of(now), calendar::shipped());
    assert_eq!(due("handle").unwrap().1, calendar.add_days(today, 3, calendar::Roll::None).unwrap().date);
    assert_eq!(due("contact").unwrap().1, calendar.add_workdays(today, 1).unwrap().date);
    assert_eq!(due("deferred"), Some((0, until)));
}
