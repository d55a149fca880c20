//! Laws of what goes out: nothing lost, nothing doubled, nobody disturbed; whatever comes twice, late or in disorder.

#[path = "carriage/floods.rs"]
mod floods;

use std::collections::BTreeSet;

use calendar::shipped;
use ids::NoticeId;
use jiff::{SignedDuration, Timestamp};
use notification_rules::{
    bundle::{Lately, Parcel, Storm, Waiting, bundle},
    card::{Card, Head, Pack},
    guard::Guard,
    hours::{Span, after_quiet, in_work, worked_since},
    lifecycle::{self, Command, Effect, Patience, State},
    outside::{self, Entry, Filter, Grant},
    sections::next,
    subscription,
    words::{Happening, Kind},
};
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("fits")
}

fn when(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn patience() -> Patience {
    let pauses = [5, 300, 1_800].map(SignedDuration::from_secs).to_vec();
    Patience { pauses, in_hand: SignedDuration::from_secs(90) }
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => Just(Command::Take),
        1 => Just(Command::Bring),
        4 => (0_i64..100).prop_map(|seconds| Command::Delay {
            reason: "busy".into(),
            retry_after: Some(SignedDuration::from_secs(seconds)),
        }),
        1 => Just(Command::Refuse { reason: "no-address".into() }),
        1 => Just(Command::Open),
        1 => Just(Command::Replay),
        1 => (0_i64..9_000).prop_map(|second| Command::PutOff { to: at(second) }),
    ]
}

proptest! {
    #[test]
    fn a_message_is_brought_once_and_what_is_opened_stays_opened(
        steps in proptest::collection::vec((command(), 0_i64..4_000), 0..60),
    ) {
        let mut state = State::Waiting { not_before: at(0), attempts: 0 };
        let (mut now, mut sent, mut failed, mut replayed) = (0, 0, 0, 0);
        for (command, later) in steps {
            now += later;
            let (next, effect) = lifecycle::decide(&state, &command, at(now), &patience());
            // The same once more at the same moment changes nothing and says nothing.
            let (again, echo) = lifecycle::decide(&next, &command, at(now), &patience());
            if command != Command::Replay {
                prop_assert_eq!(&again, &next);
                prop_assert_eq!(echo, None);
            }
            if matches!(state, State::Opened { .. }) {
                prop_assert_eq!(&next, &state);
            }
            if effect == Some(Effect::Send) {
                prop_assert!(matches!(next, State::Sending { .. }), "{next:?}");
            }
            sent += i32::from(effect == Some(Effect::Sent));
            failed += i32::from(effect == Some(Effect::Failed));
            replayed += i32::from(command == Command::Replay);
            state = next;
        }
        prop_assert!(sent <= 1, "brought {sent} times");
        prop_assert!(failed <= 1 + replayed);
        let ended = matches!(state, State::Brought { .. } | State::Opened { .. });
        prop_assert_eq!(ended, sent == 1);
    }

    #[test]
    fn a_storm_loses_nobody_and_writes_little(
        kinds in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..60),
        used in 0_u32..30, most in 1_u32..25,
    ) {
        let waiting: Vec<Waiting> = kinds.iter().enumerate().map(|(place, (urgent, digest))| Waiting {
            id: NoticeId::derived(&place.to_string()), urgent: *urgent, digest: *digest && !*urgent,
        }).collect();
        let storm = Storm { most, within: SignedDuration::from_mins(60), urgent: None };
        let lately = Lately { messages: used, first: Some(at(900)), last: None };
        let bundled = bundle(&waiting, lately, storm, at(1_000));
        let mut seen: Vec<NoticeId> = bundled.held.clone();
        for parcel in &bundled.parcels {
            match parcel {
                Parcel::Single(id) => seen.push(*id),
                Parcel::Digest(ids) => {
                    prop_assert!(ids.len() > 1);
                    seen.extend(ids);
                }
            }
        }
        let all: BTreeSet<NoticeId> = waiting.iter().map(|one| one.id).collect();
        prop_assert_eq!(seen.len(), waiting.len());
        prop_assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
        // However many are urgent, it is one message beyond the limit at most.
        let urgent = waiting.iter().any(|one| one.urgent);
        let room = (most as usize).saturating_sub(used as usize);
        let beyond = usize::from(urgent && used <= most);
        let sent = bundled.parcels.len();
        prop_assert!(sent <= room.max(beyond), "{sent} messages, room for {room}");
        let held = |one: &&Waiting| bundled.held.contains(&one.id);
        prop_assert!(used > most || !waiting.iter().filter(|one| one.urgent).any(|one| held(&one)));
        prop_assert_eq!(bundled.until.is_some(), !bundled.held.is_empty());
        prop_assert!(bundled.until.is_none_or(|until| until > at(1_000)));
    }

    #[test]
    fn quiet_hours_end_and_working_hours_come(second in 1_767_200_000_i64..1_798_000_000) {
        let quiet: Span = "21:00-08:00".parse().unwrap();
        let open = after_quiet(at(second), Some(quiet));
        prop_assert!(open >= at(second) && open <= at(second + 11 * 3_600));
        prop_assert!(!quiet.holds(open.to_zoned(calendar::zone()).time()));
        prop_assert_eq!(after_quiet(open, Some(quiet)), open);
        let work = in_work(at(second), shipped());
        prop_assert!(work >= at(second));
        prop_assert!(shipped().is_workday(calendar::day_of(work)).unwrap());
        prop_assert_eq!(in_work(work, shipped()), work);
    }

    #[test]
    fn a_subscription_moves_on_with_a_success_only_and_ends_after_long_failure(
        answers in proptest::collection::vec((0_u8..5, 1_i64..9_000), 0..80),
    ) {
        use subscription::{Command as C, Effect as E, State as S};
        let give_up = SignedDuration::from_hours(5);
        let mut state = S::Active { failures: 0, failing_since: None, next_at: at(0) };
        let mut now = 0;
        for (answer, later) in answers {
            now += later;
            let command = [C::Taken, C::Gone, C::Failed { retry_after: None }, C::Start, C::Stop][usize::from(answer)];
            let (next, effect) = subscription::decide(state, command, at(now), &patience(), give_up);
            prop_assert_eq!(effect == Some(E::Advance), command == C::Taken && matches!(state, S::Active { .. }));
            if effect == Some(E::TellDisabled) {
                prop_assert_eq!(next, S::Disabled);
            }
            if let (S::Active { failing_since: Some(since), .. }, C::Failed { .. }) = (state, command) {
                prop_assert_eq!(next == S::Disabled, at(now).duration_since(since) >= give_up);
            }
            if let S::Active { failures, failing_since, next_at } = next {
                prop_assert_eq!(failures > 0, failing_since.is_some());
                prop_assert!(failures == 0 || command != C::Taken && next_at >= at(now) || state == next);
            }
            state = next;
        }
    }
}

#[test]
fn what_is_urgent_goes_alone_up_to_the_limit_and_the_rest_of_it_together_at_once() {
    let waiting = |number: usize| -> Vec<Waiting> {
        let one = |place: usize| Waiting {
            id: NoticeId::derived(&place.to_string()),
            urgent: true,
            digest: place.is_multiple_of(2),
        };
        (0..number).map(one).collect()
    };
    let storm = Storm { most: 3, within: SignedDuration::from_mins(60), urgent: None };
    // How many there are, how many messages went lately: how many notices each message has.
    let sizes = |number, messages| -> Vec<usize> {
        let bundled =
            bundle(&waiting(number), Lately { messages, first: Some(at(0)), last: None }, storm, at(9));
        assert!(bundled.held.is_empty() && bundled.until.is_none());
        let size = |parcel: &Parcel| match parcel {
            Parcel::Single(_) => 1,
            Parcel::Digest(ids) => ids.len(),
        };
        bundled.parcels.iter().map(size).collect()
    };
    assert_eq!(sizes(0, 0), [0; 0]);
    assert_eq!(sizes(3, 0), [1, 1, 1]);
    assert_eq!(sizes(4, 0), [1, 1, 2]);
    assert_eq!(sizes(500, 0), [1, 1, 498]);
    assert_eq!(sizes(2, 1), [1, 1]);
    assert_eq!(sizes(3, 1), [1, 2]);
    assert_eq!(sizes(3, 2), [3]);
    assert_eq!(sizes(1, 2), [1]);
    assert_eq!((sizes(1, 3), sizes(7, 3)), (vec![1], vec![7]));
}

#[test]
fn five_hundred_at_once_are_one_message() {
    let waiting: Vec<Waiting> = (0..500)
        .map(|place| Waiting { id: NoticeId::derived(&place.to_string()), urgent: false, digest: false })
        .collect();
    let storm = Storm { most: 20, within: SignedDuration::from_mins(60), urgent: None };
    let bundled = bundle(&waiting, Lately::default(), storm, at(0));
    assert!(matches!(&bundled.parcels[..], [Parcel::Digest(ids)] if ids.len() == 500));
    let few = bundle(&waiting[..20], Lately::default(), storm, at(0));
    assert_eq!(few.parcels.len(), 20);
    let full = Lately { messages: 20, first: Some(at(0)), last: None };
    let held = bundle(&waiting[..1], full, storm, at(60));
    assert_eq!((held.parcels.len(), held.held.len(), held.until), (0, 1, Some(at(3_600))));
}

#[test]
fn attempts_follow_the_table_and_a_carrier_may_ask_for_more() {
    let mut state = State::Waiting { not_before: at(10), attempts: 0 };
    let take = |state: &State, now| lifecycle::decide(state, &Command::Take, at(now), &patience());
    assert_eq!(take(&state, 9), (state.clone(), None));
    let delay = |retry_after: Option<i64>| Command::Delay {
        reason: "busy".into(),
        retry_after: retry_after.map(SignedDuration::from_secs),
    };
    let mut now = 10;
    for (pause, asked) in [(5, None), (300, Some(20)), (4_000, Some(4_000))] {
        state = take(&state, now).0;
        state = lifecycle::decide(&state, &delay(asked), at(now), &patience()).0;
        let State::Failed { next_at, .. } = &state else { panic!("{state:?}") };
        assert_eq!(*next_at, at(now + pause));
        assert_eq!(take(&state, now + pause - 1).1, None);
        now += pause;
    }
    state = take(&state, now).0;
    // Nobody came back: it is taken up again, not before the hand is believed empty.
    assert_eq!(take(&state, now + 89).1, None);
    state = take(&state, now + 90).0;
    let (state, effect) = lifecycle::decide(&state, &delay(None), at(now + 91), &patience());
    assert!(matches!(&state, State::GivenUp { attempts: 5, .. }) && effect == Some(Effect::Failed));
    let (state, _) = lifecycle::decide(&state, &Command::Replay, at(now + 92), &patience());
    assert_eq!(state, State::Waiting { not_before: at(now + 92), attempts: 0 });
    assert_eq!(patience().whole(), SignedDuration::from_secs(4 * 90 + 2_105));
}

#[test]
fn what_is_put_off_keeps_its_count_and_goes_no_earlier_for_it() {
    let put = |state: &State, to, now| {
        let (next, effect) = lifecycle::decide(state, &Command::PutOff { to: at(to) }, at(now), &patience());
        assert_eq!(effect, None);
        next
    };
    let waiting = |second| State::Waiting { not_before: at(second), attempts: 2 };
    let failed = |second| State::Failed { attempts: 2, next_at: at(second), reason: "busy".into() };
    let sending = State::Sending { attempts: 2, until: at(50) };
    assert_eq!((put(&waiting(10), 90, 20), put(&waiting(95), 90, 20)), (waiting(90), waiting(95)));
    assert_eq!((put(&failed(10), 90, 20), put(&failed(95), 90, 20)), (failed(90), failed(95)));
    // Who has it in hand is left alone; whoever never came back is not waited for.
    assert_eq!((put(&sending, 90, 49), put(&sending, 90, 50)), (sending.clone(), waiting(90)));
    let ended = [
        State::Brought { attempts: 2, at: at(1) },
        State::GivenUp { attempts: 2, reason: "busy".into() },
        State::Opened { attempts: 2, at: at(1) },
    ];
    for state in ended {
        assert_eq!((put(&state, 90, 20), state.due()), (state.clone(), None));
    }
    assert_eq!((waiting(10).due(), failed(11).due(), sending.due()), (Some(at(10)), Some(at(11)), None));
}

#[test]
fn a_day_off_is_no_day_for_staff_and_hours_of_work_are_counted_as_such() {
    // Saturday 2026-02-14 is worked; Sunday the 15th begins the Spring Festival, which ends with the 23rd.
    assert_eq!(in_work(when("2026-02-14T02:00:00Z"), shipped()), when("2026-02-14T02:00:00Z"));
    assert_eq!(calendar::day_of(in_work(when("2026-02-15T02:00:00Z"), shipped())).to_string(), "2026-02-24");
    let since = worked_since(when("2026-02-24T02:00:00Z"), 8, shipped()).unwrap();
    assert_eq!(calendar::day_of(since).to_string(), "2026-02-14");
    let due = shipped().add_work_hours(since, 8).unwrap().at;
    assert!(due <= when("2026-02-24T02:00:00Z"));
    assert!(
        shipped().add_work_hours(since + SignedDuration::from_secs(1), 8).unwrap().at
            > when("2026-02-24T02:00:00Z")
    );
}

#[test]
fn the_hour_of_a_digest_is_the_next_one() {
    let half_past_five = notification_rules::hours::clock("17:30").unwrap();
    assert_eq!(next(half_past_five, when("2026-03-02T09:29:59Z")), when("2026-03-02T09:30:00Z"));
    assert_eq!(next(half_past_five, when("2026-03-02T09:30:00Z")), when("2026-03-02T09:30:00Z"));
    assert_eq!(next(half_past_five, when("2026-03-02T09:30:01Z")), when("2026-03-03T09:30:00Z"));
    for wrong in ["5:30", "24:00", "17:60", "1730", "aa:bb", "+1:00"] {
        assert_eq!(notification_rules::hours::clock(wrong), None, "{wrong}");
    }
}

fn card(guard: Guard) -> Card {
    let head = Head {
        number: "110715511602000001".into(),
        kind: Some(Kind::Complaint),
        received_on: jiff::civil::date(2011, 7, 15),
        region: "511602".parse().expect("fits"),
        pack: Pack { id: "mailbox-002".into(), version: 1 },
    };
    Card { head: Some(head), guard, ..Card::default() }
}

#[test]
fn outside_learns_codes_by_grant_and_of_sealed_and_secret_cases_nothing() {
    let named = [Happening::CaseAnswered].into();
    let secret = ["result_secret".to_owned()].into();
    let entry =
        |event, guard| outside::entry(event, &named, &card(guard), &secret, Some("water"), Some("supported"));
    assert_eq!(entry(Happening::CaseAccepted, Guard::default()), None);
    assert_eq!(entry(Happening::CaseAnswered, Guard { sealed: true, ..Guard::default() }), None);
    let flagged = Guard { flags: ["result_secret".to_owned()].into(), ..Guard::default() };
    assert_eq!(entry(Happening::CaseAnswered, flagged), None);
    let open = entry(Happening::CaseAnswered, Guard::default()).unwrap();
    let bare = open.clone().granted(&BTreeSet::new());
    assert_eq!((bare.number, bare.unit, bare.result), (None, None, None));
    let unit = open.clone().granted(&[Grant::Unit].into());
    assert_eq!((unit.number, unit.unit.as_deref(), unit.result), (None, Some("water"), None));
    let filter = |regions: &[&str], events: &[&str], kinds: &[&str]| Filter {
        regions: regions.iter().map(|region| region.parse().unwrap()).collect(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
    };
    assert!(Filter::default().wants(&open));
    assert!(filter(&["511600"], &["case"], &["complaint"]).wants(&open));
    assert!(!filter(&["440000"], &[], &[]).wants(&open));
    assert!(!filter(&[], &["cas", "case.closed"], &[]).wants(&open));
    assert!(!filter(&[], &[], &["praise"]).wants(&open));
    assert!(!open.is_for_media());
    assert!(Entry { event: "bulletin.released".into(), ..open }.is_for_media());
}

#[test]
fn a_barred_unit_is_barred_with_those_below_it() {
    let guard = Guard { barred: ["water".parse().unwrap()].into(), ..Guard::default() };
    for (unit, barred) in [("water", true), ("water-east", true), ("waterway", false), ("roads", false)] {
        assert_eq!(guard.bars(&unit.parse().unwrap()), barred, "{unit}");
    }
}
