//! Steps against packs, tried.

use super::*;
use crate::pack::RoutingPack;

const PACKS: [&str; 4] = [
    include_str!("../../../../../deploy/policy/mailbox-002/routing.toml"),
    include_str!("../../../../../deploy/policy/hotline-004/routing.toml"),
    include_str!("../../../../../deploy/policy/hotline-sichuan-2025/routing.toml"),
    include_str!("../../../../../deploy/policy/petition-2022/routing.toml"),
];

fn pack(text: &str) -> RoutingPack {
    let pack: RoutingPack = toml::from_str(text).unwrap();
    assert_eq!(pack.validate(), Vec::<String>::new());
    pack
}

fn fields(handling: &Handling, code: &str, ending: bool, draft: &Draft<'_>) -> Vec<&'static str> {
    let flaws = handling.check(handling.kind(code).unwrap(), ending, draft);
    flaws.into_iter().map(|flaw| flaw.field).collect()
}

#[test]
fn every_pack_knows_the_means_and_the_ways_of_handling() {
    for text in PACKS {
        let pack = pack(text);
        let handling = pack.handling.unwrap();
        for means in
            ["policy", "legal", "economic", "administrative", "education", "consultation", "mediation"]
        {
            assert!(handling.means.iter().any(|known| known.code == means), "{means}");
        }
        for step in
            ["investigation", "on_site", "visit_home", "hearing", "review_meeting", "joint_meeting", "aid"]
        {
            assert!(handling.kind(step).is_some(), "{step}");
        }
        assert!(handling.kind("nothing").is_none());
        let leaders = pack.leaders.unwrap();
        assert_eq!(leaders.charge("seven").unwrap().role.len(), 7);
        assert!(leaders.kind("instruct").unwrap().dispatch && leaders.kind("urge").is_some());
        assert!(leaders.charge("nobody").is_none() && leaders.kind("nothing").is_none());
    }
}

#[test]
fn a_step_brings_what_its_kind_owes() {
    let handling = pack(PACKS[0]).handling.unwrap();
    let bare = Draft::default();
    assert_eq!(
        fields(&handling, "investigation", false, &bare),
        ["means", "facts", "evidence", "legal_basis"]
    );
    let means = ["legal".to_owned()];
    let whole = Draft {
        means: &means,
        facts: Some("经现场勘查"),
        evidence: 1,
        legal_basis: Some("条例第八条"),
        ..bare
    };
    assert!(fields(&handling, "investigation", false, &whole).is_empty());
    assert_eq!(fields(&handling, "investigation", false, &Draft { facts: Some("  "), ..whole }), ["facts"]);
    let strange = ["bribery".to_owned()];
    assert_eq!(fields(&handling, "investigation", false, &Draft { means: &strange, ..whole }), ["means"]);
    assert_eq!(fields(&handling, "on_site", false, &bare), ["means", "place", "result"]);
    assert_eq!(fields(&handling, "hardship_help", false, &bare), ["hardship", "result"]);
    assert_eq!(fields(&handling, "aid", false, &bare), ["aid", "legal_basis"]);
    let aid = Draft { aid: Some("lottery"), legal_basis: Some("办法"), ..bare };
    assert_eq!(fields(&handling, "aid", false, &aid), ["aid"]);
}

#[test]
fn a_hearing_ends_with_its_result_and_an_agreement_has_two_parties() {
    let handling = pack(PACKS[3]).handling.unwrap();
    assert!(handling.kind("hearing").unwrap().pauses, "its time is not counted");
    let people = ["petitioner".to_owned(), "lawyer".to_owned()];
    let draft = Draft { participants: &people, legal_basis: Some("第三十一条"), ..Draft::default() };
    assert!(fields(&handling, "hearing", false, &draft).is_empty());
    assert_eq!(fields(&handling, "hearing", true, &draft), ["facts", "result"]);
    let made = |parties, terms| Draft { agreement: Some(Agreement { parties, terms }), ..draft };
    assert!(fields(&handling, "agreement", false, &made(2, true)).is_empty());
    assert_eq!(fields(&handling, "agreement", true, &draft), ["performed", "result"]);
    let failed = Draft { performed: Some(false), result: Some("未履行"), ..draft };
    assert!(fields(&handling, "agreement", true, &failed).is_empty());
    for lame in [made(1, true), made(2, false), draft] {
        assert_eq!(fields(&handling, "agreement", false, &lame), ["agreement"]);
    }
}

#[test]
fn three_are_in_place_when_every_point_is_ticked() {
    let handling = pack(PACKS[1]).handling.unwrap();
    let mut ticked: Vec<String> = handling.checklist.iter().map(|point| point.code.clone()).collect();
    fn draft(checklist: &[String]) -> Draft<'_> {
        Draft { checklist, result: Some("已化解"), ..Draft::default() }
    }
    assert!(fields(&handling, "three_in_place", false, &draft(&ticked)).is_empty());
    ticked.pop();
    assert_eq!(fields(&handling, "three_in_place", false, &draft(&ticked)), ["checklist"]);
}

#[test]
fn a_section_that_does_not_fit_together_names_its_keys() {
    let mut handling = pack(PACKS[1]).handling.unwrap();
    handling.step[0].pauses = true;
    handling.step[1].ends_with = vec![Need::Result];
    handling.step[2].code = "evidence".to_owned();
    handling.means[1].code = "policy".to_owned();
    handling.interim.as_mut().unwrap().step = "nothing".to_owned();
    let mut wrong = Vec::new();
    handling.validate(&mut wrong);
    assert_eq!(wrong.len(), 5, "{wrong:?}");
    let mut leaders = pack(PACKS[1]).leaders.unwrap();
    leaders.rank[1].code = "chief".to_owned();
    leaders.instruction[1].code = "instruct".to_owned();
    leaders.charge[1].role[1].code = "lead".to_owned();
    leaders.charge[0].code = "anybody".to_owned();
    let mut wrong = Vec::new();
    leaders.validate(&mut wrong);
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    let mut pack = pack(PACKS[0]);
    pack.register.as_mut().unwrap().outcomes.push("wished_for".to_owned());
    pack.reply.checks.as_mut().unwrap().copied.as_mut().unwrap().likeness = 0.4;
    pack.reply.checks.as_mut().unwrap().copied.as_mut().unwrap().look_back = 0;
    pack.reply.checks.as_mut().unwrap().blame.push(String::new());
    assert_eq!(pack.validate().len(), 4, "{:?}", pack.validate());
}
