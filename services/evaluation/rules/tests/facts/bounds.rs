//! Facts, marks, ratings and figures at their bounds, each from both sides.

use super::*;

const RECEIVED: Date = date(2026, 6, 8);
const DUE: Date = date(2026, 6, 15);

fn open() -> Fact {
    fact(RECEIVED, DUE, None)
}

fn counts(term: Term, marks: Marks) -> bool {
    term.patterns(&pack("mailbox-002").rating).iter().any(|pattern| pattern.fits(marks))
}

fn replied(day: Date) -> Fact {
    fact(RECEIVED, DUE, Some((day, 10)))
}

#[test]
fn a_second_answer_of_a_round_changes_neither_its_time_nor_whose_the_first_was() {
    let mut case = replied(date(2026, 6, 9));
    let (first, unit) = (case.last_answered_at, case.unit.clone());
    let again = |day, unit: &str| {
        let (unit, outcome) = (unit.parse().unwrap(), "supported".into());
        Heard::Answered { unit, outcome, round: 1, at: at(day, 10), historic: false }
    };
    case.hear(again(date(2026, 6, 10), "water"));
    assert_eq!((case.last_answered_at, &case.unit), (first, &unit));
    case.hear(again(date(2026, 6, 9), "water"));
    assert_eq!(case.unit, unit, "of two at one instant the one heard first is the first");
    case.hear(again(date(2026, 6, 8), "water"));
    assert_eq!(case.unit, Some("water".parse().unwrap()), "an earlier one is the first whenever it is heard");
    assert_eq!(case.last_answered_at, first);
}

#[test]
fn a_day_of_counting_shows_what_had_happened_by_its_end() {
    let answered = date(2026, 6, 10);
    let mut case = replied(answered);
    case.hear(Heard::Closed { round: 1 });
    case.rated = Some(Rated { round: 1, solved: Solved::Partly, grade: Grade::Fair });
    case.first = Some(FirstRating { satisfied: Some(true), solved: Solved::Yes });
    case.reopen_count = 1;
    let follows = [
        Mark::Answered,
        Mark::InTime,
        Mark::Closed,
        Mark::Fair,
        Mark::PartlySolved,
        Mark::FirstSatisfied,
        Mark::FirstSolved,
        Mark::Reopened,
    ];
    for (day, seen) in [(date(2026, 6, 9), false), (answered, true), (date(2026, 6, 11), true)] {
        for mark in follows {
            assert_eq!(case.all_marks(day).has(mark), seen, "{mark:?} on {day}");
        }
        assert!(case.all_marks(day).has(Mark::Complaint) && case.all_marks(day).has(Mark::Accepted));
        assert_eq!(counts(Term::Open, case.all_marks(day)), !seen, "on {day}: it ended with an answer");
    }
}

#[test]
fn a_limit_is_past_the_day_after_its_last_and_an_end_without_an_answer_is_one() {
    for (day, past) in [(date(2026, 6, 14), false), (DUE, false), (date(2026, 6, 16), true)] {
        assert_eq!(open().all_marks(day).has(Mark::PastDue), past, "{day}");
    }
    assert!(counts(Term::Open, open().all_marks(DUE)), "it is open");
    let mut withdrawn = open();
    withdrawn.hear(Heard::Withdrawn);
    assert!(!counts(Term::Open, withdrawn.all_marks(DUE)) && withdrawn.all_marks(DUE).has(Mark::Withdrawn));
    assert!(!withdrawn.all_marks(DUE).has(Mark::Reopened));
    let in_time = |day| replied(day).all_marks(date(2026, 7, 1)).has(Mark::InTime);
    assert!(in_time(DUE) && !in_time(date(2026, 6, 16)));
}

#[test]
fn what_goes_round_again_is_marked_by_its_count_or_its_round() {
    let reopened = |count, round| {
        let case = Fact { reopen_count: count, round, ..replied(date(2026, 6, 9)) };
        case.all_marks(DUE).has(Mark::Reopened)
    };
    assert_eq!([reopened(0, 1), reopened(1, 1), reopened(0, 2), reopened(1, 2)], [false, true, true, true]);
}

#[test]
fn a_mark_given_twice_is_in_the_set() {
    let set = Marks::of(&[Mark::Late, Mark::Signed, Mark::Late]);
    assert!(set.has(Mark::Late) && set.has(Mark::Signed) && !set.has(Mark::Fast));
    assert_eq!(set, Marks::of(&[Mark::Signed, Mark::Late]));
}

#[test]
fn somebody_who_rated_this_round_is_not_asked_and_who_rated_the_last_one_is() {
    let (rule, rating) = (pack("mailbox-002").follow_up, pack("mailbox-002").rating);
    let rated = |round| Some(Rated { round, solved: Solved::Yes, grade: Grade::Good });
    let mut case = replied(date(2026, 6, 9));
    assert!(follow_up_due(&case, &rule, &rating));
    case.rated = rated(1);
    assert!(!follow_up_due(&case, &rule, &rating));
    case.hear(answered(date(2026, 6, 12), 9, 2));
    assert!(follow_up_due(&case, &rule, &rating), "the second round was not rated");
    case.rated = rated(2);
    assert!(!follow_up_due(&case, &rule, &rating));
    case.rated = rated(3);
    assert!(!follow_up_due(&case, &rule, &rating));
}

#[test]
fn the_draw_of_a_case_is_what_it_was_yesterday() {
    // FNV-1a of the id's bytes, its upper half over 2^32: written down once, so that no sample ever changes.
    let drawn = 3_859_182_180.0 / 4_294_967_296.0;
    let case = CaseId::derived("one");
    assert!(!sampled(case, drawn) && sampled(case, drawn + 1.0 / 4_294_967_296.0));
    assert!(!sampled(case, drawn - 1.0 / 4_294_967_296.0));
}

#[test]
fn a_rating_is_a_repeat_only_of_its_own_round() {
    let (mailbox, no_rounds) = (pack("mailbox-002"), pack("petition-2022"));
    let given = Rating { solved: Solved::No, grade: Grade::Good };
    let kept = |round, again| Ok(RatingEffect::Kept { round, again });
    let repeated = |round, again| Ok(RatingEffect::Repeated { round, again });
    let with = |round, answered_round, of| Fact {
        round,
        answered_round,
        reopen_count: round - 1,
        rated: Some(Rated { round: of, solved: given.solved, grade: given.grade }),
        ..replied(date(2026, 6, 9))
    };
    let unsolved = Some(Reason::Unsolved);
    assert_eq!(rate(&with(2, 1, 1), given, &mailbox), repeated(1, unsolved), "the round it opened is open");
    assert_eq!(rate(&with(2, 2, 1), given, &mailbox), kept(2, None), "the second answer, rated as badly");
    assert_eq!(rate(&with(2, 2, 2), given, &mailbox), repeated(2, None));
    assert_eq!(rate(&with(1, 1, 1), given, &no_rounds), repeated(1, None));
    assert_eq!(rate(&with(3, 2, 1), given, &mailbox), Err(RatingRefused::NotAnswered), "of long ago");
    let mut closed = open();
    closed.hear(Heard::Closed { round: 1 });
    assert_eq!(rate(&closed, given, &mailbox), Err(RatingRefused::NotAnswered), "closed without an answer");
    let mut satisfied_only = mailbox.clone();
    satisfied_only.redo.unsolved = false;
    let fresh = replied(date(2026, 6, 9));
    assert_eq!(rate(&fresh, given, &satisfied_only), kept(1, None));
    assert_eq!(rate(&fresh, given, &mailbox), kept(1, unsolved));
    let partly = Rating { solved: Solved::Partly, ..given };
    assert_eq!(rate(&fresh, partly, &mailbox), kept(1, None));
}

#[test]
fn a_figure_counts_its_kinds_and_is_thin_below_its_volume() {
    let rating = pack("hotline-004").rating;
    let one = indicator("cases");
    let of = |kinds: Option<Vec<Kind>>, min_volume| {
        let one = Indicator { kinds, min_volume, ..one.clone() };
        let counted = one.counted(Merged::Each, &rating);
        let cell = |mark, cases| Alike { marks: Marks::of(&[mark, Mark::Accepted]), workdays: None, cases };
        let cells = [cell(Mark::Complaint, 3), cell(Mark::Help, 4)];
        let figure = figure(&one, &counted, &cells, Method::Linear);
        (figure.numerator, figure.thin)
    };
    assert_eq!(of(None, None), (7, false));
    assert_eq!(of(Some(vec![Kind::Complaint]), None), (3, false));
    assert_eq!(of(Some(vec![Kind::Complaint, Kind::Help]), None), (7, false));
    assert_eq!(of(Some(vec![Kind::Praise]), None), (0, false));
    assert_eq!(
        (of(None, Some(6)), of(None, Some(7)), of(None, Some(8))),
        ((7, false), (7, false), (7, true))
    );
}

#[test]
fn excluded_cases_leave_the_cells_they_belong_to_and_no_other() {
    let cell = |mark: Mark, workdays, cases| Alike { marks: Marks::of(&[mark]), workdays, cases };
    let cells = [cell(Mark::Late, Some(3), 5), cell(Mark::Late, Some(4), 5), cell(Mark::Fast, Some(3), 5)];
    let left = |off: &[Alike]| {
        let (left, gone) = without(&cells, off);
        let same = left.iter().zip(&cells);
        assert!(same.into_iter().all(|(now, was)| now.marks == was.marks && now.workdays == was.workdays));
        (left.iter().map(|cell| cell.cases).collect::<Vec<_>>(), gone)
    };
    assert_eq!(left(&[]), (vec![5, 5, 5], 0));
    assert_eq!(left(&[cell(Mark::Late, Some(3), 2)]), (vec![3, 5, 5], 2));
    assert_eq!(left(&[cell(Mark::Late, Some(3), 2), cell(Mark::Late, Some(3), 1)]), (vec![2, 5, 5], 3));
    assert_eq!(left(&[cell(Mark::Late, Some(4), 1), cell(Mark::Fast, Some(3), 4)]), (vec![5, 4, 1], 5));
    assert_eq!(left(&[cell(Mark::Late, Some(3), 9)]), (vec![0, 5, 5], 5), "no more than there are");
    assert_eq!(left(&[cell(Mark::Late, None, 1), cell(Mark::Risk, Some(3), 1)]), (vec![5, 5, 5], 0));
}

#[test]
fn findings_are_looked_for_as_the_pack_says() {
    let findings = Findings {
        fob_off: vec!["perfunctory".to_owned()],
        raise: vec![Raise { defect: Defect::WrongReturn, times: 3 }],
        basis: Basis::Choice,
        source: String::new(),
    };
    assert_eq!(findings.least(Defect::WrongReturn), Some(3));
    assert_eq!(findings.least(Defect::FobOff), None);
    assert!(findings.fobs_off("perfunctory") && !findings.fobs_off("incomplete"));
}

#[test]
fn words_that_tables_and_people_have_differ_and_read_back() {
    use std::collections::BTreeSet;
    let states = [ItemState::Planned, ItemState::UnderWay(1), ItemState::Done, ItemState::GivenUp];
    assert_eq!(states.map(ItemState::zh), ["未启动", "推进中", "已完成", "已调整退出"]);
    let signs = [Sign::HotIssue, Sign::GroupRisk, Sign::MarkedRisk, Sign::Opinion];
    assert_eq!(signs.map(Sign::as_str), ["hot-issue", "group-risk", "marked-risk", "opinion"]);
    assert_eq!(signs.map(Sign::zh), ["热点上升", "群体性风险", "风险标签", "舆情集中"]);
    let exclusions = ExclusionState::ALL.map(ExclusionState::as_str);
    assert_eq!(exclusions, ["asked", "granted", "refused", "revoked"]);
    let states = State::ALL.map(State::as_str);
    assert_eq!(states, ["open", "answered", "closed", "withdrawn", "declined", "invalid"]);
    use FollowUpResult::{Declined, Rated, Unreachable};
    for (result, word) in [(Rated, "rated"), (Unreachable, "unreachable"), (Declined, "declined")] {
        assert_eq!((result.as_str(), word.parse()), (word, Ok(result)));
    }
    assert!("lost".parse::<FollowUpResult>().is_err());
    assert_eq!(states.into_iter().collect::<BTreeSet<_>>().len(), 6);
}

#[test]
fn a_unit_belongs_to_the_first_group_whose_beginning_it_has() {
    let group = |code: &str, prefixes: &[&str]| ScoreGroup {
        code: code.to_owned(),
        label: Label { zh: "组".into(), en: "group".into() },
        prefixes: prefixes.iter().map(|start| (*start).to_owned()).collect(),
        levels: vec![],
        kinds: vec![],
    };
    let score = Score {
        red: 1,
        black: 1,
        items: vec![],
        groups: vec![group("counties", &["county-", "district-"]), group("rest", &["county", "city"])],
        basis: Basis::Choice,
        source: String::new(),
    };
    let groups = ["county-a", "district-b", "county", "city-water", "bank"]
        .map(|unit| score.group_of(unit, &UnitSort::default()).map(|group| group.code.as_str()));
    assert_eq!(groups, [Some("counties"), Some("counties"), Some("rest"), Some("rest"), None]);
}

#[test]
fn a_season_of_one_day_is_one_day_and_nothing_added_leaves_no_trace() {
    let day = |text: &str| MonthDay::try_from(text.to_owned()).unwrap();
    let label = Label { zh: "日".into(), en: "day".into() };
    let season = Season { label, from: day("12-04"), to: day("12-04") };
    assert_eq!(season.beginning_in(2026), Period { from: date(2026, 12, 4), to: date(2026, 12, 4) });
    let mut histogram = Histogram::default();
    histogram.add(5, 0);
    assert_eq!(histogram, Histogram::default());
}
