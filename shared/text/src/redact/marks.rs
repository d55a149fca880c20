//! Finds what carries its own sign: mail addresses, number plates, WeChat and QQ accounts.

use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Kind};

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
        .expect("a pattern of the source")
});
static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Za-hj-np-z][·•.\\- ]?\
         [A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9学警港澳挂使领]",
    )
    .expect("a pattern of the source")
});
static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "(?:微信|[Ww]e[Cc]hat|[Vv][Xx]|[Ww][Xx]|[Qq]{2}|扣扣|企鹅)(?:号码|账号|帐号|号|群|群号)?\
         (?:[ ]?[:：是为][ ]?([A-Za-z0-9_-]{5,20})|[ ]?([1-9][0-9]{4,10}))",
    )
    .expect("a pattern of the source")
});

/// Says which signs a text has at all, so that most messages never meet the heavier patterns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signs {
    /// A digit.
    pub(super) digits: bool,
    at: bool,
    /// A latin letter right behind a character that is not ASCII.
    letter_behind_han: bool,
    account: bool,
}

impl Signs {
    pub(super) fn of(text: &str) -> Self {
        let mut signs = Self {
            account: text.contains("微信") || text.contains("扣扣") || text.contains("企鹅"),
            ..Self::default()
        };
        let mut last = b' ';
        for byte in text.bytes() {
            signs.digits |= byte.is_ascii_digit();
            signs.at |= byte == b'@';
            signs.letter_behind_han |= last >= 0x80 && byte.is_ascii_alphabetic();
            signs.account |= matches!(
                (last, byte),
                (b'q' | b'Q', b'q' | b'Q') | (b'w' | b'W' | b'v' | b'V', b'x' | b'X' | b'e' | b'E')
            );
            last = byte;
        }
        signs
    }
}

pub(super) fn find(text: &str, signs: Signs, hits: &mut Vec<Hit>) {
    if signs.at {
        hits.extend(EMAIL.find_iter(text).map(|found| Hit { range: found.range(), kind: Kind::Email }));
    }
    if signs.letter_behind_han {
        for found in PLATE.find_iter(text) {
            let after = text[found.end()..].chars().next();
            let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
            if digits > 0 && !after.is_some_and(|ch| ch.is_ascii_alphanumeric()) {
                hits.push(Hit { range: found.range(), kind: Kind::Plate });
            }
        }
    }
    if signs.account {
        for found in ACCOUNT.captures_iter(text) {
            if let Some(account) = found.get(1).or(found.get(2)) {
                hits.push(Hit { range: account.range(), kind: Kind::Account });
            }
        }
    }
}
