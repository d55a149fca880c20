//! Laws of the life cycle: total, and a command taken twice acts once.

use proptest::prelude::*;

use super::*;

fn terms() -> impl Strategy<Value = ReturnTerms> {
    any::<[bool; 4]>().prop_map(|[allowed, after_designation, late, spent]| ReturnTerms {
        allowed,
        after_designation,
        late,
        spent,
    })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Sign),
        any::<bool>().prop_map(|reached| Command::Contact { reached }),
        terms().prop_map(Command::AskReturn),
        Just(Command::AgreeReturn),
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
    if let Command::Reply { .. } = command { Command::Reply { same: true } } else { command }
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

const OPEN: ReturnTerms = ReturnTerms { allowed: true, after_designation: false, late: false, spent: false };

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
