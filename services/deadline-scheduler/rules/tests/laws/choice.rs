//! Which entry an event takes: each filter alone, from both sides, and what may take its place when the case changes.

use calendar::{Unit, shipped};
use deadline_scheduler_rules::{
    Applies, Call, ClockName, Deadlines, Entry, Facts, Kind, Mode, Part, Pause, Span, Subject, Trigger,
    Urgency, begin, begun_by, choose, choose_again, ended_by, open, spans, still_since,
};
use ids::AssignmentId;
use jiff::{Timestamp, civil::date};

use super::second;

fn pack(entries: &[(&str, Applies)]) -> Deadlines {
    let text = super::PACKS[0];
    let mut pack: Deadlines = toml::from_str(text).unwrap();
    let model = pack.entry("handle-long").unwrap().clone();
    let entry = |(id, applies): &(&str, Applies)| Entry {
        id: (*id).to_owned(),
        applies: applies.clone(),
        ..model.clone()
    };
    pack.clocks = entries.iter().map(entry).collect();
    pack.redo = None;
    pack
}

fn facts() -> Facts {
    Facts::plain(Kind::Help, Urgency::Ordinary, second(1_773_000_000))
}

fn accepted() -> Call {
    Call::plain(Trigger::CaseAccepted, second(1_773_000_000))
}

fn takes(applies: &Applies, call: &Call, facts: &Facts) -> bool {
    choose(&pack(&[("one", applies.clone())]), call, ClockName::Handle, facts).is_some()
}

#[test]
fn each_filter_over_the_case_lets_its_own_through_and_no_other() {
    for (wanted, has) in [(true, true), (false, false), (true, false), (false, true)] {
        let several = Applies { multi_unit: Some(wanted), ..Applies::default() };
        assert_eq!(takes(&several, &accepted(), &Facts { multi_unit: has, ..facts() }), wanted == has);
        let fast = Applies { fast: Some(wanted), ..Applies::default() };
        assert_eq!(takes(&fast, &accepted(), &Facts { fast: has, ..facts() }), wanted == has);
        let first = Applies { first: Some(wanted), ..Applies::default() };
        assert_eq!(takes(&first, &accepted(), &Facts { first: has, ..facts() }), wanted == has);
        let again = Applies { again: Some(wanted), ..Applies::default() };
        for round in [1, 2, 3] {
            assert_eq!(
                takes(&again, &accepted(), &Facts { round, ..facts() }),
                wanted == (round > 1),
                "{round}"
            );
        }
    }
    let because = Applies { because: Some(vec!["unsolved".to_owned()]), ..Applies::default() };
    for (reason, holds) in [(Some("unsolved"), true), (Some("other"), false), (None, false)] {
        let facts = Facts { because: reason.map(str::to_owned), ..facts() };
        assert_eq!(takes(&because, &accepted(), &facts), holds);
    }
}

#[test]
fn every_filter_over_the_event_must_hold() {
    let applies = Applies {
        parts: Some(vec![Part::Lead]),
        modes: Some(vec![Mode::Assignment]),
        ranks: Some(vec!["province".to_owned()]),
        ..Applies::default()
    };
    let call = |part, mode, rank: &str| Call {
        part: Some(part),
        mode: Some(mode),
        rank: Some(rank.to_owned()),
        ..accepted()
    };
    assert!(takes(&applies, &call(Part::Lead, Mode::Assignment, "province"), &facts()));
    assert!(!takes(&applies, &call(Part::Co, Mode::Assignment, "province"), &facts()));
    assert!(!takes(&applies, &call(Part::Lead, Mode::Forwarding, "province"), &facts()));
    assert!(!takes(&applies, &call(Part::Lead, Mode::Assignment, "city"), &facts()));
    assert!(!takes(&applies, &accepted(), &facts()), "a filter wants a value");
}

#[test]
fn only_what_asks_the_same_of_its_event_takes_a_clocks_place() {
    let fast = || Applies { fast: Some(true), ..Applies::default() };
    let to = Facts { fast: true, ..facts() };
    let again = |current: Applies, other: Applies| {
        let pack = pack(&[("current", current), ("other", other)]);
        choose_again(&pack, &pack.clocks[0], &to).map(|entry| entry.id.clone())
    };
    let slow = || Applies { fast: Some(false), ..Applies::default() };
    assert_eq!(again(slow(), fast()).as_deref(), Some("other"));
    let part = |applies| Applies { parts: Some(vec![Part::Lead]), ..applies };
    let mode = |applies| Applies { modes: Some(vec![Mode::Assignment]), ..applies };
    let rank = |applies| Applies { ranks: Some(vec!["city".to_owned()]), ..applies };
    for one in [part, mode, rank] as [fn(Applies) -> Applies; 3] {
        assert_eq!(again(one(slow()), one(fast())).as_deref(), Some("other"));
        assert_eq!(again(one(slow()), fast()), None);
        assert_eq!(again(slow(), one(fast())), None);
    }
    assert_eq!(again(slow(), slow()), None, "neither holds any longer");
}

#[test]
fn another_name_start_or_subject_never_takes_a_clocks_place() {
    let fast = Applies { fast: Some(true), ..Applies::default() };
    let pack = pack(&[("current", Applies { fast: Some(false), ..fast.clone() }), ("other", fast)]);
    let to = Facts { fast: true, ..facts() };
    let again = |change: fn(&mut Entry)| {
        let mut pack = pack.clone();
        change(&mut pack.clocks[1]);
        choose_again(&pack, &pack.clocks[0], &to).map(|entry| entry.id.clone())
    };
    assert_eq!(again(|_| {}).as_deref(), Some("other"));
    assert_eq!(again(|entry| entry.name = ClockName::Sign), None);
    assert_eq!(again(|entry| entry.start = vec![Trigger::CaseRegistered]), None);
    assert_eq!(again(|entry| entry.subject = Subject::Assignment), None);
}

#[test]
fn a_default_gives_way_to_any_and_is_what_is_left() {
    let lead = Applies { parts: Some(vec![Part::Lead]), fast: Some(true), ..Applies::default() };
    let mut pack = pack(&[("default", Applies::default()), ("lead", lead)]);
    pack.clocks[0].default = true;
    let again = |current: usize, fast| {
        choose_again(&pack, &pack.clocks[current], &Facts { fast, ..facts() }).map(|entry| entry.id.as_str())
    };
    assert_eq!((again(0, true), again(0, false)), (Some("lead"), Some("default")));
    assert_eq!((again(1, true), again(1, false)), (Some("lead"), Some("default")));
    let chosen = |call: &Call, fast| {
        choose(&pack, call, ClockName::Handle, &Facts { fast, ..facts() }).map(|entry| entry.id.as_str())
    };
    let lead = Call { part: Some(Part::Lead), ..accepted() };
    assert_eq!((chosen(&lead, true), chosen(&lead, false)), (Some("lead"), Some("default")));
    assert_eq!(chosen(&accepted(), true), Some("default"));
}

#[test]
fn counting_starts_from_the_receipt_the_event_or_the_day_of_service() {
    use Trigger::{CaseAccepted, CaseReopened};
    use deadline_scheduler_rules::From;

    let noon: Timestamp = "2026-03-05T12:00:00+08:00".parse().unwrap();
    let received_at: Timestamp = "2026-03-02T09:00:00+08:00".parse().unwrap();
    let facts = Facts { received_at, ..facts() };
    let started = |from, trigger, served| {
        let mut pack = pack(&[("one", Applies::default())]);
        pack.clocks[0].from = from;
        pack.clocks[0].limit.unit = Unit::Workdays;
        let call = Call { served, ..Call::plain(trigger, noon) };
        open(&pack, &call, &facts, shipped()).unwrap()[0].started_at
    };
    assert_eq!(started(From::Received, CaseAccepted, None), received_at);
    assert_eq!(started(From::Received, CaseReopened, None), noon, "a later round counts from itself");
    assert_eq!(started(From::Event, CaseAccepted, Some(date(2026, 3, 3))), noon);
    assert_eq!(started(From::Served, CaseAccepted, None), noon);
    assert_eq!(started(From::Served, CaseAccepted, Some(date(2026, 3, 5))), noon, "served that same day");
    let third: Timestamp = "2026-03-03T00:00:00+08:00".parse().unwrap();
    assert_eq!(started(From::Served, CaseAccepted, Some(date(2026, 3, 3))), third);
    assert_eq!(started(From::Served, CaseReopened, Some(date(2026, 3, 3))), third);
}

#[test]
fn each_end_of_a_pause_belongs_to_one_begin() {
    use Trigger::{CasePaused, CaseResumed};
    assert_eq!((begun_by(CaseResumed), ended_by(CasePaused)), (Some(CasePaused), Some(CaseResumed)));
    assert_eq!((begun_by(CasePaused), ended_by(CaseResumed)), (None, None));
    for by in Trigger::ALL {
        assert!(ended_by(*by).is_none_or(|end| begun_by(end) == Some(*by)), "{by:?}");
        assert!(begun_by(*by).is_none_or(|begin| ended_by(begin) == Some(*by)), "{by:?}");
    }
}

fn pause(since: i64, until: Option<i64>) -> Pause {
    let (by, key) = (Trigger::CasePaused, "law".to_owned());
    Pause { by, key, assignment: None, since: second(since), until: until.map(second) }
}

#[test]
fn what_differs_in_one_word_is_another_pause() {
    let assignment = |number| Some(AssignmentId::derived(number));
    let one = pause(1, None);
    let others = [
        Pause { by: Trigger::CaseDeferred, ..one.clone() },
        Pause { key: "hearing".to_owned(), ..one.clone() },
        Pause { assignment: assignment("one"), ..one.clone() },
    ];
    for other in others {
        let mut list = vec![one.clone()];
        begin(&mut list, other.clone());
        assert_eq!(list, [one.clone(), other]);
    }
    let mut list = vec![pause(1, Some(2))];
    begin(&mut list, pause(3, None));
    assert_eq!(list.len(), 2, "what has ended can begin again");
    begin(&mut list, pause(4, None));
    assert_eq!(list.len(), 2, "what stands still cannot");
}

#[test]
fn a_pause_counts_by_its_event_its_reason_and_its_assignment() {
    let assignment = |number| Some(AssignmentId::derived(number));
    let mut pack = pack(&[("one", Applies::default())]);
    let entry = &mut pack.clocks[0];
    (entry.pause, entry.pause_reasons) = (vec![Trigger::CasePaused], Some(vec!["law".to_owned()]));
    let counts = |pause: Pause, of| !spans(&[pause], &pack.clocks[0], of).is_empty();
    let mine = Pause { assignment: assignment("one"), ..pause(1, None) };
    assert!(counts(pause(1, None), None) && counts(pause(1, None), assignment("one")));
    assert!(counts(mine.clone(), None) && counts(mine.clone(), assignment("one")));
    assert!(!counts(mine, assignment("two")), "another unit's pause");
    assert!(!counts(Pause { key: "hearing".to_owned(), ..pause(1, None) }, None));
    assert!(!counts(Pause { by: Trigger::CaseDeferred, ..pause(1, None) }, None));
}

#[test]
fn stretches_apart_stay_apart_and_those_that_touch_are_one() {
    let mut pack = pack(&[("one", Applies::default())]);
    pack.clocks[0].pause = vec![Trigger::CasePaused];
    let joined = |list: &[(i64, Option<i64>)]| {
        let list: Vec<Pause> = list.iter().map(|(since, until)| pause(*since, *until)).collect();
        spans(&list, &pack.clocks[0], None)
    };
    let span = |since, until: Option<i64>| Span { since: second(since), until: until.map(second) };
    assert_eq!(joined(&[(1, Some(2)), (3, Some(4))]), [span(1, Some(2)), span(3, Some(4))]);
    assert_eq!(joined(&[(1, Some(3)), (3, Some(4))]), [span(1, Some(4))]);
    assert_eq!(joined(&[(1, Some(9)), (3, Some(4))]), [span(1, Some(9))]);
    assert_eq!(joined(&[(1, Some(2)), (3, None)]), [span(1, Some(2)), span(3, None)]);
    assert_eq!(joined(&[(1, None), (3, Some(4))]), [span(1, None)], "it still stands");
    assert_eq!(still_since(&joined(&[(1, Some(2)), (3, None)])), Some(second(3)));
    assert_eq!(still_since(&joined(&[(1, Some(2))])), None);
    assert_eq!(still_since(&[]), None);
}
