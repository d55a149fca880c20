//! Laws of notices: nothing owed twice, nothing lost, the order of what is heard does not matter.

use ids::{ClockId, UnitCode};
use jiff::{Timestamp, civil::date};
use notification_rules::{
    card::{Card, Fact, Hand, Head, Pack},
    decide::{After, Limit, Occasion, decide},
    pack::{Notices, Written, WrittenBoth, validate},
    render::{NOTHING, Template, Values},
    sections::{Sections, WrittenText},
    words::{ClockName, Happening, Kind, Variable, Way},
};
use proptest::prelude::*;

#[path = "laws/beside.rs"]
mod beside;
#[path = "laws/blame.rs"]
mod blame;
#[path = "laws/told.rs"]
mod told;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("fits")
}

fn unit(code: &str) -> UnitCode {
    code.parse().expect("fits")
}

fn written(event: &str, audience: &str, channels: &[&str], variables: &[&str], body: &str) -> Written {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Written {
        event: event.to_owned(),
        clock: None,
        only: None,
        urgent: false,
        digest: false,
        audience: audience.to_owned(),
        channels: list(channels),
        variables: list(variables),
        title: WrittenBoth { zh: "标题".into(), en: "Title".into() },
        body: WrittenBoth { zh: body.to_owned(), en: body.to_owned() },
    }
}

/// Neutral words for whoever is told in these tests.
fn sections() -> Sections {
    let words = |text: &str| WrittenBoth { zh: text.to_owned(), en: text.to_owned() };
    let neutral = |_| WrittenText {
        variables: vec!["case_number".into()],
        title: words("news"),
        body: words("news on {case_number}"),
    };
    let audiences = ["citizen", "unit", "officer", "centre", "supervisor", "leader"];
    Sections {
        neutral: audiences.into_iter().map(|audience| (audience.to_owned(), neutral(()))).collect(),
        ..Sections::default()
    }
}

fn notices() -> Notices {
    let mut narrow = written("clock.warned", "unit", &["inbox"], &["due_on", "clock"], "{clock}:{due_on}");
    narrow.clock = Some("handle".into());
    validate(
        &[
            narrow,
            written("clock.warned", "unit", &["email", "inbox"], &["case_number"], "{case_number}"),
            written(
                "case.answered",
                "citizen",
                &["sms", "inbox"],
                &["case_number", "unit"],
                "{case_number}/{unit}",
            ),
            written("case.supplemented", "unit", &["inbox"], &["case_number"], "{case_number}"),
        ],
        &sections(),
    )
    .expect("fits")
}

fn head() -> Head {
    Head {
        number: "110715511602000001".into(),
        kind: Some(Kind::Complaint),
        received_on: date(2011, 7, 15),
        region: "511602".parse().expect("fits"),
        pack: Pack { id: "mailbox-002".into(), version: 1 },
    }
}

fn occasion(event: Happening, seconds: i64, after: After) -> Occasion {
    Occasion {
        event,
        at: at(seconds),
        after,
        limit: None,
        told: None,
        named: None,
        values: Values::new(),
        codes: vec![],
    }
}

#[test]
fn a_mistaken_pack_is_told_all_its_mistakes() {
    let mistakes = validate(
        &[
            written("case.acepted", "citizens", &["pigeon"], &["number"], "{nummer} {case_number} }"),
            written("case.accepted", "citizen", &["sms"], &["kind"], "{due_on}"),
            written("case.accepted", "unit", &["inbox"], &[], "a"),
            written("case.accepted", "unit", &["inbox"], &[], "b"),
        ],
        &Sections::default(),
    )
    .unwrap_err();
    let all = mistakes.join("\n");
    for part in [
        "no event",
        "no audience",
        "no channel",
        "\"number\" is no variable",
        "\"nummer\" is no variable",
        "without partner",
        "must have inbox",
        "{due_on} is used",
        "kind is listed",
        "never has a due_on",
        "a second notice",
        "neutral.unit is missing",
    ] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
}

#[test]
fn a_notice_for_one_clock_stands_before_one_for_all() {
    let card = Card { head: Some(head()), provisional: vec![ClockId::derived("c")], ..Card::default() };
    let mut warned = occasion(Happening::ClockWarned, 10, After::Registration);
    warned.told = Some(unit("water"));
    let limit = |name| Limit { clock: ClockId::derived("c"), name: Some(name), due_on: date(2011, 8, 12) };
    warned.limit = Some(limit(ClockName::Handle));
    let owed = decide(&notices(), &warned, &card, "").owed;
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0].body.zh, "办理:2011年8月12日（暂定）");
    assert_eq!(owed[0].body.en, "handling:2011-08-12 (provisional)");
    warned.limit = Some(limit(ClockName::Sign));
    assert_eq!(decide(&notices(), &warned, &card, "").owed[0].body.zh, "110715511602000001");
}

#[test]
fn the_citizen_is_told_by_the_first_way_that_leads_there() {
    let mut answered = occasion(Happening::CaseAnswered, 10, After::Acceptance);
    answered.named = Some(unit("water"));
    for (reach, ways) in
        [(vec![], vec![]), (vec![Way::Email], vec![]), (vec![Way::Email, Way::Sms], vec![Way::Sms])]
    {
        let card = Card { head: Some(head()), reach: Some(reach), ..Card::default() };
        assert_eq!(decide(&notices(), &answered, &card, "").owed[0].ways, ways);
    }
    assert!(decide(&notices(), &answered, &Card { head: Some(head()), ..Card::default() }, "").waits);
}

fn facts() -> Vec<Fact> {
    let given = |since, code| Fact::Given(Hand { since: at(since), unit: unit(code) });
    vec![
        Fact::Registered(head()),
        Fact::Accepted { head: head(), reach: vec![Way::Sms] },
        given(20, "water"),
        given(40, "roads"),
        Fact::Limit { clock: ClockId::derived("c"), provisional: true },
    ]
}

proptest! {
    #[test]
    fn facts_in_any_order_and_twice_make_the_same_card(order in Just(facts()).prop_shuffle()) {
        let (mut once, mut mixed) = (Card::default(), Card::default());
        for (plain, shuffled) in facts().iter().zip(&order) {
            once.learn(plain);
            mixed.learn(shuffled);
        }
        prop_assert_eq!(&once, &mixed);
        prop_assert!(!order.iter().any(|fact| mixed.learn(fact)));
    }

    #[test]
    fn what_waits_is_told_once_the_card_is_full_and_nothing_is_taken_back(
        order in Just(facts()).prop_shuffle(), seconds in 0_i64..60,
    ) {
        let (mut card, mut told) = (Card::default(), 0);
        for occasion in [
            occasion(Happening::CaseAnswered, seconds, After::Acceptance),
            occasion(Happening::CaseSupplemented, seconds, After::Registration),
        ] {
            for fact in &order {
                card.learn(fact);
                let decision = decide(&notices(), &occasion, &card, "");
                prop_assert!(decision.owed.len() >= told.min(1));
                prop_assert_eq!(decision.waits, decision.owed.is_empty());
            }
            let decision = decide(&notices(), &occasion, &card, "");
            prop_assert!(!decision.waits);
            told = decision.owed.len();
            prop_assert_eq!(told, 1);
        }
        prop_assert_eq!(card.unit_at(at(seconds)).unwrap().as_str(), if seconds < 40 { "water" } else { "roads" });
    }

    #[test]
    fn texts_never_break_and_leave_no_place_open(text in "[a-z{}，。]{0,40}") {
        if let Ok(template) = Template::read(&text) {
            let filled = template.fill(&Values::new(), |both| &both.zh);
            let places = template.variables().count();
            prop_assert_eq!(filled.matches(NOTHING).count(), places);
        }
        let escaped = text.replace('{', "{{").replace('}', "}}");
        prop_assert_eq!(Template::read(&escaped).unwrap().fill(&Values::new(), |both| &both.zh), text);
    }
}

#[test]
fn every_word_reads_back() {
    for word in Variable::ALL {
        assert_eq!(word.as_str().parse::<Variable>().as_ref(), Ok(word));
    }
    for word in Happening::ALL {
        assert_eq!(word.as_str().parse::<Happening>().as_ref(), Ok(word));
    }
}
