//! Laws of what stands beside notices of cases: bulletins, warnings and reports, accounts that were bound, unread items.

use std::collections::BTreeSet;

use ids::RegionCode;
use jiff::SignedDuration;
use notification_rules::{
    bulletin::{self, Command as Act, Refusal, Unfit},
    card::Card,
    decide::{After, decide},
    guard::{Guard, Wish},
    lifecycle::{self, Command, Effect, Patience, State},
    matter::{Matter, owed},
    pack::{Notices, Written, WrittenBoth, validate},
    render::{Both, Values},
    sections::{Sections, WrittenText, WrittenUnread},
    words::{Audience, ClockName, Happening, Variable, Way},
};
use proptest::prelude::*;

use super::{at, head, notices, occasion, sections, unit, written};

#[test]
fn a_bulletin_goes_its_table_cell_by_cell() {
    use bulletin::State as S;
    let acts = [Act::Release { own: false }, Act::Release { own: true }, Act::Withdraw];
    let no = Err(Refusal::NotNow);
    let table = [
        (S::Draft, [Ok(S::Released), Err(Refusal::OwnHand), no]),
        (S::Released, [no, no, Ok(S::Withdrawn)]),
        (S::Withdrawn, [no, no, no]),
    ];
    for (state, row) in table {
        for (act, cell) in acts.into_iter().zip(row) {
            assert_eq!(bulletin::decide(state, act), cell, "{state:?} {act:?}");
        }
    }
    assert_eq!(S::ALL.map(S::as_str), ["draft", "released", "withdrawn"]);
}

#[test]
fn a_bulletin_speaks_of_public_answers_only_and_an_exposure_of_at_least_one() {
    let set = |ids: &[u8]| ids.iter().copied().collect::<BTreeSet<u8>>();
    let public = set(&[1, 2]);
    assert_eq!(bulletin::fits(true, &set(&[1]), &public), Ok(()));
    assert_eq!(bulletin::fits(true, &set(&[]), &public), Err(Unfit::NothingPublic));
    assert_eq!(bulletin::fits(false, &set(&[]), &public), Ok(()));
    for exposes in [true, false] {
        assert_eq!(bulletin::fits(exposes, &set(&[1, 3]), &public), Err(Unfit::NotPublic));
    }
}

fn both(text: &str) -> WrittenBoth {
    WrittenBoth { zh: text.to_owned(), en: text.to_owned() }
}

/// What is told of a rise and of a report.
fn beside() -> Notices {
    let to = |event: &str, audience: &str, ways: &[&str], variables: &[&str], body: &str| Written {
        urgent: audience == "leader",
        ..written(event, audience, ways, variables, body)
    };
    let rise = ["area", "count", "previous"];
    let text = "{area} {count} {previous}";
    validate(
        &[
            to("alert.raised", "leader", &["wecom", "sms", "inbox"], &rise, text),
            to("alert.raised", "supervisor", &["inbox"], &rise, text),
            to("alert.raised", "county", &["inbox"], &rise, text),
            Written {
                only: Some(vec!["weekly".to_owned()]),
                ..to("report.published", "leader", &["inbox"], &["since"], "{since}")
            },
        ],
        // What is about no case needs no neutral words.
        &Sections::default(),
    )
    .expect("fits")
}

fn matter(event: Happening, place: Option<&str>, codes: &[&str]) -> Matter {
    Matter {
        event,
        place: place.map(|place| place.parse::<RegionCode>().expect("a code")),
        values: Values::from([(Variable::Count, Both::same("12"))]),
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
    }
}

#[test]
fn a_county_is_told_of_its_own_place_and_the_others_once() {
    let told = |place| {
        let owed = owed(&beside(), &matter(Happening::AlertRaised, place, &[]), "https://example.test/");
        owed.into_iter().map(|owed| owed.recipient).collect::<Vec<_>>()
    };
    assert_eq!(told(Some("511602")), ["leader", "supervisor", "511602"]);
    // A township is its county's; a whole city and what has no place are no county's.
    assert_eq!(told(Some("511602001")), ["leader", "supervisor", "511602"]);
    assert_eq!(told(Some("511600")), ["leader", "supervisor"]);
    assert_eq!(told(None), ["leader", "supervisor"]);
    let first = &owed(&beside(), &matter(Happening::AlertRaised, None, &[]), "")[0];
    assert_eq!((first.urgent, first.ways.as_slice()), (true, &[Way::Wecom, Way::Sms][..]));
    assert_eq!(first.body.zh, "— 12 —");
}

#[test]
fn a_report_is_told_for_the_series_that_are_named() {
    let told = |codes: &[&str]| owed(&beside(), &matter(Happening::ReportPublished, None, codes), "").len();
    assert_eq!((told(&["weekly"]), told(&["daily"]), told(&[])), (1, 0, 0));
    assert!(owed(&beside(), &matter(Happening::SubscriptionSuspended, None, &[]), "").is_empty());
}

#[test]
fn who_has_to_do_with_no_case_is_told_of_none() {
    for audience in ["citizen", "unit", "officer", "in-charge"] {
        let notice = written("alert.raised", audience, &["inbox"], &[], "text");
        let mistakes = validate(&[notice], &sections()).expect_err(audience).join("\n");
        assert!(mistakes.contains("is about no case"), "{mistakes}");
    }
    for (event, fits) in [("alert.raised", true), ("report.published", true), ("case.answered", false)] {
        let notice = written(event, "county", &["inbox"], &[], "text");
        assert_eq!(validate(&[notice], &sections()).is_ok(), fits, "{event}");
    }
    let notice = written("subscription.suspended", "county", &["inbox"], &[], "text");
    assert!(validate(&[notice], &sections()).is_err(), "it has no place");
    for event in ["alert.raised", "report.published", "subscription.suspended"] {
        let notice = written(event, "leader", &["inbox"], &["case_number"], "{case_number}");
        assert!(validate(&[notice], &sections()).is_err(), "{event} has no number");
    }
}

#[test]
fn an_account_that_was_bound_leads_to_the_citizen_where_nothing_else_does() {
    let mut answered = occasion(Happening::CaseAnswered, 10, After::Acceptance);
    answered.named = Some(unit("water"));
    let sections = sections();
    let channels = &["sms", "wechat", "inbox"];
    let pack =
        validate(&[written("case.answered", "citizen", channels, &[], "text")], &sections).expect("fits");
    let ways = |reach: &[Way], bound: &[Way], wish: Option<Vec<Way>>| {
        let wish = Wish { ways: wish, ..Wish::default() };
        let guard = Guard { bound: bound.iter().copied().collect(), wish, ..Guard::default() };
        let card = Card { head: Some(head()), reach: Some(reach.to_vec()), guard, ..Card::default() };
        decide(&pack, &answered, &card, "").owed[0].ways.clone()
    };
    assert_eq!(ways(&[], &[], None), []);
    assert_eq!(ways(&[], &[Way::Wechat], None), [Way::Wechat]);
    assert_eq!(ways(&[Way::Sms], &[Way::Wechat], None), [Way::Sms, Way::Wechat]);
    let rather = Some(vec![Way::Wechat, Way::Sms]);
    assert_eq!(ways(&[Way::Sms], &[Way::Wechat], rather.clone()), [Way::Wechat, Way::Sms]);
    assert_eq!(ways(&[Way::Sms], &[], rather), [Way::Sms]);
}

#[test]
fn a_unit_is_called_by_the_name_that_was_given_and_else_by_its_code() {
    let card = Card { head: Some(head()), reach: Some(vec![]), ..Card::default() };
    let mut answered = occasion(Happening::CaseAnswered, 10, After::Acceptance);
    answered.named = Some(unit("water"));
    assert_eq!(answered.called(&card).map(|unit| unit.as_str()), Some("water"));
    assert!(decide(&notices(), &answered, &card, "").owed[0].body.zh.ends_with("/water"));
    answered.values.insert(Variable::Unit, Both::same("市水务局"));
    assert!(decide(&notices(), &answered, &card, "").owed[0].body.zh.ends_with("/市水务局"));
}

fn unread(of: &[&str], audience: &str, work_hours: u32) -> Result<Notices, Vec<String>> {
    let text = WrittenText { variables: vec![], title: both("t"), body: both("b") };
    let of = of.iter().map(|word| (*word).to_owned()).collect();
    let channels = Vec::new();
    let rule = WrittenUnread { work_hours, of, audience: audience.to_owned(), channels, text: Some(text) };
    validate(&[], &Sections { unread: Some(rule), ..sections() })
}

#[test]
fn unread_items_are_those_of_units_unless_the_pack_names_others() {
    let of = |notices: Notices| notices.settings.unread.expect("read").of.into_iter().collect::<Vec<_>>();
    assert_eq!(of(unread(&[], "supervisor", 8).expect("fits")), [Audience::Unit]);
    assert_eq!(of(unread(&["leader", "unit"], "supervisor", 8).expect("fits")).len(), 2);
    for (of, audience, hours) in [
        (&["citizen"][..], "supervisor", 8),
        (&["supervisor"], "supervisor", 8),
        (&["pigeon"], "supervisor", 8),
        (&[], "unit", 8),
        (&[], "supervisor", 0),
        (&[], "supervisor", 401),
    ] {
        assert!(unread(of, audience, hours).is_err(), "{of:?} {audience} {hours}");
    }
    assert!(unread(&[], "centre", 1).is_ok() && unread(&[], "leader", 400).is_ok());
}

#[test]
fn every_clock_that_limits_know_has_a_name_for_people() {
    let words = include_str!("../../../../deadline-scheduler/rules/src/words.rs");
    let (_, block) = words.split_once("ClockName: \"clock name\" {").expect("the table");
    let (block, _) = block.split_once('}').expect("its end");
    let known: BTreeSet<&str> = block.split('"').skip(1).step_by(2).collect();
    let named: BTreeSet<&str> = ClockName::ALL.iter().map(|name| name.as_str()).collect();
    assert_eq!(named, known);
    assert!(ClockName::ALL.iter().all(|name| !name.zh().is_empty() && !name.en().is_empty()));
}

proptest! {
    #[test]
    fn a_bulletin_is_released_once_and_never_by_whoever_wrote_it(acts in proptest::collection::vec(0_usize..3, 0..20)) {
        let known = [Act::Release { own: false }, Act::Release { own: true }, Act::Withdraw];
        let (mut state, mut released) = (bulletin::State::Draft, 0);
        for act in acts {
            let Ok(next) = bulletin::decide(state, known[act]) else { continue };
            prop_assert_ne!(known[act], Act::Release { own: true });
            prop_assert!(bulletin::decide(next, known[act]).is_err(), "the same twice");
            released += u32::from(next == bulletin::State::Released);
            state = next;
        }
        prop_assert!(released <= 1);
    }

    #[test]
    fn whether_it_was_brought_or_opened_first_it_ends_opened_and_is_said_once(
        order in Just(vec![0_usize, 1, 2]).prop_shuffle(), later in 0_i64..5_000,
    ) {
        // The carrier's word, the citizen's, and a refusal that was meant for an earlier attempt.
        let refuse = Command::Refuse { reason: "late".to_owned() };
        let heard = [Command::Bring, Command::Open, refuse];
        let patience = Patience { pauses: vec![], in_hand: SignedDuration::from_secs(60) };
        let mut state = State::Sending { attempts: 1, until: at(60) };
        let (mut sent, mut now) = (0, 0);
        for place in order {
            now += later;
            for _ in 0..2 {
                let (next, effect) = lifecycle::decide(&state, &heard[place], at(now), &patience);
                sent += i32::from(effect == Some(Effect::Sent));
                state = next;
            }
        }
        prop_assert_eq!(sent, 1);
        let opened = matches!(state, State::Opened { .. });
        prop_assert!(opened, "{:?}", state);
    }
}
