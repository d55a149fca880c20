//! Laws of the lane: total, a command taken twice acts once, what is terminated stays so.

use proptest::prelude::*;

use super::*;

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Issue { repeat: false }),
        Just(Command::Extend { most: 1, repeat: false }),
        any::<[bool; 2]>().prop_map(|[review, late]| Command::Ask {
            stage: if review { Stage::Review } else { Stage::Reexamination },
            late,
        }),
        Just(Command::Admit),
        Just(Command::Refuse),
        Just(Command::OpenHearing),
        Just(Command::CloseHearing),
        any::<bool>().prop_map(|again| Command::Conclude { again, repeat: false }),
        (1..5).prop_map(|round| Command::NewRound { round }),
        any::<bool>().prop_map(|over| Command::Propose(Grounds::Missed { over })),
        Just(Command::Propose(Grounds::Evidence)),
        Just(Command::Propose(Grounds::Reexamined)),
        Just(Command::Approve),
        Just(Command::Reject),
    ]
}

fn again(command: Command) -> Command {
    if let Command::Issue { .. } = command {
        Command::Issue { repeat: true }
    } else if let Command::Extend { most, .. } = command {
        Command::Extend { most, repeat: true }
    } else if let Command::Conclude { again, .. } = command {
        Command::Conclude { again, repeat: true }
    } else {
        command
    }
}

fn walk(commands: &[Command]) -> (Lane, Vec<Effect>) {
    let mut lane = Lane::new(1);
    let mut said = Vec::new();
    for command in commands {
        let step = decide(lane, *command).unwrap();
        lane = step.next;
        said.extend(step.effects);
    }
    (lane, said)
}

const ISSUE: Command = Command::Issue { repeat: false };
const REVIEW: Command = Command::Ask { stage: Stage::Review, late: false };
const REEXAMINE: Command = Command::Ask { stage: Stage::Reexamination, late: false };
const KEEP: Command = Command::Conclude { again: false, repeat: false };
const REDO: Command = Command::Conclude { again: true, repeat: false };

fn why(lane: Lane, command: Command) -> Why {
    decide(lane, command).unwrap_err().why
}

#[test]
fn three_levels_end_it() {
    let (lane, said) = walk(&[ISSUE, REVIEW, Command::Admit, KEEP, REEXAMINE, Command::Admit, KEEP]);
    assert_eq!(lane.state, State::Terminated);
    assert_eq!(
        said,
        [
            Effect::Opinion(Stage::Handling),
            Effect::Requested(Stage::Review),
            Effect::Admitted(Stage::Review),
            Effect::Opinion(Stage::Review),
            Effect::Requested(Stage::Reexamination),
            Effect::Admitted(Stage::Reexamination),
            Effect::Opinion(Stage::Reexamination),
            Effect::Terminated { three_level: true },
        ]
    );
    for command in [ISSUE, REVIEW, REEXAMINE, KEEP, Command::Admit, Command::Propose(Grounds::Evidence)] {
        assert_eq!(why(lane, command), Why::Terminated, "{command:?}");
    }
}

#[test]
fn a_late_request_is_refused_once_and_one_in_time_is_not_barred_by_a_refusal() {
    let late = Command::Ask { stage: Stage::Review, late: true };
    let (lane, said) = walk(&[ISSUE, late, late]);
    assert_eq!((lane.state, lane.turned), (State::OpinionServed, Turned::Late));
    assert_eq!(said[1..], [Effect::Refused(Stage::Review)]);
    let (lane, said) = walk(&[ISSUE, REVIEW, Command::Refuse, Command::Refuse, REVIEW]);
    assert_eq!((lane.state, said.len()), (State::ReviewAsked, 4));
    let (lane, said) = walk(&[ISSUE, REVIEW, Command::Refuse, late]);
    assert_eq!((lane.turned, said.last()), (Turned::Late, Some(&Effect::Refused(Stage::Review))));
    let late = Command::Ask { stage: Stage::Reexamination, late: true };
    let (lane, said) = walk(&[ISSUE, REVIEW, Command::Admit, KEEP, late]);
    assert_eq!(
        (lane.state, said.last()),
        (State::ReviewServed, Some(&Effect::Refused(Stage::Reexamination)))
    );
    let (lane, _) = walk(&[ISSUE, REVIEW, Command::Admit, KEEP, REEXAMINE, Command::Refuse]);
    assert_eq!((lane.state, lane.turned), (State::ReviewServed, Turned::Refused));
}

#[test]
fn levels_come_in_their_order() {
    assert_eq!(why(Lane::new(1), REVIEW), Why::NoOpinion);
    let (lane, _) = walk(&[ISSUE]);
    assert_eq!(why(lane, REEXAMINE), Why::State);
    assert_eq!(why(lane, KEEP), Why::State);
    assert_eq!(why(lane, ISSUE), Why::State);
    assert_eq!(why(lane, Command::Refuse), Why::State);
    assert_eq!(why(lane, Command::Ask { stage: Stage::Handling, late: false }), Why::State);
    let (lane, _) = walk(&[ISSUE, REVIEW, Command::Admit, KEEP]);
    assert_eq!(why(lane, REVIEW), Why::State);
    assert_eq!(why(lane, Command::Admit), Why::State);
}

#[test]
fn what_is_sent_back_waits_for_its_round_and_may_be_reviewed_again() {
    let (lane, said) = walk(&[ISSUE, REVIEW, Command::Admit, REDO]);
    assert_eq!(lane.state, State::Remanded);
    assert_eq!(said[3..], [Effect::Opinion(Stage::Review), Effect::Remanded(Stage::Review)]);
    assert_eq!(why(lane, REVIEW), Why::NoOpinion);
    assert_eq!(why(lane, ISSUE), Why::State);
    let lane = decide(lane, Command::NewRound { round: 1 }).unwrap().next;
    assert_eq!(lane.state, State::Remanded, "an old round heard late");
    let lane = decide(lane, Command::NewRound { round: 2 }).unwrap().next;
    assert_eq!((lane.state, lane.round), (State::Handling, 2));
    assert_eq!(decide(lane, ISSUE).unwrap().next.state, State::OpinionServed);
    let (lane, _) = walk(&[ISSUE, REVIEW, Command::Admit, Command::NewRound { round: 2 }]);
    assert_eq!((lane.state, lane.round), (State::Reviewing, 1), "a rating cuts no review off");
    let (lane, said) = walk(&[ISSUE, REVIEW, Command::Admit, KEEP, REEXAMINE, Command::Admit, REDO]);
    assert_eq!((lane.state, said.last()), (State::Remanded, Some(&Effect::Remanded(Stage::Reexamination))));
}

#[test]
fn a_hearing_is_not_counted_and_ends_before_the_opinion() {
    let open = [ISSUE, REVIEW, Command::Admit, Command::OpenHearing];
    let (lane, said) = walk(&open);
    assert_eq!((lane.hearing, said.last()), (true, Some(&Effect::Paused)));
    assert_eq!(why(lane, KEEP), Why::HearingOpen);
    assert_eq!(why(lane, REDO), Why::HearingOpen);
    let closed = decide(lane, Command::CloseHearing).unwrap();
    assert_eq!((closed.next.hearing, closed.effects), (false, vec![Effect::Resumed]));
    assert_eq!(why(Lane::new(1), Command::OpenHearing), Why::State);
    let lane = decide(lane, Command::Propose(Grounds::Evidence)).unwrap().next;
    let ended = decide(lane, Command::Approve).unwrap();
    assert_eq!(ended.effects, [Effect::Resumed, Effect::Terminated { three_level: false }]);
}

#[test]
fn extensions_are_as_many_as_the_pack_has_in_each_stage() {
    let more = |most| Command::Extend { most, repeat: false };
    assert_eq!(why(Lane::new(1), more(0)), Why::Spent);
    let step = decide(Lane::new(1), more(1)).unwrap();
    assert_eq!((step.next.extensions, step.effects), (1, vec![Effect::Extended(Stage::Handling)]));
    assert_eq!(why(step.next, more(1)), Why::Spent);
    assert_eq!(decide(step.next, more(2)).unwrap().next.extensions, 2);
    assert_eq!(why(walk(&[ISSUE]).0, more(1)), Why::State);
}

#[test]
fn other_terminations_need_their_grounds_and_an_approver() {
    let missed = |over| Command::Propose(Grounds::Missed { over });
    assert_eq!(why(Lane::new(1), missed(true)), Why::NotMissed);
    let (served, _) = walk(&[ISSUE]);
    assert_eq!(why(served, missed(false)), Why::NotMissed);
    assert_eq!(why(served, Command::Approve), Why::NothingProposed);
    assert_eq!(why(served, Command::Propose(Grounds::Reexamined)), Why::OfItself);
    let proposed = decide(served, missed(true)).unwrap().next;
    assert!(proposed.proposed && !decide(proposed, Command::Reject).unwrap().next.proposed);
    let ended = decide(proposed, Command::Approve).unwrap();
    assert_eq!(ended.effects, [Effect::Terminated { three_level: false }]);
    assert_eq!((ended.next.state, ended.next.proposed), (State::Terminated, false));
    let (reviewed, _) = walk(&[ISSUE, REVIEW, Command::Admit, KEEP, missed(true)]);
    assert!(reviewed.proposed);
}

#[test]
fn every_word_is_read_back() {
    for state in State::ALL {
        assert_eq!(State::read(state.as_str()), Some(state));
        assert!(!state.zh().is_empty());
    }
    for stage in [Stage::Handling, Stage::Review, Stage::Reexamination] {
        assert_eq!(Stage::read(stage.as_str()), Some(stage));
        assert!(!stage.zh().is_empty());
    }
    let refused = decide(Lane::new(1), REVIEW).unwrap_err();
    assert!(refused.zh().contains("意见书") && refused.en().contains("opinion"));
}

proptest! {
    #[test]
    fn taken_twice_acts_once(commands in prop::collection::vec(command(), 0..24)) {
        let mut lane = Lane::new(1);
        for command in commands {
            let Ok(step) = decide(lane, command) else { continue };
            lane = step.next;
            if command == Command::Approve || lane.state != State::Terminated {
                let repeat = decide(lane, again(command));
                let repeat = repeat.expect("what was just done may be said again");
                prop_assert_eq!(repeat.next, lane);
                prop_assert!(repeat.effects.is_empty(), "{:?} spoke twice", command);
            }
        }
    }

    #[test]
    fn it_ends_once_and_pauses_are_balanced(commands in prop::collection::vec(command(), 0..40)) {
        let mut lane = Lane::new(1);
        let (mut ends, mut paused) = (0, 0);
        for command in commands {
            let Ok(step) = decide(lane, command) else { continue };
            prop_assert!(lane.state != State::Terminated || step.effects.is_empty());
            for effect in step.effects {
                ends += i32::from(matches!(effect, Effect::Terminated { .. }));
                paused += i32::from(effect == Effect::Paused) - i32::from(effect == Effect::Resumed);
            }
            lane = step.next;
            prop_assert_eq!(paused, i32::from(lane.hearing));
        }
        prop_assert!(ends <= 1);
        prop_assert_eq!(ends == 1, lane.state == State::Terminated);
    }
}
