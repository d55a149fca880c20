//! Finding the unit: who decided, who goes along, and when the department of the city leads that of the county.

use ids::{RegionCode, UnitCode};
use routing_rules::{
    Part, State, Urgency,
    catalogue::{Catalogue, Entry},
    dispatch::{self, Decision, Facts, Weights},
    owner::{Held, Owner, owner},
    pack::RoutingPack,
    tree::{Level, Node, Tree},
};

use super::{entry, one, pack};

fn code(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn node(region: &str, kind: &str) -> Node {
    let region: RegionCode = region.parse().unwrap();
    Node {
        parent: None,
        level: Level::of_region(&region),
        region,
        kind: kind.to_owned(),
        active: true,
        duty24h: false,
        leader: true,
        handler: true,
        successor: None,
    }
}

/// Departments of a city and of one of its counties, and a government of the county.
fn tree() -> Tree {
    let units = [
        (code("city-water"), node("511600", "department")),
        (code("county-water"), node("511602", "department")),
        (code("county"), node("511602", "government")),
    ];
    units.into_iter().collect()
}

fn catalogue(entries: Vec<Entry>) -> Catalogue {
    let units = ["city-water", "county-water", "county", "co"].map(code);
    Catalogue::new(entries, units).with_tree(tree())
}

fn rules(overlap: &str) -> RoutingPack {
    let mut rules = pack(&format!("[dispatch]\nauto = true\nconfidence = 0.5\nco_units_max = 3\n{overlap}"));
    rules.ways.department_kinds = vec!["department".into()];
    rules.grassroots = None;
    rules
}

fn facts<'a>(region: &'a RegionCode, subject: Option<&'a str>) -> Facts<'a> {
    Facts {
        region,
        kind: "help",
        subject,
        title: "停水",
        text: "",
        unit_hint: None,
        mode_hint: None,
        urgency: Urgency::Ordinary,
        confidential: false,
        multi_unit: true,
    }
}

fn shown(rules: &RoutingPack, catalogue: &Catalogue, facts: &Facts<'_>, without: &[UnitCode]) -> Vec<String> {
    let found = dispatch::candidates(rules, &Weights::default(), catalogue, facts, without);
    found.into_iter().map(|one| one.unit.to_string()).collect()
}

#[test]
fn whoever_decided_is_named_and_a_unit_that_was_hinted_stands_once_with_its_co_units() {
    let region: RegionCode = "511602".parse().unwrap();
    let mut water = entry("511602", None, None, &["停水"], "county-water");
    water.co_units = vec![code("co")];
    let catalogue = catalogue(vec![water, entry("511600", None, None, &["停水"], "city-water")]);
    let decide =
        |facts: &Facts<'_>| match dispatch::decide(&rules(""), &Weights::default(), &catalogue, facts) {
            Decision::Dispatch { to, decided_by } => (to, decided_by),
            Decision::Wait(candidates) => panic!("{candidates:?}"),
        };
    let (to, by) = decide(&facts(&region, None));
    assert_eq!((to.unit, by), (code("county-water"), "catalogue"));
    for (hint, co_units) in [("county-water", vec![code("co")]), ("city-water", vec![]), ("county", vec![])] {
        let hint = code(hint);
        let hinted = Facts { unit_hint: Some(&hint), ..facts(&region, None) };
        let (to, by) = decide(&hinted);
        assert_eq!((&to.unit, by, to.co_units), (&hint, "hint", co_units));
        let units = shown(&rules(""), &catalogue, &hinted, &[]);
        assert_eq!(units.iter().filter(|unit| **unit == hint.to_string()).count(), 1, "{units:?}");
    }
}

#[test]
fn the_department_of_the_city_leads_by_subject_and_by_word_and_not_by_place() {
    let region: RegionCode = "511602".parse().unwrap();
    let (plain, overlap) = (rules(""), rules("overlap = 'city-department'"));
    let both = |subject, words: &[&str]| {
        catalogue(vec![
            entry("511600", None, subject, words, "city-water"),
            entry("511602", None, subject, words, "county-water"),
        ])
    };
    for catalogue in [both(Some("0301"), &[]), both(None, &["停水"])] {
        let facts = facts(&region, Some("0301"));
        assert_eq!(shown(&plain, &catalogue, &facts, &[]), ["county-water", "city-water"]);
        assert_eq!(shown(&overlap, &catalogue, &facts, &[]), ["city-water", "county-water"]);
    }
    let by_place = both(None, &[]);
    assert_eq!(shown(&overlap, &by_place, &facts(&region, None), &[]), ["county-water", "city-water"]);
}

#[test]
fn the_department_of_the_county_goes_along_once_beside_the_others() {
    let region: RegionCode = "511602".parse().unwrap();
    let mut city = entry("511600", None, None, &["停水"], "city-water");
    city.co_units = vec![code("co"), code("county-water")];
    let catalogue = catalogue(vec![city, entry("511602", None, None, &["停水"], "county-water")]);
    let rules = rules("overlap = 'city-department'");
    let found = |without: &[UnitCode]| {
        let facts = facts(&region, None);
        dispatch::candidates(&rules, &Weights::default(), &catalogue, &facts, without).remove(0)
    };
    assert_eq!(found(&[]).co_units, [code("county-water"), code("co")]);
    assert_eq!(found(&[code("co")]).co_units, [code("county-water")], "whoever gave it back is left out");
}

#[test]
fn many_words_may_count_more_than_a_subject_above_and_then_they_are_the_ground() {
    let words = ["停水", "水压", "水表", "水费", "水质", "水管"];
    let by_both =
        |title: &str| one(entry("511600", None, Some("0301"), &words, "a"), Some("030102"), title, "");
    assert_eq!(by_both("停水水压水表水费水质水管"), Some(("keyword".to_owned(), 850)));
    assert_eq!(by_both("停水水压水表水费水质"), Some(("subject".to_owned(), 800)), "as much is not more");
    assert_eq!(by_both("停水"), Some(("subject".to_owned(), 800)));
}

#[test]
fn codes_of_digits_and_of_words_are_not_mixed() {
    let below =
        |own: &str, subject: &str| one(entry("511600", None, Some(own), &[], "a"), Some(subject), "", "");
    assert_eq!(below("0301", "0301a"), None);
    assert_eq!(below("city", "city7"), None);
    assert!(below("0301", "03017").is_some() && below("city", "city.7").is_some());
}

#[test]
fn a_lead_that_still_stands_owns_the_case_before_one_that_was_withdrawn_later() {
    let (a, b) = (code("a"), code("b"));
    let hand = |unit, round, state| Held { unit, part: Part::Lead, round, state };
    let hands = [hand(&a, 1, State::Signed), hand(&b, 1, State::Withdrawn)];
    assert_eq!(owner(&hands), Owner::Unit { unit: &a, retained: false });
    let hands = [hand(&a, 1, State::Answered), hand(&b, 2, State::Redirected)];
    assert_eq!(owner(&hands), Owner::Unit { unit: &b, retained: true }, "the newest round counts alone");
    let hands = [hand(&b, 2, State::Redirected), hand(&a, 1, State::Answered)];
    assert_eq!(owner(&hands), Owner::Unit { unit: &b, retained: true });
}

#[test]
fn shares_add_up_to_the_whole_and_go_down_to_nothing() {
    use routing_rules::PerMille;
    assert_eq!(PerMille(700).minus(PerMille(200)), PerMille(500));
    assert_eq!(PerMille(200).minus(PerMille(700)), PerMille(0));
    assert_eq!(PerMille(700).plus(PerMille(200)), PerMille(900));
    assert_eq!(PerMille(700).plus(PerMille(400)), PerMille::WHOLE);
}
