//! Laws of the life cycle: total, and a command taken twice acts once.

use proptest::prelude::*;

use super::*;

fn terms() -> impl Strategy<Value = ReturnTerms> {
    any::<[bool; 5]>().prop_map(|[allowed, after_designation, late, spent, first_receiver]| ReturnTerms {
        allowed,
        after_designation,
        late,
        spent,
        first_receiver,
    })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Sign),
        any::<[bool; 2]>().prop_map(|[reached, again]| Command::Contact { reached, again }),
        terms().prop_map(Command::AskReturn),
        Just(Command::AgreeReturn),
        Just(Command::Reassign),
        Just(Command::RefuseReturn),
        any::<bool>().prop_map(|same| Command::Reply { same }),
        Just(Command::ReplyHistoric),
        Just(Command::Release),
        Just(Command::Reject),
        Just(Command::Withdraw),
    ]
}

fn fresh() -> impl Strategy<Value = Hand> {
    any::<[bool; 3]>().prop_map(|[forwarding, lead, designated]| {
        let mode = if forwarding { Mode::Forwarding } else { Mode::Assignment };
        Hand::new(mode, if lead { Part::Lead } else { Part::Co }, designated)
    })
}

fn again(command: Command) -> Command {
    match command {
        Command::Reply { .. } => Command::Reply { same: true },
        Command::Contact { reached, .. } => Command::Contact { reached, again: false },
        Command::Sign
        | Command::AskReturn(_)
        | Command::AgreeReturn
        | Command::Reassign
        | Command::RefuseReturn
        | Command::ReplyHistoric
        | Command::Release
        | Command::Reject
        | Command::Withdraw => command,
    }
}

proptest! {
    #[test]
    fn taken_twice_acts_once(hand in fresh(), walk in prop::collection::vec(command(), 0..12)) {
        let mut hand = hand;
        for command in walk {
            let Ok(step) = decide(hand, command) else { continue };
            hand = step.next;
            let repeat = decide(hand, again(command)).expect("what was just done may be said again");
            prop_assert_eq!(repeat.next, hand);
            prop_assert!(repeat.effects.is_empty(), "{:?} spoke twice", command);
        }
    }

    #[test]
    fn a_hand_answers_its_case_at_most_once(hand in fresh(), walk in prop::collection::vec(command(), 0..20)) {
        let mut hand = hand;
        let mut answers = 0;
        for command in walk {
            if let Ok(step) = decide(hand, command) {
                hand = step.next;
                answers += step.effects.iter().filter(|effect| **effect == Effect::Answered).count();
            }
        }
        prop_assert!(answers <= 1);
        prop_assert_eq!(answers == 1, hand.state == State::Answered);
    }

    #[test]
    fn a_refusal_speaks_both_languages(hand in fresh(), walk in prop::collection::vec(command(), 0..8)) {
        let mut hand = hand;
        for command in walk {
            match decide(hand, command) {
                Ok(step) => hand = step.next,
                Err(refused) => {
                    prop_assert_eq!(refused.state, hand.state);
                    prop_assert!(!refused.zh().is_empty() && refused.en().is_ascii());
                }
            }
        }
    }

    #[test]
    fn nothing_brings_an_ended_hand_back(hand in fresh(), walk in prop::collection::vec(command(), 0..20)) {
        let mut hand = hand;
        for command in walk {
            let before = hand;
            if let Ok(step) = decide(hand, command) {
                hand = step.next;
            }
            prop_assert!(!before.state.ended() || hand.state == before.state);
        }
    }
}

const OPEN: ReturnTerms =
    ReturnTerms { allowed: true, after_designation: false, late: false, spent: false, first_receiver: false };

fn walk(mut hand: Hand, commands: &[Command]) -> Result<Hand, Refused> {
    for command in commands {
        hand = decide(hand, *command)?.next;
    }
    Ok(hand)
}

#[test]
fn an_assignment_goes_through_review_and_may_come_back() {
    let lead = Hand::new(Mode::Assignment, Part::Lead, false);
    let reply = Command::Reply { same: false };
    let hand = walk(lead, &[Command::Sign, reply, Command::Reject]).unwrap();
    assert_eq!((hand.state, hand.attempt, hand.rejected), (State::Signed, 1, true));
    let step = decide(walk(hand, &[reply]).unwrap(), Command::Release).unwrap();
    assert_eq!((step.next.state, step.effects.as_slice()), (State::Answered, &[Effect::Answered][..]));
}

#[test]
fn a_refused_return_designates() {
    let lead = Hand::new(Mode::Forwarding, Part::Lead, false);
    let kept = walk(lead, &[Command::Sign, Command::AskReturn(OPEN), Command::RefuseReturn]).unwrap();
    assert_eq!(kept.state, State::Signed);
    assert_eq!(decide(kept, Command::AskReturn(OPEN)).unwrap_err().why, Why::Designated);
    let late = ReturnTerms { late: true, ..OPEN };
    assert_eq!(decide(lead, Command::AskReturn(late)).unwrap_err().why, Why::Late);
}

#[test]
fn each_term_of_a_return_has_its_own_reason() {
    let lead = Hand::new(Mode::Forwarding, Part::Lead, false);
    let why = |hand, terms| decide(hand, Command::AskReturn(terms)).map_err(|refused| refused.why);
    let designated = Hand { designated: true, ..lead };
    assert_eq!(why(lead, ReturnTerms { allowed: false, ..OPEN }), Err(Why::NoReturns));
    assert_eq!(why(lead, ReturnTerms { first_receiver: true, ..OPEN }), Err(Why::FirstReceiver));
    assert_eq!(why(lead, ReturnTerms { spent: true, ..OPEN }), Err(Why::Spent));
    assert_eq!(why(designated, OPEN), Err(Why::Designated));
    assert!(why(designated, ReturnTerms { after_designation: true, ..OPEN }).is_ok());
    assert!(why(lead, OPEN).is_ok());
}

#[test]
fn each_try_to_call_counts_until_someone_answers() {
    let lead = Hand::new(Mode::Forwarding, Part::Lead, false);
    let hand = walk(lead, &[Command::Sign, Command::Contact { reached: false, again: false }]).unwrap();
    let said = |hand, reached, again| decide(hand, Command::Contact { reached, again }).unwrap().effects;
    assert_eq!(said(hand, false, false), [], "the same call told twice");
    assert_eq!(said(hand, false, true), [Effect::Contacted { reached: false }]);
    assert_eq!(said(hand, true, false), [Effect::Contacted { reached: true }]);
    let reached = walk(hand, &[Command::Contact { reached: true, again: true }]).unwrap();
    assert_eq!(said(reached, true, true), []);
    assert_eq!(said(reached, false, true), []);
}

#[test]
fn a_case_is_taken_from_a_unit_only_while_it_works_on_it() {
    let lead = Hand::new(Mode::Assignment, Part::Lead, true);
    for (walked, taken) in [
        (vec![], true),
        (vec![Command::Sign], true),
        (vec![Command::Sign, Command::Contact { reached: true, again: false }], true),
        (vec![Command::Sign, Command::Reply { same: false }], false),
        (vec![Command::Sign, Command::Reply { same: false }, Command::Release], false),
        (vec![Command::Withdraw], false),
    ] {
        let hand = walk(lead, &walked).unwrap();
        let step = decide(hand, Command::Reassign);
        assert_eq!(step.is_ok_and(|step| step.next.state == State::Redirected), taken, "{walked:?}");
    }
}
