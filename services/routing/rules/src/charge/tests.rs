//! Charges, tried.

use super::*;

const GOOD: Ledger = Ledger { complete: true, unplanned: false, open_steps: 0 };

fn commands() -> Vec<Command> {
    let ledgers = [GOOD, Ledger { open_steps: 1, ..GOOD }];
    let mut all = vec![Command::Open { due: true }, Command::Open { due: false }, Command::Lift];
    all.extend([Command::Name { same: false }, Command::Name { same: true }]);
    all.extend(ledgers.map(Command::Solve));
    all
}

#[test]
fn taken_twice_a_command_acts_once() {
    for state in [None, Some(State::Active), Some(State::Solved), Some(State::Lifted)] {
        for command in commands() {
            if let Ok((next, _)) = decide(state, command) {
                let again = match command {
                    Command::Name { .. } => Command::Name { same: true },
                    other @ (Command::Open { .. } | Command::Solve(_) | Command::Lift) => other,
                };
                assert_eq!(decide(next, again), Ok((next, None)), "{state:?} {command:?}");
            }
        }
    }
}

#[test]
fn a_charge_is_solved_only_when_nothing_is_missing_and_lifted_at_any_time() {
    let active = Some(State::Active);
    let solve = |ledger| decide(active, Command::Solve(ledger));
    assert_eq!(solve(GOOD), Ok((Some(State::Solved), Some(Effect::Discharged))));
    assert_eq!(solve(Ledger { complete: false, ..GOOD }), Err(Why::Incomplete));
    assert_eq!(solve(Ledger { unplanned: true, ..GOOD }), Err(Why::Unplanned));
    assert_eq!(solve(Ledger { open_steps: 1, ..GOOD }), Err(Why::Unfinished));
    assert_eq!(decide(active, Command::Lift), Ok((Some(State::Lifted), Some(Effect::Discharged))));
    let named = decide(active, Command::Name { same: false });
    assert_eq!(named, Ok((active, Some(Effect::Charged { role: true }))));
}

#[test]
fn what_has_ended_is_opened_anew_and_nothing_else() {
    for ended in [State::Solved, State::Lifted] {
        let opened = decide(Some(ended), Command::Open { due: true });
        assert_eq!(opened, Ok((Some(State::Active), Some(Effect::Charged { role: false }))));
        assert_eq!(decide(Some(ended), Command::Open { due: false }), Err(Why::NotDue));
        assert_eq!(decide(Some(ended), Command::Name { same: true }), Err(Why::Ended));
    }
    assert_eq!(decide(Some(State::Lifted), Command::Solve(GOOD)), Err(Why::Ended));
    assert_eq!(decide(Some(State::Solved), Command::Lift), Err(Why::Ended));
    assert_eq!(decide(None, Command::Open { due: false }), Err(Why::NotDue));
    for late in [Command::Lift, Command::Solve(GOOD), Command::Name { same: false }] {
        assert_eq!(decide(None, late), Err(Why::None));
    }
    assert_eq!(State::ALL.map(|state| State::read(state.as_str())), State::ALL.map(Some));
}

#[test]
fn a_backlog_case_is_old_or_was_handled_often() {
    let age = Limit { amount: 60, unit: calendar::Unit::Days, roll: calendar::Roll::None };
    let both = Entry { age: Some(age), rounds: Some(3) };
    assert!(due(both, true, 1) && due(both, false, 3) && due(both, false, 4));
    assert!(!due(both, false, 2));
    assert!(!due(Entry { age: None, ..both }, true, 2), "no rule of age");
    assert!(!due(Entry { rounds: None, ..both }, false, 9), "no rule of rounds");
    assert!(due(Entry { age: None, rounds: None }, false, 1), "no rule at all");
}

#[test]
fn the_ledger_names_who_is_missing() {
    let label = || Label { zh: "角色".to_owned(), en: "role".to_owned() };
    let role = |code: &str, required| Role { code: code.to_owned(), label: label(), required };
    let kind = Kind {
        code: "seven".to_owned(),
        label: label(),
        role: vec![role("lead", true), role("police", true), role("friend", false)],
        plan: false,
        closed: false,
        entry: None,
        basis: Basis::Choice,
        source: String::new(),
    };
    let missing =
        |filled: &[String]| -> Vec<String> { kind.missing(filled).map(|role| role.code.clone()).collect() };
    assert_eq!(missing(&[]), ["lead", "police"]);
    assert_eq!(missing(&["police".to_owned()]), ["lead"]);
    assert!(missing(&["police".to_owned(), "lead".to_owned()]).is_empty());
}
