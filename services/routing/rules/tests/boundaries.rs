//! Every cell of the tables that a careless change could move without anybody noticing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "boundaries/finding.rs"]
mod finding;
#[path = "boundaries/lanes.rs"]
mod lanes;
#[path = "boundaries/packs.rs"]
mod packs;
#[path = "boundaries/replies.rs"]
mod replies;
#[path = "boundaries/words.rs"]
mod words;

use ids::RegionCode;
use routing_rules::{
    Command, Hand, Mode, Part, PerMille, Refused, ReturnTerms, State, Urgency,
    catalogue::{Catalogue, Entry},
    decide,
    dispatch::{self, Candidate, Decision, Facts, Weights},
    pack::RoutingPack,
    refusal::Why,
};

const OPEN: ReturnTerms =
    ReturnTerms { allowed: true, after_designation: false, late: false, spent: false, first_receiver: false };

fn hand(state: State) -> Hand {
    Hand { state, ..Hand::new(Mode::Assignment, Part::Lead, false) }
}

#[test]
fn every_state_has_three_words_and_reads_back() {
    let words: Vec<_> =
        State::ALL.into_iter().map(|state| (state.as_str(), state.zh(), state.en())).collect();
    for (at, (word, zh, en)) in words.iter().enumerate() {
        assert_eq!(State::read(word), Some(State::ALL[at]));
        assert!(zh.chars().all(|ch| ch > '\u{4e00}') && en.is_ascii() && en.len() > 6, "{word}");
        assert!(words[..at].iter().all(|other| other.0 != *word && other.1 != *zh && other.2 != *en));
    }
    assert_eq!(State::read("somewhere"), None);
    assert_eq!(words[0], ("dispatched", "待签收", "waiting to be signed for"));
}

#[test]
fn a_refusal_names_the_state_the_command_and_the_ground() {
    let commands = [
        (Command::Sign, "签收", "sign"),
        (Command::Contact { reached: true, again: false }, "登记先行联系", "record the first contact"),
        (Command::AskReturn(OPEN), "退单", "return the case"),
        (Command::AgreeReturn, "同意退单", "agree to a return"),
        (Command::RefuseReturn, "驳回退单", "refuse a return"),
        (Command::Reply { same: false }, "回复", "reply"),
        (Command::ReplyHistoric, "补录历史答复", "record a historic reply"),
        (Command::Release, "答复群众", "release the answer"),
        (Command::Reject, "退回回复", "send the reply back"),
        (Command::Withdraw, "终止", "withdraw"),
    ];
    for (command, zh, en) in commands {
        let told = Refused { state: State::Redirected, command, why: Why::State };
        assert_eq!(told.zh(), format!("当前状态为“已改派”，不能{zh}。"));
        assert_eq!(told.en(), format!("cannot {en}: the assignment is redirected"));
    }
    let grounds =
        [Why::NotSigned, Why::NoReturn, Why::NoReply, Why::NoReturns, Why::Designated, Why::Late, Why::Spent];
    let mut told: Vec<_> = grounds
        .map(|why| Refused { state: State::Signed, command: Command::Sign, why })
        .map(|refused| (refused.zh(), refused.en()))
        .into();
    assert!(told.iter().all(|(zh, en)| zh.ends_with('。') && en.is_ascii()));
    told.sort();
    told.dedup();
    assert_eq!(told.len(), grounds.len(), "each ground has words of its own");
}

#[test]
fn signing_while_a_return_waits_is_a_repeat_only_for_who_has_signed() {
    let waiting = hand(State::Returning);
    assert!(decide(waiting, Command::Sign).is_err());
    let signed = Hand { signed: true, ..waiting };
    assert_eq!(decide(signed, Command::Sign).unwrap().effects, []);
}

#[test]
fn a_later_try_may_reach_the_citizen_but_never_unreach() {
    let tried = Hand { signed: true, contact: Some(false), ..hand(State::Contacted) };
    let reached = decide(tried, Command::Contact { reached: true, again: false }).unwrap();
    assert_eq!((reached.next.contact, reached.effects.len()), (Some(true), 1));
    let again = decide(reached.next, Command::Contact { reached: false, again: false }).unwrap();
    assert_eq!((again.next.contact, again.effects.len()), (Some(true), 0));
    let signed = Hand { signed: true, ..hand(State::Signed) };
    let first = decide(signed, Command::Contact { reached: false, again: false }).unwrap();
    assert_eq!((first.next.state, first.next.contact), (State::Contacted, Some(false)));
    let twice = decide(first.next, Command::Contact { reached: false, again: false }).unwrap();
    assert!(twice.effects.is_empty());
}

#[test]
fn what_was_not_asked_cannot_be_decided_and_what_was_decided_may_be_repeated() {
    for state in [State::Dispatched, State::Signed, State::Contacted] {
        let kept = Hand { designated: true, ..hand(state) };
        assert!(decide(kept, Command::RefuseReturn).unwrap().effects.is_empty(), "{state:?}");
        assert!(decide(hand(state), Command::RefuseReturn).is_err(), "{state:?}");
    }
    for state in [State::Signed, State::Contacted] {
        let back = Hand { rejected: true, ..hand(state) };
        assert!(decide(back, Command::Reject).unwrap().effects.is_empty(), "{state:?}");
        assert!(decide(hand(state), Command::Reject).is_err(), "{state:?}");
    }
    for state in [State::UnderReview, State::Replied, State::Answered] {
        assert!(decide(hand(state), Command::Reply { same: true }).unwrap().effects.is_empty());
        assert!(decide(hand(state), Command::Reply { same: false }).is_err());
    }
}

#[test]
fn a_new_reply_takes_the_mark_of_the_rejected_one_away() {
    let back = Hand { signed: true, rejected: true, attempt: 1, ..hand(State::Signed) };
    let replied = decide(back, Command::Reply { same: false }).unwrap();
    assert_eq!((replied.next.rejected, replied.next.attempt), (false, 2));
}

#[test]
fn each_term_of_a_return_refuses_with_its_own_ground() {
    let signed = Hand { signed: true, ..hand(State::Signed) };
    let why = |hand, terms| decide(hand, Command::AskReturn(terms)).err().map(|refused| refused.why);
    assert_eq!(why(signed, OPEN), None);
    assert_eq!(why(signed, ReturnTerms { allowed: false, ..OPEN }), Some(Why::NoReturns));
    assert_eq!(why(signed, ReturnTerms { late: true, ..OPEN }), Some(Why::Late));
    assert_eq!(why(signed, ReturnTerms { spent: true, ..OPEN }), Some(Why::Spent));
    let designated = Hand { designated: true, ..signed };
    assert_eq!(why(designated, OPEN), Some(Why::Designated));
    assert_eq!(why(designated, ReturnTerms { after_designation: true, ..OPEN }), None);
}

fn entry(region: &str, kind: Option<&str>, subject: Option<&str>, words: &[&str], unit: &str) -> Entry {
    Entry {
        region: region.parse().unwrap(),
        kind: kind.map(str::to_owned),
        subject: subject.map(str::to_owned),
        keywords: words.iter().map(|word| (*word).to_owned()).collect(),
        unit: unit.parse().unwrap(),
        co_units: Vec::new(),
        basis: String::new(),
    }
}

/// Who is found for a confidential complaint in 511602103 with a subject and words, and on what ground.
fn found(entries: Vec<Entry>, subject: Option<&str>, title: &str, text: &str) -> Vec<Candidate> {
    let weights = Weights {
        subject: PerMille(900),
        subject_below: PerMille(800),
        title_word: PerMille(600),
        text_word: PerMille(500),
        more_words: PerMille(50),
        kind: PerMille(30),
        catch_all: PerMille(300),
        tie: PerMille(0),
    };
    let units: Vec<_> = entries.iter().map(|entry| entry.unit.clone()).collect();
    let region: RegionCode = "511602103".parse().unwrap();
    let facts = Facts {
        region: &region,
        kind: "complaint",
        subject,
        title,
        text,
        unit_hint: None,
        mode_hint: None,
        urgency: Urgency::Ordinary,
        confidential: true,
        multi_unit: false,
    };
    match dispatch::decide(&pack(""), &weights, &Catalogue::new(entries, units), &facts) {
        Decision::Wait(candidates) => candidates,
        Decision::Dispatch { .. } => panic!("a confidential case is handed out by persons"),
    }
}

fn one(entry: Entry, subject: Option<&str>, title: &str, text: &str) -> Option<(String, u16)> {
    found(vec![entry], subject, title, text).pop().map(|candidate| (candidate.ground, candidate.confidence.0))
}

#[test]
fn each_ground_counts_what_the_weights_say() {
    let ground = |word: &str, sum: u16| Some((word.to_owned(), sum));
    let by_subject = || entry("511600", None, Some("0301"), &[], "a");
    assert_eq!(one(by_subject(), Some("0301"), "", ""), ground("subject", 900));
    assert_eq!(one(by_subject(), Some("030102"), "", ""), ground("subject", 800));
    assert_eq!(one(by_subject(), Some("0302"), "", ""), None);
    let by_name = || entry("511600", None, Some("city.road"), &[], "a");
    assert_eq!(one(by_name(), Some("city.road.light"), "", ""), ground("subject", 800));
    assert_eq!(one(by_name(), Some("city.roads"), "", ""), None);
    assert_eq!(one(by_name(), Some("city"), "", ""), None);
    assert_eq!(one(by_subject(), None, "", ""), None, "it says nothing of cases of another function");
    let by_words = || entry("511600", None, None, &["路灯", "不亮", "夜里"], "a");
    assert_eq!(one(by_words(), None, "路灯", ""), ground("keyword", 600));
    assert_eq!(one(by_words(), None, "", "路灯"), ground("keyword", 500));
    assert_eq!(one(by_words(), None, "路灯", "不亮"), ground("keyword", 650));
    assert_eq!(one(by_words(), None, "路灯", "路灯不亮,夜里"), ground("keyword", 700));
    assert_eq!(one(by_words(), None, "井盖", "井盖"), None);
    let of_kind = |kind| entry("511600", Some(kind), None, &[], "a");
    assert_eq!(one(of_kind("complaint"), None, "", ""), ground("kind", 330));
    assert_eq!(one(of_kind("help"), None, "", ""), None);
    assert_eq!(one(entry("511600", None, None, &[], "a"), None, "", ""), ground("region", 300));
    let both = || entry("511600", None, Some("0301"), &["路灯"], "a");
    assert_eq!(one(both(), Some("0301"), "路灯", ""), ground("subject", 900));
    assert_eq!(one(both(), Some("0302"), "路灯", ""), ground("keyword", 600));
}

#[test]
fn a_place_is_found_by_the_digits_that_name_it() {
    for region in ["510000", "511600", "511602", "511602103"] {
        assert_eq!(found(vec![entry(region, None, None, &[], "a")], None, "", "").len(), 1, "{region}");
    }
    for region in ["520000", "511500", "511603", "511602104"] {
        assert_eq!(found(vec![entry(region, None, None, &[], "a")], None, "", ""), [], "{region}");
    }
}

#[test]
fn who_only_knows_the_place_comes_after_who_knows_the_function() {
    let entries = vec![
        entry("511602103", None, None, &[], "town"),
        entry("511600", None, None, &["路灯"], "city"),
        entry("511602", None, None, &["路灯"], "county"),
    ];
    let candidates = found(entries, None, "路灯", "");
    let units: Vec<_> = candidates.iter().map(|one| one.unit.as_str()).collect();
    assert_eq!(units, ["county", "city", "town"]);
}

/// The mailbox's pack with some keys of a section changed.
fn pack(change: &str) -> RoutingPack {
    let shipped = include_str!("../../../../deploy/policy/mailbox-002/routing.toml");
    let mut table: toml::Table = shipped.parse().unwrap();
    for (section, values) in change.parse::<toml::Table>().unwrap() {
        match (table.get_mut(&section), values) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => old.extend(new),
            (_, values) => drop(table.insert(section, values)),
        }
    }
    table.try_into().unwrap()
}

#[test]
fn each_thing_that_does_not_fit_together_is_said() {
    assert_eq!(pack("").validate(), Vec::<String>::new());
    let coded =
        |zh: &str, en: &str| format!("[[reject]]\ncode = 'x'\nlabel = {{ zh = '{zh}', en = '{en}' }}\n");
    let twice = coded("某", "x").repeat(2);
    let without_zh = coded("", "x");
    let without_en = coded("某", "");
    let cases = [
        ("[modes]\nallowed = []\nassignment_urgencies = []", 2),
        ("[modes]\nallowed = ['forwarding']\ndefault = 'assignment'\nassignment_urgencies = []", 1),
        ("[modes]\nallowed = ['forwarding']\ndefault = 'forwarding'\nassignment_urgencies = ['urgent']", 1),
        ("[dispatch]\nconfidence = 1.5", 1),
        ("[dispatch]\ncandidates = 0", 1),
        ("[returns]\nmax_per_case = -1", 1),
        ("[returns]\nmax_per_case = 0", 0),
        ("[reply]\nmin_chars = 9\nmax_chars = 8", 1),
        ("[reply]\nmin_chars = 8\nmax_chars = 8", 0),
        ("[reply]\nrequired = { import = [] }", 1),
        ("[reply]\nrequired = { default = [], other = [] }", 1),
        (&without_zh, 1),
        (&without_en, 1),
        (&twice, 1),
    ];
    for (change, mistakes) in cases {
        assert_eq!(pack(change).validate().len(), mistakes, "{change}: {:?}", pack(change).validate());
    }
}
