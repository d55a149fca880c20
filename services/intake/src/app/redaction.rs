//! Redaction for the public: what is known of who told it, then what the rules recognise; shown piece by piece.

use serde::{Deserialize, Serialize};
use text::Kind;
use utoipa::ToSchema;

use crate::app::party::Party;

const KINDS: [Kind; 8] = [
    Kind::IdNumber,
    Kind::BankCard,
    Kind::Phone,
    Kind::Email,
    Kind::Plate,
    Kind::Account,
    Kind::Address,
    Kind::Name,
];

/// A piece of a text beside what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Piece {
    /// As it was written.
    pub(crate) was: String,
    /// What stands there now; missing where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is: Option<String>,
}

/// Takes out what must not be public.
pub(crate) fn redact(party: &Party, words: &str) -> String {
    text::redact(&hide(party, words)).text
}

/// Takes out who told it, with the telephone in whatever way it is written.
pub(crate) fn hide(party: &Party, words: &str) -> String {
    let mut words = party.hide(words);
    let digits = party.phone.as_deref().map(intake_rules::digits).unwrap_or_default();
    // With the code of the country or without it.
    let digits: Vec<char> =
        digits.strip_prefix("86").filter(|own| own.len() == 11).unwrap_or(&digits).chars().collect();
    if digits.len() < 5 {
        return words;
    }
    while let Some(range) = spelled(&words, &digits) {
        words.replace_range(range, Kind::Phone.placeholder());
    }
    words
}

/// Where digits stand in a text, with nothing but spaces and strokes between them.
fn spelled(text: &str, digits: &[char]) -> Option<std::ops::Range<usize>> {
    text.char_indices().find_map(|(from, _)| {
        let mut left = digits.iter();
        let mut next = left.next()?;
        for (at, ch) in text[from..].char_indices() {
            let plain = match ch {
                '０'..='９' => char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch),
                other => other,
            };
            if plain == *next {
                match left.next() {
                    Some(digit) => next = digit,
                    None => return Some(from..from + at + ch.len_utf8()),
                }
            } else if at == 0 || !matches!(plain, '-' | ' ' | '\u{3000}' | '－' | '—' | '·' | '.') {
                return None;
            }
        }
        None
    })
}

/// What a text that a person has edited still tells of somebody, apart from the kinds that the person lets stand: the
/// telephone of an office is no secret. Of who told the matter nothing may stand, whatever is let.
pub(crate) fn leftovers(party: &Party, words: &str, let_stand: &[Kind]) -> Vec<Kind> {
    let mut left: Vec<Kind> =
        text::redact(words).found.into_iter().filter(|kind| !let_stand.contains(kind)).collect();
    if hide(party, words) != words {
        left.push(Kind::Name);
    }
    left.sort_unstable();
    left.dedup();
    left
}

/// Reads the word of a kind.
pub(crate) fn kind(word: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| self::word(*kind) == word)
}

/// The word of a kind, as in JSON.
pub(crate) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::IdNumber => "id_number",
        Kind::BankCard => "bank_card",
        Kind::Phone => "phone",
        Kind::Email => "email",
        Kind::Plate => "plate",
        Kind::Account => "account",
        Kind::Address => "address",
        Kind::Name => "name",
    }
}

/// Lays a redacted text beside its original: what lies between two placeholders stands in both, in the same order.
pub(crate) fn pieces(original: &str, redacted: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut was, mut is) = (original, redacted);
    loop {
        let next = KINDS
            .into_iter()
            .filter_map(|kind| Some((is.find(kind.placeholder())?, kind.placeholder())))
            .min_by_key(|(at, _)| *at);
        let Some((at, placeholder)) = next.filter(|(at, _)| was.starts_with(&is[..*at])) else {
            push(&mut pieces, was, is);
            return pieces;
        };
        push(&mut pieces, &is[..at], &is[..at]);
        was = &was[at..];
        is = &is[at + placeholder.len()..];
        // Several placeholders side by side are one piece.
        let mut put = placeholder.to_owned();
        while let Some(more) = KINDS.into_iter().map(Kind::placeholder).find(|more| is.starts_with(more)) {
            put.push_str(more);
            is = &is[more.len()..];
        }
        let literal =
            KINDS.into_iter().filter_map(|kind| is.find(kind.placeholder())).min().unwrap_or(is.len());
        let until = match literal {
            0 => Some(was.len()),
            // The last stretch stands at the end of both.
            _ if literal == is.len() => was.ends_with(is).then(|| was.len() - is.len()),
            _ => was.find(&is[..literal]),
        };
        let Some(until) = until else {
            push(&mut pieces, was, &format!("{put}{is}"));
            return pieces;
        };
        push(&mut pieces, &was[..until], &put);
        was = &was[until..];
    }
}

fn push(pieces: &mut Vec<Piece>, was: &str, is: &str) {
    if was != is {
        pieces.push(Piece { was: was.to_owned(), is: Some(is.to_owned()) });
    } else if !was.is_empty() {
        pieces.push(Piece { was: was.to_owned(), is: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(original: &str, redacted: &str) -> String {
        let piece = |piece: Piece| match piece.is {
            Some(is) => format!("[{}→{is}]", piece.was),
            None => piece.was,
        };
        pieces(original, redacted).into_iter().map(piece).collect()
    }

    #[test]
    fn what_was_taken_out_stands_beside_what_was_put_in() {
        let original = "联系电话13800000000，车牌川A12345，谢谢";
        let redacted = redact(&Party::default(), original);
        assert_eq!(
            show(original, &redacted),
            "联系电话[13800000000→【电话】]，车牌[川A12345→【车牌】]，谢谢"
        );
        assert_eq!(show("无", "无"), "无");
        assert_eq!(show("", ""), "");
        assert_eq!(show("电话13800000000", "电话【电话】"), "电话[13800000000→【电话】]");
        assert_eq!(show("甲乙", "【姓名】【电话】"), "[甲乙→【姓名】【电话】]");
        assert_eq!(show("完全不同", "别的【电话】话"), "[完全不同→别的【电话】话]");
    }

    #[test]
    fn pieces_put_together_are_both_texts() {
        let original = "张三的电话13800000000和13900000000，身份证11010519491231002X。";
        let party = Party { name: Some("张三".to_owned()), ..Party::default() };
        let redacted = redact(&party, original);
        let pieces = pieces(original, &redacted);
        assert_eq!(pieces.iter().map(|piece| piece.was.as_str()).collect::<String>(), original);
        let is = pieces.iter().map(|piece| piece.is.as_deref().unwrap_or(&piece.was));
        assert_eq!(is.collect::<String>(), redacted);
        assert!(!redacted.contains("张三") && !redacted.contains("1380"));
    }

    #[test]
    fn an_office_may_be_called_but_who_told_it_never_stands() {
        let party = Party { phone: Some("13800000000".to_owned()), ..Party::default() };
        let words = "请拨打13900000000";
        assert_eq!(leftovers(&party, words, &[]), [Kind::Phone]);
        assert_eq!(leftovers(&party, words, &[Kind::Phone]), []);
        assert_eq!(leftovers(&party, "请拨打13800000000", &[Kind::Phone]), [Kind::Name]);
        let party = Party { phone: Some("+86 138-0000-0000".to_owned()), ..Party::default() };
        for words in ["拨打13800000000", "拨打138 0000 0000", "拨打１３８-0000－0000。"] {
            assert_eq!(leftovers(&party, words, &[Kind::Phone]), [Kind::Name], "{words}");
        }
        assert_eq!(leftovers(&party, "拨打1380000000、13800000001", &[Kind::Phone]), []);
        assert!(KINDS.into_iter().all(|of| kind(word(of)) == Some(of)));
    }
}
