//! The packs that ship, the convergence of facts, the figures, and what ratings lead to.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

use calendar::shipped;
use evaluation_rules::*;
use ids::{CaseId, CaseNumber};
use jiff::civil::{Date, date};
use proptest::prelude::*;

#[path = "facts/basis.rs"]
mod basis;
#[path = "facts/bounds.rs"]
mod bounds;
#[path = "facts/counted.rs"]
mod counted;
#[path = "facts/flaws.rs"]
mod flaws;

const PACKS: [(&str, &str); 4] = [
    ("mailbox-002", include_str!("../../../../deploy/policy/mailbox-002/evaluation.toml")),
    ("hotline-004", include_str!("../../../../deploy/policy/hotline-004/evaluation.toml")),
    ("hotline-sichuan-2025", include_str!("../../../../deploy/policy/hotline-sichuan-2025/evaluation.toml")),
    ("petition-2022", include_str!("../../../../deploy/policy/petition-2022/evaluation.toml")),
];

fn pack(name: &str) -> Evaluation {
    let (_, text) = PACKS.iter().find(|(known, _)| *known == name).unwrap();
    toml::from_str(text).unwrap()
}

#[test]
fn the_packs_that_ship_have_no_flaw() {
    for (name, _) in PACKS {
        assert_eq!(pack(name).validate(), [], "{name}");
    }
    let mut wrong = pack("mailbox-002");
    wrong.percentile.points = vec![0.5];
    wrong.rating.grades[0].takes.clear();
    wrong.redo.grades.push("nobody".to_owned());
    assert_eq!(wrong.validate().len(), 3);
}

fn at(day: Date, hour: i8) -> jiff::Timestamp {
    day.at(hour, 0, 0, 0).to_zoned(calendar::zone()).unwrap().timestamp()
}

fn registration(received: Date) -> Registration {
    let region = "511602".parse().unwrap();
    Registration {
        number: CaseNumber::new(received, &region, 7),
        pack: PackRef { id: "mailbox-002".into(), version: 1 },
        region,
        kind: Kind::Complaint,
        channel: "portal".into(),
        subject: None,
        class: None,
        received_at: at(received, 9),
        historic: false,
    }
}

fn answered(day: Date, hour: i8, round: i32) -> Heard {
    let unit = "city-management".parse().unwrap();
    Heard::Answered { unit, outcome: "supported".into(), round, at: at(day, hour), historic: false }
}

fn limit(day: Date) -> Heard {
    let pack = PackRef { id: "mailbox-002".into(), version: 2 };
    Heard::LimitSet { due: Due { day, provisional: false }, round: 1, pack }
}

fn fact(received: Date, due: Date, answer: Option<(Date, i8)>) -> Fact {
    let mut fact = Fact::of(CaseId::derived("one"));
    fact.hear(Heard::Accepted(registration(received)));
    fact.hear(limit(due));
    if let Some((day, hour)) = answer {
        fact.hear(answered(day, hour, 1));
    }
    fact
}

proptest! {
    /// What three sources say, each in its own order but mixed in any way, heard once or again from the start of a source.
    #[test]
    fn any_interleaving_of_the_sources_gives_the_same_fact(
        draws in prop::collection::vec(0..3_usize, 0..40),
        rounds in 1..3_i32,
        ending in prop::option::of(prop::bool::ANY),
    ) {
        let monday = date(2026, 3, 2);
        let mut intake = vec![Heard::Registered(registration(monday)), Heard::Accepted(registration(monday))];
        let mut routing = Vec::new();
        for round in 1..=rounds {
            let (unit, pack) = ("city-office".parse().unwrap(), PackRef { id: "mailbox-002".into(), version: 3 });
            routing.push(Heard::Dispatched { unit, round, pack });
            routing.push(Heard::Reached { stage: Stage::Dispatched, at: at(monday, i8::try_from(round).unwrap()) });
            routing.push(answered(date(2026, 3, 2 + i8::try_from(round).unwrap()), 10, round));
            intake.push(Heard::Closed { round });
            intake.push(Heard::Reached { stage: Stage::Closed, at: at(monday, 20 + i8::try_from(round).unwrap()) });
        }
        intake.extend(ending.map(|declined| if declined { Heard::Declined } else { Heard::Withdrawn }));
        let limits = vec![limit(date(2026, 3, 9)), limit(date(2026, 3, 16))];
        let sources = [intake, routing, limits];

        let mut straight = Fact::of(CaseId::derived("one"));
        sources.iter().flatten().for_each(|heard| straight.hear(heard.clone()));
        let mut mixed = Fact::of(CaseId::derived("one"));
        let mut next = [0; 3];
        for source in draws.into_iter().chain((0..3).cycle().take(60)) {
            if let Some(heard) = sources[source].get(next[source]) {
                mixed.hear(heard.clone());
                next[source] += 1;
            }
        }
        prop_assert_eq!(&mixed, &straight);
        prop_assert_eq!(mixed.pack.as_ref().map(|pack| pack.version), Some(1), "intake has the last word");
        // Follow-ups hang on the fact alone, so they converge as well.
        let rule = pack("mailbox-002").follow_up;
        prop_assert_eq!(follow_up_due(&mixed, &rule, &pack("mailbox-002").rating), ending.is_none());
    }
}

#[test]
fn the_due_day_counts_whole_and_the_day_of_receipt_does_not() {
    // The week of the Qingming holiday of 2026: Saturday 4 to Monday 6 April are off.
    let (received, due) = (date(2026, 4, 1), date(2026, 4, 9));
    let count = |fact: &Fact, as_of| row(Cell::of(fact, as_of, shipped()), Method::Linear);
    let last_hour = fact(received, due, Some((due, 23)));
    assert_eq!(last_hour.workdays(shipped()), Some(5));
    let row_of = count(&last_hour, date(2026, 4, 9));
    assert_eq!(
        (row_of.due, row_of.in_time, row_of.rate, row_of.median_workdays),
        (1, 1, Some(1.0), Some(5.0))
    );
    let late = count(&fact(received, due, Some((date(2026, 4, 10), 0))), date(2026, 4, 9));
    assert_eq!((late.due, late.in_time, late.rate, late.median_workdays), (1, 0, Some(0.0), Some(6.0)));
    let open = fact(received, due, None);
    let on_the_day = count(&open, due);
    assert_eq!((on_the_day.due, on_the_day.open, on_the_day.overdue, on_the_day.rate), (0, 1, 0, None));
    let day_after = count(&open, due.tomorrow().unwrap());
    assert_eq!((day_after.due, day_after.in_time, day_after.open, day_after.overdue), (1, 0, 1, 1));
    let mut withdrawn = open;
    withdrawn.hear(Heard::Withdrawn);
    let gone = count(&withdrawn, due.tomorrow().unwrap());
    assert_eq!((gone.cases, gone.due, gone.open, gone.overdue), (1, 0, 0, 0));
}

fn rated(
    fact: &mut Fact,
    solved: Solved,
    grade: Grade,
    pack: &Evaluation,
) -> Result<RatingEffect, RatingRefused> {
    let effect = rate(fact, Rating { solved, grade }, pack)?;
    if let RatingEffect::Kept { round, again } = effect {
        fact.rated = Some(Rated { round, solved, grade });
        if again.is_some() {
            fact.round += 1;
            fact.reopen_count += 1;
        }
    }
    Ok(effect)
}

#[test]
fn an_unsatisfied_case_goes_round_again_while_the_pack_has_rounds() {
    let (mailbox, petition) = (pack("mailbox-002"), pack("petition-2022"));
    let mut case = fact(date(2026, 3, 2), date(2026, 3, 9), None);
    assert_eq!(rated(&mut case, Solved::Yes, Grade::Good, &mailbox), Err(RatingRefused::NotAnswered));
    assert_eq!(reopen(&case, &mailbox.redo), Err(ReopenRefused::StillOpen));
    case.hear(answered(date(2026, 3, 4), 9, 1));
    let same = case.clone();

    let unsolved = rated(&mut case, Solved::No, Grade::Good, &mailbox);
    assert_eq!(unsolved, Ok(RatingEffect::Kept { round: 1, again: Some(Reason::Unsolved) }));
    assert_eq!(case.state(), State::Open);
    let repeat = rated(&mut case, Solved::No, Grade::Good, &mailbox);
    assert_eq!(repeat, Ok(RatingEffect::Repeated { round: 1, again: Some(Reason::Unsolved) }));
    assert_eq!(rated(&mut case, Solved::Yes, Grade::Good, &mailbox), Err(RatingRefused::NotAnswered));
    assert_eq!((case.round, case.reopen_count), (2, 1));

    case.hear(answered(date(2026, 3, 20), 9, 2));
    assert_eq!(case.answered_day(), Some(date(2026, 3, 4)), "the first answer decides");
    let second = rated(&mut case, Solved::No, Grade::VeryPoor, &mailbox);
    assert_eq!(second, Ok(RatingEffect::Kept { round: 2, again: None }), "no round is left");
    assert_eq!(rated(&mut case, Solved::Yes, Grade::Good, &mailbox), Err(RatingRefused::RatedBefore));
    assert_eq!(reopen(&case, &mailbox.redo), Err(ReopenRefused::NoRoundLeft));

    assert_eq!(reopen(&same, &mailbox.redo), Ok(2));
    assert_eq!(reopen(&same, &petition.redo), Err(ReopenRefused::Off));
    let polite = rated(&mut same.clone(), Solved::Partly, Grade::Fair, &mailbox);
    assert_eq!(polite, Ok(RatingEffect::Kept { round: 1, again: None }));
    let poor = rated(&mut same.clone(), Solved::Yes, Grade::Poor, &mailbox);
    assert_eq!(poor, Ok(RatingEffect::Kept { round: 1, again: Some(Reason::Unsatisfied) }));
    let by_law = rated(&mut same.clone(), Solved::No, Grade::VeryPoor, &petition);
    assert_eq!(by_law, Ok(RatingEffect::Kept { round: 1, again: None }));
}

#[test]
fn nobody_is_asked_about_an_imported_answer() {
    let rule = pack("mailbox-002").follow_up;
    let mut live = fact(date(2026, 3, 2), date(2026, 3, 9), Some((date(2026, 3, 4), 9)));
    assert!(follow_up_due(&live, &rule, &pack("mailbox-002").rating));
    live.followup_round = 1;
    assert!(!follow_up_due(&live, &rule, &pack("mailbox-002").rating), "once a round");
    let mut imported = fact(date(2016, 3, 2), date(2016, 3, 9), None);
    let Heard::Answered { unit, outcome, round, at, .. } = answered(date(2016, 3, 4), 9, 1) else {
        unreachable!()
    };
    imported.hear(Heard::Answered { unit, outcome, round, at, historic: true });
    assert!(!follow_up_due(&imported, &rule, &pack("mailbox-002").rating));
}

#[test]
fn the_largest_share_that_fits_holds() {
    let (mut rule, rating) = (pack("mailbox-002").follow_up, pack("mailbox-002").rating);
    rule.sample = 0.1;
    rule.kinds = Some(vec![Kind::Complaint]);
    let mut fact = Fact::of(ids::CaseId::derived("case"));
    assert!((share(&fact, &rule, &rating) - 0.0).abs() < 1e-9, "nothing is known of it yet");
    fact.hear(Heard::Accepted(registration(date(2026, 6, 1))));
    assert!((share(&fact, &rule, &rating) - 0.1).abs() < 1e-9);
    fact.kind = Some(Kind::Help);
    assert!((share(&fact, &rule, &rating) - 0.0).abs() < 1e-9);
    fact.class = Some("important".to_owned());
    assert!((share(&fact, &rule, &rating) - 1.0).abs() < 1e-9);
    fact.class = Some("ordinary".to_owned());
    fact.hear(Heard::Happened(Marks::of(&[Mark::Instructed])));
    assert!((share(&fact, &rule, &rating) - 1.0).abs() < 1e-9);
}

/// An indicator of the hotline's pack, with other entries beside.
fn indicator(code: &str) -> Indicator {
    pack("hotline-004").indicators.into_iter().find(|one| one.code == code).unwrap()
}

#[test]
fn a_latency_counts_who_reached_both_ends_and_fits_the_term() {
    let rating = pack("hotline-004").rating;
    let indicator = Indicator { min_volume: Some(2), ..indicator("assign_hours") };
    let counted = indicator.counted(Merged::Each, &rating);
    let (dispatched, none) = (Marks::of(&[Mark::Dispatched]), Marks::default());
    let count =
        |cases: &[(Marks, Option<u32>)]| latency(&indicator, &counted, cases.to_vec(), Method::Linear);
    let two = count(&[(dispatched, Some(60)), (dispatched, Some(120)), (dispatched, None), (none, Some(9))]);
    assert_eq!((two.numerator, two.denominator, two.value, two.thin), (2, None, Some(1.5), false));
    let one = count(&[(dispatched, Some(30))]);
    assert_eq!((one.numerator, one.value, one.thin), (1, Some(0.5), true), "one below the volume");
    assert_eq!((count(&[]).numerator, count(&[]).value), (0, None));
}

#[test]
fn a_span_ends_later_than_it_begins_and_only_hours_have_one() {
    let flaws = |change: &dyn Fn(&mut Indicator)| {
        let mut pack = pack("hotline-004");
        let one = pack.indicators.iter_mut().find(|one| one.code == "assign_hours").unwrap();
        change(one);
        pack.validate().len()
    };
    let span = |from, to| Some(Span { from, to, time: Time::Clock });
    assert_eq!(flaws(&|one| one.span = span(Stage::Received, Stage::Registered)), 0);
    assert_eq!(flaws(&|one| one.span = None), 1);
    assert_eq!(flaws(&|one| one.span = span(Stage::Closed, Stage::Closed)), 1);
    assert_eq!(flaws(&|one| one.span = span(Stage::Closed, Stage::Received)), 1);
    assert_eq!(flaws(&|one| one.denominator = Some(Term::Cases)), 1);
    assert_eq!(flaws(&|one| one.unit = Measure::Count), 1);
}

#[test]
fn the_first_rating_and_the_day_of_registration_are_marks() {
    let (received, due) = (date(2026, 6, 8), date(2026, 6, 15));
    let mut fact = fact(received, due, Some((date(2026, 6, 9), 10)));
    let marks = |fact: &Fact, day| fact.all_marks(day);
    assert!(!marks(&fact, due).has(Mark::RegisteredSameDay), "nobody said when");
    fact.hear(Heard::Reached { stage: Stage::Registered, at: at(received.tomorrow().unwrap(), 0) });
    assert!(!marks(&fact, due).has(Mark::RegisteredSameDay), "the first minute of the next day");
    fact.hear(Heard::Reached { stage: Stage::Registered, at: at(received, 23) });
    assert!(marks(&fact, due).has(Mark::RegisteredSameDay), "the earlier of both holds");
    for (satisfied, solved, wanted) in [
        (Some(true), Solved::Yes, vec![Mark::FirstSatisfied, Mark::FirstSolved]),
        (Some(false), Solved::No, vec![Mark::FirstDissatisfied]),
        (None, Solved::Partly, vec![]),
    ] {
        fact.first = Some(FirstRating { satisfied, solved });
        let first = [Mark::FirstSatisfied, Mark::FirstDissatisfied, Mark::FirstSolved];
        let found = |day| first.into_iter().filter(|mark| marks(&fact, day).has(*mark)).collect::<Vec<_>>();
        assert_eq!(found(due), wanted);
        assert_eq!(found(received), [], "before the answer there is no rating");
    }
    assert_eq!(fact.stages().at(Stage::Answered), fact.answer.as_ref().map(|answer| answer.at));
    assert_eq!(fact.stages().at(Stage::Received), fact.received_at);
}
