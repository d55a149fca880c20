//! The dirt that real message boards leave, and that cleaning twice is cleaning once.

use proptest::prelude::*;

use super::{Removed, clean};

#[test]
fn dirt_goes_and_words_stay() {
    for (raw, clear) in [
        ("\n\t\t\t\n\t\t路灯不亮。\n\t\t\n\t\t\n", "路灯不亮。"),
        ("\u{3000}\u{3000}第一段。\r\n\u{3000}\u{3000}第二段。\r", "第一段。\n第二段。"),
        ("一\u{a0}\u{a0}二\t三", "一 二 三"),
        ("一\r\r\n二\r三", "一\n二\n三"),
        ("一\n \n\n\n二", "一\n\n二"),
        ("一。_x000D_\n二。_x000D_", "一。\n二。"),
        ("一。\r_x000D_\u{200b}\n二", "一。\n二"),
        ("file_x0041_b", "file_x0041_b"),
        (r"您好：\r\n一。\n二\tC:\new", "您好：\n一。\n二 C:\\new"),
        ("路\u{200b}灯\u{feff}不\u{202e}亮\u{0}", "路灯不亮"),
        ("&#36335;&#28783;&nbsp;&amp;nbsp;&lt;不亮&gt;&hellip;", "路灯 <不亮>…"),
        ("A&B;C & D;&unknown;", "A&B;C & D;&unknown;"),
        ("請有關(guān)部門，學(xué)校(A)區(qu)", "請有關部門，學校(A)區(qu)"),
        ("Ｈ３县１２３，（全角）：！", "H3县123，（全角）：！"),
        ("e\u{301}", "é"),
        ("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"),
        (" \u{3000}\n", ""),
    ] {
        assert_eq!(clean(raw).text, clear, "{raw:?}");
    }
}

#[test]
fn what_went_is_counted() {
    let removed = clean("\n一\u{200b}\u{7}_x000D_\n&nbsp;關(guān)\u{fffd}\r\n").removed;
    let expected = Removed {
        breaks: 4,
        spaces: 1,
        controls: 1,
        invisible: 1,
        escapes: 1,
        entities: 1,
        glosses: 1,
        folded: 0,
        mended: false,
        lost: 1,
    };
    assert_eq!(removed, expected);
}

#[test]
fn a_clean_text_is_not_touched() {
    let told = "尊敬的领导：\n您好！我家（3栋）停水2天了，请问何时恢复？\n\n谢谢。";
    let cleaned = clean(told);
    assert_eq!((cleaned.text.as_str(), cleaned.removed), (told, Removed::default()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn cleaning_twice_is_cleaning_once(parts in proptest::collection::vec(prop_oneof![
        Just("&"), Just("amp;"), Just("#38;"), Just("nbsp;"), Just(";"), Just("_x000D_"), Just("_x0020_"), Just("_"),
        Just("x000D_"), Just("("), Just("guān"), Just("a&#772;"), Just(")"), Just("關"), Just(" "), Just("\n"), Just("\r"),
        Just("\u{3000}"), Just("\u{200b}"), Just("\u{200d}"), Just("👨"), Just("\u{301}"), Just("é"), Just("Ａ"), Just("路灯"),
    ], 0..24)) {
        let once = clean(&parts.concat()).text;
        prop_assert_eq!(&clean(&once).text, &once);
    }

    #[test]
    fn any_text_comes_out_tidy(raw in any::<String>()) {
        let once = clean(&raw).text;
        prop_assert_eq!(&clean(&once).text, &once);
        prop_assert!(!once.chars().any(|ch| ch.is_control() && ch != '\n'));
        prop_assert_eq!(once.trim(), &once);
    }
}
