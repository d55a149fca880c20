//! The clock's table cell by cell with each bound from both sides, and when a clock is due and warns, to the instant.

use calendar::{DueAt, Limit, Roll, Unit, shipped};
use deadline_scheduler_rules::{
    Command, Deadlines, Effect, Entry, Run, Span, State, Step, Warning, decide, reckon, step_of, warnings,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

use super::second;

const DUE: i64 = 100;

#[test]
fn every_cell_of_the_table_and_each_of_its_bounds() {
    use Command::{Cancel, Expire, Pause, Restore, Resume, Stop, Warn};
    use State::{Cancelled, Expired, Met, Paused, Running, Warned};
    let s = second;
    let quiet = |state| (state, None);
    let met = |at, late| (Met { at: s(at), late }, Some(Effect::Met { at: s(at), late }));
    let warned = |rank| (Warned { rank }, Some(Effect::Warned));
    let (two, paused) = (Warned { rank: 2 }, Paused { since: s(50) });
    let (before, gone) = (Met { at: s(60), late: false }, Cancelled { at: s(70) });
    let restored = (Running, Some(Effect::Restored));
    let resumed = |until| (Running, Some(Effect::Resumed { since: s(50), until: s(until) }));
    let cases = [
        (Running, Warn { rank: 1 }, warned(1)),
        (two, Warn { rank: 1 }, quiet(two)),
        (two, Warn { rank: 2 }, quiet(two)),
        (two, Warn { rank: 3 }, warned(3)),
        (Expired, Warn { rank: 3 }, quiet(Expired)),
        (paused, Warn { rank: 3 }, quiet(paused)),
        (before, Warn { rank: 3 }, quiet(before)),
        (gone, Warn { rank: 3 }, quiet(gone)),
        (Running, Expire { now: s(99) }, quiet(Running)),
        (Running, Expire { now: s(100) }, (Expired, Some(Effect::Expired))),
        (two, Expire { now: s(99) }, quiet(two)),
        (two, Expire { now: s(101) }, (Expired, Some(Effect::Expired))),
        (Expired, Expire { now: s(101) }, quiet(Expired)),
        (paused, Expire { now: s(101) }, quiet(paused)),
        (before, Expire { now: s(101) }, quiet(before)),
        (gone, Expire { now: s(101) }, quiet(gone)),
        (Running, Stop { at: s(99) }, met(99, false)),
        (Running, Stop { at: s(100) }, met(100, true)),
        (two, Stop { at: s(101) }, met(101, true)),
        (Expired, Stop { at: s(99) }, met(99, false)),
        (paused, Stop { at: s(500) }, met(500, false)),
        (Paused { since: s(99) }, Stop { at: s(100) }, met(100, false)),
        (Paused { since: s(100) }, Stop { at: s(100) }, met(100, true)),
        (Paused { since: s(150) }, Stop { at: s(120) }, met(120, true)),
        (Paused { since: s(150) }, Stop { at: s(90) }, met(90, false)),
        (before, Stop { at: s(59) }, met(59, false)),
        (before, Stop { at: s(60) }, quiet(before)),
        (before, Stop { at: s(61) }, quiet(before)),
        (Met { at: s(120), late: true }, Stop { at: s(99) }, met(99, false)),
        (Met { at: s(120), late: true }, Stop { at: s(100) }, met(100, true)),
        (gone, Stop { at: s(69) }, met(69, false)),
        (gone, Stop { at: s(70) }, met(70, false)),
        (gone, Stop { at: s(71) }, quiet(gone)),
        (Cancelled { at: s(200) }, Stop { at: s(100) }, met(100, true)),
        (Running, Cancel { at: s(70) }, quiet(gone)),
        (two, Cancel { at: s(70) }, quiet(gone)),
        (Expired, Cancel { at: s(70) }, quiet(gone)),
        (paused, Cancel { at: s(70) }, quiet(gone)),
        (before, Cancel { at: s(70) }, quiet(before)),
        (gone, Cancel { at: s(71) }, quiet(gone)),
        (Running, Pause { at: s(50) }, quiet(paused)),
        (two, Pause { at: s(50) }, quiet(paused)),
        (Expired, Pause { at: s(50) }, quiet(paused)),
        (Expired, Pause { at: s(99) }, quiet(Paused { since: s(99) })),
        (Expired, Pause { at: s(100) }, quiet(Expired)),
        (Running, Pause { at: s(100) }, quiet(Running)),
        (Running, Pause { at: s(101) }, quiet(Running)),
        (paused, Pause { at: s(60) }, quiet(paused)),
        (before, Pause { at: s(50) }, quiet(before)),
        (gone, Pause { at: s(50) }, quiet(gone)),
        (paused, Resume { at: s(90) }, resumed(90)),
        (paused, Resume { at: s(40) }, resumed(50)),
        (Running, Resume { at: s(90) }, quiet(Running)),
        (two, Resume { at: s(90) }, quiet(two)),
        (Expired, Resume { at: s(90) }, quiet(Expired)),
        (before, Resume { at: s(90) }, quiet(before)),
        (gone, Resume { at: s(90) }, quiet(gone)),
        (gone, Restore { cancelled_at: s(70) }, restored),
        (gone, Restore { cancelled_at: s(69) }, quiet(gone)),
        (gone, Restore { cancelled_at: s(71) }, quiet(gone)),
        (Running, Restore { cancelled_at: s(70) }, quiet(Running)),
        (two, Restore { cancelled_at: s(70) }, quiet(two)),
        (Expired, Restore { cancelled_at: s(70) }, quiet(Expired)),
        (paused, Restore { cancelled_at: s(50) }, quiet(paused)),
        (before, Restore { cancelled_at: s(60) }, quiet(before)),
    ];
    for (state, command, wanted) in cases {
        assert_eq!(decide(state, s(DUE), command), wanted, "{state:?} {command:?}");
    }
}

fn entry(amount: u32, unit: Unit) -> Entry {
    let pack: Deadlines = toml::from_str(super::PACKS[0]).unwrap();
    let entry = pack.entry("handle-long").unwrap().clone();
    Entry {
        limit: Limit { amount, unit, roll: Roll::None },
        cap: None,
        extension: None,
        warn: vec![],
        ..entry
    }
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00+08:00").parse().unwrap()
}

fn due(entry: &Entry, given: Option<Date>, extended: u32, pauses: &[Span]) -> DueAt {
    let run = Run { started_at: at("2026-03-02T10:00"), given, extended, pauses };
    reckon(entry, &run, shipped()).unwrap()
}

#[test]
fn a_cap_holds_for_extensions_and_never_for_the_limit_itself() {
    // 2 March 2026 is a Monday; five days on is Saturday the 7th, which rolls to Monday the 9th.
    let rolled = Limit { roll: Roll::Forward, ..entry(5, Unit::Days).limit };
    let cap = |amount| Some(Limit { amount, ..entry(5, Unit::Days).limit });
    let entry = |amount| Entry { limit: rolled, cap: cap(amount), ..entry(5, Unit::Days) };
    assert_eq!(due(&entry(5), None, 0, &[]).date, date(2026, 3, 9));
    assert_eq!(due(&entry(5), None, 1, &[]).date, date(2026, 3, 7));
    assert_eq!(due(&entry(8), None, 3, &[]).date, date(2026, 3, 10));
    assert_eq!(due(&entry(8), None, 4, &[]).date, date(2026, 3, 10));
}

#[test]
fn a_named_day_is_the_last_one_and_extensions_follow_it() {
    let named = Some(date(2026, 3, 6));
    let reckoned = |unit, extended| {
        let due = due(&entry(2, unit), named, extended, &[]);
        (due.at, due.date)
    };
    let midnight = |day| at(&format!("2026-03-{day:02}T00:00"));
    for unit in [Unit::Workdays, Unit::Days, Unit::Hours, Unit::WorkHours] {
        assert_eq!(reckoned(unit, 0), (midnight(7), date(2026, 3, 6)), "{unit:?}");
    }
    assert_eq!(reckoned(Unit::Workdays, 3), (midnight(12), date(2026, 3, 11)));
    assert_eq!(reckoned(Unit::Days, 3), (midnight(10), date(2026, 3, 9)));
    assert_eq!(reckoned(Unit::Hours, 3), (at("2026-03-07T03:00"), date(2026, 3, 7)));
    let opens = shipped().hours_on(date(2026, 3, 9)).unwrap().intervals()[0].from / 3_600;
    let work = format!("2026-03-09T{:02}:00", opens + 1);
    assert_eq!(reckoned(Unit::WorkHours, 1), (at(&work), date(2026, 3, 9)));
}

#[test]
fn a_pause_counts_from_the_start_on_and_before_the_due_instant_only() {
    let entry = entry(24, Unit::Hours);
    let whole = at("2026-03-03T10:00");
    let paused = |since: &str, until: &str| {
        due(&entry, None, 0, &[Span { since: at(since), until: Some(at(until)) }]).at
    };
    assert_eq!(due(&entry, None, 0, &[]).at, whole);
    assert_eq!(due(&entry, None, 0, &[Span { since: at("2026-03-02T12:00"), until: None }]).at, whole);
    assert_eq!(paused("2026-03-02T12:00", "2026-03-02T13:00"), at("2026-03-03T11:00"));
    assert_eq!(paused("2026-03-02T09:00", "2026-03-02T11:00"), at("2026-03-03T11:00"), "begun before");
    assert_eq!(paused("2026-03-02T08:00", "2026-03-02T09:00"), whole, "over before");
    assert_eq!(paused("2026-03-03T09:59", "2026-03-03T10:59"), at("2026-03-03T11:00"));
    assert_eq!(paused("2026-03-03T10:00", "2026-03-03T11:00"), whole, "begun as it was due");
    assert_eq!(paused("2026-03-03T10:01", "2026-03-03T11:00"), whole, "begun late");
}

#[test]
fn what_a_pause_adds_is_counted_from_the_day_itself_and_rolls_once() {
    let petition: Deadlines = toml::from_str(super::PACKS[3]).unwrap();
    let entry = petition.entry("reexamination-30").unwrap();
    let hearing = |since: &str, until: &str| Span { since: at(since), until: Some(at(until)) };
    let due = |pauses: &[Span]| {
        let run = Run { started_at: at("2026-09-02T10:00"), given: None, extended: 0, pauses };
        reckon(entry, &run, shipped()).unwrap().date
    };
    // Thirty days end on 2 October, in the holidays that last to the 7th; the hearing adds five days to that.
    assert_eq!(due(&[]), date(2026, 10, 8));
    assert_eq!(due(&[hearing("2026-09-10T09:00", "2026-09-15T17:00")]), date(2026, 10, 8));
    assert_eq!(due(&[hearing("2026-09-10T09:00", "2026-09-16T17:00")]), date(2026, 10, 8));
    assert_eq!(due(&[hearing("2026-09-10T09:00", "2026-09-17T17:00")]), date(2026, 10, 9));
    let twice =
        [hearing("2026-09-10T09:00", "2026-09-13T17:00"), hearing("2026-09-20T09:00", "2026-09-23T17:00")];
    assert_eq!(due(&twice), date(2026, 10, 8), "three days and three: the 8th, which is worked");
    // Begun on the last day itself it is counted from there; begun in the holidays, from the day that is left.
    assert_eq!(due(&[hearing("2026-10-02T09:00", "2026-10-12T17:00")]), date(2026, 10, 12));
    assert_eq!(
        due(&[hearing("2026-10-03T09:00", "2026-10-12T17:00")]),
        date(2026, 10, 19),
        "the 17th is off"
    );
    assert_eq!(due(&[hearing("2026-10-08T23:59", "2026-10-09T00:00")]), date(2026, 10, 9));
    assert_eq!(due(&[hearing("2026-10-09T00:00", "2026-10-12T17:00")]), date(2026, 10, 8), "too late");
}

#[test]
fn a_capped_limit_rolls_as_its_cap_and_hours_roll_nowhere() {
    let limit = |amount, roll| Limit { roll, ..entry(amount, Unit::Days).limit };
    let with = |rolls, cap| Entry { limit: limit(3, rolls), cap: Some(cap), ..entry(3, Unit::Days) };
    let due = |entry: &Entry, pauses: &[Span]| due(entry, None, 9, pauses).date;
    let one = [Span { since: at("2026-03-03T09:00"), until: Some(at("2026-03-04T09:00")) }];
    // Both lead to Monday the 9th; a day more from the cap's Saturday is a Sunday, which leads there too.
    let capped = with(Roll::Forward, limit(5, Roll::Forward));
    assert_eq!((due(&capped, &[]), due(&capped, &one)), (date(2026, 3, 9), date(2026, 3, 9)));
    let fixed = with(Roll::Forward, limit(5, Roll::None));
    assert_eq!((due(&fixed, &[]), due(&fixed, &one)), (date(2026, 3, 7), date(2026, 3, 8)));
    // Three and three days: Sunday, which would be Monday, and the cap is that Sunday.
    let sunday = Entry { limit: limit(3, Roll::Forward), ..with(Roll::Forward, limit(6, Roll::None)) };
    assert_eq!(self::due(&sunday, None, 3, &[]).date, date(2026, 3, 8));
    // Two days and three: a Saturday rolls to Monday, beyond a cap on Sunday that does not.
    let beyond = Entry { limit: limit(2, Roll::Forward), ..with(Roll::Forward, limit(6, Roll::None)) };
    assert_eq!(self::due(&beyond, None, 3, &[]).date, date(2026, 3, 8));
    // A Sunday and a cap's Saturday roll alike: it is the Saturday that is counted from.
    let alike = Entry { limit: limit(2, Roll::Forward), ..with(Roll::Forward, limit(5, Roll::Forward)) };
    let three = [Span { since: at("2026-03-03T09:00"), until: Some(at("2026-03-06T09:00")) }];
    assert_eq!(self::due(&alike, None, 4, &three).date, date(2026, 3, 10));
    for unit in [Unit::Hours, Unit::WorkHours] {
        let plain = entry(40, unit);
        let rolling = Entry { limit: Limit { roll: Roll::Forward, ..plain.limit }, ..plain.clone() };
        // Begun on a Friday evening, forty hours end on a Sunday.
        let run = Run { started_at: at("2026-03-06T20:00"), given: None, extended: 0, pauses: &[] };
        let due = |entry| reckon(entry, &run, shipped()).unwrap();
        assert_eq!(due(&rolling), due(&plain), "{unit:?}");
    }
    let named = Some(date(2026, 3, 7));
    let due = |entry: &Entry, extended| self::due(entry, named, extended, &[]).date;
    let days = Entry { limit: limit(3, Roll::Forward), ..entry(3, Unit::Days) };
    assert_eq!(
        (due(&days, 0), due(&days, 1), due(&days, 3)),
        (date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 10))
    );
}

#[test]
fn a_warning_lies_where_its_unit_puts_it() {
    let calendar = shipped();
    let start = at("2026-03-02T10:00");
    let warned = |amount, unit, warning| {
        let entry = Entry { warn: vec![warning], ..entry(amount, unit) };
        let due = due(&entry, None, 0, &[]);
        warnings(&entry, start, &due, calendar)
    };
    let before = |before, unit| Warning::Before { before, unit, step: None };
    let share = |share| Warning::Share { share, step: None };
    // Five working days: 9 March; three calendar days: 5 March.
    assert_eq!(warned(5, Unit::Workdays, before(2, Unit::Workdays)), [at("2026-03-05T00:00")]);
    assert_eq!(warned(5, Unit::Workdays, before(1, Unit::Days)), [at("2026-03-08T00:00")]);
    assert_eq!(warned(5, Unit::Workdays, before(2, Unit::Days)), [at("2026-03-07T00:00")]);
    assert_eq!(warned(5, Unit::Workdays, before(5, Unit::Hours)), [at("2026-03-09T19:00")]);
    assert_eq!(warned(24, Unit::Hours, before(3, Unit::Hours)), [at("2026-03-03T07:00")]);
    assert_eq!(warned(24, Unit::Hours, share(0.25)), [at("2026-03-02T16:00")]);
    assert_eq!(warned(24, Unit::Hours, share(0.5)), [at("2026-03-02T22:00")]);
    // From Monday 10:00 to the end of Tuesday the 3rd are 38 hours; half of them end on Tuesday at 5:00, a day of work.
    assert_eq!(warned(1, Unit::Workdays, share(0.5)), [at("2026-03-03T05:00")]);
    // 182 hours to the end of Monday the 9th: three quarters are over on Saturday night.
    assert_eq!(
        warned(5, Unit::Workdays, share(0.75)),
        [at("2026-03-09T00:00")],
        "told when the office opens"
    );
    let hours = calendar.work_between(start, due(&entry(6, Unit::WorkHours), None, 0, &[]).at).unwrap();
    assert_eq!(hours.as_hours(), 6);
    for (part, minutes) in [(0.5, 180), (0.25, 90)] {
        let said = warned(6, Unit::WorkHours, share(part));
        assert_eq!(calendar.work_between(start, said[0]).unwrap().as_mins(), minutes);
    }
    let said = warned(6, Unit::WorkHours, before(2, Unit::WorkHours));
    assert_eq!(calendar.work_between(start, said[0]).unwrap().as_hours(), 4);
}

#[test]
fn a_warning_on_the_start_or_the_due_instant_or_outside_is_left_out() {
    let start = at("2026-03-02T10:00");
    let entry = |list: &[u32]| {
        let warn =
            list.iter().map(|before| Warning::Before { before: *before, unit: Unit::Hours, step: None });
        Entry { warn: warn.collect(), ..entry(24, Unit::Hours) }
    };
    let said = |list: &[u32]| {
        let entry = entry(list);
        warnings(&entry, start, &due(&entry, None, 0, &[]), shipped())
    };
    assert_eq!(said(&[0]), [], "at the due instant");
    assert_eq!(said(&[24]), [], "at the start");
    assert_eq!(said(&[25]), [], "before the start");
    assert_eq!(said(&[23]), [at("2026-03-02T11:00")]);
    assert_eq!(said(&[1, 23, 1]), [at("2026-03-02T11:00"), at("2026-03-03T09:00")], "in order, each once");
}

#[test]
fn a_step_belongs_to_the_instant_of_its_own_warning() {
    let before = |before, step| Warning::Before { before, unit: Unit::Hours, step };
    let warn = vec![
        before(6, None),
        before(4, Some(Step::Remind)),
        Warning::Share { share: 0.5, step: Some(Step::Yellow) },
    ];
    let entry = Entry { warn, ..entry(24, Unit::Hours) };
    let (start, due) = (at("2026-03-02T10:00"), due(&entry, None, 0, &[]));
    let step = |text| step_of(&entry, start, &due, at(text), shipped());
    assert_eq!(step("2026-03-03T06:00"), Some(Step::Remind));
    assert_eq!(step("2026-03-02T22:00"), Some(Step::Yellow));
    assert_eq!(step("2026-03-03T04:00"), None, "a plain warning");
    assert_eq!(step("2026-03-03T05:00"), None, "no warning at all");
}
