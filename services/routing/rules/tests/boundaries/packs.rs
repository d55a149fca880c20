//! What `routing.toml` may not say: each bound from both sides, each mistake under its own key.

use calendar::Unit;
use routing_rules::{
    Mode, Urgency,
    handling::{Handling, Need},
    leaders::Leaders,
    pack::{Field, RoutingPack, ways::Ways},
    petition::Stage,
    petition_pack::{PetitionPack, When},
    tree::Level,
};

use super::pack;

const SICHUAN: &str = include_str!("../../../../../deploy/policy/hotline-sichuan-2025/routing.toml");
const PETITION: &str = include_str!("../../../../../deploy/policy/petition-2022/routing.toml");

fn changed(text: &str, change: impl FnOnce(&mut RoutingPack)) -> Vec<String> {
    let mut pack: RoutingPack = toml::from_str(text).unwrap();
    change(&mut pack);
    pack.validate()
}

/// Fails unless exactly one sentence is said, and it begins so; an empty word stands for no sentence.
fn says(found: &[String], words: &str) {
    let wanted = usize::from(!words.is_empty());
    assert!(found.len() == wanted && found.iter().all(|said| said.starts_with(words)), "{words}: {found:?}");
}

#[test]
fn numbers_of_the_plain_sections_hold_up_to_their_ends() {
    for (change, words) in [
        ("[dispatch]\nconfidence = 0.0", ""),
        ("[dispatch]\nconfidence = 1.0", ""),
        ("[dispatch]\nconfidence = -0.1", "dispatch.confidence"),
        ("[dispatch]\ncandidates = 1", ""),
        ("[dispatch]\ncandidates = 20", ""),
        ("[dispatch]\ncandidates = 21", "dispatch.candidates"),
        ("[reply]\nrequired = { default = [] }", ""),
        ("[reply]\nrequired = { default = [], import = [] }", ""),
    ] {
        says(&pack(change).validate(), words);
    }
}

#[test]
fn lists_of_codes_have_each_code_once_with_both_labels() {
    let lists: [fn(&mut RoutingPack); 3] = [
        |pack| pack.outcome.push(pack.outcome[0].clone()),
        |pack| pack.reject.push(pack.reject[0].clone()),
        |pack| pack.return_reason.push(pack.return_reason[0].clone()),
    ];
    for (change, words) in lists.into_iter().zip(["outcome.code", "reject.code", "return_reason.code"]) {
        says(&changed(SICHUAN, change), words);
    }
    says(&changed(SICHUAN, |pack| pack.outcome[0].label.zh.clear()), "outcome.label");
    says(&changed(SICHUAN, |pack| pack.outcome[0].label.en.clear()), "outcome.label");
}

#[test]
fn ways_that_are_used_say_where_they_come_from() {
    let ways = |ways: Ways| {
        changed(SICHUAN, |pack| {
            (pack.ways, pack.grassroots, pack.dispatch.overlap) = (ways, None, None);
        })
    };
    says(&ways(Ways::default()), "");
    says(&ways(Ways { self_kinds: vec!["centre".into()], ..Ways::default() }), "ways needs");
    says(&ways(Ways { direct_levels: vec![Level::Township], ..Ways::default() }), "ways needs");
    says(&ways(Ways { sub_dispatch_depth: 1, ..Ways::default() }), "ways needs");
    let lame = |change: fn(&mut RoutingPack)| changed(SICHUAN, change);
    says(&lame(|pack| pack.disputes.as_mut().unwrap().units = 2), "");
    says(&lame(|pack| pack.disputes.as_mut().unwrap().conference_units = 2), "");
    let equal = |pack: &mut RoutingPack| {
        (pack.ways.direct_levels, pack.ways.direct_copy) = (vec![Level::Township], Some(Level::Township));
    };
    says(&lame(equal), "ways.direct_copy");
    let above = |pack: &mut RoutingPack| {
        (pack.ways.direct_levels, pack.ways.direct_copy) = (vec![Level::Township], Some(Level::County));
    };
    says(&lame(above), "");
    let overlap = |pack: &mut RoutingPack| {
        pack.grassroots = None;
        pack.ways.department_kinds.clear();
        pack.dispatch.overlap = Some(routing_rules::pack::ways::Overlap::CityDepartment);
    };
    says(&lame(overlap), "dispatch.overlap");
}

#[test]
fn checks_of_replies_hold_up_to_their_ends() {
    let likeness = |likeness| {
        changed(SICHUAN, |pack| {
            pack.reply.checks.as_mut().unwrap().copied.as_mut().unwrap().likeness = likeness;
        })
    };
    says(&likeness(0.5), "");
    says(&likeness(1.0), "");
    says(&likeness(0.49), "reply.checks.copied.likeness");
    says(&likeness(1.01), "reply.checks.copied.likeness");
    let back = |back| {
        changed(SICHUAN, |pack| {
            pack.reply.checks.as_mut().unwrap().copied.as_mut().unwrap().look_back = back;
        })
    };
    says(&back(1), "");
    says(&back(200), "");
    says(&back(0), "reply.checks.copied.look_back");
    says(&back(201), "reply.checks.copied.look_back");
    says(&changed(SICHUAN, |pack| pack.reply.checks = None), "");
    for list in 0..5 {
        let empty = changed(SICHUAN, |pack| {
            let checks = pack.reply.checks.as_mut().unwrap();
            let lists = [
                &mut checks.courtesies,
                &mut checks.receipts,
                &mut checks.promises,
                &mut checks.facts,
                &mut checks.blame,
            ];
            lists.into_iter().nth(list).unwrap().push(String::new());
        });
        says(&empty, "reply.checks has an empty word");
    }
}

#[test]
fn steps_of_handling_fit_together() {
    let handling =
        |change: fn(&mut Handling)| changed(SICHUAN, |pack| change(pack.handling.as_mut().unwrap()));
    let plain = |handling: &mut Handling| {
        let step = &mut handling.step[0];
        (step.spell, step.pauses) = (false, false);
        step.ends_with.clear();
    };
    says(&changed(SICHUAN, |pack| plain(pack.handling.as_mut().unwrap())), "");
    let spell = |handling: &mut Handling| {
        let step = &mut handling.step[0];
        (step.spell, step.pauses, step.ends_with) = (true, true, vec![Need::Result]);
    };
    says(&handling(spell), "");
    let pauses = |handling: &mut Handling| {
        let step = &mut handling.step[0];
        (step.spell, step.pauses) = (false, true);
        step.ends_with.clear();
    };
    says(&handling(pauses), "handling.step");
    let ends = |handling: &mut Handling| {
        let step = &mut handling.step[0];
        (step.spell, step.pauses, step.ends_with) = (false, false, vec![Need::Result]);
    };
    says(&handling(ends), "handling.step");
    says(&handling(|handling| handling.means.push(handling.means[0].clone())), "handling.means.code");
    says(
        &handling(|handling| handling.function.push(handling.function[0].clone())),
        "handling.function.code",
    );
    says(&handling(|handling| handling.aid.push(handling.aid[0].clone())), "handling.aid.code");
    says(
        &handling(|handling| handling.checklist.push(handling.checklist[0].clone())),
        "handling.checklist.code",
    );
    says(&handling(|handling| handling.step.push(handling.step[0].clone())), "handling.step.code");
}

#[test]
fn leaders_have_known_charges_and_each_code_once() {
    let leaders = |change: fn(&mut Leaders)| changed(SICHUAN, |pack| change(pack.leaders.as_mut().unwrap()));
    says(&leaders(|leaders| leaders.rank.push(leaders.rank[0].clone())), "leaders.rank.code");
    says(
        &leaders(|leaders| leaders.instruction.push(leaders.instruction[0].clone())),
        "leaders.instruction.code",
    );
    says(&leaders(|leaders| leaders.charge.push(leaders.charge[0].clone())), "leaders.charge.code");
    says(&leaders(|leaders| leaders.charge[0].code = "anybody".into()), "leaders.charge.code");
    let role = |leaders: &mut Leaders| {
        let charge = leaders.charge.iter_mut().find(|charge| !charge.role.is_empty()).unwrap();
        charge.role.push(charge.role[0].clone());
    };
    says(&leaders(role), "leaders.charge.");
}

fn petition(change: impl FnOnce(&mut PetitionPack)) -> Vec<String> {
    changed(PETITION, |pack| change(pack.petition.as_mut().unwrap()))
}

#[test]
fn periods_of_petitions_are_days_and_more_than_none() {
    let limits: [fn(&mut PetitionPack) -> &mut calendar::Limit; 4] = [
        |pack| &mut pack.ask_review,
        |pack| &mut pack.ask_reexamination,
        |pack| &mut pack.review,
        |pack| &mut pack.reexamination,
    ];
    for (limit, key) in
        limits.into_iter().zip(["ask_review ", "ask_reexamination ", "review ", "reexamination "])
    {
        for (amount, unit, good) in [
            (1, Unit::Days, true),
            (1, Unit::Workdays, true),
            (0, Unit::Days, false),
            (1, Unit::Hours, false),
        ] {
            let found = petition(|pack| (limit(pack).amount, limit(pack).unit) = (amount, unit));
            says(&found, if good { String::new() } else { format!("petition.{key}") }.as_str());
        }
    }
    says(&petition(|pack| pack.decide = None), "");
    says(&petition(|pack| pack.extension_days = 1), "");
    says(&petition(|pack| pack.extension_days = 0), "petition.extension_days");
    says(&petition(|pack| pack.extensions = [(Stage::Review, 0)].into()), "");
    says(&petition(|pack| pack.extensions = [(Stage::Review, -1)].into()), "petition.extensions");
}

#[test]
fn lists_of_petitions_are_filled_and_each_code_stands_once() {
    says(&petition(|pack| pack.lane.push(pack.lane[0].clone())), "petition.lane.code");
    says(&petition(|pack| pack.result.push(pack.result[0].clone())), "petition.result.code");
    says(&petition(|pack| pack.refusal.push(pack.refusal[0].clone())), "petition.refusal.code");
    says(&petition(|pack| pack.service.push(pack.service[0].clone())), "petition.service.code");
    says(&petition(|pack| pack.form.push(pack.form[0].clone())), "petition.form.code");
    says(&petition(|pack| pack.lane.clear()), "petition.lane is empty");
    says(&petition(|pack| pack.service.clear()), "petition.service is empty");
    let twice = |pack: &mut PetitionPack| {
        let mut again = pack.termination.iter().find(|kind| kind.when == When::Reexamined).unwrap().clone();
        again.code = "again".into();
        pack.termination.push(again);
    };
    says(&petition(twice), "petition.termination needs one kind");
    let only = |stage: Stage| {
        petition(move |pack| {
            pack.result.iter_mut().for_each(|result| result.stages.retain(|one| *one == stage))
        })
    };
    says(&only(Stage::Reexamination), "petition.result has none for review");
    says(&only(Stage::Review), "petition.result has none for reexamination");
    says(&petition(|pack| drop(pack.form.pop())), "petition.form ");
    says(&petition(|pack| pack.form[0].text.en.push_str("{phone}")), "petition.form ");
    says(&petition(|pack| pack.form[0].text.en.push_str("{number}")), "");
    let strange = |pack: &mut PetitionPack| {
        let mut form = pack.form[0].clone();
        form.code = "poem".into();
        pack.form.push(form);
    };
    says(&petition(strange), "petition.form poem is not known");
}

#[test]
fn codes_of_petitions_are_found_and_others_are_not() {
    let pack: RoutingPack = toml::from_str(PETITION).unwrap();
    let petition = pack.petition.unwrap();
    for lane in &petition.lane {
        assert_eq!(petition.lane(&lane.code).unwrap().code, lane.code);
    }
    for kind in &petition.termination {
        assert_eq!(petition.termination(&kind.code).unwrap().code, kind.code);
    }
    for form in &petition.form {
        assert_eq!(petition.form(&form.code).unwrap().code, form.code);
    }
    for result in &petition.result {
        for stage in [Stage::Handling, Stage::Review, Stage::Reexamination] {
            let found = petition.result(stage, &result.code).map(|found| &found.code);
            assert_eq!(found, result.stages.contains(&stage).then_some(&result.code));
        }
    }
    assert!(petition.lane("nothing").is_none() && petition.termination("nothing").is_none());
    assert!(petition.form("nothing").is_none() && petition.result(Stage::Review, "nothing").is_none());
    assert_eq!(petition.asking(Stage::Review), Some(petition.ask_review));
    assert_eq!(petition.asking(Stage::Reexamination), Some(petition.ask_reexamination));
    assert_eq!(petition.deciding(Stage::Review), Some(petition.review));
    assert_eq!(petition.deciding(Stage::Reexamination), Some(petition.reexamination));
    let mut renamed = petition.clone();
    for kind in renamed.termination.iter_mut().filter(|kind| kind.when == When::Reexamined) {
        kind.code = "at_the_third".into();
    }
    assert_eq!(renamed.three_level(), "at_the_third");
    renamed.termination.clear();
    assert_eq!(renamed.three_level(), "three_levels");
}

#[test]
fn what_a_reply_owes_is_the_packs_list_and_old_replies_have_their_own() {
    let rules = pack("[reply]\nrequired = { default = ['outcome'], import = ['reasons'] }");
    assert_eq!((rules.required(false), rules.required(true)), (&[Field::Outcome][..], &[Field::Reasons][..]));
    let rules = pack("[reply]\nrequired = { default = ['outcome'] }");
    assert_eq!(rules.required(true), [Field::Outcome]);
}

#[test]
fn a_mode_that_the_pack_does_not_have_is_not_taken() {
    let rules =
        pack("[modes]\nallowed = ['forwarding']\ndefault = 'forwarding'\nassignment_urgencies = ['urgent']");
    assert_eq!(rules.mode(Some(Mode::Assignment), Urgency::Urgent), Mode::Forwarding);
    let rules = pack(
        "[modes]\nallowed = ['forwarding', 'assignment']\ndefault = 'forwarding'\nassignment_urgencies = ['urgent']",
    );
    assert_eq!(rules.mode(Some(Mode::Assignment), Urgency::Ordinary), Mode::Assignment);
    assert_eq!(rules.mode(None, Urgency::Urgent), Mode::Assignment);
    assert_eq!(rules.mode(None, Urgency::Ordinary), Mode::Forwarding);
}
