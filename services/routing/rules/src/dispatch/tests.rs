//! Tables and laws of handing out.

use proptest::prelude::*;

use super::*;
use crate::catalogue::Entry;

const PACK: &str = r#"
modes = { allowed = ["forwarding", "assignment"], default = "forwarding", assignment_urgencies = ["immediate"] }
dispatch = { auto = true, confidence = 0.8, candidates = 3, co_units_max = 2 }
[returns]
allowed = true
max_per_case = 2
after_designation = false
reason_required = true
window = { amount = 5, unit = "workdays" }
basis = "choice"
source = "test"
[reply]
min_chars = 10
max_chars = 200
public_default = true
face_to_face_urgencies = []
required = { default = ["unit", "public_text"], import = ["public_text"] }
basis = "choice"
source = "test"
"#;

fn pack() -> RoutingPack {
    let pack: RoutingPack = toml::from_str(PACK).unwrap();
    assert_eq!(pack.validate(), Vec::<String>::new());
    pack
}

fn entry(region: &str, subject: Option<&str>, words: &[&str], unit: &str) -> Entry {
    Entry {
        region: region.parse().unwrap(),
        kind: None,
        subject: subject.map(str::to_owned),
        keywords: words.iter().map(|word| (*word).to_owned()).collect(),
        unit: unit.parse().unwrap(),
        co_units: vec!["co".parse().unwrap()],
        basis: "三定".to_owned(),
    }
}

fn catalogue() -> Catalogue {
    Catalogue::new(
        vec![
            entry("511600", None, &["路灯", "井盖"], "city-lights"),
            entry("511602", None, &["路灯"], "county-lights"),
            entry("511602", None, &[], "county"),
            entry("511600", Some("0301"), &[], "city-water"),
            entry("511600", None, &["公交"], "closed"),
        ],
        ["city-lights", "county-lights", "county", "city-water", "co", "sub-mailbox"]
            .map(|unit| unit.parse().unwrap()),
    )
}

fn facts<'a>(region: &'a RegionCode, title: &'a str) -> Facts<'a> {
    Facts {
        region,
        kind: "help",
        subject: None,
        title,
        text: "",
        unit_hint: None,
        mode_hint: None,
        urgency: Urgency::Ordinary,
        confidential: false,
        multi_unit: false,
    }
}

fn run(facts: &Facts<'_>) -> Decision {
    decide(&pack(), &Weights::default(), &catalogue(), facts)
}

fn unit_of(decision: &Decision) -> Option<&str> {
    match decision {
        Decision::Dispatch { to, .. } => Some(to.unit.as_str()),
        Decision::Wait(_) => None,
    }
}

#[test]
fn the_finest_region_that_knows_the_function_has_it() {
    let county: RegionCode = "511602".parse().unwrap();
    let township: RegionCode = "511602103".parse().unwrap();
    let other: RegionCode = "511621".parse().unwrap();
    assert_eq!(unit_of(&run(&facts(&township, "路灯不亮"))), Some("county-lights"));
    assert_eq!(unit_of(&run(&facts(&other, "路灯不亮"))), Some("city-lights"));
    assert_eq!(unit_of(&run(&facts(&county, "井盖丢失"))), Some("city-lights"));
    let water = Facts { subject: Some("030102"), ..facts(&county, "停水") };
    assert_eq!(unit_of(&run(&water)), Some("city-water"));
}

#[test]
fn what_nobody_is_sure_of_waits() {
    let county: RegionCode = "511602".parse().unwrap();
    let Decision::Wait(candidates) = run(&facts(&county, "其他事情")) else { panic!("sure of nothing") };
    assert_eq!(candidates.iter().map(|c| c.unit.as_str()).collect::<Vec<_>>(), ["county"]);
    let secret = Facts { confidential: true, ..facts(&county, "路灯不亮") };
    assert!(matches!(run(&secret), Decision::Wait(candidates) if candidates.len() == 3));
    let closed = facts(&county, "公交");
    assert!(matches!(run(&closed), Decision::Wait(_)), "a unit that is not active gets nothing");
}

#[test]
fn a_hint_of_an_active_unit_decides() {
    let county: RegionCode = "511602".parse().unwrap();
    let (known, unknown) = ("sub-mailbox".parse().unwrap(), "nobody".parse().unwrap());
    let hinted = Facts { unit_hint: Some(&known), ..facts(&county, "路灯不亮") };
    assert_eq!(unit_of(&run(&hinted)), Some("sub-mailbox"));
    let lost = Facts { unit_hint: Some(&unknown), ..facts(&county, "路灯不亮") };
    assert_eq!(unit_of(&run(&lost)), Some("county-lights"));
}

#[test]
fn two_of_the_same_strength_wait_for_a_person() {
    let city: RegionCode = "511600".parse().unwrap();
    let entries = vec![entry("511600", None, &["噪音"], "police"), entry("511600", None, &["噪音"], "works")];
    let both = Catalogue::new(entries, ["police", "works"].map(|unit| unit.parse().unwrap()));
    let decision = decide(&pack(), &Weights::default(), &both, &facts(&city, "噪音扰民"));
    assert!(matches!(decision, Decision::Wait(candidates) if candidates.len() == 2));
}

#[test]
fn co_units_go_along_only_when_several_are_concerned() {
    let county: RegionCode = "511602".parse().unwrap();
    for (multi_unit, co_units) in [(false, 0), (true, 1)] {
        let facts = Facts { multi_unit, ..facts(&county, "路灯不亮") };
        let Decision::Dispatch { to, .. } = run(&facts) else { panic!("waits") };
        assert_eq!(to.co_units.len(), co_units);
    }
}

#[test]
fn the_mode_follows_hint_then_urgency_then_default() {
    let pack = pack();
    assert_eq!(pack.mode(None, Urgency::Ordinary), Mode::Forwarding);
    assert_eq!(pack.mode(None, Urgency::ExtraUrgent), Mode::Assignment);
    assert_eq!(pack.mode(Some(Mode::Forwarding), Urgency::ExtraUrgent), Mode::Forwarding);
}

proptest! {
    #[test]
    fn whoever_gets_it_is_active_and_holds_the_place(
        region in "5116(00|02|21)(103)?",
        title in "(路灯|井盖|公交|停水|其他){0,3}",
        confidential: bool,
    ) {
        let region: RegionCode = region.parse().unwrap();
        let catalogue = catalogue();
        let facts = Facts { confidential, ..facts(&region, &title) };
        match decide(&pack(), &Weights::default(), &catalogue, &facts) {
            Decision::Dispatch { to, .. } => {
                prop_assert!(!confidential && catalogue.knows(&to.unit));
                prop_assert!(catalogue.at(&region).any(|(_, line)| line.entry.unit == to.unit && line.entry.region.contains(&region)));
            }
            Decision::Wait(candidates) => prop_assert!(candidates.len() <= 3),
        }
    }
}

fn leveled() -> Catalogue {
    let entries = vec![
        entry("511600", None, &["停水"], "city-water"),
        entry("511602", None, &["停水"], "county-water"),
        entry("511602", None, &[], "county"),
    ];
    let units = ["city-water", "county-water", "county", "town"].map(|unit| unit.parse().unwrap());
    Catalogue::new(entries, units).with_tree(crate::tree::tests::county())
}

#[test]
fn the_city_department_leads_where_the_pack_says_so() {
    let county: RegionCode = "511602".parse().unwrap();
    let mut pack = pack();
    pack.ways.department_kinds = vec!["department".to_owned()];
    let run = |pack: &RoutingPack| {
        let facts = Facts { multi_unit: true, ..facts(&county, "停水") };
        match decide(pack, &Weights::default(), &leveled(), &facts) {
            Decision::Dispatch { to, .. } => (to.unit.to_string(), to.co_units),
            Decision::Wait(candidates) => panic!("{candidates:?}"),
        }
    };
    assert_eq!(run(&pack), ("county-water".to_owned(), vec![]));
    pack.dispatch.overlap = Some(Overlap::Finest);
    assert_eq!(run(&pack), ("county-water".to_owned(), vec![]));
    pack.dispatch.overlap = Some(Overlap::CityDepartment);
    assert_eq!(run(&pack), ("city-water".to_owned(), vec!["county-water".parse().unwrap()]));
}

#[test]
fn who_gave_it_back_is_not_shown_again_but_the_next_best_is() {
    let county: RegionCode = "511602".parse().unwrap();
    let facts = Facts { multi_unit: true, ..facts(&county, "路灯不亮") };
    let gone: Vec<UnitCode> = vec!["county-lights".parse().unwrap(), "co".parse().unwrap()];
    let shown =
        |without: &[UnitCode]| candidates(&pack(), &Weights::default(), &catalogue(), &facts, without);
    let units = |shown: &[Candidate]| shown.iter().map(|c| c.unit.to_string()).collect::<Vec<_>>();
    assert_eq!(units(&shown(&[])), ["county-lights", "city-lights", "county"]);
    let left = shown(&gone);
    assert_eq!(units(&left), ["city-lights", "county"]);
    assert!(left.iter().all(|candidate| candidate.co_units.is_empty()));
}

#[test]
fn a_hint_does_not_push_a_departments_work_down() {
    let county: RegionCode = "511602".parse().unwrap();
    let text = include_str!("../../../../../deploy/policy/hotline-sichuan-2025/routing.toml");
    let sichuan: RoutingPack = toml::from_str(text).unwrap();
    let town = "town".parse().unwrap();
    let run = |pack: &RoutingPack, title| {
        let facts = Facts { unit_hint: Some(&town), ..facts(&county, title) };
        matches!(decide(pack, &Weights::default(), &leveled(), &facts), Decision::Dispatch { .. })
    };
    assert!(!run(&sichuan, "停水"), "the water is a department's");
    assert!(run(&sichuan, "其他事情"), "nobody else is known to be competent");
    assert!(run(&pack(), "停水"), "a pack without the rule");
}
