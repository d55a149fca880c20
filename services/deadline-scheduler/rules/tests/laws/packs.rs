//! What the limits of a pack may not say: each mistake alone, and each bound from its good side.

use calendar::Unit;
use deadline_scheduler_rules::{
    Applies, Basis, ClockName, Deadlines, Entry, Kind, Rung, Step, Trigger, Warning,
};

/// A pack with one of each.
const SOUND: &str = r#"
calendar = "national"
[[clock]]
id = "a"
name = "handle"
label = { zh = "某", en = "x" }
subject = "case"
start = "case.accepted"
from = "event"
stop = ["case.answered"]
cancel = ["case.withdrawn"]
pause = ["case.paused"]
resume = ["case.resumed"]
applies = {}
limit = { amount = 5, unit = "workdays" }
cap = { amount = 5, unit = "workdays" }
extension = { times = 1, approver = "centre", reason_required = true }
warn = [{ share = 0.5 }, { before = 1, unit = "days" }]
basis = "rule"
source = "test"
[redo]
names = ["handle"]
because = ["dissatisfied"]
percent = 50
basis = "choice"
source = "test"
[[ladder]]
id = "l"
clocks = ["handle"]
rung = [{ step = "red", after = { amount = 0, unit = "days" }, by = "system", basis = "choice", source = "test" }]
"#;

/// What is said of the sound pack once it is changed.
fn told(change: impl FnOnce(&mut Deadlines)) -> Vec<(String, &'static str)> {
    let mut pack: Deadlines = toml::from_str(SOUND).unwrap();
    change(&mut pack);
    pack.validate().into_iter().map(|flaw| (flaw.entry, flaw.says)).collect()
}

/// Fails unless exactly this is said; an empty word stands for nothing.
fn says(found: &[(String, &'static str)], entry: &str, words: &str) {
    let wanted = usize::from(!words.is_empty());
    let all = found.iter().all(|(at, said)| at == entry && said.contains(words));
    assert!(found.len() == wanted && all, "{words}: {found:?}");
}

fn clock(change: impl FnOnce(&mut Entry), words: &str) {
    says(&told(|pack| change(&mut pack.clocks[0])), "a", words);
}

#[test]
fn the_pack_that_is_changed_here_is_sound() {
    says(&told(|_| {}), "", "");
    says(&told(|pack| pack.calendar = "lunar".into()), "calendar", "national");
    says(&told(|pack| pack.ladders[0].id = "a".into()), "a", "stands twice");
    says(&told(|pack| pack.clocks[0].id.clear()), "", "the id is empty");
}

#[test]
fn events_of_a_clock_do_not_contradict_one_another() {
    use Trigger::{CaseAccepted, CaseAnswered, CasePaused, CaseResumed, CaseWithdrawn};
    clock(|entry| entry.stop.clear(), "`stop` is empty");
    clock(|entry| entry.start.clear(), "`start` is empty");
    clock(|entry| entry.stop.push(CaseAccepted), "also ends it");
    clock(|entry| entry.cancel.push(CaseAccepted), "also cancels it");
    clock(|entry| entry.cancel.push(CaseAnswered), "both stops and cancels");
    clock(|entry| entry.repeat = true, "`repeat` needs");
    clock(|entry| (entry.repeat, entry.stop) = (true, vec![CaseAccepted]), "");
    clock(|entry| entry.cancel = vec![CaseWithdrawn, Trigger::CaseClosed], "");
    clock(|entry| entry.pause.clear(), "`pause` and `resume` go together");
    clock(|entry| (entry.pause, entry.resume) = (vec![], vec![]), "");
    clock(|entry| entry.pause = vec![CaseWithdrawn], "begins no pause");
    clock(|entry| entry.resume = vec![Trigger::CaseUndeferred], "`resume` lacks");
    clock(|entry| entry.resume.push(Trigger::CaseUndeferred), "");
    clock(|entry| entry.pause = vec![CasePaused, Trigger::CaseDeferred], "`resume` lacks");
    clock(|entry| entry.resume = vec![CaseResumed], "");
    let reasons = |entry: &mut Entry| {
        (entry.pause, entry.resume, entry.pause_reasons) = (vec![], vec![], Some(vec!["hearing".into()]));
    };
    clock(reasons, "`pause_reasons` without");
    clock(|entry| entry.pause_reasons = Some(vec!["hearing".into()]), "");
}

#[test]
fn a_label_has_both_languages_and_a_default_neither_filters_nor_law() {
    clock(|entry| entry.label.zh.clear(), "a label is empty");
    clock(|entry| entry.label.en.clear(), "a label is empty");
    clock(|entry| (entry.default, entry.basis) = (true, Basis::Choice), "");
    clock(|entry| entry.default = true, "basis `choice`");
    let filtered = |entry: &mut Entry| {
        (entry.default, entry.basis) = (true, Basis::Choice);
        entry.applies = Applies { kinds: Some(vec![Kind::Help]), ..Applies::default() };
    };
    clock(filtered, "a default has no filters");
    clock(|entry| entry.applies.kinds = Some(vec![Kind::Help]), "");
}

#[test]
fn a_cap_is_no_shorter_than_the_limit_and_goes_with_an_extension() {
    clock(|entry| entry.cap = None, "`cap` and `extension`");
    clock(|entry| entry.extension = None, "`cap` and `extension`");
    clock(|entry| (entry.cap, entry.extension) = (None, None), "");
    clock(|entry| entry.cap.as_mut().unwrap().amount = 4, "`cap` is below");
    clock(|entry| entry.cap.as_mut().unwrap().amount = 6, "");
    clock(|entry| entry.cap.as_mut().unwrap().unit = Unit::Days, "`cap` counts");
    clock(|entry| entry.extension.as_mut().unwrap().times = 0, "`extension.times` is 0");
}

#[test]
fn a_warning_lies_between_start_and_due() {
    let share = |share| Warning::Share { share, step: None };
    for (warning, good) in [
        (share(0.0), false),
        (share(0.01), true),
        (share(0.99), true),
        (share(1.0), false),
        (share(f64::NAN), false),
        (Warning::Before { before: 0, unit: Unit::Hours, step: None }, false),
        (Warning::Before { before: 1, unit: Unit::WorkHours, step: None }, true),
    ] {
        clock(|entry| entry.warn = vec![warning], if good { "" } else { "a warning needs" });
    }
}

#[test]
fn a_redo_shortens_something_for_some_reason() {
    let redo = |percent| told(|pack| pack.redo.as_mut().unwrap().percent = percent);
    for (percent, good) in [(0, false), (1, true), (99, true), (100, false)] {
        says(&redo(percent), "redo", if good { "" } else { "`percent`" });
    }
    says(&told(|pack| pack.redo.as_mut().unwrap().names.clear()), "redo", "`names`");
    says(&told(|pack| pack.redo.as_mut().unwrap().because.clear()), "redo", "`because`");
    says(&told(|pack| pack.redo.as_mut().unwrap().source.clear()), "redo", "`source`");
    says(&told(|pack| pack.redo = None), "", "");
}

#[test]
fn a_ladder_has_clocks_and_rungs_and_what_its_rungs_need() {
    says(&told(|pack| pack.ladders[0].rungs.clear()), "l", "clocks and rungs");
    says(&told(|pack| pack.ladders[0].clocks.clear()), "l", "clocks and rungs");
    let twice = told(|pack| {
        let mut second = pack.ladders[0].clone();
        second.id = "m".into();
        second.clocks.push(ClockName::Sign);
        pack.ladders.push(second);
    });
    assert_eq!(twice.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["l", "m"]);
    let step = |step, opens: Option<Trigger>| {
        told(|pack| {
            pack.ladders[0].rungs[0].step = step;
            pack.clocks[0].start.extend(opens);
        })
    };
    says(&step(Step::Explain, None), "l", "`explain` needs");
    says(&step(Step::Explain, Some(Trigger::ClockExpired)), "", "");
    says(&step(Step::Order, None), "l", "an order needs");
    says(&step(Step::Order, Some(Trigger::SupervisionOrdered)), "", "");
    says(&step(Step::Urge, None), "", "");
}

#[test]
fn a_binding_rung_is_an_order_or_what_a_person_does_of_the_grave_ones() {
    use deadline_scheduler_rules::Doer::{Person, System};
    let pack: Deadlines = toml::from_str(SOUND).unwrap();
    let rung = &pack.ladders[0].rungs[0];
    for step in Step::ALL {
        let orders = |by| Rung { step: *step, by, ..rung.clone() }.orders();
        let wanted = match step {
            Step::Order | Step::Joint | Step::OnSite | Step::Listed => (true, true),
            Step::Criticise | Step::Interview | Step::Account => (false, true),
            Step::Remind | Step::Yellow | Step::Red | Step::Urge | Step::Explain => (false, false),
        };
        assert_eq!((orders(System), orders(Person)), wanted, "{step:?}");
    }
}

#[test]
fn a_reason_is_one_of_the_packs_list_and_any_where_there_is_none() {
    let mut pack: Deadlines = toml::from_str(SOUND).unwrap();
    assert!(pack.knows_reason("anything"));
    pack.reasons = toml::from_str::<Deadlines>(
        "calendar = 'national'\n[[reason]]\ncode = 'complex'\nlabel = { zh = '某', en = 'x' }",
    )
    .unwrap()
    .reasons;
    assert!(pack.knows_reason("complex") && !pack.knows_reason("anything"));
    assert_eq!(pack.entry("a").map(|entry| entry.name), Some(ClockName::Handle));
    assert!(pack.entry("b").is_none());
    assert!(pack.ladder(ClockName::Handle).is_some() && pack.ladder(ClockName::Sign).is_none());
}
