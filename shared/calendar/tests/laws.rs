//! The laws of counting working days, and the fast tables against a count day by day.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use calendar::{Roll, shipped, shipped_set};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn dates() -> impl Strategy<Value = Date> {
    (0..7_305_i64).prop_map(|offset| date(2007, 1, 1).saturating_add(offset.days()))
}

/// Days that the notices name, straight from the files.
static NAMED: LazyLock<BTreeMap<Date, bool>> = LazyLock::new(|| {
    shipped_set().years().flat_map(|year| &year.days).map(|day| (day.date, !day.off)).collect()
});

fn is_worked(day: Date) -> bool {
    let weekday = day.weekday().to_monday_one_offset() <= 5;
    NAMED.get(&day).copied().unwrap_or(weekday)
}

/// Walks day by day: what the tables must agree with.
fn slowly(start: Date, amount: u32) -> Date {
    let mut day = start;
    let mut left = amount;
    while left > 0 {
        day = day.tomorrow().expect("far from the last date");
        left -= u32::from(is_worked(day));
    }
    day
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_tables_agree_with_walking(start in dates(), amount in 0..200_u32) {
        let start = start.min(date(2025, 12, 31));
        prop_assert_eq!(shipped().add_workdays(start, amount).unwrap().date, slowly(start, amount));
    }

    #[test]
    fn a_due_day_is_worked_and_as_far_as_was_added(start in dates(), amount in 1..400_u32) {
        let due = shipped().add_workdays(start, amount).unwrap().date;
        prop_assert!(shipped().is_workday(due).unwrap());
        prop_assert_eq!(shipped().workdays_between(start, due).unwrap(), amount);
        prop_assert_eq!(shipped().workdays_between(due, start).unwrap(), 0);
    }

    #[test]
    fn adding_in_two_steps_is_adding_at_once(start in dates(), first in 0..200_u32, second in 0..200_u32) {
        let between = shipped().add_workdays(start, first).unwrap().date;
        prop_assert_eq!(shipped().add_workdays(between, second).unwrap(), shipped().add_workdays(start, first + second).unwrap());
    }

    #[test]
    fn later_starts_and_greater_amounts_are_never_due_earlier(one in dates(), other in dates(), amount in 0..200_u32) {
        let (early, late) = (one.min(other), one.max(other));
        let due = |start, amount| shipped().add_workdays(start, amount).unwrap().date;
        prop_assert!(due(early, amount) <= due(late, amount));
        prop_assert!(due(early, amount) < due(early, amount + 1));
    }

    #[test]
    fn going_back_undoes_adding_from_a_working_day(start in dates(), amount in 0..200_u32) {
        let start = shipped().roll_forward(start).unwrap().date;
        let due = shipped().add_workdays(start, amount).unwrap().date;
        prop_assert_eq!(shipped().subtract_workdays(due, amount).unwrap(), start);
    }

    #[test]
    fn rolling_moves_to_the_first_working_day_not_before(start in dates(), amount in 0..100_u32) {
        let raw = shipped().add_days(start, amount, Roll::None).unwrap().date;
        prop_assert_eq!(raw, start.checked_add(i64::from(amount).days()).unwrap());
        let rolled = shipped().add_days(start, amount, Roll::Forward).unwrap().date;
        let walked = std::iter::successors(Some(raw), |day| day.tomorrow().ok());
        prop_assert_eq!(Some(rolled), walked.into_iter().find(|day| shipped().is_workday(*day).unwrap()));
    }
}
