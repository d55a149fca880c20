//! What is told with a matter: lengths, signs and numbers at the last place where they are taken.

use intake_rules::{
    Party, Registration, State, check, digits,
    group::{Group, Told, check_group},
    materials::items_for,
    merging::{CannotMerge, Place, Plan, plan},
    record::{self, check_record},
    repeat::{Advice, Closed, Open, advise},
    sorting::{Lane, sort},
    subject,
};

use super::{fields, good, pack};

#[test]
fn a_name_has_100_characters_and_an_address_300_at_most() {
    let rules = pack("contact.required = { portal = [] }");
    let party = |name: usize, address: usize| {
        let (name, address) = ("某".repeat(name), "路".repeat(address));
        let party = Party { name: &name, address: &address, ..good().party };
        fields(&Registration { party, ..good() }, &rules)
    };
    assert_eq!(party(100, 300), [""; 0]);
    assert_eq!(party(101, 300), ["party.name"]);
    assert_eq!(party(100, 301), ["party.address"]);
}

#[test]
fn lines_end_in_texts_and_addresses_and_nowhere_in_one_line() {
    let rules = pack("contact.required = { portal = [] }");
    let party = good().party;
    for sign in ["\n", "\r", "\t"] {
        let text = format!("路灯{sign}不亮");
        let lines =
            Registration { title: &text, text: &text, party: Party { address: &text, ..party }, ..good() };
        assert_eq!(fields(&lines, &rules), [""; 0], "{sign:?}");
        assert_eq!(
            fields(&Registration { party: Party { name: &text, ..party }, ..good() }, &rules),
            ["party.name"]
        );
        let phone = format!("0826{sign}2334455");
        let phoned = Registration { party: Party { phone: &phone, ..party }, ..good() };
        assert_eq!(fields(&phoned, &rules), ["party.phone", "party.phone"], "{sign:?}");
        let mail = format!("a@b{sign}.cn");
        let mailed = Registration { party: Party { mail: &mail, ..party }, ..good() };
        assert_eq!(fields(&mailed, &rules), ["party.mail", "party.mail"], "{sign:?}");
    }
    let bell = Registration { text: "\u{7}", party: Party { address: "\u{7}", ..party }, ..good() };
    assert_eq!(fields(&bell, &rules), ["text", "party.address"]);
}

#[test]
fn a_country_code_is_taken_off_where_it_is_one() {
    assert_eq!(digits("0086 10 1234 5678"), "1012345678");
    assert_eq!(digits("86 138 0000 0000"), "13800000000");
    assert_eq!(digits("8612345"), "8612345", "a number that begins so by chance");
    assert_eq!(digits("86138000000001"), "86138000000001");
    assert_eq!(digits(""), "");
}

#[test]
fn every_mistake_is_told_in_both_languages_with_its_numbers() {
    let rules = pack("limits = { title_max_chars = 4, body_min_chars = 14, body_max_chars = 14 }");
    let of = |registration: Registration<'_>| {
        let error = check(&registration, &rules).remove(0);
        (error.zh, error.en)
    };
    let (zh, en) = of(Registration { title_chars: 5, ..good() });
    assert_eq!((zh.as_str(), en.as_str()), ("共 5 字，最多 4 字", "has 5 characters, at most 4 are allowed"));
    let (zh, en) = of(Registration { text_chars: 13, ..good() });
    assert_eq!((zh.as_str(), en.as_str()), ("不得少于 14 字", "must have at least 14 characters"));
}

#[test]
fn tags_grids_and_elements_end_where_they_end() {
    let words = pack("").record;
    let told = |told: record::Told<'_>| -> Vec<&str> {
        check_record(&told, &words).into_iter().map(|error| error.field).collect()
    };
    let tag = |tag: &str| told(record::Told { tags: &[tag.to_owned()], ..Default::default() });
    assert_eq!(tag(&"字".repeat(32)), [""; 0]);
    assert_eq!(tag(" 字 "), [""; 0]);
    for wrong in ["", " ", &"字".repeat(33), "字\t字", "字\u{7}"] {
        assert_eq!(tag(wrong), ["record.tags"], "{wrong:?}");
    }
    let grid = |grid: &str| told(record::Told { grid: Some(grid), ..Default::default() });
    for fine in ["a", &"9".repeat(32), "GA-01"] {
        assert_eq!(grid(fine), [""; 0], "{fine}");
    }
    for wrong in ["", &"9".repeat(33), "a b", "a_b", "网"] {
        assert_eq!(grid(wrong), ["record.grid"], "{wrong}");
    }
    let brought = |code: &str| told(record::Told { brought_to: Some(code), ..Default::default() });
    assert_eq!(brought("511600"), [""; 0]);
    assert_eq!(brought("5116"), ["record.brought_to"]);
    for (element, fine) in [("一\r\n二\t三", true), ("一\u{0}", false), ("一\u{1b}", false)] {
        let elements = [None, None, None, None, Some(element)];
        assert_eq!(told(record::Told { elements, ..Default::default() }).is_empty(), fine, "{element:?}");
    }
}

#[test]
fn codes_of_a_record_are_those_of_the_pack() {
    let words = pack(
        "record = { purposes = [{ code = 'p', label = { zh = '某', en = 'x' } }], risks = [{ code = 'r', label = { zh = '某', en = 'x' } }] }",
    )
    .record;
    let ask = |purpose: &str, risk: &str| -> Vec<&str> {
        let (purposes, risks) = ([purpose.to_owned()], [risk.to_owned()]);
        let told = record::Told { purposes: &purposes, risks: &risks, ..Default::default() };
        check_record(&told, &words).into_iter().map(|error| error.field).collect()
    };
    assert_eq!(ask("p", "r"), [""; 0]);
    assert_eq!(ask("r", "r"), ["record.purposes"]);
    assert_eq!(ask("p", "p"), ["record.risks"]);
}

#[test]
fn as_many_may_speak_as_there_are_and_proxies_as_the_pack_says() {
    let rules: Group =
        toml::from_str("proxies_most = 2\nproxy_authority = true\ncollective_from = 5").unwrap();
    let ask = |size, representatives, proxies, unwritten| -> Vec<&str> {
        let told = Told { size, representatives, proxies, unwritten };
        check_group(told, &rules).into_iter().map(|error| error.field).collect()
    };
    assert_eq!(ask(1, 1, 0, 0), [""; 0]);
    assert_eq!(ask(1, 2, 0, 0), ["parties.representatives"]);
    assert_eq!(ask(1, 0, 2, 0), [""; 0]);
    assert_eq!(ask(1, 0, 3, 0), ["parties.proxies"]);
    assert_eq!(ask(1, 0, 1, 1), ["parties.proxies"]);
    assert_eq!(ask(0, 0, 0, 0), ["parties.size"]);
    assert!(rules.is_collective(5) && rules.is_collective(6) && !rules.is_collective(4));
    let free = Group { proxy_authority: false, ..rules };
    assert_eq!(check_group(Told { size: 1, unwritten: 1, proxies: 1, ..Told::default() }, &free), []);
    assert!(!Group::default().is_collective(u32::MAX));
}

#[test]
fn a_word_of_a_list_is_found_in_title_or_text_and_the_gravest_lane_goes_first() {
    let rules = pack(
        "[[sorting]]\nlane = 'explain'\nkeywords = ['秘密']\n[[sorting]]\nlane = 'police'\nkeywords = ['骚扰', '恐吓']\n[[sorting]]\nlane = 'explain'\nkeywords = ['隐私']",
    );
    let lane = |title, text| {
        let sorted = sort(&rules.sorting, title, text);
        (sorted.lane, sorted.word)
    };
    assert_eq!(lane("恐吓", ""), (Lane::Police, Some("恐吓")));
    assert_eq!(lane("", "恐吓"), (Lane::Police, Some("恐吓")));
    assert_eq!(lane("秘密", "骚扰"), (Lane::Police, Some("骚扰")));
    assert_eq!(lane("隐私", "秘密"), (Lane::Explain, Some("秘密")), "the first list of the pack");
    assert_eq!(lane("路灯", "不亮"), (Lane::Handle, None));
    assert!(rules.petition.lane("appeal").is_none() && rules.petition.of("help").is_none());
}

#[test]
fn what_is_advised_for_a_repeat_is_the_packs_word() {
    let mut repeat = pack("repeat = { open = 'progress', closed = 'tell' }").repeat.unwrap();
    for (open, advice) in [(Open::Progress, Advice::Progress), (Open::Merge, Advice::Merge)] {
        repeat.open = open;
        for state in [State::Registered, State::Accepted, State::Dispatched, State::Reopened, State::Merged] {
            for new_facts in [false, true] {
                assert_eq!(advise(&repeat, state, false, new_facts), advice, "{state:?}");
            }
        }
    }
    for (closed, advice) in [(Closed::Tell, Advice::Tell), (Closed::Link, Advice::Link)] {
        repeat.closed = closed;
        assert_eq!(advise(&repeat, State::Closed, false, false), advice);
        assert_eq!(advise(&repeat, State::Closed, false, true), Advice::Renew);
    }
    for state in [State::Declined, State::Withdrawn] {
        assert_eq!(advise(&repeat, state, true, false), Advice::New, "no termination in this pack");
    }
    repeat.ended = Some("elsewhere".into());
    assert_eq!(advise(&repeat, State::Closed, true, false), Advice::Ended);
    assert_eq!(advise(&repeat, State::Closed, true, true), Advice::New);
    assert_eq!(advise(&repeat, State::Closed, false, true), Advice::Renew, "closed is not ended");
}

#[test]
fn a_form_is_filled_in_once_and_keeps_what_is_no_blank() {
    let petition: intake_rules::Pack =
        toml::from_str(include_str!("../../../../../deploy/policy/petition-2022/intake.toml")).unwrap();
    let mut form = petition.notice[0].clone();
    form.limit_days = None;
    let day = jiff::civil::date(2026, 3, 2);
    assert_eq!(form.debt(day, jiff::civil::date(2036, 3, 2)).due, None);
    assert!(!form.debt(day, jiff::civil::date(2036, 3, 2)).late);
    for (text, filled) in [
        ("甲{number}乙{reason}丙", "甲7乙{basis}丙"),
        ("{number}{number}", "77"),
        ("{name}{number}", "{name}7"),
        ("{number", "{number"),
        ("a}{number}b{", "a}7b{"),
        ("", ""),
    ] {
        form.text = text.to_owned();
        assert_eq!(form.fill(&[("number", "7"), ("reason", "{basis}"), ("basis", "no")]), filled);
    }
}

#[test]
fn subjects_have_parts_of_16_and_three_levels() {
    let part = "q".repeat(16);
    assert!(subject::is_code(&format!("{part}.{part}.{part}")) && subject::is_code("a-1"));
    for wrong in ["", "a.b.c.d", ".a", "a.", "a_b", &"q".repeat(17)] {
        assert!(!subject::is_code(wrong), "{wrong}");
    }
    let lists = pack(
        "[[materials]]\nsubject = 'a.b'\nitems = [{ zh = '甲', en = 'a' }]\n[[materials]]\nitems = [{ zh = '乙', en = 'b' }]",
    )
    .materials;
    let count = |subject| items_for(&lists, subject).len();
    assert_eq!([count(Some("a.b")), count(Some("a.b.c")), count(Some("a")), count(None)], [2, 2, 1, 1]);
}

#[test]
fn a_text_that_nobody_requires_may_be_missing_and_a_region_is_asked_for_as_itself() {
    let silent = Registration { text: "", text_chars: 0, ..good() };
    for required in ["[]", "['region']"] {
        let rules = pack(&format!("contact.required = {{ portal = {required} }}"));
        assert!(rules.limits.body_min_chars > 0);
        assert_eq!(fields(&silent, &rules), [""; 0], "{required}");
    }
}

#[test]
fn who_is_unnamed_is_told_so_beside_every_other_mistake() {
    let rules = pack("contact.required = { portal = [] }\ncontact.anonymous = false");
    let long = Registration { title_chars: 9999, party: Party::default(), ..good() };
    assert_eq!(fields(&long, &rules), ["title", "party.phone"]);
}

#[test]
fn a_case_that_waits_is_merged_again_into_its_own_root_and_into_no_other() {
    let alone = |case| Place { case, primary: None, waiting: Vec::new() };
    let waits = Place { case: 1, primary: Some(2), waiting: Vec::new() };
    assert_eq!(plan(&waits, &alone(2)), Ok(Plan { root: 2, moved: Vec::new() }));
    assert_eq!(plan(&waits, &alone(3)), Err(CannotMerge::Elsewhere));
    let also_waits = Place { case: 3, primary: Some(2), waiting: Vec::new() };
    assert_eq!(plan(&waits, &also_waits), Ok(Plan { root: 2, moved: Vec::new() }), "on the same root");
    let root = Place { case: 4, primary: None, waiting: vec![5, 6] };
    assert_eq!(plan(&root, &waits), Ok(Plan { root: 2, moved: vec![4, 5, 6] }));
    assert_eq!(plan(&alone(2), &waits), Err(CannotMerge::Itself));
}
