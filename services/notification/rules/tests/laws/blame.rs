//! Whose a limit is: no unit is told of one that binds none, nobody of a right that lapses, and only those who decide of what
//! is proposed.

use ids::ClockId;
use jiff::civil::date;
use notification_rules::{
    card::{Card, Fact, Hand},
    decide::{After, Limit, Occasion, decide},
    pack::validate,
    render::NOTHING,
    words::{Audience, ClockName, Happening},
};

use super::{at, head, occasion, sections, unit, written};

const NEAR: [Happening; 3] =
    [Happening::ClockWarned, Happening::ClockExpired, Happening::SupervisionEscalated];

fn near(event: Happening, clock: ClockName, told: Option<&str>) -> Occasion {
    let limit = Limit { clock: ClockId::derived("c"), name: Some(clock), due_on: date(2011, 8, 12) };
    let mut near = occasion(event, 10, After::Registration);
    (near.limit, near.told, near.named) = (Some(limit), told.map(unit), told.map(unit));
    near
}

/// A card of a case that the water bureau was given later.
fn card() -> Card {
    let mut card = Card { head: Some(head()), ..Card::default() };
    card.learn(&Fact::Given(Hand { since: at(20), unit: unit("water") }));
    card
}

/// Who is told of an occasion by a pack that tells everybody, and whether anything waits.
fn told(of: &Occasion) -> (Vec<(Audience, String)>, bool) {
    let audiences = ["unit", "officer", "in-charge", "centre", "supervisor", "leader"];
    let all: Vec<_> = audiences
        .iter()
        .map(|audience| written(of.event.as_str(), audience, &["inbox"], &["unit"], "{unit}"))
        .collect();
    let mut sections = sections();
    let words = sections.neutral["unit"].clone();
    sections.neutral.insert("in-charge".to_owned(), words);
    let decision = decide(&validate(&all, &sections).expect("fits"), of, &card(), "");
    (decision.owed.into_iter().map(|owed| (owed.audience, owed.body.zh)).collect(), decision.waits)
}

#[test]
fn a_limit_that_binds_no_unit_is_told_to_no_unit_and_names_none() {
    for event in NEAR {
        let (all, waits) = told(&near(event, ClockName::Handle, Some("roads")));
        assert_eq!((all.len(), waits), (6, false), "{event}");
        assert!(all.iter().all(|(_, body)| body == "roads"));
        let (all, waits) = told(&near(event, ClockName::Accept, None));
        let audiences: Vec<Audience> = all.iter().map(|(audience, _)| *audience).collect();
        assert_eq!(audiences, [Audience::Centre, Audience::Supervisor, Audience::Leader], "{event}");
        assert!(
            !waits && all.iter().all(|(_, body)| body == NOTHING),
            "the later unit is not blamed: {all:?}"
        );
    }
    let (all, _) = told(&near(Happening::ClockExtended, ClockName::Handle, None));
    assert_eq!(all.len(), 6, "what is no blame goes to the unit that has the case");
    assert!(all.iter().all(|(_, body)| body == "water"));
}

#[test]
fn a_right_that_lapses_is_told_only_by_a_notice_that_names_it() {
    for (clock, many) in [
        (ClockName::AskReview, 0),
        (ClockName::AskReexamine, 0),
        (ClockName::Recheck, 6),
        (ClockName::Reexamine, 6),
    ] {
        for event in NEAR {
            assert_eq!(told(&near(event, clock, Some("roads"))).0.len(), many, "{event} {clock}");
        }
        assert_eq!(told(&near(Happening::ClockExtended, clock, Some("roads"))).0.len(), 6);
    }
    let mut own = written("clock.warned", "citizen", &["inbox"], &["due_on"], "{due_on}");
    own.clock = Some("ask_review".into());
    let notices = validate(&[own], &sections()).expect("fits");
    let warned = near(Happening::ClockWarned, ClockName::AskReview, None);
    assert_eq!(decide(&notices, &warned, &card(), "").owed.len(), 1);
}

#[test]
fn what_is_proposed_is_told_by_notices_that_say_so_to_those_who_decide() {
    let audiences = ["citizen", "unit", "officer", "centre", "supervisor", "leader"];
    let plain = audiences.map(|audience| written("supervision.escalated", audience, &["inbox"], &[], "done"));
    let said = plain.clone().map(|notice| {
        let body = written("supervision.escalated", &notice.audience, &["inbox"], &[], "asked").body;
        notification_rules::pack::Written { only: Some(vec!["proposed".into()]), body, ..notice }
    });
    let told = |written: &[notification_rules::pack::Written], codes: &[&str]| -> Vec<(Audience, String)> {
        let notices = validate(written, &sections()).expect("fits");
        let mut of = near(Happening::SupervisionEscalated, ClockName::Handle, Some("roads"));
        of.codes = codes.iter().map(|code| (*code).to_owned()).collect();
        let card = Card { reach: Some(vec![]), ..card() };
        let owed = decide(&notices, &of, &card, "").owed;
        owed.into_iter().map(|owed| (owed.audience, owed.body.zh)).collect()
    };
    assert_eq!(told(&plain, &["proposed"]), [], "in no words that say it was done");
    let both = [plain.to_vec(), said.to_vec()].concat();
    let asked = |audience| (audience, "asked".to_owned());
    assert_eq!(told(&both, &["proposed"]), [asked(Audience::Supervisor), asked(Audience::Leader)]);
    assert_eq!(told(&both, &["account"]).len(), audiences.len());
    assert!(told(&both, &["account"]).iter().all(|(_, body)| body == "done"));
}
