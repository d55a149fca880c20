//! Replaces personal data in a message by placeholders that say what stood there.
//!
//! Amounts, dates and case numbers stay. What is in doubt and looks like a person's number goes: the whole text is kept
//! sealed elsewhere, and a redacted one only has to be read.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

mod address;
mod identity;
mod marks;
mod name;
mod phone;

/// Names what kind of personal data was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Identity number of a resident, 18 digits (GB 11643-1999) or the older 15.
    IdNumber,
    /// Bank card with a right check digit (ISO/IEC 7812-1).
    BankCard,
    /// Mobile or landline telephone.
    Phone,
    /// Mail address.
    Email,
    /// Number plate of a vehicle (GA 36).
    Plate,
    /// WeChat or QQ account named as such.
    Account,
    /// House, unit and room of a dwelling.
    Address,
    /// Name of a person behind a word that announces one.
    Name,
}

impl Kind {
    /// Gives the placeholder that takes the place of the data.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::IdNumber => "【证件号】",
            Self::BankCard => "【银行卡】",
            Self::Phone => "【电话】",
            Self::Email => "【邮箱】",
            Self::Plate => "【车牌】",
            Self::Account => "【账号】",
            Self::Address => "【地址】",
            Self::Name => "【姓名】",
        }
    }
}

/// Holds a redacted text and what was found, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text with placeholders; all that is not personal data is as it was.
    pub text: String,
    /// One entry for each placeholder that was put in.
    pub found: Vec<Kind>,
}

/// One place in the text that holds personal data.
struct Hit {
    range: Range<usize>,
    kind: Kind,
}

/// Redacts a text; redacting a second time changes nothing. The text should be cleaned before.
#[must_use]
pub fn redact(text: &str) -> Redacted {
    let mut text = text.to_owned();
    let mut places = Vec::new();
    // A placeholder may lay open what stood behind it, so look again until nothing is left; each turn has fewer places.
    loop {
        let hits = find(&text);
        if hits.is_empty() {
            let found = places.into_iter().map(|(_, kind)| kind).collect();
            return Redacted { text, found };
        }
        (text, places) = replace(&text, &places, &hits);
    }
}

/// Finds what to replace, without overlaps; of two that overlap the kind named first in [`Kind`] wins.
fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let signs = marks::Signs::of(text);
    if signs.digits {
        identity::find(text, &mut hits);
        phone::find(text, &mut hits);
    }
    address::find(text, &mut hits);
    marks::find(text, signs, &mut hits);
    name::find(text, &mut hits);
    hits.sort_by_key(|hit| (hit.kind, hit.range.start));
    let mut kept: BTreeMap<usize, Hit> = BTreeMap::new();
    for hit in hits {
        let before = kept.range(..hit.range.end).next_back();
        if before.is_none_or(|(_, other)| other.range.end <= hit.range.start) {
            kept.insert(hit.range.start, hit);
        }
    }
    kept.into_values().collect()
}

/// Puts the placeholders in; `places` are those put in before, by their position.
fn replace(old: &str, places: &[(usize, Kind)], hits: &[Hit]) -> (String, Vec<(usize, Kind)>) {
    let mut text = String::with_capacity(old.len());
    let mut moved = Vec::with_capacity(places.len() + hits.len());
    let mut before = places.iter().peekable();
    let mut from = 0;
    for hit in hits {
        while let Some((at, kind)) = before.next_if(|(at, _)| *at < hit.range.start) {
            moved.push((text.len() + at - from, *kind));
        }
        text.push_str(&old[from..hit.range.start]);
        moved.push((text.len(), hit.kind));
        text.push_str(hit.kind.placeholder());
        from = hit.range.end;
    }
    moved.extend(before.map(|(at, kind)| (text.len() + at - from, *kind)));
    text.push_str(&old[from..]);
    (text, moved)
}

#[cfg(test)]
mod tests;
