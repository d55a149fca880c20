//! Reading calendar files: new notices, overlays of regions, and files that must be refused.

use calendar::{CalendarSet, DayEntry, LoadError, Overlay, Year, shipped, shipped_set};
use jiff::civil::date;

const STATUTORY: &str =
    r#"{"version":1,"source":"","fixed":[{"name":"元旦","month":1,"day":1,"days":1}],"dated":[]}"#;
const HOURS: &str = r#"{"version":1,"source":"","intervals":["09:00-12:00"]}"#;

fn compile(files: &[(&str, &str)]) -> Result<calendar::Calendars, LoadError> {
    let rest = [("statutory.json", STATUTORY), ("hours.json", HOURS)];
    CalendarSet::from_files(files.iter().copied().chain(rest))?.compile()
}

fn year(number: i16, days: &str) -> String {
    format!(r#"{{"year":{number},"version":1,"papers":["p"],"days":[{days}]}}"#)
}

#[test]
fn a_new_notice_moves_due_days_and_ends_their_being_provisional() {
    let mut set = shipped_set().clone();
    let days = vec![
        DayEntry { date: date(2026, 12, 31), name: "元旦".into(), off: true, intervals: None },
        DayEntry { date: date(2027, 1, 1), name: "元旦".into(), off: true, intervals: None },
        DayEntry { date: date(2027, 1, 3), name: "元旦".into(), off: false, intervals: None },
    ];
    set.put_year(Year { year: 2027, version: 1, papers: vec!["a notice".into()], days });
    assert!(set.revision() > shipped_set().revision());
    let compiled = set.compile().unwrap();
    let due = compiled.national().add_workdays(date(2026, 12, 30), 1).unwrap();
    assert_eq!((due.date, due.provisional), (date(2027, 1, 3), false));
    assert_eq!(shipped().add_workdays(date(2026, 12, 30), 1).unwrap().date, date(2026, 12, 31));
}

#[test]
fn a_region_has_its_own_days_and_those_above_it() {
    let overlay = |region: &str, day: i8, intervals: Option<[&str; 1]>| Overlay {
        region: region.into(),
        version: 1,
        source: "made up".into(),
        days: vec![DayEntry {
            date: date(2026, 7, day), name: "火把节".into(), off: true, intervals: None
        }],
        intervals: intervals.map(|texts| Vec::from(texts.map(String::from)).try_into().unwrap()),
    };
    let mut set = shipped_set().clone();
    set.put_overlay(overlay("5134", 27, None));
    set.put_overlay(overlay("513401", 28, Some(["08:00-16:00"])));
    let compiled = set.compile().unwrap();
    let due = |region: &str| compiled.of(region).add_workdays(date(2026, 7, 24), 1).unwrap().date;
    assert_eq!(due("511621"), date(2026, 7, 27));
    assert_eq!(due("513422"), date(2026, 7, 28));
    assert_eq!(due("513401001"), date(2026, 7, 29));
    assert_eq!(compiled.of("513401").hours().seconds_per_day(), 8 * 3600);
    assert_eq!(compiled.of("513422").hours(), compiled.national().hours());
}

#[test]
fn whole_pairs_of_zeros_stand_for_all_of_a_region() {
    for (code, beginning) in [("510000", "51"), ("511000", "5110"), ("513400", "5134"), ("5134", "5134")] {
        assert_eq!(Overlay::beginning(code), beginning);
    }
    assert_eq!(Overlay::beginning("513401000000"), "513401");
    let mut set = shipped_set().clone();
    let day = DayEntry { date: date(2026, 7, 27), name: "火把节".into(), off: true, intervals: None };
    let (region, source) = ("513400".into(), "made up".into());
    set.put_overlay(Overlay { region, version: 1, source, days: vec![day], intervals: None });
    let compiled = set.compile().unwrap();
    assert!(!compiled.of("513401").is_workday(date(2026, 7, 27)).unwrap());
    assert!(compiled.of("511602").is_workday(date(2026, 7, 27)).unwrap());
}

#[test]
fn files_that_cannot_be_right_are_refused() {
    let plain = year(2025, "");
    let off = year(2025, r#"{"date":"2025-12-31","name":"a","off":true}"#);
    let worked = year(2026, r#"{"date":"2025-12-31","name":"a","off":false}"#);
    let refused = |files: &[(&str, &str)]| compile(files).unwrap_err();
    assert!(matches!(refused(&[("2024.json", &plain)]), LoadError::Misnamed { .. }));
    assert!(matches!(
        refused(&[("a/2025.json", &plain), ("b/2025.json", &plain)]),
        LoadError::Misnamed { .. }
    ));
    assert!(matches!(refused(&[("notes.txt", "")]), LoadError::UnknownFile { .. }));
    assert!(matches!(refused(&[("2025.json", "{")]), LoadError::Json { .. }));
    assert!(matches!(refused(&[("2025.json", &off), ("2026.json", &worked)]), LoadError::Conflict { .. }));
    assert!(matches!(
        refused(&[("2025.json", &plain), ("2027.json", &year(2027, ""))]),
        LoadError::MissingYear { year: 2026 }
    ));
    assert!(matches!(refused(&[]), LoadError::NoYear));
    for hours in
        [r#"["12:00-09:00"]"#, r#"["09:00-12:00","11:00-13:00"]"#, r#"["9-12"]"#, "[]", r#"["00:00-24:30"]"#]
    {
        assert!(serde_json::from_str::<calendar::WorkHours>(hours).is_err(), "{hours}");
    }
    let around: calendar::WorkHours = serde_json::from_str(r#"["00:00-24:00"]"#).unwrap();
    assert_eq!(serde_json::to_string(&around).unwrap(), r#"["00:00-24:00"]"#);
}

#[test]
fn a_file_of_a_region_bears_its_code_and_comes_once() {
    let plain = year(2025, "");
    let region = |code: &str| format!(r#"{{"region":"{code}","version":1,"source":"","days":[]}}"#);
    let (own, other) = (region("5134"), region("5116"));
    let read = |files: &[(&str, &str)]| {
        let all: Vec<_> = [("2025.json", plain.as_str())].iter().chain(files).copied().collect();
        compile(&all).map(|_| ())
    };
    assert!(read(&[("regions/5134.json", &own), ("regions/5116.json", &other)]).is_ok());
    assert!(matches!(read(&[("regions/5134.json", &other)]), Err(LoadError::Misnamed { .. })));
    let twice = read(&[("regions/5134.json", &own), ("regions/5134.json", &own)]);
    assert!(matches!(twice, Err(LoadError::Misnamed { .. })));
}

#[test]
fn a_calendar_says_what_it_covers_and_what_it_was_made_from() {
    let (later, first) = (year(2026, ""), year(2025, ""));
    let calendars = compile(&[("2025.json", &first), ("2026.json", &later)]).unwrap();
    let national = calendars.national();
    assert_eq!((national.first_day(), national.published_through()), (date(2025, 1, 1), 2026));
    assert_eq!(national.last_day(), date(2066, 12, 31), "forty years beyond the last one");
    assert_eq!(national.revision(), 4, "two years, the statutory days, the hours: version 1 each");
}

#[test]
fn published_years_end_before_the_first_without_a_notice() {
    let years = [(2024, false), (2025, true), (2026, true), (2027, false)].map(|(number, published)| {
        let text = year(number, "");
        (format!("{number}.json"), if published { text } else { text.replace(r#"["p"]"#, "[]") })
    });
    let files: Vec<_> = years.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let calendars = compile(&files).unwrap();
    let national = calendars.national();
    assert_eq!((national.first_day().year(), national.published_through()), (2025, 2026));
    assert!(!national.add_workdays(date(2026, 12, 30), 1).unwrap().provisional);
    assert!(national.add_workdays(date(2026, 12, 31), 1).unwrap().provisional);
}

#[test]
fn what_a_notice_says_holds_and_statutory_days_only_where_there_is_none() {
    // 元旦 is no day off in the file of 2025, and so it is none; 2026 has no notice.
    let calendars = compile(&[("2025.json", &year(2025, ""))]).unwrap();
    let worked = |day| calendars.national().is_workday(day).unwrap();
    assert!(worked(date(2025, 1, 1)) && !worked(date(2026, 1, 1)) && !worked(date(2027, 1, 1)));
    assert!(worked(date(2026, 1, 2)));
}

#[test]
fn a_table_ends_a_year_before_dates_do() {
    let calendars = compile(&[("9990.json", &year(9990, ""))]).unwrap();
    assert_eq!(calendars.national().last_day(), date(9998, 12, 31));
}
