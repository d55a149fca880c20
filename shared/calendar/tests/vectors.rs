//! The national calendar against vectors worked out by hand from the notices.

use calendar::{Roll, shipped};
use jiff::civil::{Date, date};

fn day(text: &str) -> Date {
    text.parse().expect("the vectors are dates")
}

#[test]
fn working_days_are_added_as_the_notices_have_it() {
    for (start, amount, due) in [
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-18", 5, "2026-02-28"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-19", 1, "2026-09-20"),
        ("2026-04-03", 5, "2026-04-13"),
        ("2026-04-30", 20, "2026-06-01"),
        ("2025-12-25", 5, "2026-01-04"),
    ] {
        let found = shipped().add_workdays(day(start), amount).unwrap();
        assert_eq!((found.date, found.provisional), (day(due), false), "{start} + {amount}");
    }
}

#[test]
fn calendar_days_roll_over_days_off() {
    for (start, amount, raw, due) in [
        ("2026-08-03", 60, "2026-10-02", "2026-10-08"),
        ("2026-01-31", 15, "2026-02-15", "2026-02-24"),
        ("2026-09-11", 15, "2026-09-26", "2026-09-28"),
        ("2026-04-16", 15, "2026-05-01", "2026-05-06"),
    ] {
        assert_eq!(shipped().add_days(day(start), amount, Roll::None).unwrap().date, day(raw), "{start}");
        assert_eq!(shipped().add_days(day(start), amount, Roll::Forward).unwrap().date, day(due), "{start}");
    }
}

#[test]
fn years_have_the_working_days_that_were_counted() {
    for (year, workdays) in
        [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
    {
        let found = shipped().workdays_between(date(year - 1, 12, 31), date(year, 12, 31)).unwrap();
        assert_eq!(found, workdays, "{year}");
    }
}

#[test]
fn late_december_is_found_in_the_file_of_the_next_year() {
    assert!(shipped().is_workday(date(2018, 12, 29)).unwrap(), "a Saturday worked for the New Year of 2019");
    assert!(!shipped().is_workday(date(2018, 12, 31)).unwrap());
    assert!(shipped().is_workday(date(2007, 12, 29)).unwrap());
}

#[test]
fn a_year_without_notice_is_provisional_and_keeps_the_statutory_days() {
    let calendar = shipped();
    assert_eq!(calendar.published_through(), 2026);
    let last = calendar.add_workdays(date(2026, 12, 30), 1).unwrap();
    assert_eq!((last.date, last.provisional), (date(2026, 12, 31), false));
    let next = calendar.add_workdays(date(2026, 12, 31), 1).unwrap();
    assert_eq!((next.date, next.provisional), (date(2027, 1, 4), true), "New Year's Day is a Friday");
    assert!(
        !calendar.is_workday(date(2027, 2, 8)).unwrap(),
        "third day of the Spring Festival, from the data"
    );
    assert!(!calendar.is_workday(date(2029, 10, 3)).unwrap(), "third day of October");
    assert!(calendar.is_workday(date(2029, 10, 4)).unwrap());
    assert!(calendar.add_days(date(2026, 12, 20), 30, Roll::Forward).unwrap().provisional);
}

#[test]
fn what_is_not_covered_is_refused_by_name() {
    let calendar = shipped();
    let before = calendar.add_workdays(date(2006, 12, 31), 1).unwrap_err();
    assert_eq!(
        before.to_string(),
        "2006-12-31 is outside the calendar, which covers 2007-01-01 to 2067-12-31"
    );
    assert!(calendar.add_workdays(date(2026, 1, 1), u32::MAX).is_err());
    assert!(calendar.add_workdays(Date::MAX, 1).is_err() && calendar.add_workdays(Date::MIN, 0).is_err());
    assert!(calendar.add_days(date(2026, 1, 1), u32::MAX, Roll::None).is_err());
    assert!(calendar.subtract_workdays(date(2007, 1, 4), 9).is_err());
    assert!(calendar.workdays_between(date(2026, 1, 1), date(2100, 1, 1)).is_err());
    assert_eq!(calendar.add_workdays(date(2007, 1, 1), 1).unwrap().date, date(2007, 1, 4));
}
