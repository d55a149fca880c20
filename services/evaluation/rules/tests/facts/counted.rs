//! What shares are counted over: only what could have been done, and only who said it.

use super::*;

/// Numerator, denominator and value of a figure of a pack over cases with these marks, one each.
fn figure_of(name: &str, code: &str, cases: &[&[Mark]]) -> (u64, Option<u64>, Option<f64>) {
    let pack = pack(name);
    let indicator = pack.indicators.iter().find(|one| one.code == code).unwrap();
    let counted = indicator.counted(pack.counting.merged, &pack.rating);
    let cells: Vec<Alike> =
        cases.iter().map(|marks| Alike { marks: Marks::of(marks), workdays: None, cases: 1 }).collect();
    let figure = figure(indicator, &counted, &cells, Method::Linear);
    (figure.numerator, figure.denominator, figure.value)
}

#[test]
fn what_no_limit_was_set_for_is_no_share_of_what_was_done_in_time() {
    for (name, _) in PACKS {
        for (code, owed, done) in [
            ("response_rate", Mark::ContactDue, Mark::ContactedInTime),
            ("sign_in_time_rate", Mark::SignDue, Mark::SignedInTime),
        ] {
            let none = figure_of(name, code, &[&[Mark::Dispatched], &[Mark::Dispatched, Mark::Signed]]);
            assert_eq!(none, (0, Some(0), None), "{name} {code}: no clock, no value");
            let half = figure_of(name, code, &[&[Mark::Dispatched], &[owed], &[owed, done]]);
            assert_eq!(half, (1, Some(2), Some(0.5)), "{name} {code}");
            let other = figure_of(name, code, &[&[owed, Mark::Signed, Mark::Contacted, Mark::Late]]);
            assert_eq!(other, (0, Some(1), Some(0.0)), "{name} {code}: too late");
        }
        assert!(pack(name).indicators.iter().all(|one| one.code != "direct_rate"), "{name}");
    }
}

#[test]
fn kept_marks_are_kept_and_the_others_are_not() {
    let worked_out = [
        Mark::Accepted,
        Mark::Declined,
        Mark::Answered,
        Mark::PastDue,
        Mark::Reopened,
        Mark::VeryGood,
        Mark::Other,
        Mark::Invalid,
        Mark::FirstSolved,
        Mark::RegisteredSameDay,
    ];
    for mark in Mark::ALL {
        let kept = Marks::of(&[*mark]).kept().has(*mark);
        let low = mark.bit().unsigned_abs() < 1 << 32;
        assert_eq!(kept, low || [Mark::Rough, Mark::ContactDue, Mark::Growing].contains(mark), "{mark:?}");
        assert!(!(kept && worked_out.contains(mark)), "{mark:?}");
        let alone = Mark::ALL.iter().filter(|other| other.bit() == mark.bit()).count();
        assert_eq!((alone, mark.bit().count_ones()), (1, 1), "{mark:?} has a bit of its own");
    }
}

#[test]
fn silence_is_neither_an_unsolved_nor_a_satisfied_answer() {
    let silent: &[Mark] = &[Mark::Answered, Mark::FollowedUp];
    let solved: &[Mark] = &[Mark::Answered, Mark::FollowedUp, Mark::Good, Mark::Solved];
    let partly: &[Mark] = &[Mark::Answered, Mark::FollowedUp, Mark::Fair, Mark::PartlySolved];
    let unsolved: &[Mark] = &[Mark::Answered, Mark::FollowedUp, Mark::VeryPoor, Mark::Unsolved];
    for (name, _) in PACKS {
        let of = |code, cases: &[&[Mark]]| figure_of(name, code, cases);
        let all: &[&[Mark]] = &[silent, silent, solved, partly, unsolved, unsolved];
        assert_eq!(of("solved_rate", all), (1, Some(4), Some(0.25)), "{name}");
        assert_eq!(of("dissatisfaction_rate", all), (2, Some(4), Some(0.5)), "{name}");
        assert_eq!(of("satisfaction_rate", all), (2, Some(4), Some(0.5)), "{name}");
        assert_eq!(of("follow_up_rate", all), (6, Some(6), Some(1.0)), "{name}: who was asked");
        for code in ["solved_rate", "dissatisfaction_rate"] {
            assert_eq!(of(code, &[silent]), (0, Some(0), None), "{name} {code}");
        }
        let said: &[&[Mark]] = &[&[Mark::Rough], &[Mark::Growing], &[Mark::Rough, Mark::Growing], silent];
        assert_eq!((of("rough", said).0, of("growing", said).0), (2, 2), "{name}");
    }
}

#[test]
fn an_open_case_was_neither_answered_nor_ended_in_any_way() {
    let rating = pack("mailbox-002").rating;
    let fits = |term: Term, marks: &[Mark]| {
        term.patterns(&rating).iter().any(|pattern| pattern.fits(Marks::of(marks)))
    };
    let running = [Mark::Accepted, Mark::Limited, Mark::PastDue];
    for term in [Term::Open, Term::OverdueOpen, Term::Due] {
        assert!(fits(term, &running), "{term:?}");
        for end in [Mark::Closed, Mark::Withdrawn, Mark::Declined, Mark::Invalid] {
            let ended = [&running[..], &[end]].concat();
            assert!(!fits(term, &ended), "{term:?} {end:?}");
            assert_eq!(
                fits(term, &[&ended[..], &[Mark::Answered]].concat()),
                term == Term::Due,
                "{term:?} {end:?}"
            );
        }
    }
}
