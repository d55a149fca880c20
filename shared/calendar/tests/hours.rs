//! Instants: where days end, hours round the clock, hours within the work intervals.

use calendar::{Calendar, Limit, Roll, Unit, day_of, end_of_day, shipped, start_of_day};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().expect("the vectors are instants")
}

#[test]
fn a_day_is_that_of_shanghai_and_ends_at_24_00() {
    assert_eq!(day_of("2026-02-13T15:59:59Z".parse().unwrap()), date(2026, 2, 13));
    assert_eq!(day_of("2026-02-13T16:00:00Z".parse().unwrap()), date(2026, 2, 14));
    assert_eq!(end_of_day(date(2026, 2, 13)), at("2026-02-14T00:00:00"));
    assert_eq!(start_of_day(date(2026, 2, 13)), at("2026-02-13T00:00:00"));
    assert_eq!(end_of_day(Date::MAX), Timestamp::MAX);
}

#[test]
fn work_hours_run_only_in_the_intervals_of_working_days() {
    for (start, minutes, due) in [
        ("2026-02-12T09:00:00", 60, "2026-02-12T10:00:00"),
        ("2026-02-12T11:30:00", 30, "2026-02-12T12:00:00"),
        ("2026-02-12T11:30:00", 31, "2026-02-12T13:31:00"),
        ("2026-02-12T12:30:00", 60, "2026-02-12T14:30:00"),
        ("2026-02-12T08:00:00", 7 * 60, "2026-02-12T17:30:00"),
        ("2026-02-12T16:00:15", 120, "2026-02-13T09:30:15"),
        ("2026-02-13T17:30:00", 60, "2026-02-14T10:00:00"),
        ("2026-02-14T17:00:00", 60, "2026-02-24T09:30:00"),
        ("2026-02-18T03:00:00", 60, "2026-02-24T10:00:00"),
        ("2026-02-13T20:00:00", 14 * 60, "2026-02-24T17:30:00"),
        ("2026-02-18T03:00:00", 0, "2026-02-18T03:00:00"),
    ] {
        let found = shipped().add_work_minutes(at(start), minutes).unwrap();
        assert_eq!(found.at, at(due), "{start} + {minutes} min");
        assert_eq!(found.date, day_of(found.at));
    }
    assert!(shipped().add_work_hours(at("2026-02-12T09:00:00"), u32::MAX).is_err());
    assert!(shipped().add_hours(at("2026-02-12T09:00:00"), u32::MAX).is_err());
    assert!(shipped().add_hours(at("2006-02-12T09:00:00"), 1).is_err());
    assert!(shipped().add_work_hours(at("2026-12-31T17:00:00"), 1).unwrap().provisional);
}

#[test]
fn a_limit_says_what_it_counts() {
    let due =
        |start: &str, amount, unit, roll| shipped().due(at(start), Limit { amount, unit, roll }).unwrap().at;
    assert_eq!(due("2026-02-13T23:59:59", 5, Unit::Workdays, Roll::None), at("2026-02-28T00:00:00"));
    assert_eq!(due("2026-02-15T10:00:00", 0, Unit::Workdays, Roll::Forward), at("2026-02-25T00:00:00"));
    assert_eq!(due("2026-08-03T10:00:00", 60, Unit::Days, Roll::Forward), at("2026-10-09T00:00:00"));
    assert_eq!(due("2026-02-15T10:00:00", 2, Unit::Hours, Roll::None), at("2026-02-15T12:00:00"));
    assert_eq!(due("2026-02-12T16:30:00", 2, Unit::WorkHours, Roll::None), at("2026-02-13T10:00:00"));
    let limit: Limit = serde_json::from_str(r#"{"amount":4,"unit":"work-hours"}"#).unwrap();
    assert_eq!(limit, Limit { amount: 4, unit: Unit::WorkHours, roll: Roll::None });
}

/// Walks minute by minute through work time.
fn slowly(calendar: &Calendar, start: Timestamp, minutes: u32) -> Timestamp {
    let mut now = start;
    let mut left = minutes;
    while left > 0 {
        let second = (now.as_second() - start_of_day(day_of(now)).as_second()).unsigned_abs();
        let open = |from, to| (u64::from(from)..u64::from(to)).contains(&second);
        let working = calendar.hours().intervals().iter().any(|interval| open(interval.from, interval.to));
        left -= u32::from(working && calendar.is_workday(day_of(now)).expect("covered"));
        now += 1.minute();
    }
    now
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn work_minutes_agree_with_walking(start in 0..7_000_000_i64, minutes in 1..3_000_u32) {
        let start = at("2007-01-05T00:00:00") + start.minutes();
        prop_assert_eq!(shipped().add_work_minutes(start, minutes).unwrap().at, slowly(shipped(), start, minutes));
    }
}

#[test]
fn a_short_day_has_its_own_intervals_and_work_between_undoes_adding() {
    let mut set = calendar::shipped_set().clone();
    let short = calendar::DayEntry {
        date: jiff::civil::date(2026, 2, 13),
        name: "小年".into(),
        off: false,
        intervals: Some(serde_json::from_str(r#"["09:00-12:00"]"#).unwrap()),
    };
    set.put_overlay(calendar::Overlay {
        region: "5116".into(),
        version: 1,
        source: "the city".into(),
        days: vec![short],
        intervals: None,
    });
    let calendars = set.compile().unwrap();
    let city = calendars.of("511602");
    assert_eq!(city.hours_on(jiff::civil::date(2026, 2, 13)).unwrap().seconds_per_day(), 3 * 3600);
    assert_eq!(city.hours_on(jiff::civil::date(2026, 2, 17)), None);
    // Saturday the 14th is worked in exchange for the Spring Festival.
    let start: jiff::Timestamp = "2026-02-13T02:00:00Z".parse().unwrap();
    let due = city.add_work_hours(start, 4).unwrap();
    assert_eq!(due.at.to_string(), "2026-02-14T03:00:00Z");
    assert_eq!(calendars.national().add_work_hours(start, 4).unwrap().at.to_string(), "2026-02-13T07:30:00Z");
    let four = jiff::SignedDuration::from_hours(4);
    assert_eq!(city.work_between(start, due.at).unwrap(), four);
    assert_eq!(city.subtract_work_time(due.at, four).unwrap(), start);
    assert_eq!(city.work_between(due.at, start).unwrap(), jiff::SignedDuration::ZERO);
}

#[test]
fn a_unit_has_the_word_that_packs_write() {
    let words = [Unit::Workdays, Unit::Days, Unit::Hours, Unit::WorkHours].map(Unit::as_str);
    assert_eq!(words, ["workdays", "days", "hours", "work-hours"]);
    for word in words {
        let limit: Limit = serde_json::from_str(&format!(r#"{{"amount":1,"unit":"{word}"}}"#)).unwrap();
        assert_eq!(limit.unit.as_str(), word);
    }
}

#[test]
fn a_time_of_day_has_no_sixtieth_minute_and_no_twenty_fifth_hour() {
    let read = |text: &str| serde_json::from_str::<calendar::WorkHours>(&format!("[\"{text}\"]")).is_ok();
    assert!(read("08:59-24:00") && read("00:00-09:00"));
    for wrong in ["08:60-10:00", "08:75-10:00", "08:00-09:60", "24:01-24:02", "08:00-25:00", "8-9"] {
        assert!(!read(wrong), "{wrong}");
    }
}

#[test]
fn work_is_gone_back_to_the_first_hour_there_is_and_no_further() {
    let first = shipped().first_day();
    let opens = shipped().add_work_minutes(start_of_day(first), 1).unwrap().at - 1.minute();
    let back = |hours| {
        let end = shipped().add_work_hours(opens, 3).unwrap().at;
        shipped().subtract_work_time(end, jiff::SignedDuration::from_hours(hours))
    };
    assert_eq!(back(2).unwrap(), opens + 1.hour());
    assert_eq!(back(3).unwrap(), opens);
    let refused = back(5).unwrap_err().to_string();
    assert!(refused.starts_with("5 work-hours from"), "{refused}");
}

#[test]
fn the_first_day_of_all_begins_with_time_itself() {
    assert_eq!(start_of_day(Date::MIN), Timestamp::MIN);
    assert_eq!(start_of_day(date(0, 1, 1)), "0000-01-01T00:00:00+08:00".parse().unwrap());
    assert!(start_of_day(Date::MAX) < Timestamp::MAX);
}
