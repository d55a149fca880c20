//! Who is told what and by which way, each condition from both sides; and what the sections of a pack must say.

use std::collections::BTreeSet;

use jiff::{SignedDuration, civil::time};
use notification_rules::{
    bundle::Storm,
    card::{Card, Fact},
    decide::{After, Decision, decide},
    guard::{Guard, Wish},
    lifecycle::Patience,
    outside::{Entry, Grant},
    pack::{Notices, WrittenBoth, validate},
    sections::{
        Every, Sections, WrittenCounty, WrittenOutside, WrittenStorm, WrittenText, WrittenUnread,
        WrittenWishes,
    },
    subscription::{self, Command, Effect, State},
    words::{Audience, Happening, Variable, Way},
};

use super::{at, head, occasion, sections, unit, written};

fn texts(variables: &[&str]) -> WrittenText {
    let both = |text: &str| WrittenBoth { zh: text.to_owned(), en: text.to_owned() };
    let body: String = variables.iter().map(|name| format!("{{{name}}}")).collect();
    let variables = variables.iter().map(|name| (*name).to_owned()).collect();
    WrittenText { variables, title: both("标题"), body: both(&body) }
}

/// One notice of an answer, to one audience by some ways.
fn answered(audience: &str, ways: &[&str], always: &[&str]) -> Notices {
    let always = always.iter().map(|event| (*event).to_owned()).collect();
    let sections = Sections { wishes: WrittenWishes { always }, ..sections() };
    validate(&[written("case.answered", audience, ways, &[], "a")], &sections).expect("fits")
}

fn told(notices: &Notices, after: After, card: &Card) -> Decision {
    decide(notices, &occasion(Happening::CaseAnswered, 10, after), card, "")
}

#[test]
fn a_registration_is_learnt_and_never_goes_before_what_the_acceptance_corrected() {
    let corrected = notification_rules::card::Head { number: "second".into(), ..head() };
    let mut card = Card::default();
    assert!(card.learn(&Fact::Registered(head())));
    assert_eq!(card.head, Some(head()));
    assert!(card.learn(&Fact::Accepted { head: corrected.clone(), reach: vec![] }));
    assert!(!card.learn(&Fact::Registered(head())));
    assert_eq!(card.head, Some(corrected));
}

#[test]
fn a_unit_is_told_once_the_facts_are_known_that_the_event_stands_on() {
    let notices = answered("unit", &["inbox"], &[]);
    let told = |after, head, reach: bool| {
        let mut said = occasion(Happening::CaseAnswered, 10, after);
        said.told = Some(unit("water"));
        let card = Card { head, reach: reach.then(Vec::new), ..Card::default() };
        let decision = decide(&notices, &said, &card, "");
        assert_eq!(decision.waits, decision.owed.is_empty());
        !decision.waits
    };
    for reach in [true, false] {
        assert!(told(After::Itself, None, reach));
        assert!(!told(After::Registration, None, reach));
        assert!(told(After::Registration, Some(head()), reach));
        assert!(!told(After::Acceptance, None, reach));
        assert_eq!(told(After::Acceptance, Some(head()), reach), reach);
    }
}

#[test]
fn a_recipient_is_the_units_code_or_the_audience() {
    for (audience, wanted) in [
        ("unit", "water"),
        ("officer", "water"),
        ("citizen", "citizen"),
        ("centre", "centre"),
        ("supervisor", "supervisor"),
        ("leader", "leader"),
    ] {
        let mut said = occasion(Happening::CaseAnswered, 10, After::Itself);
        said.told = Some(unit("water"));
        let owed = decide(&answered(audience, &["inbox"], &[]), &said, &Card::default(), "").owed;
        assert_eq!(owed.iter().map(|owed| owed.recipient.as_str()).collect::<Vec<_>>(), [wanted]);
    }
    let nobody = told(&answered("unit", &["inbox"], &[]), After::Itself, &Card::default());
    assert!(nobody.waits && nobody.owed.is_empty(), "no unit has it yet");
}

#[test]
fn a_citizen_of_whom_no_way_is_known_is_waited_for_only_where_one_could_be_used() {
    let (both, inbox) = (answered("citizen", &["sms", "inbox"], &[]), answered("citizen", &["inbox"], &[]));
    let card = Card { head: Some(head()), ..Card::default() };
    let ways = |notices, after| {
        let decision = told(notices, after, &card);
        decision.owed.first().map(|owed| owed.ways.clone())
    };
    assert_eq!(ways(&both, After::Registration), None, "waits");
    assert_eq!(ways(&both, After::Itself), Some(vec![]), "the event stands in its own order");
    assert_eq!(ways(&inbox, After::Registration), Some(vec![]));
    assert_eq!(ways(&inbox, After::Itself), Some(vec![]));
}

#[test]
fn a_citizens_wish_chooses_among_ways_and_silences_all_but_what_is_always_told() {
    let card = |wish| Card {
        head: Some(head()),
        reach: Some(vec![Way::Sms, Way::Email]),
        guard: Guard { wish, ..Guard::default() },
        ..Card::default()
    };
    let ways = |notices: &Notices, wish| told(notices, After::Acceptance, &card(wish)).owed[0].ways.clone();
    let plain = answered("citizen", &["sms", "inbox"], &[]);
    let always = answered("citizen", &["sms", "inbox"], &["case.answered"]);
    let others = answered("citizen", &["sms", "inbox"], &["case.accepted"]);
    let inbox = answered("citizen", &["inbox"], &[]);
    let only = |answer_only| Wish { answer_only, ..Wish::default() };
    assert_eq!(ways(&plain, only(false)), [Way::Sms]);
    assert_eq!(ways(&plain, only(true)), []);
    assert_eq!(ways(&others, only(true)), []);
    assert_eq!(ways(&others, only(false)), [Way::Sms]);
    assert_eq!(ways(&always, only(true)), [Way::Sms]);
    assert_eq!(ways(&always, only(false)), [Way::Sms]);
    let email = Wish { ways: Some(vec![Way::Email]), ..Wish::default() };
    assert_eq!(ways(&plain, email.clone()), [Way::Email]);
    assert_eq!(ways(&inbox, email), [], "what goes to the inbox only goes nowhere else");
}

#[test]
fn what_could_not_be_brought_is_told_to_those_who_can_help_with_its_case_and_why() {
    let given: Vec<Variable> =
        Variable::ALL.iter().copied().filter(|one| Happening::NoticeFailed.gives(*one)).collect();
    assert_eq!(given, [Variable::CaseNumber, Variable::Reason, Variable::TrackUrl]);
    for (audience, fits) in [
        ("centre", true),
        ("supervisor", true),
        ("leader", true),
        ("citizen", false),
        ("unit", false),
        ("officer", false),
        ("in-charge", false),
        ("county", false),
    ] {
        let notice = written("notice.failed", audience, &["inbox"], &[], "a");
        assert_eq!(validate(&[notice], &sections()).is_ok(), fits, "{audience}");
    }
}

#[test]
fn unread_items_go_out_by_the_ways_of_the_pack_up_to_the_inbox() {
    let with = |channels: &[&str]| {
        let unread = WrittenUnread {
            work_hours: 8,
            of: vec![],
            audience: "supervisor".to_owned(),
            channels: channels.iter().map(|way| (*way).to_owned()).collect(),
            text: Some(texts(&["unit"])),
        };
        let sections = Sections { unread: Some(unread), ..sections() };
        validate(&[], &sections).map(|notices| notices.settings.unread.expect("there").ways)
    };
    assert_eq!(with(&[]), Ok(vec![]));
    assert_eq!(with(&["inbox"]), Ok(vec![]));
    assert_eq!(with(&["wecom", "email", "inbox", "sms"]), Ok(vec![Way::Wecom, Way::Email]));
    assert!(with(&["wecom"]).is_err_and(|says| says[0].contains("must have inbox")));
    assert!(with(&["pigeon", "inbox"]).is_err());
}

#[test]
fn an_event_names_a_unit_and_a_number_only_where_a_case_stands_behind_it() {
    use Happening::{AlertRaised, BookingChanged, CaseAccepted, CaseAnswered, CaseRegistered};
    let gives = |event: Happening| {
        [Variable::Unit, Variable::CaseNumber, Variable::Kind].map(|variable| event.gives(variable))
    };
    assert_eq!(gives(CaseAnswered), [true, true, true]);
    for early in [CaseRegistered, CaseAccepted, Happening::CaseDeclined] {
        assert_eq!(gives(early), [false, true, true], "{early}: no unit has it yet");
    }
    for caseless in [
        BookingChanged,
        Happening::DisclosureProgressed,
        Happening::ReceptionPublished,
        Happening::ReceptionCancelled,
        Happening::ReceptionMoved,
    ] {
        assert_eq!(gives(caseless), [false; 3], "{caseless}");
    }
    for placed in [AlertRaised, Happening::ReportPublished, Happening::SubscriptionSuspended] {
        assert_eq!(gives(placed), [false; 3], "{placed}");
    }
}

#[test]
fn columns_of_the_media_have_public_things_and_nothing_else() {
    let entry = |event: &str| Entry {
        event: event.to_owned(),
        region: "511602".parse().unwrap(),
        kind: None,
        sort: None,
        number: None,
        unit: None,
        result: None,
    };
    for public in ["bulletin.released", "reception.published", "case.published", "case.unpublished"] {
        assert!(entry(public).is_for_media(), "{public}");
    }
    for inner in ["case.answered", "case.registered", "clock.expired", "booking.changed", "case"] {
        assert!(!entry(inner).is_for_media(), "{inner}");
    }
    assert_eq!(Grant::ALL.map(Grant::as_str), ["number", "unit", "result"]);
}

#[test]
fn a_push_that_fails_is_given_up_at_the_instant_and_not_before() {
    let patience = Patience { pauses: vec![SignedDuration::from_secs(5)], in_hand: SignedDuration::ZERO };
    let give_up = SignedDuration::from_secs(100);
    let failing = State::Active { failures: 3, failing_since: Some(at(1_000)), next_at: at(1_000) };
    let after = |state, now| {
        subscription::decide(state, Command::Failed { retry_after: None }, at(now), &patience, give_up)
    };
    let again = |failures, since, now: i64| {
        let state = State::Active { failures, failing_since: Some(at(since)), next_at: at(now + 5) };
        (state, None)
    };
    assert_eq!(after(failing, 1_099), again(4, 1_000, 1_099));
    assert_eq!(after(failing, 1_100), (State::Disabled, Some(Effect::TellDisabled)));
    assert_eq!(after(failing, 1_101), (State::Disabled, Some(Effect::TellDisabled)));
    let fresh = State::Active { failures: 0, failing_since: None, next_at: at(0) };
    assert_eq!(after(fresh, 5_000), again(1, 5_000, 5_000), "it has only begun to fail");
}

fn storm(most: u32, minutes: u32) -> Sections {
    let storm = WrittenStorm { most, minutes, urgent_minutes: None, text: Some(texts(&["count"])), at: None };
    Sections { storm: Some(storm), ..sections() }
}

#[test]
fn a_storm_has_a_number_and_a_time_that_can_be() {
    let read = |most, minutes| validate(&[], &storm(most, minutes)).map(|read| read.settings.storm);
    for (most, minutes, good) in [
        (1, 1, true),
        (10_000, 1_440, true),
        (0, 10, false),
        (10_001, 10, false),
        (10, 0, false),
        (10, 1_441, false),
    ] {
        match read(most, minutes) {
            Ok(read) => {
                let (storm, _) = read.expect("it is written");
                let within = SignedDuration::from_mins(i64::from(minutes));
                assert!(good && storm == Storm { most, within, urgent: None }, "{most} {minutes}");
            }
            Err(said) => assert!(!good && said.len() == 1 && said[0].starts_with("storm:"), "{said:?}"),
        }
    }
    assert_eq!(validate(&[], &sections()).unwrap().settings.storm, None);
}

#[test]
fn the_pause_of_what_is_urgent_lies_within_the_time_of_the_storm() {
    for (pause, good) in [(0, false), (1, true), (10, true), (11, false)] {
        let mut sections = storm(5, 10);
        sections.storm.as_mut().unwrap().urgent_minutes = Some(pause);
        match validate(&[], &sections) {
            Ok(read) => {
                let urgent = read.settings.storm.and_then(|(storm, _)| storm.urgent);
                assert!(good && urgent == Some(SignedDuration::from_mins(i64::from(pause))), "{pause}");
            }
            Err(said) => assert!(!good && said == ["storm: urgent_minutes must be 1 to minutes"], "{said:?}"),
        }
    }
}

#[test]
fn a_county_is_told_each_day_each_working_day_or_each_week_at_an_hour() {
    let read = |at: &str, every: &str| {
        let text = Some(texts(&["area", "count"]));
        let county = WrittenCounty { at: at.to_owned(), every: every.to_owned(), text };
        validate(&[], &Sections { county: Some(county), ..sections() }).map(|read| read.settings.county)
    };
    for (word, every) in [("day", Every::Day), ("workday", Every::Workday), ("week", Every::Week)] {
        let (at, read, _) = read("17:30", word).unwrap().expect("it is written");
        assert_eq!((at, read), (time(17, 30, 0, 0), every));
    }
    assert_eq!(read("17:30", "month").unwrap_err(), ["county.every must be day, workday or week"]);
    assert_eq!(read("25:30", "day").unwrap_err(), ["county.at must be a time of day such as 17:30"]);
}

#[test]
fn lists_of_events_are_read_whole_and_an_unknown_one_is_told_with_its_section() {
    let read = |events: &[&str]| {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        validate(&[], &Sections { outside: Some(WrittenOutside { events }), ..sections() })
            .map(|read| read.settings.outside)
    };
    let both = BTreeSet::from([Happening::CaseAnswered, Happening::CaseClosed]);
    assert_eq!(read(&["case.closed", "case.answered"]), Ok(both));
    let said = read(&["case.closed", "case.clossed"]).unwrap_err();
    assert!(said.len() == 1 && said[0].starts_with("outside: \"case.clossed\""), "{said:?}");
    assert!(
        answered("citizen", &["inbox"], &["case.closed"]).settings.always.contains(&Happening::CaseClosed)
    );
    assert_eq!(Audience::Citizen.as_str(), "citizen");
}
