//! What a pack may not say: each bound from both sides, and each mistake under its own key.

use intake_rules::{Attachments, Pack};

use super::pack;

const PETITION: &str = include_str!("../../../../../deploy/policy/petition-2022/intake.toml");

/// The keys under which the petition pack is told off once it is changed.
fn told(change: impl FnOnce(&mut Pack)) -> Vec<String> {
    let mut pack: Pack = toml::from_str(PETITION).unwrap();
    change(&mut pack);
    pack.validate().into_iter().map(|mistake| mistake.key).collect()
}

#[test]
fn attachments_name_known_forms_and_let_something_in() {
    let with = |change: fn(&mut Attachments)| told(|pack| change(pack.attachments.as_mut().unwrap()));
    assert_eq!(with(|rules| rules.media.push("image/tiff".into())), ["attachments.media"]);
    assert_eq!(with(|rules| rules.media.truncate(1)), [""; 0]);
    assert_eq!(with(|rules| rules.unpacked_max_bytes = 0), ["attachments"]);
    assert_eq!(with(|rules| rules.entries_max = 0), ["attachments"]);
    assert_eq!(with(|rules| rules.ratio_max = 0), ["attachments"]);
    let least = |rules: &mut Attachments| {
        (rules.unpacked_max_bytes, rules.entries_max, rules.ratio_max) = (1, 1, 1);
    };
    assert_eq!(with(least), [""; 0]);
}

#[test]
fn files_are_kept_for_1_to_200_years_or_for_ever() {
    let years = |years| told(|pack| pack.archive.as_mut().unwrap().years = years);
    for fine in [None, Some(1), Some(200)] {
        assert_eq!(years(fine), [""; 0]);
    }
    for wrong in [0, 201] {
        assert_eq!(years(Some(wrong)), ["archive"], "{wrong}");
    }
    let entry = |code: &str, years: Option<u16>, kind: &str| {
        told(|pack| {
            let entry = &mut pack.archive.as_mut().unwrap().retention[0];
            (entry.code, entry.years, entry.kinds) = (code.to_owned(), years, vec![kind.to_owned()]);
        })
    };
    assert_eq!(entry("long", Some(30), "report"), [""; 0]);
    assert_eq!(entry("long", Some(0), "report"), ["archive"]);
    assert_eq!(entry(" ", None, "report"), ["archive.retention"]);
    assert_eq!(entry("default", None, "report"), ["archive.retention"]);
    assert_eq!(entry("long", None, "quarrel"), ["archive.retention[0].kinds"]);
}

#[test]
fn disclosure_and_publishing_can_be_kept() {
    let days = |workdays, extension_workdays| {
        told(|pack| {
            let rules = pack.disclosure.as_mut().unwrap();
            (rules.workdays, rules.extension_workdays) = (workdays, extension_workdays);
        })
    };
    assert_eq!(days(1, None), [""; 0]);
    assert_eq!(days(1, Some(1)), [""; 0]);
    assert_eq!(days(0, None), ["disclosure"]);
    assert_eq!(days(1, Some(0)), ["disclosure"]);
    let kinds = |kinds: Vec<String>| told(|pack| pack.publishing.as_mut().unwrap().kinds = kinds);
    assert_eq!(kinds(vec!["quarrel".into()]), ["publishing.kinds"]);
    assert_eq!(
        kinds(Vec::new()),
        ["publishing.kinds"],
        "a pack that publishes nothing leaves the section out"
    );
}

#[test]
fn a_code_has_1_to_64_plain_characters() {
    let code = |code: &str| told(|pack| pack.channels[0].code = code.to_owned());
    for fine in ["a", &"a".repeat(64), "wechat-mini_2"] {
        assert_eq!(code(fine), [""; 0], "{fine}");
    }
    for wrong in ["", &"a".repeat(65), "Loud", "two words", "微信", "a.b"] {
        assert_eq!(code(wrong), ["channels[0]"], "{wrong}");
    }
}

#[test]
fn a_label_has_both_languages() {
    for (zh, en, fine) in [("某", "x", true), (" ", "x", false), ("某", " ", false), ("", "", false)] {
        let keys = told(|pack| {
            let label = &mut pack.channels[0].label;
            (label.zh, label.en) = (zh.to_owned(), en.to_owned());
        });
        assert_eq!(keys.is_empty(), fine, "{zh}/{en}");
    }
}

#[test]
fn the_list_of_what_is_strict_and_fast_means_somebody_and_not_everybody() {
    let people = |least| {
        told(|pack| {
            pack.fast[0].keywords.clear();
            pack.fast[0].people_from = least;
        })
    };
    assert_eq!(people(None), ["fast[0]"]);
    assert_eq!(people(Some(1)), ["fast[0]"]);
    assert_eq!(people(Some(2)), [""; 0]);
    assert_eq!(told(|pack| pack.fast[0].keywords = vec!["坍塌".into(), " ".into()]), ["fast[0]"]);
    assert_eq!(told(|pack| pack.fast[0].kinds = vec!["quarrel".into()]), ["fast[0].kinds"]);
    assert_eq!(told(|pack| pack.fast.insert(1, pack.fast[0].clone())), ["fast[1]"]);
    assert_eq!(told(|pack| pack.fast[0].label.zh.clear()), ["fast[0]"]);
    assert_eq!(told(|pack| pack.fast[0].code.clear()), ["fast[0]"]);
}

#[test]
fn steps_of_representatives_grow_and_end_without_a_bound() {
    let steps = |steps: &[(Option<u32>, u32)]| {
        told(|pack| {
            let step =
                |(up_to, most): &(Option<u32>, u32)| intake_rules::group::Step { up_to: *up_to, most: *most };
            pack.group.representatives = steps.iter().map(step).collect();
        })
    };
    assert_eq!(steps(&[]), [""; 0]);
    assert_eq!(steps(&[(Some(10), 3), (Some(11), 4), (None, 5)]), [""; 0]);
    assert_eq!(steps(&[(None, 0)]), ["group.representatives[0]"]);
    assert_eq!(steps(&[(None, 1)]), [""; 0]);
    assert_eq!(steps(&[(Some(10), 3)]), ["group.representatives[0]"], "the last is open");
    assert_eq!(steps(&[(None, 3), (None, 5)]), ["group.representatives[0]"], "and no other is");
    assert_eq!(steps(&[(Some(10), 3), (Some(10), 4), (None, 5)]), ["group.representatives[1]"]);
    assert_eq!(steps(&[(Some(10), 3), (Some(9), 4), (None, 5)]), ["group.representatives[1]"]);
    let collective = |least| told(|pack| pack.group.collective_from = least);
    assert_eq!(collective(Some(1)), ["group.collective_from"]);
    assert_eq!(collective(Some(2)), [""; 0]);
    assert_eq!(collective(None), [""; 0]);
}

#[test]
fn a_flag_rests_on_grounds_for_at_least_a_day() {
    assert_eq!(told(|pack| pack.flag[0].most_days = 0), ["flag[0]"]);
    assert_eq!(told(|pack| pack.flag[0].most_days = 1), [""; 0]);
    assert_eq!(told(|pack| pack.flag[0].grounds.clear()), ["flag[0]"]);
    assert_eq!(told(|pack| pack.flag[0].code.clear()), ["flag[0]"]);
    assert_eq!(told(|pack| pack.flag[0].label.en.clear()), ["flag[0]"]);
    assert_eq!(told(|pack| pack.flag.insert(1, pack.flag[0].clone())), ["flag[1]"]);
    let twice = |pack: &mut Pack| {
        let ground = pack.flag[0].grounds[0].clone();
        pack.flag[0].grounds.insert(1, ground);
    };
    assert_eq!(told(twice), ["flag[0].grounds[1]"]);
    assert_eq!(told(|pack| pack.flag[0].grounds[0].label.zh.clear()), ["flag[0].grounds[0]"]);
    assert_eq!(told(|pack| pack.flag[0].grounds[0].code.clear()), ["flag[0].grounds[0]"]);
}

#[test]
fn the_words_of_a_record_are_codes_with_labels() {
    let word = |code: &str, zh: &str| {
        let list =
            format!("record = {{ purposes = [{{ code = '{code}', label = {{ zh = '{zh}', en = 'x' }} }}] }}");
        pack(&list).validate().into_iter().map(|mistake| mistake.key).collect::<Vec<_>>()
    };
    assert_eq!(word("compensation", "赔偿"), [""; 0]);
    assert_eq!(word("Compensation", "赔偿"), ["record.purposes[0]"]);
    assert_eq!(word("compensation", ""), ["record.purposes[0]"]);
    let risk = pack("record = { risks = [{ code = '', label = { zh = '某', en = 'x' } }] }");
    assert_eq!(risk.validate()[0].key, "record.risks[0]");
}

#[test]
fn likeness_is_1_to_1000_thousandths() {
    for (share, fine) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let likeness = told(|pack| pack.same.as_mut().unwrap().likeness = share);
        let subject = told(|pack| pack.same.as_mut().unwrap().likeness_of_subject = share);
        let suggest = told(|pack| pack.same.as_mut().unwrap().suggest = share);
        let keys = ["same.likeness", "same.likeness_of_subject", "same.suggest"];
        let wanted = if fine { vec![] } else { keys.to_vec() };
        assert_eq!([likeness, subject, suggest].concat(), wanted, "{share}");
    }
}

#[test]
fn what_ended_is_declined_for_a_reason_of_the_pack_and_new_facts_are_heard() {
    let ended =
        |code: Option<&str>| told(|pack| pack.repeat.as_mut().unwrap().ended = code.map(str::to_owned));
    assert_eq!(ended(None), [""; 0]);
    assert_eq!(ended(Some("outside_remit")), [""; 0]);
    assert_eq!(ended(Some("because")), ["repeat.ended"]);
    let renewals = |times| told(|pack| pack.repeat.as_mut().unwrap().renewals = times);
    assert_eq!(renewals(Some(0)), ["repeat.renewals"]);
    assert_eq!(renewals(Some(1)), [""; 0]);
}

#[test]
fn lists_of_the_sorting_point_to_reasons_of_the_pack() {
    let sieve = |reason: &str, words: &str| {
        format!("[[sorting]]\nlane = 'route'\nreason = '{reason}'\nkeywords = [{words}]")
    };
    let keys = |reason: &str, words: &str| {
        let mistakes = pack(&sieve(reason, words)).validate();
        mistakes.into_iter().map(|mistake| mistake.key).collect::<Vec<_>>()
    };
    let reason = pack("").decline[0].code.clone();
    assert_eq!(keys(&reason, "'立案'"), [""; 0]);
    assert_eq!(keys("because", "'立案'"), ["sorting[0]"]);
    assert_eq!(keys(&reason, ""), ["sorting[0]"]);
    assert_eq!(keys(&reason, "'立案', ' '"), ["sorting[0]"]);
    assert_eq!(
        told(|pack| drop(pack.petition.kinds.insert("quarrel".into(), "appeal".into()))),
        ["petition.kinds"]
    );
    assert_eq!(
        told(|pack| drop(pack.petition.kinds.insert("help".into(), "quarrel".into()))),
        ["petition.kinds"]
    );
    assert_eq!(told(|pack| pack.petition.lanes[0].label.zh.clear()), ["petition.lanes[0]"]);
    assert_eq!(told(|pack| pack.petition.lanes[0].reason = Some("because".into())), ["petition.lanes[0]"]);
    let nameless = |pack: &mut Pack| {
        let mut lane = pack.petition.lanes[0].clone();
        lane.code = "Loud".into();
        pack.petition.lanes.insert(0, lane);
    };
    assert_eq!(told(nameless), ["petition.lanes[0]"]);
}

#[test]
fn a_notice_says_something_in_blanks_that_are_known() {
    let text = |text: &str| told(|pack| pack.notice[0].text = text.to_owned());
    for fine in ["编号 {number}", "{number}{received}{reason}{basis}{refer_to}", "没有空格"] {
        assert_eq!(text(fine), [""; 0], "{fine}");
    }
    for wrong in ["", " ", "{name}", "{number", "{number} {"] {
        assert_eq!(text(wrong), ["notice[0]"], "{wrong}");
    }
    assert_eq!(told(|pack| pack.notice.insert(1, pack.notice[0].clone())), ["notice[1]"]);
    assert_eq!(told(|pack| pack.notice[0].label.zh.clear()), ["notice[0]"]);
    assert_eq!(told(|pack| pack.notice[0].code.clear()), ["notice[0]"]);
}

#[test]
fn a_list_of_materials_has_items_and_a_subject_of_the_tree() {
    let list = |subject: &str, items: &str| {
        let list = format!("[[materials]]\n{subject}\nitems = [{items}]");
        pack(&list).validate().into_iter().map(|mistake| mistake.key).collect::<Vec<_>>()
    };
    let item = "{ zh = '某', en = 'x' }";
    assert_eq!(list("", item), [""; 0]);
    assert_eq!(list("subject = 'a.b'", item), [""; 0]);
    assert_eq!(list("subject = 'a..b'", item), ["materials[0]"]);
    assert_eq!(list("", ""), ["materials[0]"]);
    assert_eq!(list("", "{ zh = '', en = 'x' }"), ["materials[0]"]);
}

#[test]
fn a_channel_of_its_own_or_the_default_or_nothing_is_required() {
    let rules =
        pack("contact = { required = { default = ['body'], portal = ['title'], import = ['name'] } }");
    assert_eq!(rules.required("portal"), ["title"]);
    assert_eq!(rules.required("grid"), ["body"]);
    assert_eq!(rules.required("legacy"), ["name"], "packs call the legacy file `import`");
    let mut rules = rules;
    rules.contact.required.remove("default");
    assert_eq!(rules.required("grid"), [""; 0]);
}
