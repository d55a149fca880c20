//! Every cell of the tables that a careless change could move without anybody noticing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "boundaries/fields.rs"]
mod fields;
#[path = "boundaries/files.rs"]
mod files;
#[path = "boundaries/packs.rs"]
mod packs;
#[path = "boundaries/words.rs"]
mod words;

use intake_rules::{
    Command, Effect, Life, Pack, Party, Registration, State, at_registration, check, check_historic,
    check_supplement, decide, decline_reason, waits_for_a_look,
};

/// The mailbox's pack with some keys changed.
fn pack(change: &str) -> Pack {
    let mut table: toml::Table =
        include_str!("../../../../deploy/policy/mailbox-002/intake.toml").parse().unwrap();
    let change: toml::Table = change.parse().unwrap();
    if change.contains_key("decline") {
        // The lists point to reasons that are no longer there.
        table.remove("sorting");
    }
    merge(&mut table, change);
    table.try_into().unwrap()
}

fn merge(table: &mut toml::Table, change: toml::Table) {
    for (key, value) in change {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => drop(table.insert(key, value)),
        }
    }
}

#[test]
fn every_state_has_three_words_and_reads_back() {
    let words: Vec<_> =
        State::ALL.into_iter().map(|state| (state.as_str(), state.zh(), state.en())).collect();
    for (at, (word, zh, en)) in words.iter().enumerate() {
        assert_eq!(State::read(word), Some(State::ALL[at]));
        assert!(zh.chars().all(|ch| ch > '\u{4e00}') && en.is_ascii() && en.len() > 4, "{word}");
        assert!(words[..at].iter().all(|other| other.0 != *word && other.1 != *zh && other.2 != *en));
    }
    assert_eq!(State::read("somewhere"), None);
    assert_eq!(words[0], ("registered", "已登记", "registered"));
}

#[test]
fn a_report_carries_its_round_on() {
    let at = |state, round, closed_round| Life { state, round, closed_round };
    let after = |life, command| decide(life, command).unwrap();
    let second = after(at(State::Dispatched, 1, 0), Command::Dispatch { round: 2 });
    assert_eq!(second, (at(State::Dispatched, 2, 0), None));
    let late = after(at(State::Dispatched, 2, 0), Command::Dispatch { round: 1 });
    assert_eq!(late, (at(State::Dispatched, 2, 0), None));
    let reopened = after(at(State::Closed, 1, 1), Command::Reopen { round: 2 });
    assert_eq!(reopened, (at(State::Reopened, 2, 1), None));
    let stale = after(at(State::Closed, 2, 2), Command::Reopen { round: 2 });
    assert_eq!(stale, (at(State::Closed, 2, 2), None));
    // The answer of the first round comes after the second has begun: told, and the second stays open.
    let older = after(at(State::Dispatched, 2, 0), Command::Answer { round: 1 });
    assert_eq!(older, (at(State::Dispatched, 2, 1), Some(Effect::TellClosed { round: 1 })));
    let newer = after(at(State::Dispatched, 1, 0), Command::Answer { round: 2 });
    assert_eq!(newer, (at(State::Closed, 2, 2), Some(Effect::TellClosed { round: 2 })));
}

#[test]
fn a_pack_that_decides_later_leaves_a_case_registered() {
    assert_eq!(at_registration(&pack("")), Some(Command::Accept));
    assert_eq!(at_registration(&pack("acceptance = { auto = false }")), None);
}

#[test]
fn whoever_had_a_matter_ended_for_good_is_looked_at_by_a_person() {
    let petition: Pack =
        toml::from_str(include_str!("../../../../deploy/policy/petition-2022/intake.toml")).unwrap();
    assert!(waits_for_a_look(&petition, true));
    assert!(!waits_for_a_look(&petition, false));
    assert!(!waits_for_a_look(&pack("repeat = { open = 'merge', closed = 'link' }"), true));
}

#[test]
fn only_a_reason_of_the_pack_declines() {
    let pack = pack("");
    for reason in &pack.decline {
        assert_eq!(decline_reason(&pack, &reason.code).unwrap().code, reason.code);
    }
    assert!(decline_reason(&pack, "because").is_err());
}

#[test]
fn the_kinds_of_the_list_are_secret_and_no_other() {
    let pack = pack("confidential = { kinds = ['report'] }");
    assert!(pack.keeps_secret("report"));
    assert!(!pack.keeps_secret("complaint"));
    assert!(!pack.hides_result("report") && !pack.hides_result("complaint"));
    let pack = self::pack("confidential = { kinds = ['report'], result_kinds = ['suggestion'] }");
    assert!(pack.hides_result("suggestion") && !pack.hides_result("report"));
}

#[test]
fn each_mistake_of_a_pack_is_said() {
    let wrong = |change: &str| pack(change).validate().len();
    let label = "label = { zh = '某', en = 'x' }\nrefer_to = { zh = '某', en = 'x' }";
    let reason = |code: &str, label: &str| {
        format!("[[decline]]\ncode = '{code}'\n{label}\nlegal_basis = ''\nbasis = 'choice'\nnotice = false\n")
    };
    assert_eq!(wrong(""), 0);
    assert_eq!(wrong("limits = { title_max_chars = 0 }"), 1);
    assert_eq!(wrong("limits = { body_max_chars = 0, body_min_chars = 0 }"), 1);
    assert_eq!(wrong("limits = { body_min_chars = 50, body_max_chars = 50 }"), 0);
    assert_eq!(wrong("limits = { body_min_chars = 51, body_max_chars = 50 }"), 1);
    assert_eq!(wrong(&reason("plain_1", label)), 0);
    assert_eq!(wrong(&reason("", label)), 1);
    assert_eq!(wrong(&reason("Loud", label)), 1);
    assert_eq!(wrong(&reason("two words", label)), 1);
    assert_eq!(wrong(&reason("x", label).repeat(2)), 1);
    assert_eq!(wrong(&reason("x", &label.replacen("zh = '某'", "zh = ''", 1))), 1);
    // Nobody may need to name a kind in secret, and a channel may require nothing.
    assert_eq!(wrong("confidential = { kinds = [], result_kinds = ['suggestion'] }"), 0);
    assert_eq!(wrong("confidential = { kinds = [], result_kinds = ['quarrel'] }"), 1);
    assert_eq!(wrong("confidential = { kinds = [] }\n[contact.required]\nphone = []"), 0);
    assert_eq!(wrong("urgencies = []"), 2, "an empty list, and a default that is not in it");
}

fn good<'a>() -> Registration<'a> {
    Registration {
        kind: "complaint",
        kind_given: true,
        channel: "portal",
        urgency: "ordinary",
        region: "511600",
        region_known: true,
        title: "路灯不亮",
        title_chars: 4,
        text: "第三处路灯不亮,请派人修理。",
        text_chars: 14,
        party: Party {
            name: "某", phone: "0826-2334455", mail: "a@b.cn", address: "某路", anonymous: false
        },
    }
}

fn fields(registration: &Registration<'_>, pack: &Pack) -> Vec<&'static str> {
    check(registration, pack).into_iter().map(|error| error.field).collect()
}

#[test]
fn lengths_are_allowed_up_to_the_limit_itself() {
    let pack = pack("limits = { title_max_chars = 4, body_min_chars = 14, body_max_chars = 14 }");
    assert_eq!(fields(&good(), &pack), [""; 0]);
    assert_eq!(fields(&Registration { title_chars: 5, ..good() }, &pack), ["title"]);
    assert_eq!(fields(&Registration { text_chars: 15, ..good() }, &pack), ["text"]);
    assert_eq!(fields(&Registration { text_chars: 13, ..good() }, &pack), ["text"]);
}

#[test]
fn each_required_field_is_asked_for_by_its_own_name() {
    let all = "contact = { required = { portal = ['name', 'phone', 'email', 'address', 'title', 'body', 'kind', 'region'] } }";
    let pack = pack(all);
    assert_eq!(fields(&good(), &pack), [""; 0]);
    let party = good().party;
    let cases = [
        (Registration { party: Party { name: " ", ..party }, ..good() }, "party.name"),
        (Registration { party: Party { phone: "", ..party }, ..good() }, "party.phone"),
        (Registration { party: Party { mail: "", ..party }, ..good() }, "party.mail"),
        (Registration { party: Party { address: "", ..party }, ..good() }, "party.address"),
        (Registration { title: "", title_chars: 0, ..good() }, "title"),
        (Registration { kind_given: false, ..good() }, "kind"),
        (Registration { text: "", text_chars: 0, ..good() }, "text"),
        (Registration { region_known: false, ..good() }, "region"),
        (Registration { region: "51", ..good() }, "region"),
    ];
    for (registration, field) in cases {
        assert_eq!(fields(&registration, &pack), [field], "{field}");
    }
}

#[test]
fn who_hides_owes_no_contact_where_the_pack_allows_it_and_only_there() {
    let required = "contact.required = { portal = ['name', 'phone', 'email', 'address'] }\n";
    let nobody = Registration { party: Party { anonymous: true, ..Party::default() }, ..good() };
    let allowed = pack(&format!("{required}contact.anonymous = true"));
    assert_eq!(fields(&nobody, &allowed), [""; 0]);
    let forbidden = pack(&format!("{required}contact.anonymous = false"));
    assert_eq!(
        fields(&nobody, &forbidden),
        ["party.name", "party.phone", "party.mail", "party.address"],
        "each asked for once"
    );
    let open = Registration { party: Party::default(), ..good() };
    assert_eq!(fields(&open, &allowed).len(), 4, "anonymity is claimed, not guessed");
    let free = pack("contact.required = { portal = [] }\ncontact.anonymous = false");
    assert_eq!(fields(&open, &free), ["party.phone"]);
    let named = Registration { party: Party { name: "某", ..Party::default() }, ..good() };
    assert_eq!(fields(&named, &free), [""; 0]);
    let called = Registration { party: Party { phone: "12345", ..Party::default() }, ..good() };
    assert_eq!(fields(&called, &free), [""; 0]);
}

#[test]
fn a_number_and_a_mail_address_have_their_shape() {
    let pack = pack("contact.required = { portal = [] }");
    let with_phone = |phone| Registration { party: Party { phone, ..good().party }, ..good() };
    for phone in ["12345", "+86 139 0000 0000", "(0826)233-4455", "01234567890123456789"] {
        assert_eq!(fields(&with_phone(phone), &pack), [""; 0], "{phone}");
    }
    for phone in ["1234", "012345678901234567890", "1390000000x", "电话12345"] {
        assert_eq!(fields(&with_phone(phone), &pack), ["party.phone"], "{phone}");
    }
    let with_mail = |mail| Registration { party: Party { mail, ..good().party }, ..good() };
    let longest = format!("{}@b.cn", "a".repeat(249));
    for mail in ["a@b.cn", &longest] {
        assert_eq!(fields(&with_mail(mail), &pack), [""; 0], "{mail}");
    }
    let too_long = format!("{}@b.cn", "a".repeat(250));
    for mail in ["a", "@b.cn", "a@b", "a b@c.cn", &too_long] {
        assert_eq!(fields(&with_mail(mail), &pack), ["party.mail"], "{mail}");
    }
}

#[test]
fn a_control_character_is_named_by_its_place() {
    let bad = Registration { title: "路灯\u{7}不亮", ..good() };
    let errors = check(&bad, &pack(""));
    assert_eq!(errors[0].en, "character 3 is a control character");
    let errors = check_supplement("还\u{0}有", 2, &pack(""));
    assert_eq!(errors[0].en, "character 2 is a control character");
    assert!(check_supplement("一行\n二行\t三", 5, &pack("")).is_empty());
}

#[test]
fn a_supplement_says_something_and_an_old_row_a_title_or_a_text() {
    let pack = pack("limits = { body_max_chars = 14, body_min_chars = 1 }");
    let names = |errors: Vec<intake_rules::FieldError>| {
        errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    assert_eq!(names(check_supplement("", 0, &pack)), ["text"]);
    assert_eq!(names(check_supplement("字", 14, &pack)), [""; 0]);
    assert_eq!(names(check_supplement("字", 15, &pack)), ["text"]);
    let old =
        |title_chars, text_chars| Registration { title_chars, text_chars, party: Party::default(), ..good() };
    assert_eq!(names(check_historic(&old(0, 0), &pack)), ["text"]);
    assert_eq!(names(check_historic(&old(1, 0), &pack)), [""; 0]);
    assert_eq!(names(check_historic(&old(0, 9000), &pack)), [""; 0]);
    let strange = Registration { kind: "nothing", region: "x", ..old(1, 1) };
    assert_eq!(names(check_historic(&strange, &pack)), ["kind", "region"]);
}

#[test]
fn a_reason_says_whether_a_message_is_refused_or_invalid() {
    let pack = pack("");
    let ends = |code: &str| intake_rules::ending(decline_reason(&pack, code).unwrap());
    assert_eq!((ends("invalid_message"), ends("no_new_facts")), (Command::Invalidate, Command::Decline));
    let mut wrong = pack.clone();
    let invalid = wrong.decline.iter_mut().find(|reason| reason.invalid).unwrap();
    invalid.notice = true;
    let keys: Vec<String> = wrong.validate().into_iter().map(|mistake| mistake.reason).collect();
    assert_eq!(keys, ["what is invalid owes no notice of refusal"]);
}

#[test]
fn marks_of_risk_and_results_of_calls_are_words_of_the_pack() {
    use intake_rules::{may_come_to, risk::knows_risk};
    let mut pack = pack("");
    assert!(knows_risk(&pack.record, "resentment") && !knows_risk(&pack.record, "bad_person"));
    let rules = pack.handover.as_ref();
    assert!(may_come_to(rules, "theirs") && !may_come_to(rules, "quarrel"));
    assert!(may_come_to(None, "quarrel"), "a pack that lists none takes any code");
    let handover = pack.handover.as_mut().unwrap();
    handover.results.push(handover.results[0].clone());
    let keys: Vec<String> = pack.validate().into_iter().map(|mistake| mistake.key).collect();
    assert_eq!(keys, ["handover.results[4]"]);
    pack.handover.as_mut().unwrap().results.clear();
    assert!(may_come_to(pack.handover.as_ref(), "quarrel"));
}
