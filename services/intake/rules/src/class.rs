//! 三分类 and the strict-and-fast list (从快从严): what raises the class of a matter, with the evidence.
//!
//! Source: seed of Dazhou (三分类; 重要民生、安全稳定、重大舆情、群体事件、重大案件从快从严办理). Which words and sizes mean which
//! entry is data of the pack. The machine only raises a class; lowering it is a person's decision with a reason.

use serde::Deserialize;

use crate::pack::{Basis, Label, Mistakes};
use crate::words::KINDS;

/// How a matter is read (三分类), apart from how urgent it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// 一般件.
    #[default]
    Ordinary,
    /// 急阅件: a leader reads it at once.
    UrgentRead,
    /// 重要件.
    Important,
}

impl Class {
    /// Every class, the lightest first.
    pub const ALL: [Self; 3] = [Self::Ordinary, Self::UrgentRead, Self::Important];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::UrgentRead => "urgent-read",
            Self::Important => "important",
        }
    }

    /// Reads the word of a table or of a request.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }
}

/// One entry of the strict-and-fast list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fast {
    /// Stable code, `snake_case`.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// Words of title or text, any of which means this entry.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Kinds to which the entry is limited; empty means all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// A group of so many persons means this entry, whatever the words.
    #[serde(default)]
    pub people_from: Option<u32>,
    /// The class that the entry raises a matter to.
    pub class: Class,
    /// How binding it is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// What of a matter is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// Its title, cleaned.
    pub title: &'a str,
    /// Its text, cleaned.
    pub text: &'a str,
    /// How many persons tell it together; 1 when nothing was said.
    pub people: u32,
}

/// Why an entry of the list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// This word of the pack's own list stands in title or text.
    Word(String),
    /// The group has so many persons.
    People(u32),
}

/// An entry that holds, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    /// Code of the entry.
    pub code: &'a str,
    /// The class that it raises to.
    pub class: Class,
    /// Why.
    pub evidence: Evidence,
}

/// Finds every entry of the list that holds, in the order of the pack.
#[must_use]
pub fn fast<'a>(list: &'a [Fast], look: Look<'_>) -> Vec<Hit<'a>> {
    list.iter()
        .filter(|entry| entry.kinds.is_empty() || entry.kinds.iter().any(|kind| kind == look.kind))
        .filter_map(|entry| {
            let said =
                |word: &&String| look.title.contains(word.as_str()) || look.text.contains(word.as_str());
            let crowd = entry.people_from.filter(|least| look.people >= *least);
            let evidence = match (entry.keywords.iter().find(said), crowd) {
                (Some(word), _) => Evidence::Word(word.clone()),
                (None, Some(_)) => Evidence::People(look.people),
                (None, None) => return None,
            };
            Some(Hit { code: &entry.code, class: entry.class, evidence })
        })
        .collect()
}

/// The class that a matter has by the list and by what was given: the heaviest of all, with the entry that made it so.
#[must_use]
pub fn classify<'a>(given: Option<Class>, hits: &[Hit<'a>]) -> (Class, Option<&'a str>) {
    let given = given.unwrap_or_default();
    // The first of the heaviest, so that the order of the pack decides between equals.
    let heaviest = hits.iter().rev().max_by_key(|hit| hit.class);
    (heaviest.map_or(given, |hit| hit.class.max(given)), heaviest.map(|hit| hit.code))
}

pub(crate) fn validate(list: &[Fast], mistakes: &mut Mistakes) {
    for (at, entry) in list.iter().enumerate() {
        let key = format!("fast[{at}]");
        mistakes.code(&key, &entry.code);
        mistakes.label(&key, &entry.label);
        mistakes.known_or_none(&format!("{key}.kinds"), &entry.kinds, KINDS);
        if list[..at].iter().any(|earlier| earlier.code == entry.code) {
            mistakes.add(&key, "code is there twice");
        }
        if entry.keywords.is_empty() && entry.people_from.is_none() {
            mistakes.add(&key, "needs keywords or people_from");
        }
        if entry.keywords.iter().any(|word| word.trim().is_empty()) {
            mistakes.add(&key, "an empty keyword would mean everything");
        }
        if entry.people_from.is_some_and(|least| least < 2) {
            mistakes.add(&key, "people_from below 2 would mean everybody");
        }
    }
}
