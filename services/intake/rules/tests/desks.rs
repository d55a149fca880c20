//! Contacts, sessions, places, ways and channels: each table cell by cell, and the laws that hold over all of them.

use intake_rules::{
    BookingCommand, BookingState, ContactCommand, ContactEffect, ContactLife, ContactState, NoPlace, NotSo,
    Pack, Remit, Seat, SessionCommand, SessionEffect, SessionState, Sort, Way, decide_booking,
    decide_contact, decide_session, enter, missing, place, published_late, way, week_of,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const HOTLINE: &str = include_str!("../../../../deploy/policy/hotline-004/intake.toml");
const FOUR: [&str; 4] = [
    HOTLINE,
    include_str!("../../../../deploy/policy/hotline-sichuan-2025/intake.toml"),
    include_str!("../../../../deploy/policy/mailbox-002/intake.toml"),
    include_str!("../../../../deploy/policy/petition-2022/intake.toml"),
];

fn at(state: ContactState, attempts: i32, objected: bool) -> ContactLife {
    ContactLife { state, attempts, objected }
}

#[test]
fn a_contact_follows_its_table() {
    use ContactState::{Case, Cleared, Confirmed, Contested, Noted, Owed, Reached, Reported, Unreachable};
    let review = |abusive| ContactCommand::Review { abusive };
    let call = |reached| ContactCommand::Attempt { number: 3, reached, most: 3 };
    let early = ContactCommand::Attempt { number: 3, reached: false, most: 4 };
    for (state, cells) in [
        // Review(abusive), Review(not), Object, Attempt(reached), Attempt(the last in vain), Attempt(one before), MakeCase
        (Noted, [None, None, None, None, None, None, Some(Case)]),
        (Reported, [Some(Confirmed), Some(Cleared), None, None, None, None, None]),
        (Confirmed, [Some(Confirmed), None, Some(Contested), None, None, None, None]),
        (Contested, [Some(Confirmed), Some(Cleared), Some(Contested), None, None, None, None]),
        (Cleared, [None, Some(Cleared), None, None, None, None, Some(Case)]),
        (Owed, [None, None, None, Some(Reached), Some(Unreachable), Some(Owed), Some(Case)]),
        (Reached, [None, None, None, None, None, None, Some(Case)]),
        (Unreachable, [None, None, None, Some(Reached), Some(Unreachable), Some(Unreachable), Some(Case)]),
        (Case, [None, None, None, None, None, None, Some(Case)]),
    ] {
        let commands = [
            review(true),
            review(false),
            ContactCommand::Object,
            call(true),
            call(false),
            early,
            ContactCommand::MakeCase,
        ];
        for (command, wanted) in commands.into_iter().zip(cells) {
            let got = decide_contact(at(state, 2, false), command);
            assert_eq!(got.map(|(life, _)| life.state).ok(), wanted, "{state:?} {command:?}");
        }
    }
    let life = at(Owed, 2, false);
    let (after, effect) = decide_contact(life, call(false)).unwrap();
    assert_eq!(after.attempts, 3);
    assert_eq!(effect, Some(ContactEffect::TellCalledBack { attempt: 3, reached: false }));
    for number in [-1, 0, 4] {
        let skipped = ContactCommand::Attempt { number, reached: true, most: 3 };
        assert!(decide_contact(life, skipped).is_err(), "{number}");
    }
    let (after, _) = decide_contact(at(Confirmed, 0, false), ContactCommand::Object).unwrap();
    assert!(after.objected);
    assert!(decide_contact(at(Confirmed, 0, true), ContactCommand::Object).is_err());
    let (_, effect) = decide_contact(at(Noted, 0, false), ContactCommand::MakeCase).unwrap();
    assert_eq!(effect, Some(ContactEffect::TellCase));
    assert_eq!(decide_contact(at(Case, 0, false), ContactCommand::MakeCase).unwrap().1, None);
}

#[test]
fn words_of_the_desks_read_back() {
    for state in ContactState::ALL {
        assert_eq!(ContactState::read(state.as_str()), Some(state));
        assert!(!state.zh().is_ascii() && state.en().is_ascii() && !state.en().is_empty());
    }
    for state in SessionState::ALL {
        assert_eq!(SessionState::read(state.as_str()), Some(state));
        assert!(!state.zh().is_ascii());
    }
    for state in BookingState::ALL {
        assert_eq!(BookingState::read(state.as_str()), Some(state));
    }
    for sort in Sort::ALL {
        assert_eq!(Sort::read(sort.as_str()), Some(sort));
    }
    assert_eq!((Sort::read("case"), Remit::read("mine")), (None, None));
    let begins = Sort::ALL.map(|sort| ContactLife::of(sort).state.as_str());
    assert_eq!(begins, ["noted", "noted", "noted", "reported", "owed"]);
}

#[test]
fn a_session_follows_its_table() {
    use SessionState::{Cancelled, Held, Open, Published, Scheduled};
    let commands = [
        SessionCommand::Publish,
        SessionCommand::Open { on_the_day: true },
        SessionCommand::Open { on_the_day: false },
        SessionCommand::Hold,
        SessionCommand::Cancel,
        SessionCommand::Move,
    ];
    for (state, cells) in [
        (Scheduled, [Some(Published), None, None, None, Some(Cancelled), Some(Scheduled)]),
        (Published, [Some(Published), Some(Open), None, None, Some(Cancelled), Some(Published)]),
        (Open, [Some(Open), Some(Open), Some(Open), Some(Held), Some(Cancelled), None]),
        (Held, [Some(Held), Some(Held), Some(Held), Some(Held), None, None]),
        (Cancelled, [None, None, None, None, Some(Cancelled), None]),
    ] {
        for (command, wanted) in commands.into_iter().zip(cells) {
            let got = decide_session(state, command);
            assert_eq!(got.map(|(state, _)| state).ok(), wanted, "{state:?} {command:?}");
            let told = got.ok().and_then(|(_, effect)| effect);
            let wanted = match (state, command) {
                (Open, SessionCommand::Hold) => Some(SessionEffect::TellHeld),
                (Scheduled, SessionCommand::Publish) => Some(SessionEffect::TellPublished),
                (Published | Open, SessionCommand::Cancel) => Some(SessionEffect::TellCancelled),
                (Published, SessionCommand::Move) => Some(SessionEffect::TellMoved),
                _ => None,
            };
            assert_eq!(told, wanted, "{state:?} {command:?}");
        }
    }
}

#[test]
fn a_place_follows_its_table_and_is_given_while_there_is_one() {
    use BookingState::{Absent, Attended, Booked, Cancelled};
    let commands = [BookingCommand::Cancel, BookingCommand::Attend, BookingCommand::Miss];
    for (state, cells) in [
        (Booked, [Some(Cancelled), Some(Attended), Some(Absent)]),
        (Cancelled, [Some(Cancelled), None, None]),
        (Attended, [None, Some(Attended), None]),
        (Absent, [None, Some(Attended), Some(Absent)]),
    ] {
        for (command, wanted) in commands.into_iter().zip(cells) {
            assert_eq!(decide_booking(state, command).ok(), wanted, "{state:?} {command:?}");
        }
    }
    for (state, public, staff) in [
        (SessionState::Scheduled, false, false),
        (SessionState::Published, true, true),
        (SessionState::Open, false, true),
        (SessionState::Held, false, false),
        (SessionState::Cancelled, false, false),
    ] {
        for (by_staff, takes) in [(false, public), (true, staff)] {
            assert_eq!(place(state, 1, 2, by_staff), if takes { Ok(()) } else { Err(NoPlace::Closed) });
            assert_eq!(
                place(state, 2, 2, by_staff),
                Err(if takes { NoPlace::Full } else { NoPlace::Closed })
            );
        }
    }
}

#[test]
fn the_pack_finds_the_way() {
    let pack: Pack = toml::from_str(HOTLINE).unwrap();
    let rules = pack.handover.as_ref();
    for (danger, remit, wanted) in [
        (true, Remit::Disputed, Way::Transfer),
        (false, Remit::Theirs, Way::Transfer),
        (false, Remit::Unclear, Way::ThreeParty),
        (false, Remit::Disputed, Way::FirstReceiver),
    ] {
        assert_eq!(way(rules, danger, remit), wanted);
        assert_eq!(way(None, danger, remit), Way::Transfer);
    }
    let words = [Way::Transfer, Way::ThreeParty, Way::FirstReceiver].map(|way| (way.as_str(), way.leaves()));
    assert_eq!(words, [("transfer", true), ("three-party", false), ("first-receiver", false)]);
    let read = ["theirs", "unclear", "disputed"].map(Remit::read);
    assert_eq!(read, [Some(Remit::Theirs), Some(Remit::Unclear), Some(Remit::Disputed)]);
}

#[test]
fn a_channel_lets_in_whom_the_pack_names() {
    let pack: Pack = toml::from_str(HOTLINE).unwrap();
    assert_eq!(enter(&pack, "wechat", &["citizen"]), Ok("wechat"));
    assert_eq!(enter(&pack, "line-sub-centre", &["agency"]), Ok("phone"));
    assert_eq!(enter(&pack, "superior", &["citizen"]), Err(NotSo::NotYou));
    assert_eq!(enter(&pack, "superior", &["citizen", "agency"]), Ok("superior"));
    assert_eq!(enter(&pack, "fax", &[]), Err(NotSo::NotYou));
    assert_eq!(enter(&pack, "smoke", &["operator"]), Err(NotSo::Unknown));
}

#[test]
fn all_packs_hold_and_each_mistake_at_the_desks_is_said() {
    for pack in FOUR {
        let pack: Pack = toml::from_str(pack).unwrap();
        assert_eq!(pack.validate(), []);
        assert_eq!(pack.receptions.unwrap().ones.len(), 5);
    }
    let mut pack: Pack = toml::from_str(HOTLINE).unwrap();
    pack.channels.truncate(1);
    pack.channels.push(pack.channels[0].clone());
    pack.channels[1].channel = "default".into();
    pack.channels[1].enter = vec!["everyone".into()];
    pack.channels[1].label.en = " ".into();
    let contacts = pack.contacts.as_mut().unwrap();
    (contacts.call_back_attempts, contacts.call_back_hours) = (0, Some(0));
    let receptions = pack.receptions.as_mut().unwrap();
    (receptions.lead_days, receptions.capacity_max) = (-1, 0);
    receptions.ranks[0].code = "City".into();
    receptions.ones[1].code = "smile".into();
    let keys: Vec<String> = pack.validate().into_iter().map(|mistake| mistake.key).collect();
    let wanted = [
        "channels[1]",
        "channels[1]",
        "channels[1].channel",
        "channels[1].enter",
        "contacts.call_back_attempts",
        "contacts.call_back_hours",
        "receptions.lead_days",
        "receptions.capacity_max",
        "receptions.ranks.City",
        "receptions.ones.smile",
    ];
    assert_eq!(keys, wanted);
    let receptions = pack.receptions.as_mut().unwrap();
    (receptions.lead_days, receptions.capacity_max) = (365, 1000);
    let contacts = pack.contacts.as_mut().unwrap();
    (contacts.call_back_attempts, contacts.call_back_hours) = (1, Some(1));
    pack.channels.truncate(1);
    let keys: Vec<String> = pack.validate().into_iter().map(|mistake| mistake.key).collect();
    assert_eq!(keys, ["receptions.ranks.City", "receptions.ones.smile"]);
}

#[test]
fn a_week_runs_from_monday_to_sunday_and_a_seat_owes_its_session() {
    let (monday, sunday) = (date(2026, 3, 2), date(2026, 3, 8));
    assert_eq!(week_of(monday), (monday, sunday));
    assert_eq!(week_of(sunday), (monday, sunday));
    assert_eq!(week_of(date(2026, 3, 9)).0, date(2026, 3, 9));
    let pack: Pack = toml::from_str(HOTLINE).unwrap();
    let mut ranks = pack.receptions.unwrap().ranks;
    let city = Seat { region: "511600", unit: None, rank: "city" };
    let bureau = Seat { region: "511600", unit: Some("housing"), rank: "department" };
    let found = missing(&ranks, "511600", &[city, bureau], &[bureau, city]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].seat.rank, found[0].owed, found[0].had), ("county", 1, 0));
    ranks.truncate(1);
    ranks[0].weekly = Some(2);
    let found = missing(&ranks, "511600", &[city], &[city, bureau]);
    assert_eq!((found.len(), found[0].owed, found[0].had), (1, 2, 1));
    assert_eq!(missing(&ranks, "511600", &[city], &[city, city]), []);
    for nothing in [None, Some(0)] {
        ranks[0].weekly = nothing;
        assert_eq!(missing(&ranks, "511600", &[city], &[]), []);
    }
    let day: Date = date(2026, 3, 10);
    assert!(!published_late(date(2026, 3, 7), day, 3) && published_late(date(2026, 3, 8), day, 3));
    assert!(!published_late(day, day, 0));
}

fn contact_life() -> impl Strategy<Value = ContactLife> {
    (0..ContactState::ALL.len(), 0..4, any::<bool>())
        .prop_map(|(state, attempts, objected)| at(ContactState::ALL[state], attempts, objected))
}

fn contact_command() -> impl Strategy<Value = ContactCommand> {
    prop_oneof![
        any::<bool>().prop_map(|abusive| ContactCommand::Review { abusive }),
        Just(ContactCommand::Object),
        (-1..6, any::<bool>(), 1..5).prop_map(|(number, reached, most)| ContactCommand::Attempt {
            number,
            reached,
            most
        }),
        Just(ContactCommand::MakeCase),
    ]
}

proptest! {
    #[test]
    fn what_is_asked_of_a_contact_twice_acts_once(life in contact_life(), command in contact_command()) {
        if let Ok((next, _)) = decide_contact(life, command) {
            prop_assert_eq!(decide_contact(next, command), Ok((next, None)));
        }
    }

    #[test]
    fn calls_back_are_never_forgotten(life in contact_life(), commands in prop::collection::vec(contact_command(), 0..8)) {
        let mut now = life;
        for command in commands {
            if let Ok((next, _)) = decide_contact(now, command) {
                prop_assert!(next.attempts >= now.attempts && (next.objected || !now.objected));
                now = next;
            }
        }
    }

    #[test]
    fn a_session_that_was_held_or_cancelled_stays_so(late in prop::collection::vec(0..5usize, 0..8), held in any::<bool>()) {
        let end = if held { SessionState::Held } else { SessionState::Cancelled };
        for at in late {
            let command = [SessionCommand::Publish, SessionCommand::Open { on_the_day: true },
                           SessionCommand::Open { on_the_day: false }, SessionCommand::Hold, SessionCommand::Cancel][at];
            if let Ok((next, effect)) = decide_session(end, command) {
                prop_assert_eq!((next, effect), (end, None));
            }
        }
    }
}
