//! What comes back from a unit: lengths at their ends, and codes that nobody knows told without what could harm.

use routing_rules::{
    Urgency,
    handling::Draft as StepDraft,
    reply::{Draft, Flaw, check},
};

use super::pack;

fn flaws(change: &str, historic: bool, draft: &Draft<'_>) -> Vec<Flaw> {
    check(&pack(change), Urgency::Ordinary, historic, draft)
}

#[test]
fn a_public_text_has_as_many_characters_as_the_pack_says_at_both_ends() {
    let rules = "[reply]\nmin_chars = 3\nmax_chars = 5\nrequired = { default = [] }";
    let fields = |text: &str, historic| -> Vec<String> {
        let draft = Draft { public_text: text, outcome: None, ..Draft::default() };
        flaws(rules, historic, &draft).into_iter().map(|flaw| format!("{} {}", flaw.field, flaw.en)).collect()
    };
    let told = |chars: usize, historic| fields(&"灯".repeat(chars), historic);
    assert_eq!(told(3, false), [""; 0]);
    assert_eq!(told(5, false), [""; 0]);
    assert_eq!(told(0, false), [""; 0], "whether there must be one is another rule");
    assert_eq!(told(2, false), ["public_text has 2 characters, at least 3 are needed"]);
    assert_eq!(told(6, false), ["public_text has 6 characters, at most 5 are allowed"]);
    assert_eq!(told(2, true), [""; 0], "an old reply may be short");
    assert_eq!(told(6, true), ["public_text has 6 characters, at most 5 are allowed"]);
}

#[test]
fn a_code_that_nobody_knows_is_told_short_and_without_control_characters() {
    let code = format!("a\u{7}b{}", "c".repeat(60));
    let shown = format!("ab{}", "c".repeat(38));
    let draft = Draft { outcome: Some(&code), ..Draft::default() };
    let found = flaws("[reply]\nrequired = { default = [] }", false, &draft);
    let flaw = found.iter().find(|flaw| flaw.field == "outcome").unwrap();
    assert!(flaw.zh.contains(&format!("“{shown}”")), "{}", flaw.zh);

    let handling = pack("").handling.unwrap();
    let means = [code];
    let draft = StepDraft { means: &means, ..StepDraft::default() };
    let found = handling.check(&handling.step[0], false, &draft);
    let flaw = found.iter().find(|flaw| flaw.zh.contains("可选")).unwrap();
    assert_eq!(flaw.field, "means");
    assert!(flaw.zh.contains(&format!("“{shown}”")) && flaw.en.starts_with(&format!("{shown} is none of")));
}
