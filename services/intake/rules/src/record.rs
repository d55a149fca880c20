//! What a record may hold beside the words: five elements, demand, risks, tags, grid (五要素 and what belongs to them).

use serde::Deserialize;

use crate::{
    FieldError,
    pack::{Label, Mistakes},
};

/// The five elements of a record, in the order in which they are asked.
pub const ELEMENTS: [&str; 5] = ["who", "when", "where", "cause", "course"];

/// Most characters of one element.
pub const ELEMENT_MOST: usize = 2000;

/// Most tags, purposes and risks of one record.
pub const TAGS_MOST: usize = 16;

/// A code with what people read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// Stable code, `snake_case`.
    pub code: String,
    /// What people read.
    pub label: Label,
}

/// The words a record may use; a list that is empty is not asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What is wanted (诉求目的).
    #[serde(default)]
    pub purposes: Vec<Coded>,
    /// Marks of risk: expectation gap, resentment, hype online.
    #[serde(default)]
    pub risks: Vec<Coded>,
}

/// A record as it was told; everything may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// The five elements, in the order of [`ELEMENTS`].
    pub elements: [Option<&'a str>; 5],
    /// Codes of what is wanted.
    pub purposes: &'a [String],
    /// Codes of risks.
    pub risks: &'a [String],
    /// Free tags of the subject.
    pub tags: &'a [String],
    /// Code of a grid within the region.
    pub grid: Option<&'a str>,
    /// The region of the organ before which it was brought.
    pub brought_to: Option<&'a str>,
}

/// Which of the five elements are missing.
#[must_use]
pub fn missing(elements: [Option<&str>; 5]) -> Vec<&'static str> {
    ELEMENTS
        .into_iter()
        .zip(elements)
        .filter(|(_, told)| told.is_none_or(|told| told.trim().is_empty()))
        .map(|(name, _)| name)
        .collect()
}

/// Lists every mistake of a record.
#[must_use]
pub fn check_record(told: &Told<'_>, words: &Words) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut add = |field, zh: String, en: String| errors.push(FieldError { field, zh, en });
    for (field, element) in ["record.who", "record.when", "record.where", "record.cause", "record.course"]
        .into_iter()
        .zip(told.elements)
    {
        let Some(element) = element else { continue };
        if element.chars().count() > ELEMENT_MOST {
            add(
                field,
                format!("最多 {ELEMENT_MOST} 字"),
                format!("at most {ELEMENT_MOST} characters are allowed"),
            );
        }
        if element.chars().any(|ch| ch.is_control() && !matches!(ch, '\t' | '\n' | '\r')) {
            add(field, "含有控制字符".into(), "has a control character".into());
        }
    }
    for (field, codes, known) in
        [("record.purposes", told.purposes, &words.purposes), ("record.risks", told.risks, &words.risks)]
    {
        if codes.iter().any(|code| !known.iter().any(|known| known.code == *code)) {
            let list: Vec<&str> = known.iter().map(|known| known.code.as_str()).collect();
            let list = list.join(", ");
            add(field, format!("应为以下之一：{list}"), format!("must be one of: {list}"));
        }
    }
    let short =
        |tag: &String| (1..=32).contains(&tag.trim().chars().count()) && !tag.chars().any(char::is_control);
    if !told.tags.iter().all(short) || told.tags.len() > TAGS_MOST {
        add(
            "record.tags",
            format!("最多 {TAGS_MOST} 个标签，每个 1 至 32 字"),
            format!("at most {TAGS_MOST} tags of 1 to 32 characters"),
        );
    }
    if !told.grid.is_none_or(is_grid) {
        add("record.grid", "不是网格编码".into(), "is not a grid code".into());
    }
    if told.brought_to.is_some_and(|code| code.parse::<ids::RegionCode>().is_err()) {
        add(
            "record.brought_to",
            "应为 6、9 或 12 位行政区划代码".into(),
            "must be a region code of 6, 9 or 12 digits".into(),
        );
    }
    errors
}

/// A grid code is the city's own: letters, digits and hyphens, at most 32.
fn is_grid(code: &str) -> bool {
    (1..=32).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(crate) fn validate(words: &Words, mistakes: &mut Mistakes) {
    for (name, list) in [("purposes", &words.purposes), ("risks", &words.risks)] {
        mistakes.coded(&format!("record.{name}"), list);
    }
}
