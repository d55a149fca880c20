//! The lane of a petition: what is left behind with a state, and what is said once.

use routing_rules::petition::{Command, Effect, Grounds, Lane, Stage, State, Step, Turned, decide};

const ISSUE: Command = Command::Issue { repeat: false };
const REVIEW: Command = Command::Ask { stage: Stage::Review, late: false };
const REEXAMINE: Command = Command::Ask { stage: Stage::Reexamination, late: false };
const KEEP: Command = Command::Conclude { again: false, repeat: false };
const MORE: Command = Command::Extend { most: 1, repeat: false };

/// The last step of a walk.
fn walk(commands: &[Command]) -> Step {
    let start = Step { next: Lane::new(1), effects: Vec::new() };
    commands.iter().fold(start, |step, command| decide(step.next, *command).unwrap())
}

#[test]
fn extensions_are_counted_anew_in_each_stage() {
    let step = walk(&[MORE, ISSUE, REVIEW, Command::Admit, MORE]);
    assert_eq!((step.next.extensions, step.effects), (1, vec![Effect::Extended(Stage::Review)]));
    assert_eq!(walk(&[MORE, ISSUE]).next.extensions, 0);
}

#[test]
fn a_refusal_of_one_level_is_forgotten_at_the_next() {
    let asked_again = [ISSUE, REVIEW, Command::Refuse, REVIEW];
    assert_eq!(walk(&asked_again[..3]).next.turned, Turned::Refused);
    assert_eq!(walk(&asked_again).next.turned, Turned::No);
    let served = walk(&[ISSUE, REVIEW, Command::Refuse, REVIEW, Command::Admit, KEEP]).next;
    assert_eq!((served.state, served.turned), (State::ReviewServed, Turned::No));
    assert!(decide(served, Command::Refuse).is_err(), "nothing was asked at this level");
}

#[test]
fn a_hearing_is_opened_once_and_ends_with_the_petition() {
    let open = [ISSUE, REVIEW, Command::Admit, Command::OpenHearing];
    assert_eq!(walk(&open).effects, [Effect::Paused]);
    let again = decide(walk(&open).next, Command::OpenHearing).unwrap();
    assert_eq!(again, Step { next: walk(&open).next, effects: vec![] });
    let closed = decide(again.next, Command::CloseHearing).unwrap();
    assert_eq!(decide(closed.next, Command::CloseHearing).unwrap().effects, []);
    let proposed = decide(again.next, Command::Propose(Grounds::Evidence)).unwrap().next;
    let ended = decide(proposed, Command::Approve).unwrap().next;
    assert_eq!((ended.state, ended.hearing, ended.proposed), (State::Terminated, false, false));
}

#[test]
fn a_proposal_is_gone_with_the_end_of_three_levels_and_made_once_before() {
    let running = [ISSUE, REVIEW, Command::Admit, KEEP, REEXAMINE, Command::Admit];
    let proposed = decide(walk(&running).next, Command::Propose(Grounds::Evidence)).unwrap();
    assert!(proposed.next.proposed && proposed.effects.is_empty());
    let again = decide(proposed.next, Command::Propose(Grounds::Evidence)).unwrap();
    assert_eq!(again, Step { next: proposed.next, effects: vec![] });
    let ended = decide(proposed.next, KEEP).unwrap();
    assert_eq!((ended.next.state, ended.next.proposed), (State::Terminated, false));
    assert_eq!(ended.effects.last(), Some(&Effect::Terminated { three_level: true }));
    let rejected = decide(proposed.next, Command::Reject).unwrap().next;
    assert!(!rejected.proposed && rejected.state == State::Reexamining);
}

#[test]
fn what_was_asked_may_be_asked_again_until_it_is_answered() {
    for commands in [&[ISSUE, REVIEW][..], &[ISSUE, REVIEW, Command::Admit]] {
        let lane = walk(commands).next;
        for late in [false, true] {
            let again = decide(lane, Command::Ask { stage: Stage::Review, late }).unwrap();
            assert_eq!(again, Step { next: lane, effects: vec![] }, "{:?}", lane.state);
        }
    }
}
