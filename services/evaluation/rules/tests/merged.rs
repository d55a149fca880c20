//! Answers that are given with another case: any order of the sources ends in the same fact, and the citizen is asked.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

use evaluation_rules::*;
use ids::{CaseId, CaseNumber};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn pack(name: &str) -> Evaluation {
    let text = match name {
        "once" => include_str!("../../../../deploy/policy/hotline-004/evaluation.toml"),
        _ => include_str!("../../../../deploy/policy/mailbox-002/evaluation.toml"),
    };
    toml::from_str(text).unwrap()
}

fn at(day: Date) -> jiff::Timestamp {
    day.at(10, 0, 0, 0).to_zoned(calendar::zone()).unwrap().timestamp()
}

fn registration() -> Registration {
    let (region, day) = ("511602".parse().unwrap(), date(2026, 3, 2));
    Registration {
        number: CaseNumber::new(day, &region, 7),
        pack: PackRef { id: "mailbox-002".into(), version: 1 },
        region,
        kind: Kind::Complaint,
        channel: "portal".into(),
        subject: None,
        class: None,
        received_at: at(day),
        historic: false,
    }
}

fn merged() -> Heard {
    Heard::Happened(Marks::of(&[Mark::Merged]))
}

fn with(unit: Option<&str>, round: i32, day: Date) -> Heard {
    let unit = unit.map(|unit| unit.parse().unwrap());
    Heard::ClosedWith { unit, outcome: "supported".into(), round, at: at(day), historic: false }
}

fn answered(unit: &str, round: i32, day: Date) -> Heard {
    let unit = unit.parse().unwrap();
    Heard::Answered { unit, outcome: "explained".into(), round, at: at(day), historic: false }
}

fn dispatched(unit: &str, round: i32) -> Heard {
    let pack = PackRef { id: "mailbox-002".into(), version: 1 };
    Heard::Dispatched { unit: unit.parse().unwrap(), round, pack }
}

proptest! {
    /// Merged in the first round and answered with the other case, or answered itself and merged in the second; then the other way.
    #[test]
    fn any_interleaving_of_own_and_given_answers_gives_the_same_fact(
        draws in prop::collection::vec(0..2_usize, 0..20),
        given_first in prop::bool::ANY,
        accepted in prop::bool::ANY,
    ) {
        let (one, two) = (date(2026, 3, 5), date(2026, 3, 9));
        let mut intake = vec![Heard::Registered(registration())];
        intake.extend(accepted.then(|| Heard::Accepted(registration())));
        let mut routing = vec![dispatched("water", 1)];
        if given_first {
            intake.extend([merged(), with(Some("roads"), 1, one), Heard::Closed { round: 2 }]);
            routing.extend([dispatched("parks", 2), answered("parks", 2, two)]);
        } else {
            intake.extend([Heard::Closed { round: 1 }, merged(), with(Some("roads"), 2, two)]);
            routing.extend([answered("water", 1, one), dispatched("parks", 2)]);
        }
        let sources = [intake, routing];
        let mut straight = Fact::of(CaseId::derived("one"));
        sources.iter().flatten().for_each(|heard| straight.hear(heard.clone()));
        let mut mixed = Fact::of(CaseId::derived("one"));
        let mut next = [0; 2];
        for source in draws.into_iter().chain((0..2).cycle().take(30)) {
            if let Some(heard) = sources[source].get(next[source]) {
                mixed.hear(heard.clone());
                mixed.hear(heard.clone());
                next[source] += 1;
            }
        }
        prop_assert_eq!(&mixed, &straight);
        prop_assert_eq!(mixed.unit.as_ref().map(ids::UnitCode::as_str), Some(if given_first { "roads" } else { "water" }));
        prop_assert_eq!(mixed.answered_day(), Some(one), "the first answer is the one that was given first");
        prop_assert_eq!((mixed.answered_round, mixed.closed_round, mixed.state()), (2, 2, State::Closed));
        let rules = pack("each");
        prop_assert!(follow_up_due(&mixed, &rules.follow_up, &rules.rating));
    }
}

#[test]
fn who_waited_on_another_case_is_asked_and_rates_the_own_one() {
    let rules = pack("each");
    let mut fact = Fact::of(CaseId::derived("neighbour"));
    fact.hear(Heard::Accepted(registration()));
    fact.hear(merged());
    assert!(!follow_up_due(&fact, &rules.follow_up, &rules.rating), "there is no answer yet");
    let rating = Rating { solved: Solved::No, grade: Grade::Poor };
    assert_eq!(rate(&fact, rating, &rules), Err(RatingRefused::NotAnswered));
    fact.hear(with(None, 1, date(2026, 3, 5)));
    assert!(follow_up_due(&fact, &rules.follow_up, &rules.rating));
    assert_eq!(fact.unit, None, "an older event did not say whose answer it was");
    let kept = rate(&fact, rating, &rules);
    assert_eq!(kept, Ok(RatingEffect::Kept { round: 1, again: Some(Reason::Unsatisfied) }));
    // Merged before anybody accepted it, and parted again: what was never taken is not asked about.
    let mut early = Fact::of(CaseId::derived("early"));
    early.hear(Heard::Registered(registration()));
    early.hear(merged());
    early.hear(with(Some("roads"), 1, date(2026, 3, 5)));
    assert!(follow_up_due(&early, &rules.follow_up, &rules.rating));
    early.hear(Heard::TakenBack(Mark::Merged));
    assert!(!follow_up_due(&early, &rules.follow_up, &rules.rating));
    // A history that is brought in asks nobody.
    let mut old = Fact::of(CaseId::derived("old"));
    old.hear(Heard::Accepted(registration()));
    let Heard::ClosedWith { unit, outcome, round, at, .. } = with(Some("roads"), 1, date(2026, 3, 5)) else {
        unreachable!()
    };
    old.hear(Heard::ClosedWith { unit, outcome, round, at, historic: true });
    assert!(!follow_up_due(&old, &rules.follow_up, &rules.rating));
}

#[test]
fn five_neighbours_are_five_answers_or_one_and_always_five_opinions() {
    let as_of = date(2026, 5, 1);
    let due = Due { day: date(2026, 3, 9), provisional: false };
    let cells: Vec<Alike> = (0..5)
        .map(|at| {
            let mut fact = Fact::of(CaseId::derived(&format!("neighbour {at}")));
            fact.hear(Heard::Accepted(registration()));
            fact.due = Some(due);
            if at == 0 {
                fact.hear(answered("roads", 1, date(2026, 3, 5)));
                fact.hear(Heard::Closed { round: 1 });
            } else {
                fact.hear(merged());
                fact.hear(with(Some("roads"), 1, date(2026, 3, 5)));
            }
            fact.rated = Some(Rated { round: 1, solved: Solved::Yes, grade: Grade::Good });
            fact.hear(Heard::Happened(Marks::of(&[Mark::FollowedUp])));
            let workdays = fact.workdays(calendar::shipped());
            Alike { marks: fact.all_marks(as_of), workdays, cases: 1 }
        })
        .collect();
    for (name, rule, handled) in [("each", Merged::Each, 5), ("once", Merged::Once, 1)] {
        let rules = pack(name);
        assert_eq!(rules.counting.merged, rule);
        let count = |code: &str| {
            let indicator = rules.indicators.iter().find(|indicator| indicator.code == code).unwrap();
            let counted = indicator.counted(rule, &rules.rating);
            let figure = figure(indicator, &counted, &cells, rules.percentile.method);
            (figure.numerator, figure.denominator)
        };
        assert_eq!(count("cases"), (handled, None), "{name}");
        assert_eq!(count("in_time_rate"), (handled, Some(handled)), "{name}");
        assert_eq!(count("in_progress"), (0, None), "{name}");
        assert_eq!(count("satisfaction_rate"), (5, Some(5)), "{name}");
        assert_eq!(count("solved_rate"), (5, Some(5)), "{name}");
        assert_eq!(count("dissatisfaction_rate"), (0, Some(5)), "{name}");
    }
}

#[test]
fn a_pack_names_levels_that_there_are_and_marks_at_least_one() {
    let mut rules = pack("each");
    assert_eq!(rules.validate(), []);
    rules.counting.lowest.push("hamlet".into());
    rules.alerts.as_mut().unwrap().marked_least = Some(0);
    let entries: Vec<String> = rules.validate().into_iter().map(|flaw| flaw.entry).collect();
    assert_eq!(entries, ["counting.lowest", "alerts"]);
    rules.alerts.as_mut().unwrap().marked_least = Some(1);
    rules.counting.lowest = ["province", "city", "county", "township", "village"].map(str::to_owned).to_vec();
    assert_eq!(rules.validate(), []);
}

#[test]
fn terms_of_what_is_found_marked_and_ended_count_what_they_say() {
    let rules = pack("each");
    let count = |term: Term, marks: &[Mark]| {
        term.patterns(&rules.rating).iter().any(|pattern| pattern.fits(Marks::of(marks)))
    };
    assert!(count(Term::First, &[Mark::Accepted]) && !count(Term::First, &[]));
    assert!(!count(Term::First, &[Mark::Accepted, Mark::Repeated]));
    assert!(count(Term::ClosedLocally, &[Mark::Closed, Mark::Local]));
    assert!(!count(Term::ClosedLocally, &[Mark::Closed]) && !count(Term::ClosedLocally, &[Mark::Local]));
    assert!(count(Term::Risk, &[Mark::Risk]) && !count(Term::Risk, &[Mark::Late]));
    assert!(count(Term::Invalid, &[Mark::Invalid]) && !count(Term::Invalid, &[Mark::Declined]));
    let mut fact = Fact::of(CaseId::derived("invalid"));
    fact.hear(Heard::Registered(registration()));
    fact.hear(Heard::Invalid);
    let marks = fact.all_marks(date(2026, 5, 1));
    assert_eq!(fact.state(), State::Invalid);
    assert!(marks.has(Mark::Invalid) && !count(Term::Open, &[Mark::Accepted, Mark::Invalid]));
    assert!(!marks.has(Mark::Declined));
    assert_eq!(reopen(&fact, &rules.redo), Err(ReopenRefused::Ended));
    assert_eq!(remanded(&fact, 1), None);
}
