//! Findings in replies, tried.

use super::*;
use crate::pack::RoutingPack;

fn checks() -> Checks {
    let text = include_str!("../../../../../deploy/policy/mailbox-002/routing.toml");
    toml::from_str::<RoutingPack>(text).unwrap().reply.checks.unwrap()
}

fn found(text: &str, like: Likeness) -> Vec<Found> {
    checks().find(text, like).into_iter().map(|(found, _)| found).collect()
}

#[test]
fn a_receipt_is_not_an_answer() {
    assert_eq!(found("您好！您的留言收悉。", Likeness::default()), [Found::Receipt]);
    assert_eq!(found("已收悉", Likeness::default()), [Found::Receipt]);
    assert!(found("您好，路灯已于昨日修复。", Likeness::default()).is_empty());
}

#[test]
fn signs_between_the_characters_hide_no_word() {
    for text in [
        "您 的 来 信 收 悉 。",
        "您好!您的留言,已·收·悉。",
        "来信收悉,已转相关部门。感谢您!",
        "已收悉，已转办",
    ] {
        assert_eq!(found(text, Likeness::default()), [Found::Receipt], "{text}");
    }
    assert_eq!(found("我单位将 尽·快处理。", Likeness::default()), [Found::PromiseOnly]);
    assert_eq!(found("此事与 我，局 无 关。", Likeness::default()), [Found::Blame]);
    assert!(found("钥匙不归。我局已修复。", Likeness::default()).is_empty(), "two sentences make no word");
    assert!(found("您好！感谢您！", Likeness::default()).is_empty(), "courtesies alone are no receipt");
    assert!(found("收悉。路灯修好了。", Likeness::default()).is_empty());
}

#[test]
fn a_promise_alone_is_found_and_one_beside_facts_is_not() {
    assert_eq!(found("您好，我单位将尽快处理。", Likeness::default()), [Found::PromiseOnly]);
    assert!(found("经查情况属实，我单位将尽快处理。", Likeness::default()).is_empty());
    assert_eq!(found("此事与我局无关，请找物业。", Likeness::default()), [Found::Blame]);
    assert_eq!(checks().find("此事与我局无关。", Likeness::default()), [(Found::Blame, "与我局无关")]);
}

#[test]
fn copied_text_is_found_from_the_threshold_on_and_only_where_it_is_long() {
    let long = "路灯于三月二日修复".repeat(7);
    let copied = checks().copied.unwrap();
    let like =
        |replies, question| Likeness { to_replies: PerMille(replies), to_question: PerMille(question) };
    assert_eq!(found(&long, like(900, 0)), [Found::CopiedReply]);
    assert_eq!(found(&long, like(0, 900)), [Found::CopiedQuestion]);
    assert!(found(&long, like(899, 899)).is_empty());
    assert!(found("路灯于三月二日修复", like(1000, 1000)).is_empty(), "short answers are alike of necessity");
    let exact = "灯".repeat(copied.min_chars);
    assert!(copied.looks_at(&exact) && !copied.looks_at(&exact[3..]));
    assert!(!copied.looks_at(&format!("{}。。。", &exact[3..])), "punctuation does not count");
}

#[test]
fn only_a_receipt_can_never_be_overridden() {
    for found in Found::ALL {
        assert_eq!(found.soft(), found != Found::Receipt, "{found:?}");
        let flaw = found.flaw("将尽快");
        assert_eq!(flaw.zh.contains("override_reason"), found.soft());
        assert_eq!(flaw.en.contains("override_reason"), found.soft());
        assert_eq!(flaw.field, "public_text");
    }
}

#[test]
fn who_is_met_is_a_matter_of_class_or_urgency() {
    let meeting = Meeting { classes: vec![Class::Important], urgencies: vec![Urgency::ExtraUrgent] };
    assert!(meeting.owed(Class::Important, Urgency::Ordinary));
    assert!(meeting.owed(Class::Ordinary, Urgency::ExtraUrgent));
    assert!(!meeting.owed(Class::UrgentRead, Urgency::Urgent));
    assert!(!Meeting::default().owed(Class::Important, Urgency::ExtraUrgent));
}
