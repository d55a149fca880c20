//! By which day a case belongs to a period, when a limit is past, and which rating held on a day: each from both sides of its bound.

use super::*;

const RECEIVED: Date = date(2026, 6, 25);
const DUE: Date = date(2026, 7, 2);
const ANSWERED: Date = date(2026, 7, 3);

fn day(day: i8) -> Date {
    date(2026, 7, day)
}

#[test]
fn a_case_belongs_to_a_period_by_the_day_that_is_asked_for() {
    let mut case = fact(RECEIVED, DUE, Some((ANSWERED, 10)));
    let by = |case: &Fact, as_of| By::ALL.map(|by| case.day_by(by, as_of));
    assert_eq!(by(&case, ANSWERED), [Some(RECEIVED), Some(DUE), Some(ANSWERED), None]);
    assert_eq!(by(&case, DUE), [Some(RECEIVED), Some(DUE), None, None], "the answer has not come yet");
    assert_eq!(by(&case, RECEIVED), [Some(RECEIVED), Some(DUE), None, None], "what is due later is due");
    case.take_rating(1, Rating { solved: Solved::No, grade: Grade::Poor }, Some(false), day(6));
    assert_eq!(case.day_by(By::Rated, day(5)), None);
    assert_eq!(case.day_by(By::Rated, day(6)), Some(day(6)));
    case.take_rating(2, Rating { solved: Solved::Yes, grade: Grade::Good }, Some(true), day(9));
    assert_eq!(case.day_by(By::Rated, day(8)), Some(day(6)), "the newest had not come yet");
    assert_eq!(case.day_by(By::Rated, day(9)), Some(day(9)));
    assert_eq!(by(&Fact::of(CaseId::derived("unknown")), DUE), [None; 4]);
}

#[test]
fn a_day_of_counting_that_is_over_has_used_up_its_own_limits() {
    assert_eq!(past_before(DUE, DUE), DUE, "the day lasts");
    assert_eq!(past_before(DUE, day(3)), day(3), "it is over");
    assert_eq!(past_before(DUE, day(1)), DUE, "it has not begun");
    assert_eq!(past_before(Date::MAX, Date::MAX), Date::MAX);
    let open = fact(RECEIVED, DUE, None);
    let past = |as_of, today| open.marks_on(as_of, today).has(Mark::PastDue);
    assert_eq!(
        [past(DUE, DUE), past(DUE, day(3)), past(day(1), day(3)), past(day(3), day(3))],
        [false, true, false, true]
    );
    assert_eq!(open.all_marks(DUE), open.marks_on(DUE, DUE));
}

#[test]
fn the_rating_that_held_on_a_day_is_counted_on_it() {
    let mut case = fact(RECEIVED, DUE, Some((ANSWERED, 10)));
    assert_eq!(case.rating_on(day(30)), None);
    let (first, last) = (
        Rating { solved: Solved::No, grade: Grade::Poor },
        Rating { solved: Solved::Yes, grade: Grade::VeryGood },
    );
    case.take_rating(1, first, Some(false), day(6));
    case.take_rating(2, last, Some(true), day(9));
    for (on, held) in [(5, None), (6, Some(first)), (8, Some(first)), (9, Some(last)), (10, Some(last))] {
        assert_eq!(case.rating_on(day(on)), held, "{on}");
        let marks = case.all_marks(day(on));
        assert_eq!(marks.has(Mark::FirstDissatisfied), held.is_some(), "{on}");
        assert_eq!(marks.has(Mark::Poor) && marks.has(Mark::Unsolved), held == Some(first), "{on}");
        assert_eq!(marks.has(Mark::VeryGood) && marks.has(Mark::Solved), held == Some(last), "{on}");
    }
    assert_eq!(case.rated, Some(Rated { round: 2, solved: Solved::Yes, grade: Grade::VeryGood }));
    assert_eq!(
        (case.first, case.first_grade),
        (Some(FirstRating { satisfied: Some(false), solved: Solved::No }), Some(Grade::Poor))
    );
}

#[test]
fn a_formula_is_counted_by_receipt_unless_it_says_otherwise() {
    let text = |by: &str| {
        format!(
            "code = \"one\"\nlabel = {{ zh = \"一\", en = \"one\" }}\nnumerator = \"cases\"\nunit = \"count\"\n{by}basis = \"choice\"\nsource = \"made up\""
        )
    };
    let read = |by: &str| toml::from_str::<Indicator>(&text(by)).map(|one| one.by);
    assert_eq!(read("").unwrap(), By::Received);
    for by in By::ALL {
        assert_eq!(read(&format!("by = \"{}\"\n", by.as_str())).unwrap(), by);
    }
    assert!(read("by = \"closed\"\n").is_err());
    assert_eq!(By::ALL.map(By::zh), ["按收到日", "按到期日", "按首次答复日", "按评价日"]);
    for (name, _) in PACKS {
        let pack = pack(name);
        let by = |code: &str| pack.indicators.iter().find(|one| one.code == code).unwrap().by;
        assert_eq!(by("received"), By::Received, "{name}");
        assert_eq!(by("in_time_rate"), By::Due, "{name}");
        assert_eq!(by("handling_workdays"), By::Answered, "{name}");
        assert_eq!(by("satisfaction_rate"), By::Rated, "{name}");
    }
}

#[test]
fn what_ended_or_went_round_later_had_not_on_the_day_before() {
    let open = |case: &Fact, on: i8| {
        let marks = case.all_marks(day(on));
        Term::Open.patterns(&pack("mailbox-002").rating).iter().any(|pattern| pattern.fits(marks))
    };
    for (heard, mark) in [
        (Heard::Withdrawn, Mark::Withdrawn),
        (Heard::Declined, Mark::Declined),
        (Heard::Invalid, Mark::Invalid),
    ] {
        let mut case = fact(RECEIVED, DUE, None);
        case.hear(heard.clone());
        assert!(case.all_marks(day(1)).has(mark), "a day that nobody kept is none that it waits for");
        case.hear(Heard::EndedAt { at: at(day(8), 9) });
        for (on, ended) in [(7, false), (8, true), (9, true)] {
            assert_eq!(case.all_marks(day(on)).has(mark), ended, "{mark:?} on {on}");
            assert_eq!(open(&case, on), !ended, "{mark:?} on {on}");
        }
        case.hear(Heard::EndedAt { at: at(day(9), 9) });
        assert_eq!(case.ended_day, Some(day(8)), "told twice it ended once");
        case.hear(Heard::EndedAt { at: at(day(7), 9) });
        assert_eq!(case.ended_day, Some(day(7)), "of both the earlier");
    }
    let mut late = fact(RECEIVED, DUE, Some((day(5), 10)));
    late.hear(Heard::Withdrawn);
    late.hear(Heard::EndedAt { at: at(day(3), 9) });
    assert!(!open(&late, 4), "withdrawn, whatever was answered later");
}

#[test]
fn a_round_that_begins_later_leaves_the_one_before_closed_until_then() {
    let mut case = fact(RECEIVED, DUE, Some((ANSWERED, 10)));
    case.hear(Heard::Closed { round: 1 });
    let closed = |case: &Fact, on| case.all_marks(day(on)).has(Mark::Closed);
    assert!(closed(&case, 3), "no day was kept of the closing");
    case.hear(Heard::Reached { stage: Stage::Closed, at: at(day(4), 9) });
    assert_eq!([closed(&case, 3), closed(&case, 4)], [false, true]);
    case.go_round(2, day(6));
    assert_eq!((case.round, case.reopen_count, case.reopened_day), (2, 1, Some(day(6))));
    let again = |case: &Fact, on| case.all_marks(day(on)).has(Mark::Reopened);
    assert_eq!([3, 4, 5, 6, 7].map(|on| closed(&case, on)), [false, true, true, false, false]);
    assert_eq!([5, 6, 7].map(|on| again(&case, on)), [false, true, true]);
    case.hear(answered(day(9), 10, 2));
    case.hear(Heard::Closed { round: 2 });
    case.hear(Heard::Reached { stage: Stage::Closed, at: at(day(10), 9) });
    assert_eq!([3, 4, 5, 6, 8, 9].map(|on| closed(&case, on)), [false, true, true, false, false, true]);
    case.go_round(3, day(12));
    assert_eq!((case.round, case.reopen_count, case.reopened_day), (3, 2, Some(day(6))), "the first time");
    assert!(!closed(&case, 12) && again(&case, 12));
}
