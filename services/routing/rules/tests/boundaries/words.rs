//! What people read: each state, refusal and finding in words of its own, in both languages.

use std::{collections::HashSet, fmt::Debug, hash::Hash};

use ids::UnitCode;
use routing_rules::{
    Command, Refused, State, charge, checks, deferral, dispute, findings, grassroots, instruction, passing,
    petition::{self, Lane, Stage},
    refusal, step,
    tree::Level,
};

fn all_differ<T: Debug + Eq + Hash>(words: impl IntoIterator<Item = T>) {
    let mut seen = HashSet::new();
    for word in words {
        let told = format!("{word:?} is there twice");
        assert!(seen.insert(word), "{told}");
    }
}

/// Sentences or labels in Chinese and in English; each is said once.
fn told<Words: AsRef<str> + Debug + Eq + Hash>(pairs: impl IntoIterator<Item = (Words, Words)>) {
    let (zh, en): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    assert!(zh.iter().all(|zh| zh.as_ref().chars().any(|ch| ch > '\u{4e00}')), "{zh:?}");
    assert!(en.iter().all(|en| en.as_ref().len() > 5), "{en:?}");
    assert!(en.iter().all(|en| !en.as_ref().chars().any(|ch| ch > '\u{4e00}')), "{en:?}");
    all_differ(zh);
    all_differ(en);
}

fn read_back<T: Copy + Debug + PartialEq>(
    all: impl IntoIterator<Item = T>,
    word: impl Fn(T) -> &'static str,
    read: impl Fn(&str) -> Option<T>,
) {
    for one in all {
        assert_eq!(read(word(one)), Some(one));
    }
    assert_eq!(read("somewhere"), None);
}

#[test]
fn every_word_of_the_tables_reads_back_and_no_other_is_read() {
    read_back(charge::State::ALL, charge::State::as_str, charge::State::read);
    read_back(deferral::State::ALL, deferral::State::as_str, deferral::State::read);
    read_back(instruction::State::ALL, instruction::State::as_str, instruction::State::read);
    read_back(step::State::ALL, step::State::as_str, step::State::read);
    read_back(petition::State::ALL, petition::State::as_str, petition::State::read);
    read_back(Level::ALL, Level::as_str, Level::read);
    let means = [dispute::Means::Conference, dispute::Means::Designation];
    read_back(means, dispute::Means::as_str, dispute::Means::read);
    read_back([Stage::Handling, Stage::Review, Stage::Reexamination], Stage::as_str, Stage::read);
    assert_eq!(Level::Township.as_str(), "township");
    assert_eq!(checks::Found::ALL.map(checks::Found::as_str)[0], "receipt");
    all_differ(checks::Found::ALL.map(checks::Found::as_str));
}

#[test]
fn each_refusal_of_charges_instructions_and_steps_has_its_own_sentence() {
    use charge::Why as Charge;
    let all = [
        Charge::None,
        Charge::NotDue,
        Charge::Ended,
        Charge::Incomplete,
        Charge::Unplanned,
        Charge::Unfinished,
    ];
    told(all.map(|why| (why.zh(), why.en())));
    use instruction::Why as Instruction;
    let all = [Instruction::None, Instruction::NotReported, Instruction::Closed];
    told(all.map(|why| (why.zh(), why.en())));
    use step::Why as Step;
    let all = [Step::NotInHand, Step::NoSpell, Step::IsSpell, Step::NoStep, Step::Ended];
    told(all.map(|why| (why.zh(), why.en())));
}

#[test]
fn each_finding_in_a_reply_shows_its_word() {
    told(checks::Found::ALL.map(|found| {
        let flaw = found.flaw("将尽快");
        (flaw.zh, flaw.en.replace("将尽快", "word"))
    }));
    for found in [checks::Found::PromiseOnly, checks::Found::Blame] {
        let flaw = found.flaw("将尽快");
        assert!(flaw.zh.contains("“将尽快”") && flaw.en.contains("“将尽快”"), "{found:?}");
    }
}

#[test]
fn each_flaw_of_the_tree_has_a_code_and_two_labels() {
    use findings::Flaw;
    let all = [
        Flaw::NoLeader,
        Flaw::NoHandler,
        Flaw::UnknownParent,
        Flaw::EndedParent,
        Flaw::Circle,
        Flaw::NoSuccessor,
        Flaw::EndedSuccessor,
        Flaw::NotRoundTheClock,
    ];
    told(all.map(|flaw| (flaw.zh(), flaw.en())));
    all_differ(all.map(Flaw::as_str));
    assert_eq!(Flaw::NoSuccessor.as_str(), "no-successor");
}

#[test]
fn each_refusal_to_pass_a_case_down_has_its_own_sentence() {
    let unit = |code: &str| code.parse::<UnitCode>().unwrap();
    let pushed = grassroots::PushedDown {
        department: unit("water"),
        to: unit("town"),
        law: "《履职事项清单》".to_owned(),
    };
    for said in [pushed.zh(), pushed.en()] {
        assert!(
            said.contains("water") && said.contains("town") && said.contains("《履职事项清单》"),
            "{said}"
        );
    }
    let refused = passing::Refused::PushedDown(pushed.clone());
    assert_eq!((refused.zh(), refused.en()), (pushed.zh(), pushed.en()));
    let all = [passing::Refused::TooDeep, passing::Refused::NotInHand, passing::Refused::NotBelow];
    told(all.map(|why| (why.zh(), why.en())));
}

#[test]
fn each_refusal_of_a_petition_has_its_own_sentence_and_each_state_its_label() {
    use petition::Why;
    let all = [
        Why::State,
        Why::NoOpinion,
        Why::Terminated,
        Why::Spent,
        Why::HearingOpen,
        Why::NotMissed,
        Why::OfItself,
        Why::NothingProposed,
    ];
    let refused =
        |why| petition::Refused { state: petition::State::Reviewing, command: petition::Command::Admit, why };
    told(all.map(|why| (refused(why).zh(), refused(why).en())));
    assert!(refused(Why::State).zh().contains("复查中") && refused(Why::State).en().contains("reviewing"));
    all_differ(petition::State::ALL.map(petition::State::zh));
    all_differ(petition::State::ALL.map(petition::State::as_str));
    assert_eq!(petition::State::Terminated.zh(), "已终结");
    let stages = [Stage::Handling, Stage::Review, Stage::Reexamination];
    assert_eq!(stages.map(Stage::zh), ["办理", "复查", "复核"]);
    assert_eq!(stages.map(Stage::as_str), ["handling", "review", "reexamination"]);
    assert_eq!(Lane::new(3).round, 3);
}

#[test]
fn each_refusal_of_an_assignment_names_what_was_asked_or_why() {
    use refusal::Why;
    let all = [
        Why::State,
        Why::NotSigned,
        Why::NoReturn,
        Why::NoReply,
        Why::NoReturns,
        Why::Designated,
        Why::Late,
        Why::Spent,
        Why::FirstReceiver,
    ];
    let refused = |why| Refused { state: State::Redirected, command: Command::Reassign, why };
    told(all.map(|why| (refused(why).zh(), refused(why).en())));
    assert_eq!(refused(Why::State).zh(), "当前状态为“已改派”，不能改派。");
    assert_eq!(
        refused(Why::State).en(),
        "cannot hand the case to another unit: the assignment is redirected"
    );
}
