//! Laws of the machines: what is heard twice acts once, late and in another order comes to the same, an end is an end.

use deadline_scheduler_rules::{
    Command, Decision, Effect, ExtensionState, Order, OrderCommand, OrderEffect, State, decide,
    decide_extension, decide_order,
};
use jiff::Timestamp;
use proptest::prelude::*;

use super::{command, instant};

proptest! {
    #[test]
    fn no_clock_says_anything_after_its_end_whatever_comes_and_however_often(
        steps in proptest::collection::vec(command(), 0..40), due in instant(),
    ) {
        let (mut state, mut runs) = (State::Running, true);
        for command in steps {
            let ended = matches!(state, State::Met { .. } | State::Cancelled { .. });
            let (next, effect) = decide(state, due, command);
            // Twice is once.
            prop_assert_eq!(decide(next, due, command), (next, None));
            if ended {
                let quiet = matches!(effect, None | Some(Effect::Met { .. } | Effect::Restored));
                prop_assert!(quiet, "{:?} after {:?}", effect, state);
            }
            if effect == Some(Effect::Expired) {
                prop_assert!(std::mem::take(&mut runs), "passed twice without having run again");
            }
            runs |= matches!(effect, Some(Effect::Resumed { .. } | Effect::Restored));
            state = next;
        }
    }

    #[test]
    fn stops_in_any_order_come_to_the_earliest(
        times in proptest::collection::vec(instant(), 1..6), due in instant(), turn in 0usize..6,
    ) {
        let met = |times: &[Timestamp]| {
            times.iter().fold(State::Running, |state, at| decide(state, due, Command::Stop { at: *at }).0)
        };
        let mut turned = times.clone();
        turned.rotate_left(turn % times.len());
        let earliest = *times.iter().min().unwrap();
        prop_assert_eq!(met(&times), State::Met { at: earliest, late: earliest >= due });
        prop_assert_eq!(met(&turned), met(&times));
    }

    #[test]
    fn an_order_acts_once_on_what_comes_twice_and_never_comes_back_from_its_end(
        steps in proptest::collection::vec(0usize..6, 0..30),
    ) {
        use OrderCommand as C;
        let commands = [C::Approve, C::Drop, C::Answer, C::Accept, C::SendBack, C::Lift];
        let (mut state, mut ordered, mut lifted) = (Order::Proposed, 0, 0);
        for step in steps {
            let command = commands[step];
            let Some((next, effect)) = decide_order(state, command) else { continue };
            prop_assert!(!matches!(state, Order::Dropped | Order::Lifted), "{state:?} is the end");
            prop_assert!(decide_order(next, command).is_none(), "{command:?} twice");
            ordered += u32::from(effect == OrderEffect::Ordered && state == Order::Proposed);
            lifted += u32::from(effect == OrderEffect::Lifted);
            state = next;
        }
        prop_assert!(ordered <= 1 && lifted <= 1);
        prop_assert!(lifted == 0 || ordered == 1, "what never bound anybody is not lifted");
    }

    #[test]
    fn a_request_for_more_time_is_decided_once_whatever_comes_after(
        steps in proptest::collection::vec(0usize..3, 1..8),
    ) {
        let decisions = [Decision::Grant, Decision::Refuse, Decision::Withdraw];
        let mut state = ExtensionState::Asked;
        let mut decided = 0;
        for step in &steps {
            if let Some(next) = decide_extension(state, decisions[*step]) {
                state = next;
                decided += 1;
            }
        }
        prop_assert_eq!(decided, 1);
        prop_assert_eq!(Some(state), decide_extension(ExtensionState::Asked, decisions[steps[0]]));
    }
}
