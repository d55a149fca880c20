//! When a limit is due that was chosen again: from its start, and not before anybody could know of it.

use calendar::{Limit, Roll, Unit, shipped};
use deadline_scheduler_rules::{Deadlines, Entry, Former, Run, Span, reckon, reckon_after};
use jiff::{Timestamp, civil::Date, civil::date};
use proptest::prelude::*;

fn entry(amount: u32) -> Entry {
    let pack: Deadlines = toml::from_str(super::PACKS[0]).unwrap();
    let limit = Limit { amount, unit: Unit::Days, roll: Roll::None };
    Entry { limit, cap: None, extension: None, warn: vec![], ..pack.entry("handle-long").unwrap().clone() }
}

/// Ten in the morning of a day of March 2026.
fn march(day: i8) -> Timestamp {
    calendar::start_of_day(date(2026, 3, day)) + jiff::SignedDuration::from_hours(10)
}

/// The due day after changes: days of each limit, and the day on which the next one took its place.
fn due_with(changes: &[(u32, i8)], amount: u32, extended: u32, pauses: &[Span]) -> Date {
    let entries: Vec<Entry> = changes.iter().map(|(amount, _)| entry(*amount)).collect();
    let former = entries.iter().zip(changes);
    let former: Vec<Former<'_>> = former
        .map(|(entry, (_, until))| Former { entry, pauses: pauses.to_vec(), until: march(*until) })
        .collect();
    let run = Run { started_at: march(1), given: None, extended, pauses };
    reckon_after(&former, &entry(amount), &run, shipped()).unwrap().date
}

fn due(changes: &[(u32, i8)], amount: u32) -> Date {
    due_with(changes, amount, 0, &[])
}

#[test]
fn a_shorter_limit_ends_no_earlier_than_counted_from_the_change_and_no_later_than_the_one_before() {
    let day = |day| date(2026, 3, day);
    assert_eq!((due(&[], 5), due(&[], 2)), (day(6), day(3)));
    // Raised at once it is the short one from the start; a day later it is a day later; never beyond the sixth.
    assert_eq!(due(&[(5, 1)], 2), day(3));
    assert_eq!(due(&[(5, 2)], 2), day(4));
    assert_eq!(due(&[(5, 3)], 2), day(5));
    assert_eq!(due(&[(5, 4)], 2), day(6));
    assert_eq!(due(&[(5, 5)], 2), day(6), "a raise is no extension");
    assert_eq!(due(&[(5, 9)], 2), day(6), "what had passed stays passed");
}

#[test]
fn a_longer_limit_counts_from_the_start_whenever_it_comes() {
    for until in [1, 3, 9] {
        assert_eq!(due(&[(2, until)], 5), date(2026, 3, 6));
        assert_eq!(due(&[(5, until)], 5), date(2026, 3, 6), "nor does the same one move");
    }
    // There and back again: as if it had never been.
    assert_eq!(due(&[(5, 3), (2, 4)], 5), date(2026, 3, 6));
}

#[test]
fn each_change_counts_by_itself() {
    // Ten days, from the fourth on three, from the fifth on one: the seventh, and then the sixth.
    assert_eq!(due(&[(10, 4)], 3), date(2026, 3, 7));
    assert_eq!(due(&[(10, 4), (3, 5)], 1), date(2026, 3, 6));
    assert_eq!(due(&[(10, 4), (3, 6)], 1), date(2026, 3, 7));
    assert_eq!(due(&[(10, 4), (3, 7)], 1), date(2026, 3, 7), "no later than what it follows");
    // What was raised by mistake and lowered is as if it had not been raised so far.
    assert_eq!(due(&[(10, 4), (1, 5)], 3), date(2026, 3, 7), "three days from the fourth");
    assert_eq!(due(&[(10, 4), (3, 5), (1, 6)], 3), date(2026, 3, 7));
    assert_eq!(due(&[(10, 4), (3, 5), (1, 6)], 4), date(2026, 3, 8));
}

#[test]
fn pauses_and_extensions_move_what_was_chosen_again_as_they_move_others() {
    let still = [Span { since: march(4), until: Some(march(6)) }];
    assert_eq!(due_with(&[(5, 3)], 2, 0, &still), date(2026, 3, 7));
    assert_eq!(due_with(&[(5, 5)], 2, 0, &still), date(2026, 3, 8), "the sixth and two");
    let over = [Span { since: march(2), until: Some(march(3)) }];
    assert_eq!(due_with(&[(5, 4)], 2, 0, &over), date(2026, 3, 6), "over before the change");
    assert_eq!(due_with(&[(5, 3)], 2, 1, &[]), date(2026, 3, 6));
    // Each entry counts its own pauses: what only the first counts is no part of the other.
    let (first, other) = (entry(5), entry(2));
    let former = [Former { entry: &first, pauses: still.to_vec(), until: march(5) }];
    let run = Run { started_at: march(1), given: None, extended: 0, pauses: &[] };
    assert_eq!(reckon_after(&former, &other, &run, shipped()).unwrap().date, date(2026, 3, 7));
}

proptest! {
    #[test]
    fn a_change_never_makes_late_who_was_not_and_never_gives_more_than_the_longest(
        limits in proptest::collection::vec((1u32..20, 1i8..25), 1..5), last in 1u32..20,
    ) {
        let mut changes = limits;
        changes.sort_by_key(|(_, until)| *until);
        let end = due(&changes, last);
        let (before, (_, until)) = (due(&changes[..changes.len() - 1], changes[changes.len() - 1].0), changes[changes.len() - 1]);
        let changed = date(2026, 3, until);
        prop_assert!(end >= changed.min(before), "in time at the change, in time after it");
        let longest = changes.iter().map(|(amount, _)| *amount).chain([last]).max().unwrap();
        prop_assert!(end <= due(&[], longest));
        prop_assert!(end >= due(&[], last));
    }

    #[test]
    fn what_followed_nothing_before_is_reckoned_plainly(amount in 1u32..60, extended in 0u32..5) {
        let run = Run { started_at: march(1), given: None, extended, pauses: &[] };
        let entry = entry(amount);
        prop_assert_eq!(reckon_after(&[], &entry, &run, shipped()), reckon(&entry, &run, shipped()));
    }
}
