//! Laws of the life of a case and of a registration, over every state and command.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

use intake_rules::{Command, Effect, Life, Own, Pack, Registration, State, check, decide, digits};
use proptest::prelude::*;

const PACK: &str = r#"
kinds = ["complaint", "report"]
default_kind = "complaint"
urgencies = ["ordinary"]
default_urgency = "ordinary"
[confidential]
kinds = ["report"]
basis = "law"
source = "test"
[limits]
title_max_chars = 10
body_min_chars = 2
body_max_chars = 20
attachments_max = 1
attachment_max_bytes = 1
[contact.required]
default = ["body"]
portal = ["phone", "title", "body"]
[acceptance]
auto = true
[[decline]]
code = "elsewhere"
label = { zh = "甲", en = "a" }
refer_to = { zh = "乙", en = "b" }
legal_basis = "none"
basis = "choice"
notice = true
"#;

fn pack() -> Pack {
    toml::from_str(PACK).unwrap()
}

fn life() -> impl Strategy<Value = Life> {
    (0..State::ALL.len(), 1..4, 0..4)
        .prop_map(|(at, round, closed): (usize, i32, i32)| (State::ALL[at], round, closed))
        // What is closed was closed in its own round, and no round is closed before it began.
        .prop_map(|(state, round, closed)| Life {
            state,
            round,
            closed_round: if state == State::Closed { round } else { closed.min(round - 1) },
        })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Accept),
        Just(Command::Decline),
        Just(Command::Withdraw),
        Just(Command::Supplement),
        Just(Command::Merge),
        Just(Command::Renew),
        Just(Command::ClosePrimary),
        (0..Own::ALL.len()).prop_map(|at| Command::Unmerge { own: Own::ALL[at] }),
        (1..5).prop_map(|round| Command::Dispatch { round }),
        (1..5).prop_map(|round| Command::Answer { round }),
        (1..5).prop_map(|round| Command::Reopen { round }),
    ]
}

proptest! {
    #[test]
    fn every_command_but_what_a_citizen_adds_taken_twice_acts_once(life in life(), command in command()) {
        if let Ok((next, effect)) = decide(life, command) {
            if matches!(command, Command::Supplement | Command::Renew) {
                prop_assert_eq!(decide(next, command), Ok((next, effect)));
            } else {
                prop_assert_eq!(decide(next, command), Ok((next, None)));
            }
        }
    }

    #[test]
    fn reports_are_never_refused_and_rounds_never_go_back(life in life(), round in 1..5) {
        let reports = [
            Command::Dispatch { round }, Command::Answer { round }, Command::Reopen { round }, Command::ClosePrimary,
        ];
        for report in reports {
            let (next, _) = decide(life, report).unwrap();
            prop_assert!(next.round >= life.round && next.closed_round >= life.closed_round);
        }
    }

    #[test]
    fn the_order_of_the_sources_does_not_matter(shuffled in Just(vec![
        Command::Dispatch { round: 1 }, Command::Answer { round: 1 }, Command::Dispatch { round: 2 },
        Command::Reopen { round: 2 },
    ]).prop_shuffle()) {
        // Routing's own order is kept by the inbox; evaluation's report may come anywhere between.
        let at = shuffled.iter().position(|command| matches!(command, Command::Reopen { .. })).unwrap();
        let mut heard = vec![
            Command::Dispatch { round: 1 }, Command::Answer { round: 1 }, Command::Dispatch { round: 2 },
        ];
        heard.insert(at, Command::Reopen { round: 2 });
        let mut life = Life { state: State::Accepted, round: 1, closed_round: 0 };
        let mut closed = Vec::new();
        for command in heard {
            let (next, effect) = decide(life, command).unwrap();
            life = next;
            closed.extend(effect);
        }
        prop_assert_eq!(closed, vec![Effect::TellClosed { round: 1 }]);
        prop_assert_eq!((life.state, life.round), (State::Dispatched, 2));
    }

    #[test]
    fn a_check_never_panics_and_never_repeats_a_value(text in "\\PC{0,30}[\u{0}-\u{1f}]{0,2}", phone in "\\PC{0,24}") {
        let registration = Registration {
            kind: "complaint", channel: "portal", urgency: "ordinary", region: &text, text: &text,
            text_chars: text.chars().count(), party: intake_rules::Party { phone: &phone, ..Default::default() },
            ..Default::default()
        };
        for error in check(&registration, &pack()) {
            prop_assert!(phone.chars().count() < 3 || !error.en.contains(&phone));
        }
    }
}

proptest! {
    #[test]
    fn a_merge_is_reversible_whatever_is_heard_meanwhile(
        at in 0..Own::ALL.len(), round in 1..3, heard in proptest::collection::vec(0..3_usize, 0..4),
    ) {
        let own = Own::ALL[at];
        let before = Life { state: own.state(), round, closed_round: round - 1 };
        let (mut life, told) = decide(before, Command::Merge).unwrap();
        prop_assert_eq!((life.state, told), (State::Merged, Some(Effect::TellMerged)));
        for what in heard {
            // Late reports of this round and older ones, and a reopening of the same round: none ends the waiting.
            let report = [
                Command::Dispatch { round }, Command::Answer { round: round - 1 }, Command::Reopen { round },
            ][what];
            life = decide(life, report).unwrap().0;
        }
        prop_assert_eq!(decide(life, Command::Unmerge { own }), Ok((before, Some(Effect::TellUnmerged))));
    }
}

#[test]
fn a_hand_over_of_an_older_or_a_closed_round_opens_nothing() {
    let hand = |round, closed_round, of| {
        let life = Life { state: State::Reopened, round, closed_round };
        decide(life, Command::Dispatch { round: of }).unwrap().0.state
    };
    assert_eq!(hand(2, 1, 2), State::Dispatched);
    assert_eq!(hand(2, 1, 3), State::Dispatched, "routing may be ahead");
    assert_eq!(hand(3, 1, 2), State::Reopened, "older, and never closed");
    assert_eq!(hand(1, 1, 1), State::Reopened, "its own round is closed");
}

#[test]
fn whoever_waits_is_closed_with_the_case_waited_on_and_once() {
    let waiting = Life { state: State::Merged, round: 2, closed_round: 1 };
    let (closed, told) = decide(waiting, Command::ClosePrimary).unwrap();
    assert_eq!(told, Some(Effect::TellClosed { round: 2 }));
    assert_eq!(closed, Life { state: State::Closed, round: 2, closed_round: 2 });
    assert_eq!(decide(closed, Command::ClosePrimary), Ok((closed, None)));
    // A case of its own is not closed with another.
    let own = Life { state: State::Dispatched, ..waiting };
    assert_eq!(decide(own, Command::ClosePrimary), Ok((own, None)));
    // What its own unit answered before it heard of the merge is told, and ends the waiting.
    let (answered, told) = decide(waiting, Command::Answer { round: 2 }).unwrap();
    assert_eq!((answered.state, told), (State::Closed, Some(Effect::TellClosed { round: 2 })));
}

#[test]
fn new_facts_are_told_after_the_closure_only() {
    for state in State::ALL {
        let life = Life { state, round: 1, closed_round: i32::from(state == State::Closed) };
        let told = decide(life, Command::Renew);
        assert_eq!(told.is_ok(), state == State::Closed, "{state:?}");
        assert_eq!(
            Own::of(state).is_some(),
            decide(life, Command::Merge).is_ok_and(|(_, told)| told.is_some())
        );
    }
}

#[test]
fn what_ended_takes_nothing_from_a_person() {
    for state in [State::Declined, State::Withdrawn, State::Closed, State::Invalid] {
        let life = Life { state, round: 1, closed_round: i32::from(state == State::Closed) };
        assert!(decide(life, Command::Supplement).is_err(), "{state:?}");
        assert!(decide(life, Command::Accept).is_err(), "{state:?}");
    }
}

#[test]
fn what_is_invalid_is_not_refused_and_neither_becomes_the_other() {
    for state in State::ALL {
        let life = Life { state, round: 1, closed_round: i32::from(state == State::Closed) };
        let open = matches!(state, State::Registered | State::Accepted);
        let told = decide(life, Command::Invalidate);
        assert_eq!(told.is_ok_and(|(_, told)| told == Some(Effect::TellInvalid)), open, "{state:?}");
        assert_eq!(told.is_ok(), open || state == State::Invalid, "{state:?}");
        assert_eq!(decide(life, Command::Decline).is_ok(), open || state == State::Declined, "{state:?}");
    }
    let invalid = Life { state: State::Invalid, ..Life::registered() };
    for report in [
        Command::Dispatch { round: 1 },
        Command::Answer { round: 1 },
        Command::Reopen { round: 2 },
        Command::ClosePrimary,
    ] {
        assert_eq!(decide(invalid, report), Ok((invalid, None)), "{report:?}");
    }
}

#[test]
fn a_bad_registration_is_told_everything_at_once() {
    let registration = Registration {
        kind: "quarrel",
        channel: "portal",
        urgency: "ordinary",
        region: "999999",
        title: "一\u{7}",
        title_chars: 11,
        text: "短",
        text_chars: 1,
        party: intake_rules::Party { mail: "nobody", ..Default::default() },
        ..Default::default()
    };
    let fields: Vec<_> = check(&registration, &pack()).into_iter().map(|error| error.field).collect();
    assert_eq!(fields, ["kind", "region", "title", "title", "text", "party.mail", "party.phone"]);
}

#[test]
fn a_pack_is_told_all_its_mistakes() {
    let mut pack = pack();
    assert_eq!(pack.validate(), []);
    pack.default_kind = "praise".into();
    pack.urgencies.push("soon".into());
    pack.limits.body_min_chars = 21;
    pack.decline.push(pack.decline[0].clone());
    let keys: Vec<_> = pack.validate().into_iter().map(|mistake| mistake.key).collect();
    assert_eq!(keys, ["urgencies", "default_kind", "limits.body_min_chars", "decline[1]"]);
}

#[test]
fn the_same_telephone_is_found_however_it_is_written() {
    assert_eq!(digits("+86 138-0000-0000"), digits("13800000000"));
    assert_eq!(digits("(028) 8600 0000"), "02886000000");
}

#[test]
fn a_mailbox_takes_complaints_help_advice_and_suggestions() {
    let mailbox: Pack =
        toml::from_str(include_str!("../../../../deploy/policy/mailbox-002/intake.toml")).unwrap();
    let fields = |kind: &str| -> Vec<&str> {
        let registration = Registration {
            kind,
            channel: "mailbox",
            urgency: "ordinary",
            region: "511602",
            region_known: true,
            title: "路灯",
            title_chars: 2,
            text: "路灯不亮",
            text_chars: 4,
            party: intake_rules::Party { name: "测试者", phone: "13800000000", ..Default::default() },
            ..Default::default()
        };
        check(&registration, &mailbox).into_iter().map(|error| error.field).collect()
    };
    for kind in ["complaint", "help", "consultation", "suggestion", "report", "praise"] {
        assert!(fields(kind).is_empty(), "{kind}: {:?}", fields(kind));
    }
    assert_eq!(fields("quarrel"), ["kind"]);
}
