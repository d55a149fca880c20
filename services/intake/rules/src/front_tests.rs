//! Laws of the front desk's rules: class, groups, standing, flags, sorting, notices, materials, merges, repeats.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use proptest::prelude::*;

use crate::{
    Pack, State,
    class::{Class, Evidence, Look, classify, fast},
    flag::{BadFlag, FlagCommand, FlagState, check_flag, decide_flag},
    group::{Told, check_group},
    materials::{Asked, MaterialCommand, MaterialEffect, NothingAsked, decide_materials, items_for},
    merging::{CannotMerge, Place, plan},
    notice::Debt,
    record::{self, check_record, missing},
    repeat::{Advice, advise},
    sorting::{Lane, sort},
    standing::{Earlier, Finding, Matter, findings, level},
};

const PETITION: &str = include_str!("../../../../deploy/policy/petition-2022/intake.toml");
const HOTLINE: &str = include_str!("../../../../deploy/policy/hotline-004/intake.toml");

fn pack(text: &str) -> Pack {
    toml::from_str(text).expect("a shipped pack")
}

#[test]
fn the_strict_and_fast_list_raises_the_class_and_shows_why() {
    let pack = pack(HOTLINE);
    let quiet = Look { kind: "complaint", title: "路灯", text: "路灯不亮", people: 1 };
    assert_eq!(classify(None, &fast(&pack.fast, quiet)), (Class::Ordinary, None));
    let hits = fast(&pack.fast, Look { text: "工地坍塌，有人被困", ..quiet });
    assert_eq!(hits[0].evidence, Evidence::Word("坍塌".into()));
    assert_eq!(classify(None, &hits), (Class::Important, Some("safety_stability")));
    let crowd = pack.fast.iter().find(|entry| entry.people_from.is_some()).expect("a group entry");
    let least = crowd.people_from.expect("a size");
    assert!(fast(&pack.fast, Look { people: least - 1, ..quiet }).is_empty());
    let hits = fast(&pack.fast, Look { people: least, ..quiet });
    assert_eq!(hits[0].evidence, Evidence::People(least));
    // The list raises, it never lowers.
    assert_eq!(classify(Some(Class::Important), &[]), (Class::Important, None));
    for class in Class::ALL {
        assert!(classify(Some(class), &hits).0 >= class);
        assert_eq!(Class::read(class.as_str()), Some(class));
    }
    assert_eq!(Class::read("serious"), None);
}

#[test]
fn an_entry_for_one_kind_leaves_the_others_alone() {
    let mut pack = pack(HOTLINE);
    pack.fast.truncate(1);
    pack.fast[0].kinds = vec!["report".into()];
    pack.fast[0].keywords = vec!["路灯".into()];
    let look = |kind| Look { kind, title: "路灯", text: "", people: 1 };
    assert_eq!(fast(&pack.fast, look("report")).len(), 1);
    assert_eq!(fast(&pack.fast, look("help")), []);
}

#[test]
fn a_group_speaks_through_as_many_as_the_pack_allows() {
    let petition = pack(PETITION).group;
    let told = |size, representatives| Told { size, representatives, proxies: 0, unwritten: 0 };
    assert_eq!(check_group(told(12, 5), &petition), []);
    assert_eq!(check_group(told(12, 6), &petition)[0].field, "parties.representatives");
    assert_eq!(check_group(told(0, 0), &petition)[0].field, "parties.size");
    assert_eq!(check_group(told(2, 3), &petition)[0].field, "parties.representatives");
    let zhejiang: crate::group::Group = toml::from_str(
        "representatives = [{ up_to = 10, most = 3 }, { most = 5 }]\nproxies_most = 2\nproxy_authority = true",
    )
    .expect("a group");
    assert_eq!((zhejiang.representatives_most(10), zhejiang.representatives_most(11)), (Some(3), Some(5)));
    let proxies = |proxies, unwritten| Told { size: 1, representatives: 0, proxies, unwritten };
    assert_eq!(check_group(proxies(2, 0), &zhejiang), []);
    assert_eq!(check_group(proxies(3, 0), &zhejiang).len(), 1);
    assert_eq!(check_group(proxies(2, 1), &zhejiang).len(), 1);
    // A pack without a rule has none.
    assert_eq!(check_group(Told { unwritten: 9, proxies: 9, ..told(99, 50) }, &Default::default()), []);
}

#[test]
fn the_five_elements_are_complete_or_named() {
    assert_eq!(missing([Some("甲"), Some(" "), None, Some("乙"), Some("丙")]), ["when", "where"]);
    assert_eq!(missing([Some("x"); 5]), [""; 0]);
    let long = "字".repeat(record::ELEMENT_MOST + 1);
    let words = pack(HOTLINE).record;
    let told = record::Told {
        elements: [Some(&long), Some("a\u{7}"), None, None, None],
        purposes: &["nonsense".into()],
        risks: &[],
        tags: &[" ".into()],
        grid: Some("某网格"),
        brought_to: Some("51"),
    };
    let fields: Vec<_> = check_record(&told, &words).into_iter().map(|error| error.field).collect();
    let wanted =
        ["record.who", "record.when", "record.purposes", "record.tags", "record.grid", "record.brought_to"];
    assert_eq!(fields, wanted);
    let most = "字".repeat(record::ELEMENT_MOST);
    let fine =
        record::Told { elements: [Some(&most), Some("a\tb\n"), None, None, None], ..Default::default() };
    assert_eq!(check_record(&fine, &words), []);
    let tags: Vec<String> = (0..=record::TAGS_MOST).map(|at| at.to_string()).collect();
    assert_eq!(check_record(&record::Told { tags: &tags, ..Default::default() }, &words).len(), 1);
    assert_eq!(check_record(&record::Told { tags: &tags[1..], ..Default::default() }, &words), []);
}

#[test]
fn standing_is_found_with_its_evidence() {
    let pack = pack(PETITION);
    let sameness = pack.same.clone().expect("a threshold");
    let alike = |likeness| Earlier { likeness, same_subject: false, same_region: true };
    let matter = Matter { party_known: true, people: 1, region: "511602100", brought_to: None };
    let found = |matter, earlier: &[Earlier]| findings(matter, earlier, &sameness, &pack.group);
    assert_eq!(found(matter, &[]), [Finding::First]);
    assert_eq!(found(matter, &[alike(sameness.likeness - 1)]), [Finding::First]);
    let earlier = [alike(0), alike(sameness.likeness)];
    assert_eq!(found(matter, &earlier), [Finding::Repeat(vec![1])]);
    let placed = Earlier { likeness: sameness.likeness_of_subject, same_subject: true, same_region: true };
    assert_eq!(found(matter, &[placed]), [Finding::Repeat(vec![0])]);
    assert_eq!(found(matter, &[Earlier { same_region: false, ..placed }]), [Finding::First]);
    // Who is unknown is not called a first-time petitioner.
    assert_eq!(found(Matter { party_known: false, ..matter }, &[]), []);
    let least = pack.group.collective_from.expect("a size");
    assert_eq!(found(Matter { people: least, ..matter }, &[]), [Finding::First, Finding::Collective(least)]);
    assert_eq!(found(Matter { people: least - 1, ..matter }, &[]), [Finding::First]);
    // From a township: the county is next, the city skips it.
    assert_eq!(found(Matter { brought_to: Some("511602"), ..matter }, &[]), [Finding::First]);
    let skipped = [Finding::First, Finding::SkipLevel { place: 4, organ: 2 }];
    assert_eq!(found(Matter { brought_to: Some("511600"), ..matter }, &[]), skipped);
    let levels = ["510000", "511600", "511602", "511602100", "511602100201", "511602000", "x"].map(level);
    assert_eq!(levels, [Some(1), Some(2), Some(3), Some(4), Some(5), Some(3), None]);
}

#[test]
fn a_flag_rests_on_conduct_and_ends_by_itself() {
    let kinds = pack(PETITION).flag;
    let today = date(2026, 3, 2);
    let (code, ground) = (kinds[0].code.as_str(), kinds[0].grounds[0].code.as_str());
    let latest = check_flag(&kinds, code, ground, None, today).expect("a flag").1;
    assert_eq!(latest, today.saturating_add(jiff::Span::new().days(kinds[0].most_days)));
    let until = |day| check_flag(&kinds, code, ground, Some(day), today).map(|(_, until)| until);
    assert_eq!(until(today), Ok(today));
    assert_eq!(until(latest), Ok(latest));
    assert_eq!(until(today.yesterday().expect("a day")), Err(BadFlag::Until));
    assert_eq!(until(latest.tomorrow().expect("a day")), Err(BadFlag::Until));
    assert_eq!(check_flag(&kinds, "nuisance", ground, None, today).map(|_| ()), Err(BadFlag::Kind));
    assert_eq!(check_flag(&kinds, code, "asks_often", None, today).map(|_| ()), Err(BadFlag::Ground));
    for state in FlagState::ALL {
        assert_eq!(state.on(latest, latest), state, "the last day counts");
        let after = state.on(latest.tomorrow().expect("a day"), latest);
        assert_eq!(after, if state == FlagState::Lifted { FlagState::Lifted } else { FlagState::Ended });
        assert_eq!(FlagState::read(state.as_str()), Some(state));
    }
    // No ground of any shipped flag is about how often somebody asks.
    for kind in kinds {
        assert!(
            kind.grounds
                .iter()
                .all(|ground| !ground.code.contains("repeat") && !ground.label.zh.contains("重复"))
        );
    }
}

#[test]
fn a_supervisor_decides_an_objection_once() {
    use FlagState::{Ended, Kept, Lifted, Objected, Standing};
    let decided = |command| FlagState::ALL.map(|state| decide_flag(state, command).ok());
    // Standing, objected, kept, lifted, ended.
    assert_eq!(decided(FlagCommand::Object), [Some(Objected), Some(Objected), Some(Kept), None, None]);
    assert_eq!(decided(FlagCommand::Keep), [Some(Standing), Some(Kept), Some(Kept), None, None]);
    assert_eq!(
        decided(FlagCommand::Lift),
        [Some(Lifted), Some(Lifted), Some(Lifted), Some(Lifted), Some(Ended)]
    );
}

#[test]
fn what_is_urgent_goes_before_what_is_explained() {
    let pack = pack(HOTLINE);
    let sorted = sort(&pack.sorting, "求助", "家中起火，又涉及已提起的行政复议");
    assert_eq!(
        (sorted.lane, sorted.reason, sorted.word),
        (Lane::Transfer, Some("emergency_line"), Some("起火"))
    );
    let sorted = sort(&pack.sorting, "", "法院已经立案审理");
    assert_eq!((sorted.lane, sorted.reason), (Lane::Route, Some("statutory_route")));
    let sorted = sort(&pack.sorting, "路灯", "路灯不亮");
    assert_eq!((sorted.lane, sorted.reason, sorted.word), (Lane::Handle, None, None));
}

#[test]
fn petitions_have_three_kinds_and_six_lanes() {
    let petition = pack(PETITION).petition;
    assert_eq!(petition.of("suggestion"), Some("suggestion"));
    assert_eq!(petition.of("report"), Some("accusation"));
    assert_eq!((petition.of("complaint"), petition.of("praise")), (Some("appeal"), None));
    let lanes = petition.lanes.iter().filter(|lane| lane.code.starts_with("appeal_")).count();
    assert_eq!(lanes, 6);
    let litigation = petition.lane("appeal_litigation").expect("the first lane");
    assert_eq!(litigation.reason.as_deref(), Some("litigation_matter"));
}

#[test]
fn a_notice_is_owed_until_its_day_is_over() {
    let forms = pack(PETITION).notice;
    let form = |code: &str| forms.iter().find(|form| form.code == code).expect("a form");
    let refusal = form("non_acceptance");
    let (received, last) = (date(2026, 3, 2), date(2026, 3, 17));
    assert_eq!(refusal.debt(received, last), Debt { due: Some(last), late: false });
    assert_eq!(refusal.debt(received, date(2026, 3, 18)), Debt { due: Some(last), late: true });
    assert!(refusal.is_owed(State::Declined, true) && !refusal.is_owed(State::Declined, false));
    assert!(!refusal.is_owed(State::Accepted, true));
    let acceptance = form("acceptance");
    for state in State::ALL {
        let owed = !matches!(state, State::Registered | State::Declined | State::Withdrawn | State::Invalid);
        assert_eq!(acceptance.is_owed(state, true), owed, "{state:?}");
        assert!(!form("transfer").is_owed(state, true));
    }
    let text = refusal.fill(&[
        ("number", "{reason}"),
        ("reason", "甲"),
        ("basis", "乙"),
        ("refer_to", "丙"),
        ("received", "丁"),
    ]);
    assert!(text.contains("{reason}") && text.contains('甲') && text.contains('丙'), "{text}");
    assert!(!text.contains("{number}") && !text.contains("{basis}"));
}

#[test]
fn asking_twice_is_a_defect_that_is_counted() {
    let none = Asked::default();
    assert_eq!(decide_materials(none, MaterialCommand::Receive), Err(NothingAsked));
    let (once, told) = decide_materials(none, MaterialCommand::Ask).expect("may ask");
    assert_eq!(told, Some(MaterialEffect::Requested { request: 1 }));
    let (twice, told) = decide_materials(once, MaterialCommand::Ask).expect("may ask");
    assert_eq!(told, Some(MaterialEffect::Requested { request: 2 }));
    let (received, told) = decide_materials(twice, MaterialCommand::Receive).expect("was asked");
    assert_eq!(told, Some(MaterialEffect::Received { request: 2 }));
    assert_eq!(decide_materials(received, MaterialCommand::Receive), Ok((received, None)));
    let lists = toml::from_str::<Pack>(&format!(
        "{HOTLINE}\n[[materials]]\nsubject = \"a.b\"\nitems = [{{ zh = \"甲\", en = \"a\" }}]\n\
         [[materials]]\nitems = [{{ zh = \"乙\", en = \"b\" }}]"
    ))
    .expect("a pack")
    .materials;
    let names =
        |subject| items_for(&lists, subject).into_iter().map(|item| item.en.as_str()).collect::<String>();
    assert_eq!(
        [names(Some("a.b")), names(Some("a.b.c")), names(Some("a.bc")), names(None)],
        ["ab", "ab", "b", "b"]
    );
}

#[test]
fn a_repeat_is_advised_by_the_pack_and_never_refused() {
    let repeat = pack(PETITION).repeat.expect("rules of repeats");
    let advice = |state, ended, new| advise(&repeat, state, ended, new);
    assert_eq!(advice(State::Dispatched, false, false), Advice::Progress);
    assert_eq!(advice(State::Closed, false, true), Advice::Renew);
    assert_eq!(advice(State::Closed, false, false), Advice::Link);
    assert_eq!(advice(State::Closed, true, false), Advice::Ended);
    assert_eq!(advice(State::Closed, true, true), Advice::New);
    assert_eq!(advice(State::Withdrawn, false, false), Advice::New);
    let hotline = pack(HOTLINE).repeat.expect("rules of repeats");
    assert_eq!(advise(&hotline, State::Merged, false, true), Advice::Merge);
    // A pack without termination does not know of one.
    assert_ne!(advise(&hotline, State::Closed, true, false), Advice::Ended);
}

#[test]
fn every_shipped_pack_is_without_mistakes() {
    for text in [
        PETITION,
        HOTLINE,
        include_str!("../../../../deploy/policy/mailbox-002/intake.toml"),
        include_str!("../../../../deploy/policy/hotline-sichuan-2025/intake.toml"),
    ] {
        assert_eq!(pack(text).validate(), []);
    }
}

#[test]
fn mistakes_of_the_front_desk_are_named() {
    let mut pack = pack(PETITION);
    pack.fast[0].keywords.clear();
    pack.fast[0].people_from = Some(1);
    pack.group.representatives.insert(0, crate::group::Step { up_to: None, most: 0 });
    pack.flag[0].grounds.clear();
    pack.notice[0].text.push_str("{name}");
    pack.repeat.as_mut().expect("rules of repeats").ended = Some("never".into());
    pack.same.as_mut().expect("a threshold").likeness = 1001;
    pack.petition.kinds.insert("help".into(), "quarrel".into());
    let keys: BTreeSet<String> = pack.validate().into_iter().map(|mistake| mistake.key).collect();
    for key in [
        "fast[0]",
        "group.representatives[0]",
        "flag[0]",
        "notice[0]",
        "repeat.ended",
        "same.likeness",
        "petition.kinds",
    ] {
        assert!(keys.contains(key), "{key}: {keys:?}");
    }
}

proptest! {
    /// Cases merged and parted at random: whatever waits, waits on a root; nothing waits on itself; parting restores.
    #[test]
    fn merges_never_chain_and_never_circle(steps in proptest::collection::vec((0..8_u8, 0..8_u8, any::<bool>()), 0..40)) {
        let mut waits: BTreeMap<u8, u8> = BTreeMap::new();
        for (from, into, part) in steps {
            if part {
                waits.remove(&from);
                continue;
            }
            let place = |case: u8| Place {
                case,
                primary: waits.get(&case).copied(),
                waiting: waits.iter().filter(|(_, root)| **root == case).map(|(case, _)| *case).collect(),
            };
            let before = waits.clone();
            match plan(&place(from), &place(into)) {
                Ok(plan) => {
                    for moved in &plan.moved {
                        waits.insert(*moved, plan.root);
                    }
                    // The same again changes nothing.
                    prop_assert_eq!(waits.get(&from), Some(&plan.root));
                }
                Err(CannotMerge::Itself) => {
                    prop_assert!(from == into || before.get(&into) == Some(&from));
                }
                Err(CannotMerge::Elsewhere) => prop_assert!(before.contains_key(&from)),
            }
            for (case, root) in &waits {
                prop_assert!(case != root && !waits.contains_key(root), "{:?}", waits);
            }
        }
    }

    /// No word of a registration and no state of a flag closes the door: the fast list and the sieves only suggest.
    #[test]
    fn nothing_that_is_said_is_refused_by_a_list(title in "\\PC{0,20}", text in "\\PC{0,60}", people in 0..99_u32) {
        let pack = pack(HOTLINE);
        let (class, _) = classify(None, &fast(&pack.fast, Look { kind: "help", title: &title, text: &text, people }));
        prop_assert!(class >= Class::Ordinary);
        let sorted = sort(&pack.sorting, &title, &text);
        prop_assert!(sorted.lane == Lane::Handle || sorted.word.is_some());
        prop_assert_eq!(crate::at_registration(&pack), Some(crate::Command::Accept));
    }
}
