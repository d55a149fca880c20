//! Finds mobile and landline telephones and leaves case numbers and amounts alone.

use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Kind};

/// Mobile (with or without +86), landline with area code, and what follows a word for telephone.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:(?:\+|00)86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}",
        r"|(?:[(（]0(?:10|2[0-9]|[3-9][0-9]{2})[)）]|0(?:10|2[0-9]|[3-9][0-9]{2}))[-—－–‐ ]{0,3}[2-8][0-9]{2,3}[ -]?[0-9]{4}",
        r"|[2-8][0-9]{2,3}[ -]?[0-9]{4}",
    ))
    .expect("a pattern of the source")
});
/// Words behind which a number of seven or eight digits is a local telephone.
const CALLS: [&str; 9] = ["电话", "座机", "手机", "致电", "拨打", "联系方式", "热线", "传真", "联系"];
/// Words behind which eleven digits are no telephone.
const FILES: [&str; 12] =
    ["编号", "单号", "案号", "文号", "受理号", "流水号", "批号", "证号", "字第", "账号", "帐号", "户号"];

pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    for found in NUMBER.find_iter(text) {
        let (before, after) = (&text[..found.start()], &text[found.end()..]);
        if glued(before, after) {
            continue;
        }
        let lead = before.trim_end_matches([':', '：', ' ', '为', '是', '码', '号', '(', '（', '\u{a0}']);
        let local = found.as_str().starts_with(['2', '3', '4', '5', '6', '7', '8']);
        let behind_number =
            before.trim_end_matches(['、', '，', ',', '/', ' ', '或', '者']).ends_with("【电话】");
        let called = behind_number || CALLS.iter().any(|word| lead.ends_with(word));
        let filed =
            FILES.iter().any(|word| before.trim_end_matches([':', '：', ' ', '为', '是']).ends_with(word));
        if (local && !called) || filed {
            continue;
        }
        hits.push(Hit { range: found.range(), kind: Kind::Phone });
    }
}

/// Tells whether the number is only a part of a longer one, of a decimal amount or of a code.
fn glued(before: &str, after: &str) -> bool {
    let mut left = before.chars().rev();
    let mut right = after.chars();
    let (near_left, near_right) = (left.next(), right.next());
    let part = |near: Option<char>, far: Option<char>| match near {
        Some(ch) if ch.is_ascii_alphanumeric() || ch == '_' => true,
        Some('.' | '-') => far.is_some_and(|ch| ch.is_ascii_digit()),
        _ => false,
    };
    part(near_left, left.next())
        || part(near_right, right.next())
        || matches!(near_left, Some('¥' | '￥' | '$' | '〔' | '['))
        || matches!(near_right, Some('元' | '万' | '亿' | '%' | '㎡' | '米' | '吨'))
}
