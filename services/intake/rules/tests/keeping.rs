//! Laws of files, articles, public answers, disclosure and the archive: every state with every command.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up has failed")]

use intake_rules::{
    Archive, ArchiveCommand, ArchiveRefused, ArchiveState, ArticleCommand, ArticleEffect, ArticleRefused,
    ArticleState, Attachments, Basis, Candidate, Decision, Disclosure, DisclosureCommand, DisclosureRefused,
    DisclosureState, Private, PublicationCommand, PublicationState, Publishing, Refusal, Register, Seen,
    State, Unfolded, decide_archive, decide_article, decide_disclosure, decide_publication, judge,
    may_be_public, register_of, standing,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const DAY: Date = date(2026, 3, 2);

fn archive() -> Archive {
    let retention = "[[retention]]\ncode = 'long'\nkinds = ['report']\nyears = 30\n[[retention]]\ncode = 'ever'\nkinds = ['praise']";
    toml::from_str(&format!("years = 10\nbasis = 'choice'\nsource = 'test'\n{retention}")).unwrap()
}

#[test]
fn every_state_of_an_article_takes_what_the_table_says() {
    use ArticleState::{Draft, Published, Withdrawn};
    let publish = |until| ArticleCommand::Publish { today: DAY, valid_until: until };
    for state in ArticleState::ALL {
        assert_eq!(ArticleState::read(state.as_str()), Some(state));
        let revised = decide_article(state, ArticleCommand::Revise);
        assert_eq!(revised, Ok((Draft, Some(ArticleEffect::Rewritten))));
        let withdrawn = decide_article(state, ArticleCommand::Withdraw).unwrap();
        assert_eq!(withdrawn, (Withdrawn, (state != Withdrawn).then_some(ArticleEffect::Hidden)));
        let confirmed = decide_article(state, ArticleCommand::Confirm);
        assert_eq!(confirmed.is_ok(), state == Published);
    }
    assert_eq!(decide_article(Draft, publish(None)), Ok((Published, Some(ArticleEffect::Shown))));
    assert_eq!(decide_article(Draft, publish(Some(DAY))), Ok((Published, Some(ArticleEffect::Shown))));
    assert_eq!(decide_article(Draft, publish(DAY.yesterday().ok())), Err(ArticleRefused::Over));
    assert_eq!(decide_article(Published, publish(None)), Ok((Published, None)));
    assert_eq!(decide_article(Withdrawn, publish(None)), Err(ArticleRefused::State(Withdrawn)));
    assert_eq!(standing(Published, Some(DAY), DAY), "published");
    assert_eq!(standing(Published, DAY.yesterday().ok(), DAY), "expired");
    assert_eq!(standing(Published, None, DAY), "published");
    assert_eq!(standing(Draft, DAY.yesterday().ok(), DAY), "draft");
}

#[test]
fn a_public_answer_goes_only_where_the_table_says_and_repeats_do_nothing() {
    use PublicationCommand::{Edit, Mark, Refuse, Release, Unpublish};
    use PublicationState::{Draft, Refused, Released, Withdrawn};
    let table = [
        (Edit, [Some(Draft), None, Some(Draft), Some(Draft)]),
        (Release, [Some(Released), Some(Released), None, None]),
        (Refuse, [Some(Refused), None, Some(Refused), None]),
        (Unpublish, [None, Some(Withdrawn), None, Some(Withdrawn)]),
        (Mark, [None, Some(Released), None, None]),
    ];
    for (command, row) in table {
        for (state, expected) in PublicationState::ALL.into_iter().zip(row) {
            assert_eq!(PublicationState::read(state.as_str()), Some(state));
            let decided = decide_publication(state, command);
            assert_eq!(decided.map(|(next, _)| next).ok(), expected, "{state:?} {command:?}");
            let Ok((next, effect)) = decided else { continue };
            let again = decide_publication(next, command).unwrap();
            let writes = matches!(command, Edit | Mark);
            assert_eq!(again.1.is_some(), writes, "{state:?} {command:?}");
            assert!(effect.is_some() || next == state);
        }
    }
}

#[test]
fn secrecy_comes_before_every_other_reason() {
    let rules: Publishing = toml::from_str(
        "kinds = ['complaint']\nmarked_by_unit = true\ntypical_per_month = 1\nbasis = 'choice'\nsource = 'test'",
    )
    .unwrap();
    let fit = Candidate { state: State::Closed, kind: "complaint", confidential: false, marked: Some(true) };
    let ask = |case| may_be_public(Some(&rules), case);
    assert_eq!(ask(fit), Ok(()));
    assert_eq!(ask(Candidate { marked: None, ..fit }), Ok(()));
    assert_eq!(ask(Candidate { marked: Some(false), ..fit }), Err(Private::Unsuitable));
    assert_eq!(ask(Candidate { kind: "report", ..fit }), Err(Private::Kind));
    for state in State::ALL {
        assert_eq!(ask(Candidate { state, ..fit }).is_ok(), state == State::Closed);
        assert_eq!(ask(Candidate { state, confidential: true, ..fit }), Err(Private::Confidential));
    }
    assert_eq!(may_be_public(None, fit), Err(Private::NoRule));
    assert_eq!(may_be_public(None, Candidate { confidential: true, ..fit }), Err(Private::Confidential));
    let open = Publishing { marked_by_unit: false, ..rules };
    assert_eq!(may_be_public(Some(&open), Candidate { marked: Some(false), ..fit }), Ok(()));
}

#[test]
fn disclosure_is_extended_once_in_time_and_decided_once() {
    use DisclosureState::{Decided, Extended, Received};
    let rules = Disclosure {
        workdays: 20,
        extension_workdays: Some(20),
        basis: Basis::Law,
        source: "test".to_owned(),
    };
    let extend = |today| DisclosureCommand::Extend { today, due: DAY };
    let decide = |state, command| decide_disclosure(&rules, state, command);
    assert_eq!(decide(Received, extend(DAY)), Ok((Extended, true)));
    assert_eq!(decide(Received, extend(DAY.tomorrow().unwrap())), Err(DisclosureRefused::Late));
    assert_eq!(decide(Extended, extend(DAY)), Err(DisclosureRefused::Again));
    assert_eq!(decide(Decided(Decision::Granted), extend(DAY)), Err(DisclosureRefused::Decided));
    let strict = Disclosure { extension_workdays: None, ..rules.clone() };
    assert_eq!(decide_disclosure(&strict, Received, extend(DAY)), Err(DisclosureRefused::NoExtension));
    for state in DisclosureState::ALL {
        assert_eq!(DisclosureState::read(state.as_str()), Some(state));
        for decision in [Decision::Granted, Decision::Partly, Decision::Refused] {
            let decided = decide(state, DisclosureCommand::Decide(decision));
            match state {
                Received | Extended => assert_eq!(decided, Ok((Decided(decision), true))),
                Decided(before) if before == decision => assert_eq!(decided, Ok((state, false))),
                Decided(_) => assert_eq!(decided, Err(DisclosureRefused::Decided)),
            }
            assert_eq!(Decision::read(Decided(decision).as_str()), Some(decision));
        }
    }
    assert_eq!(Decision::read("received"), None);
}

#[test]
fn files_are_kept_for_their_time_counted_from_the_end_of_the_year() {
    let rules = archive();
    assert_eq!(rules.keep("complaint", DAY), ("default".to_owned(), Some(date(2036, 12, 31))));
    assert_eq!(rules.keep("report", DAY), ("long".to_owned(), Some(date(2056, 12, 31))));
    assert_eq!(rules.keep("praise", DAY), ("ever".to_owned(), None));
}

fn hands() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((0..3_u8, 0..3_u8), 0..12)
}

proptest! {
    #[test]
    fn nothing_is_destroyed_but_by_two_hands_after_its_day(steps in hands(), over in any::<bool>()) {
        let keep_until = Some(if over { DAY.yesterday().unwrap() } else { DAY });
        let mut state = ArchiveState::Kept;
        let mut proposer = None;
        for (who, what) in steps {
            let hand = who.to_string();
            let command = match what {
                0 => ArchiveCommand::Propose { today: DAY, keep_until },
                1 => ArchiveCommand::Agree,
                _ => ArchiveCommand::Keep,
            };
            let Ok((next, changed)) = decide_archive(&state, &command, &hand) else { continue };
            prop_assert_eq!(changed, next != state);
            if next == ArchiveState::Destroyed && changed {
                prop_assert!(over);
                prop_assert_ne!(proposer.clone(), Some(hand.clone()));
            }
            if let ArchiveState::Proposed { by } = &next {
                proposer = Some(by.clone());
            }
            prop_assert!(state != ArchiveState::Destroyed || next == ArchiveState::Destroyed);
            state = next;
        }
    }
}

#[test]
fn each_refusal_of_the_archive_is_named() {
    use ArchiveState::{Destroyed, Kept};
    let proposed = ArchiveState::Proposed { by: "a".to_owned() };
    let propose = |keep_until| ArchiveCommand::Propose { today: DAY, keep_until };
    let past = DAY.yesterday().ok();
    for (state, command, who, expected) in [
        (&Kept, propose(past), "a", Ok((proposed.clone(), true))),
        (&Kept, propose(Some(DAY)), "a", Err(ArchiveRefused::Early)),
        (&Kept, propose(None), "a", Err(ArchiveRefused::Early)),
        (&proposed, propose(past), "a", Ok((proposed.clone(), false))),
        (&proposed, propose(past), "b", Err(ArchiveRefused::Proposed)),
        (&Destroyed, propose(past), "a", Err(ArchiveRefused::Destroyed)),
        (&Kept, ArchiveCommand::Agree, "b", Err(ArchiveRefused::NotProposed)),
        (&proposed, ArchiveCommand::Agree, "a", Err(ArchiveRefused::SameHand)),
        (&proposed, ArchiveCommand::Agree, "b", Ok((Destroyed, true))),
        (&Destroyed, ArchiveCommand::Agree, "b", Ok((Destroyed, false))),
        (&Kept, ArchiveCommand::Keep, "b", Ok((Kept, false))),
        (&proposed, ArchiveCommand::Keep, "a", Ok((Kept, true))),
        (&Destroyed, ArchiveCommand::Keep, "a", Err(ArchiveRefused::Destroyed)),
    ] {
        assert_eq!(decide_archive(state, &command, who), expected, "{state:?} {command:?}");
    }
}

#[test]
fn a_file_is_taken_up_to_each_bound_and_not_beyond() {
    let rules: Attachments = toml::from_str(
        "media = ['image/png']\nunpacked_max_bytes = 1000\nentries_max = 3\nratio_max = 10\nbasis = 'choice'\nsource = 'test'",
    )
    .unwrap();
    let png =
        Seen { name: "a.png".to_owned(), found: Some("image/png".to_owned()), bytes: 100, ..Seen::default() };
    let ask = |seen: &Seen| judge(&rules, 100, seen).map(|form| form.media);
    assert_eq!(ask(&png), Ok("image/png"));
    assert_eq!(ask(&Seen { bytes: 101, ..png.clone() }), Err(Refusal::TooLong));
    assert_eq!(ask(&Seen { bytes: 0, ..png.clone() }), Err(Refusal::Empty));
    let packed = |entries, packed, unfolded| {
        ask(&Seen { packed: Some(Some(Unfolded { entries, packed, unfolded })), ..png.clone() })
    };
    assert_eq!(packed(3, 100, 1000), Ok("image/png"));
    assert_eq!(packed(4, 100, 1000), Err(Refusal::Bomb));
    assert_eq!(packed(3, 101, 1000), Err(Refusal::Bomb));
    assert_eq!(packed(3, 100, 1001), Err(Refusal::Bomb));
    let small = Seen {
        bytes: 10,
        packed: Some(Some(Unfolded { entries: 1, packed: 1, unfolded: 101 })),
        ..png.clone()
    };
    assert_eq!(ask(&small), Err(Refusal::Bomb));
    assert_eq!(ask(&Seen { packed: Some(None), ..png.clone() }), Err(Refusal::Bomb));
    assert_eq!(ask(&Seen { found: None, ..png.clone() }), Err(Refusal::Disguised));
    assert_eq!(ask(&Seen { name: "png".to_owned(), ..png.clone() }), Err(Refusal::Form));
    let jpeg = Seen { name: "a.jpg".to_owned(), found: Some("image/jpeg".to_owned()), ..png };
    assert_eq!(ask(&jpeg), Err(Refusal::Form));
}

#[test]
fn every_entry_stands_in_one_register() {
    assert_eq!(register_of("case.registered"), Register::Receipt);
    assert_eq!(register_of("case.closed"), Register::Closure);
    assert_eq!(register_of("assignment.dispatched"), Register::Course);
    assert_eq!(register_of("something.new"), Register::Course);
}
