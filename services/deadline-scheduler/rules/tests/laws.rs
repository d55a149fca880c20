//! Laws of the rules: every state × command, and the limits of the packs that ship.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use calendar::{shipped, start_of_day};
use deadline_scheduler_rules::{
    Call, Command, Deadlines, Effect, Facts, Kind, Run, Span, State, Trigger, Urgency, choose, decide, open,
    reckon,
};
use jiff::{SignedDuration, Timestamp, civil::date};
use proptest::prelude::*;

#[path = "laws/choice.rs"]
mod choice;
#[path = "laws/former.rs"]
mod former;
#[path = "laws/instants.rs"]
mod instants;
#[path = "laws/machines.rs"]
mod machines;
#[path = "laws/packs.rs"]
mod packs;

const PACKS: [&str; 4] = [
    include_str!("../../../../deploy/policy/mailbox-002/deadlines.toml"),
    include_str!("../../../../deploy/policy/hotline-004/deadlines.toml"),
    include_str!("../../../../deploy/policy/hotline-sichuan-2025/deadlines.toml"),
    include_str!("../../../../deploy/policy/petition-2022/deadlines.toml"),
];

fn pack(index: usize) -> Deadlines {
    toml::from_str(PACKS[index]).unwrap()
}

fn second(number: i64) -> Timestamp {
    Timestamp::from_second(number).unwrap()
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (0i64..200).prop_map(second)
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        Just(State::Running),
        (1i16..4).prop_map(|rank| State::Warned { rank }),
        Just(State::Expired),
        instant().prop_map(|since| State::Paused { since }),
        (instant(), any::<bool>()).prop_map(|(at, late)| State::Met { at, late }),
        instant().prop_map(|at| State::Cancelled { at }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        (1i16..4).prop_map(|rank| Command::Warn { rank }),
        instant().prop_map(|now| Command::Expire { now }),
        instant().prop_map(|at| Command::Stop { at }),
        instant().prop_map(|at| Command::Cancel { at }),
        instant().prop_map(|at| Command::Pause { at }),
        instant().prop_map(|at| Command::Resume { at }),
        instant().prop_map(|cancelled_at| Command::Restore { cancelled_at }),
    ]
}

proptest! {
    #[test]
    fn a_command_taken_twice_acts_once(state in state(), command in command(), due in instant()) {
        let (next, _) = decide(state, due, command);
        prop_assert_eq!(decide(next, due, command), (next, None));
    }

    #[test]
    fn a_limit_never_fires_early(state in state(), now in instant(), due in instant()) {
        if decide(state, due, Command::Expire { now }).1 == Some(Effect::Expired) {
            prop_assert!(now >= due);
        }
    }

    #[test]
    fn only_the_times_decide_lateness_not_the_order_of_arrival(at in instant(), due in instant(), now in instant()) {
        let before = decide(State::Running, due, Command::Stop { at }).0;
        let expired = decide(State::Running, due, Command::Expire { now }).0;
        let after = decide(expired, due, Command::Stop { at }).0;
        prop_assert_eq!(before, after);
        prop_assert_eq!(before, State::Met { at, late: at >= due });
    }

    #[test]
    fn a_close_heard_before_the_answer_does_not_hide_it(answered in instant(), closed in instant(), due in instant()) {
        prop_assume!(answered <= closed);
        let stop = Command::Stop { at: answered };
        let cancel = Command::Cancel { at: closed };
        let one = decide(decide(State::Running, due, stop).0, due, cancel).0;
        let other = decide(decide(State::Running, due, cancel).0, due, stop).0;
        prop_assert_eq!(one, other);
    }

    #[test]
    fn warnings_lie_in_order_between_start_and_due(
        index in 0usize..4, kind in 0usize..7, urgency in 0usize..3, multi_unit in any::<bool>(),
        received in 1_199_145_600i64..1_790_000_000,
    ) {
        let pack = pack(index);
        let received_at = second(received);
        let facts = Facts { multi_unit, ..Facts::plain(Kind::ALL[kind], Urgency::ALL[urgency], received_at) };
        let openings = open(&pack, &Call::plain(Trigger::CaseAccepted, received_at), &facts, shipped()).unwrap();
        prop_assert_eq!(openings.iter().filter(|opening| opening.entry.name.as_str() == "handle").count(), 1);
        for opening in openings {
            prop_assert!(opening.due.at > received_at);
            prop_assert!(opening.warnings.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(opening.warnings.iter().all(|at| *at > received_at && *at < opening.due.at));
        }
    }

    #[test]
    fn a_pause_never_shortens(days in 0i64..60, from in 0i64..400, index in 0usize..4) {
        let pack = pack(index);
        let since = second(1_600_000_000 + from * 86_400);
        let until = since + SignedDuration::from_hours(24 * days);
        for entry in &pack.clocks {
            let run = |pauses| Run { started_at: since, given: None, extended: 0, pauses };
            let due = reckon(entry, &run(&[]), shipped()).unwrap();
            let moved = reckon(entry, &run(&[Span { since, until: Some(until) }]), shipped()).unwrap();
            prop_assert!(moved.at >= due.at);
        }
    }
}

#[test]
fn the_packs_that_ship_have_no_flaw() {
    for index in 0..4 {
        assert_eq!(pack(index).validate(), []);
    }
}

#[test]
fn a_flawed_pack_is_told_everything_at_once() {
    let mut flawed = pack(0);
    flawed.calendar = "lunar".to_owned();
    flawed.clocks[0].stop.clear();
    flawed.clocks[1].id = flawed.clocks[0].id.clone();
    assert_eq!(flawed.validate().len(), 3);
    let misspelt = PACKS[0].replace("start =", "begin =");
    assert!(toml::from_str::<Deadlines>(&misspelt).is_err());
}

#[test]
fn a_consultation_of_the_mailbox_has_five_working_days_and_a_complaint_twenty() {
    let pack = pack(0);
    let received_at = start_of_day(date(2026, 2, 13)) + SignedDuration::from_hours(15);
    let facts = |kind| Facts::plain(kind, Urgency::Ordinary, received_at);
    let due = |facts: Facts| {
        let openings =
            open(&pack, &Call::plain(Trigger::CaseAccepted, received_at), &facts, shipped()).unwrap();
        (openings[0].entry.id.clone(), openings[0].due.date, openings[0].warnings.last().copied())
    };
    let warned = start_of_day(date(2026, 2, 26));
    assert_eq!(due(facts(Kind::Consultation)), ("handle-short".to_owned(), date(2026, 2, 27), Some(warned)));
    assert_eq!(due(facts(Kind::Complaint)).0, "handle-long");
    assert_eq!(due(facts(Kind::Praise)).0, "handle-default");
    let several = Facts { multi_unit: true, ..facts(Kind::Consultation) };
    assert_eq!(due(several).0, "handle-multi-unit");
}

#[test]
fn a_reopening_counts_from_itself() {
    let pack = pack(0);
    let received_at = start_of_day(date(2026, 2, 13));
    let reopened_at = start_of_day(date(2026, 3, 16)) + SignedDuration::from_hours(9);
    let facts = Facts::plain(Kind::Help, Urgency::Ordinary, received_at);
    let again = open(&pack, &Call::plain(Trigger::CaseReopened, reopened_at), &facts, shipped()).unwrap();
    let names: Vec<_> = again.iter().map(|opening| opening.entry.name.as_str()).collect();
    assert_eq!(names, ["handle"]);
    assert_eq!(again[0].started_at, reopened_at);
    assert!(
        choose(&pack, &Call::plain(Trigger::CaseReopened, reopened_at), again[0].entry.name, &facts)
            .is_none()
    );
}

#[test]
fn the_hotline_has_the_same_day_three_days_and_a_week_by_urgency() {
    let pack = pack(1);
    let received_at = start_of_day(date(2026, 2, 13)) + SignedDuration::from_hours(15);
    let due = |urgency| {
        let facts = Facts::plain(Kind::Complaint, urgency, received_at);
        open(&pack, &Call::plain(Trigger::CaseAccepted, received_at), &facts, shipped()).unwrap()[0].due.date
    };
    assert_eq!(due(Urgency::Immediate), date(2026, 2, 13));
    assert_eq!(due(Urgency::Urgent), date(2026, 2, 16));
    assert_eq!(due(Urgency::Ordinary), date(2026, 2, 20));
}

#[test]
fn what_comes_into_the_mailbox_is_sorted_the_same_day() {
    let pack = pack(0);
    let due = |day| {
        let received_at = start_of_day(day) + SignedDuration::from_hours(15);
        let facts = Facts::plain(Kind::Complaint, Urgency::Ordinary, received_at);
        let openings =
            open(&pack, &Call::plain(Trigger::CaseRegistered, received_at), &facts, shipped()).unwrap();
        (openings[0].entry.id.clone(), openings[0].due.date)
    };
    assert_eq!(due(date(2026, 3, 4)), ("accept-daily-clear".to_owned(), date(2026, 3, 4)));
    assert_eq!(due(date(2026, 3, 7)).1, date(2026, 3, 9), "a Saturday's mail on Monday");
}

#[test]
fn an_order_goes_its_table_cell_by_cell() {
    use deadline_scheduler_rules::{Order, OrderCommand, OrderEffect, decide_order};
    let states = [Order::Proposed, Order::Ordered, Order::Answered, Order::Dropped, Order::Lifted];
    let commands = [
        OrderCommand::Approve,
        OrderCommand::Drop,
        OrderCommand::Answer,
        OrderCommand::Accept,
        OrderCommand::SendBack,
        OrderCommand::Lift,
    ];
    let ordered = Some((Order::Ordered, OrderEffect::Ordered));
    let dropped = Some((Order::Dropped, OrderEffect::Silent));
    let answered = Some((Order::Answered, OrderEffect::Answered));
    let lifted = Some((Order::Lifted, OrderEffect::Lifted));
    let table = [
        [ordered, dropped, None, None, None, None],
        [None, None, answered, None, None, lifted],
        [None, None, None, lifted, ordered, lifted],
        [None; 6],
        [None; 6],
    ];
    for (state, row) in states.into_iter().zip(table) {
        for (command, cell) in commands.into_iter().zip(row) {
            assert_eq!(decide_order(state, command), cell, "{state:?} {command:?}");
        }
    }
}

#[test]
fn an_extension_is_asked_in_time_with_reasons_and_capped_in_number_and_sum() {
    use deadline_scheduler_rules::{Ask, Refusal, ask, grant};
    let pack = pack(0);
    let entry = pack.entry("handle-long").unwrap();
    let fine = Ask {
        amount: 10,
        at: second(99),
        due_at: second(100),
        ended: false,
        times: 0,
        extended: 0,
        waiting: false,
        explained: true,
    };
    assert_eq!(ask(entry, &fine), Ok(()));
    assert_eq!(ask(entry, &Ask { at: second(100), ..fine }), Err(Refusal::TooLate));
    assert_eq!(grant(entry, &Ask { at: second(100), ..fine }), Ok(()), "asked in time, decided late");
    assert_eq!(ask(entry, &Ask { amount: 11, ..fine }), Err(Refusal::TooMuch { most: 10 }));
    assert_eq!(ask(entry, &Ask { amount: 10, extended: 1, ..fine }), Err(Refusal::TooMuch { most: 9 }));
    assert_eq!(ask(entry, &Ask { amount: 0, ..fine }), Err(Refusal::Nothing));
    assert_eq!(ask(entry, &Ask { times: 1, ..fine }), Err(Refusal::TooOften));
    assert_eq!(ask(entry, &Ask { ended: true, ..fine }), Err(Refusal::Ended));
    assert_eq!(ask(entry, &Ask { waiting: true, ..fine }), Err(Refusal::Waiting));
    assert_eq!(ask(entry, &Ask { explained: false, ..fine }), Err(Refusal::Unexplained));
    assert_eq!(ask(pack.entry("handle-short").unwrap(), &fine), Err(Refusal::Never));
}

#[test]
fn a_request_is_decided_once_and_a_long_one_by_a_higher_rank() {
    use deadline_scheduler_rules::{Approver, Ask, Decision, ExtensionState, approver, decide_extension};
    let decisions = [
        (Decision::Grant, ExtensionState::Granted),
        (Decision::Refuse, ExtensionState::Refused),
        (Decision::Withdraw, ExtensionState::Withdrawn),
    ];
    for (decision, state) in decisions {
        assert_eq!(decide_extension(ExtensionState::Asked, decision), Some(state));
        assert!(decisions.iter().all(|(again, _)| decide_extension(state, *again).is_none()));
    }
    let mut pack = pack(0);
    let entry = pack.clocks.iter_mut().find(|entry| entry.id == "handle-long").unwrap();
    let higher = deadline_scheduler_rules::Higher { above: 5, approver: Approver::Head };
    entry.extension.as_mut().unwrap().higher = Some(higher);
    let asked = |amount, extended| Ask {
        amount,
        extended,
        at: second(0),
        due_at: second(1),
        ended: false,
        times: 0,
        waiting: false,
        explained: true,
    };
    assert_eq!(approver(entry, &asked(5, 0)), Some(Approver::Centre));
    assert_eq!(approver(entry, &asked(5, 1)), Some(Approver::Head));
}

fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    proptest::collection::vec((0i64..900, 0i64..200), 0..5)
}

fn still(pauses: &[(i64, i64)]) -> Vec<deadline_scheduler_rules::Pause> {
    let hour = |number: i64| second(1_700_000_000 + number * 3_600);
    let pause = |(index, (since, long)): (usize, &(i64, i64))| deadline_scheduler_rules::Pause {
        by: Trigger::CasePaused,
        key: index.to_string(),
        assignment: None,
        since: hour(*since),
        until: Some(hour(since + long)),
    };
    pauses.iter().enumerate().map(pause).collect()
}

fn paused_entry(unit: &str, amount: u32) -> deadline_scheduler_rules::Entry {
    let text = PACKS[0]
        .replace("pause = []\nresume = []", "pause = [\"case.paused\"]\nresume = [\"case.resumed\"]")
        .replace(
            "limit = { amount = 20, unit = \"workdays\" }",
            &format!("limit = {{ amount = {amount}, unit = \"{unit}\" }}"),
        );
    let pack: Deadlines = toml::from_str(&text).unwrap();
    pack.entry("handle-long").unwrap().clone()
}

proptest! {
    #[test]
    fn what_is_used_and_left_is_the_limit_whatever_pauses_there_were(list in pauses(), amount in 1u32..60) {
        let entry = paused_entry("work-hours", amount);
        let start = second(1_700_000_000);
        let spans = deadline_scheduler_rules::spans(&still(&list), &entry, None);
        let run = |pauses| Run { started_at: start, given: None, extended: 0, pauses };
        let due = reckon(&entry, &run(&spans), shipped()).unwrap();
        let mut counted = shipped().work_between(start, due.at).unwrap();
        for span in &spans {
            let (since, until) = (span.since.min(due.at), span.until.unwrap().min(due.at));
            counted -= shipped().work_between(since, until).unwrap();
        }
        prop_assert_eq!(counted, SignedDuration::from_hours(i64::from(amount)));
    }

    #[test]
    fn spans_are_in_order_and_apart_however_the_pauses_came(list in pauses()) {
        let entry = paused_entry("workdays", 20);
        let mut back = still(&list);
        let spans = deadline_scheduler_rules::spans(&back, &entry, None);
        back.reverse();
        prop_assert_eq!(&deadline_scheduler_rules::spans(&back, &entry, None), &spans);
        prop_assert!(spans.windows(2).all(|pair| pair[0].until.unwrap() < pair[1].since));
    }

    #[test]
    fn a_pause_begun_twice_is_one_and_an_end_of_none_is_nothing(since in instant(), until in instant()) {
        use deadline_scheduler_rules::{Pause, begin, end};
        let pause = Pause { by: Trigger::CasePaused, key: "law".to_owned(), assignment: None, since, until: None };
        let mut list = Vec::new();
        end(&mut list, Trigger::CasePaused, "law", None, until);
        begin(&mut list, pause.clone());
        begin(&mut list, pause);
        prop_assert_eq!(list.len(), 1);
        end(&mut list, Trigger::CasePaused, "hearing", None, until);
        prop_assert_eq!(list[0].until, None);
        end(&mut list, Trigger::CasePaused, "law", None, until);
        let ended = list.clone();
        prop_assert_eq!(list[0].until, Some(until.max(since)));
        end(&mut list, Trigger::CasePaused, "law", None, until);
        prop_assert_eq!(list, ended);
    }

    #[test]
    fn extensions_never_lead_beyond_the_cap(extended in 0u32..200, amount in 1i64..400) {
        let pack = pack(0);
        let entry = pack.entry("handle-multi-unit").unwrap();
        let start = second(1_600_000_000 + amount * 86_400);
        let run = |extended| Run { started_at: start, given: None, extended, pauses: &[] };
        let due = reckon(entry, &run(extended), shipped()).unwrap();
        let most = shipped().due(start, entry.cap.unwrap()).unwrap();
        prop_assert!(due.at <= most.at);
        prop_assert_eq!(due.at == most.at, extended >= 20);
    }
}

#[test]
fn several_departments_never_have_more_than_sixty_working_days() {
    use deadline_scheduler_rules::{Ask, Refusal, grant};
    let pack = pack(0);
    let entry = pack.entry("handle-multi-unit").unwrap();
    let asked = |amount| Ask {
        amount,
        at: second(0),
        due_at: second(1),
        ended: false,
        times: 0,
        extended: 0,
        waiting: false,
        explained: true,
    };
    assert_eq!(grant(entry, &asked(20)), Ok(()));
    assert_eq!(grant(entry, &asked(21)), Err(Refusal::TooMuch { most: 20 }));
}

#[test]
fn a_rung_is_history_when_a_higher_one_held_as_the_history_ended() {
    use deadline_scheduler_rules::{Applies, Breach, Class, ClockName, Facts};
    let pack = pack(1);
    let mut ladder = pack.ladder(ClockName::Handle).unwrap().clone();
    let due = shipped().due(second(1_773_000_000), pack.entry("handle-ordinary").unwrap().limit).unwrap();
    let facts = Facts::plain(Kind::Complaint, Urgency::Ordinary, second(1_773_000_000));
    let last = ladder.rungs.len();
    let (rungs, calendar) = (ladder.rungs.clone(), shipped());
    let at = |rank: usize| rungs[rank - 1].at(due.at, due.date, calendar).unwrap();
    let moment = SignedDuration::from_nanos(1);
    let breach = |facts| Breach { due_at: due.at, due_day: due.date, facts, calendar };
    for rank in 1..last {
        assert!(
            ladder.is_history(rank, breach(&facts), at(rank + 1)),
            "the next one is due just then: {rank}"
        );
        let before = at(rank + 1) - moment;
        assert_eq!(ladder.is_history(rank, breach(&facts), before), at(rank + 1) < before, "{rank}");
        assert!(!ladder.is_history(rank, breach(&facts), due.at - moment), "before the limit nothing is");
    }
    assert!(
        !ladder.is_history(last, breach(&facts), at(last) + SignedDuration::from_hours(9999)),
        "the highest"
    );
    // A higher rung that is not for such cases holds nothing.
    for rung in &mut ladder.rungs[1..] {
        rung.applies = Applies { classes: Some(vec![Class::Important]), ..Applies::default() };
    }
    assert!(!ladder.is_history(1, breach(&facts), at(last)));
    let important = Facts { class: Class::Important, ..facts.clone() };
    assert!(ladder.is_history(1, breach(&important), at(last)));
}

#[test]
fn rungs_come_in_the_first_instant_of_their_day_and_the_first_at_once() {
    let pack = pack(1);
    let ladder = pack.ladder(deadline_scheduler_rules::ClockName::Handle).unwrap();
    let due = shipped().due(second(1_773_000_000), pack.entry("handle-ordinary").unwrap().limit).unwrap();
    let at = |rank: usize| ladder.rungs[rank].at(due.at, due.date, shipped()).unwrap();
    assert_eq!(at(0), due.at);
    let next = shipped().add_workdays(due.date, 1).unwrap().date;
    assert_eq!((at(1), at(2)), (start_of_day(next), start_of_day(next)));
    assert!((1..ladder.rungs.len()).all(|rank| at(rank - 1) <= at(rank)), "in order");
    assert!(pack.ladder(deadline_scheduler_rules::ClockName::Sign).is_none());
}

#[test]
fn five_fast_latencies_and_six_hundred_percents_are_clocks_of_a_pack() {
    let clock = |name: &str, start: &str, stop: &str| {
        format!(
            "[[clock]]\nid = \"{name}\"\nname = \"{name}\"\nlabel = {{ zh = \"快\", en = \"fast\" }}\nsubject = \"case\"
start = \"{start}\"\nfrom = \"event\"\nstop = [\"{stop}\"]\ncancel = []\npause = []\nresume = []
applies = {{ fast = true }}\nlimit = {{ amount = 1, unit = \"workdays\" }}\nwarn = []\nbasis = \"choice\"\nsource = \"made up\"\n"
        )
    };
    let clocks = [
        clock("fast_warn", "case.registered", "case.classified"),
        clock("fast_discover", "case.registered", "assignment.dispatched"),
        clock("fast_counsel", "assignment.dispatched", "assignment.contacted"),
        clock("fast_dissolve", "assignment.dispatched", "case.answered"),
        clock("fast_end", "case.accepted", "case.closed"),
        clock("accept", "case.registered", "case.accepted"),
        clock("dispatch", "case.accepted", "assignment.dispatched"),
        clock("review", "assignment.replied", "case.answered"),
        clock("reply", "case.accepted", "case.answered"),
        clock("follow_up", "followup.opened", "followup.completed"),
    ];
    let pack: Deadlines = toml::from_str(&format!("calendar = \"national\"\n{}", clocks.concat())).unwrap();
    assert_eq!(pack.validate(), []);
    let plain = Facts::plain(Kind::Complaint, Urgency::Urgent, second(1_700_000_000));
    let fast = Facts { fast: true, ..plain.clone() };
    let opened = |trigger, facts: &Facts| {
        open(&pack, &Call::plain(trigger, second(1_700_000_000)), facts, shipped()).unwrap().len()
    };
    assert_eq!((opened(Trigger::CaseRegistered, &fast), opened(Trigger::CaseRegistered, &plain)), (3, 0));
    assert_eq!((opened(Trigger::CaseAccepted, &fast), opened(Trigger::FollowUpOpened, &fast)), (3, 1));
}
