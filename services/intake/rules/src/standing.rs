//! First-time, repeat, collective, skip-level: found by rule on the matter at hand, with the evidence shown.
//!
//! | finding | holds when |
//! |---|---|
//! | 重复 repeat | the same party brought the same matter before (《信访工作条例》 Art. 19, 36) |
//! | 初次 first | it is known who tells it, and nothing earlier of the same party is the same matter |
//! | 集体 collective | the group has as many persons as the pack says |
//! | 越级 skip-level | it was brought more than one level above the matter's place (Art. 20) |
//!
//! The same matter is the same subject and place or words that are alike. No authoritative text says how alike, so the pack does.
//! Nothing is kept about a person: every question looks at the cases again.

use serde::Deserialize;

use crate::{
    group::Group,
    pack::{Basis, Mistakes},
};

/// How alike two matters must be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sameness {
    /// Share of word pairs in common from which on two texts are the same matter, in thousandths.
    pub likeness: u16,
    /// The same, where subject and region are equal.
    pub likeness_of_subject: u16,
    /// Share from which on a case is shown as a suggestion, in thousandths.
    pub suggest: u16,
    /// How binding it is.
    #[serde(default)]
    pub basis: Basis,
    /// Where it comes from, in words.
    #[serde(default)]
    pub source: String,
}

/// An earlier case of the same party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Likeness of the words, in thousandths.
    pub likeness: u16,
    /// The subject is the same; both have one.
    pub same_subject: bool,
    /// The region is the same.
    pub same_region: bool,
}

/// The matter at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matter<'a> {
    /// It is known who tells it.
    pub party_known: bool,
    /// Persons that tell it together.
    pub people: u32,
    /// Where it lies.
    pub region: &'a str,
    /// The region of the organ before which it was brought, where that was written down.
    pub brought_to: Option<&'a str>,
}

/// A finding with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// 初次.
    First,
    /// 重复: the places of the same matters in the list of earlier cases.
    Repeat(Vec<usize>),
    /// 集体: so many persons.
    Collective(u32),
    /// 越级.
    SkipLevel {
        /// Level of the matter's place: 1 province to 5 village.
        place: u8,
        /// Level of the organ.
        organ: u8,
    },
}

impl Finding {
    /// The word in answers and events.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Repeat(_) => "repeat",
            Self::Collective(_) => "collective",
            Self::SkipLevel { .. } => "skip-level",
        }
    }
}

/// Says whether a list of findings is told, when another one was told last or none was. That a matter is told for the first time is
/// the rule: alone it is told only where something else was told before.
#[must_use]
pub fn worth_telling(last: Option<&[String]>, now: &[Finding]) -> bool {
    let words = |findings: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        findings.filter(|word| *word != "first").map(str::to_owned).collect()
    };
    let last = words(&mut last.unwrap_or_default().iter().map(String::as_str));
    last != words(&mut now.iter().map(Finding::as_str))
}

impl Sameness {
    /// Says whether an earlier case is the same matter.
    #[must_use]
    pub fn is_same(&self, earlier: &Earlier) -> bool {
        let placed = earlier.same_subject && earlier.same_region;
        earlier.likeness >= self.likeness || (placed && earlier.likeness >= self.likeness_of_subject)
    }
}

/// Finds what holds of the matter at hand.
#[must_use]
pub fn findings(matter: Matter<'_>, earlier: &[Earlier], sameness: &Sameness, group: &Group) -> Vec<Finding> {
    let mut found = Vec::new();
    let same: Vec<usize> =
        earlier.iter().enumerate().filter(|(_, case)| sameness.is_same(case)).map(|(at, _)| at).collect();
    if !same.is_empty() {
        found.push(Finding::Repeat(same));
    } else if matter.party_known {
        found.push(Finding::First);
    }
    if group.is_collective(matter.people) {
        found.push(Finding::Collective(matter.people));
    }
    if let (Some(organ), Some(place)) = (matter.brought_to.and_then(level), level(matter.region))
        && organ + 1 < place
    {
        found.push(Finding::SkipLevel { place, organ });
    }
    found
}

/// The level of a region code: 1 province, 2 city, 3 county, 4 township, 5 village.
#[must_use]
pub fn level(code: &str) -> Option<u8> {
    let region: ids::RegionCode = code.parse().ok()?;
    Some(match region.stem().len() {
        0..=2 => 1,
        3..=4 => 2,
        5..=6 => 3,
        7..=9 => 4,
        _ => 5,
    })
}

pub(crate) fn validate(sameness: &Sameness, mistakes: &mut Mistakes) {
    for (key, share) in [
        ("same.likeness", sameness.likeness),
        ("same.likeness_of_subject", sameness.likeness_of_subject),
        ("same.suggest", sameness.suggest),
    ] {
        if share == 0 || share > 1000 {
            mistakes.add(key, "must be 1 to 1000");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_told_when_it_says_something_new() {
        let told = |last: Option<&[&str]>, now: &[Finding]| {
            let last: Option<Vec<String>> = last.map(|last| last.iter().map(|&word| word.into()).collect());
            worth_telling(last.as_deref(), now)
        };
        let group = Finding::Collective(5);
        assert!(!told(None, &[]) && !told(None, &[Finding::First]) && !told(Some(&["first"]), &[]));
        assert!(told(None, std::slice::from_ref(&group)));
        assert!(told(None, &[Finding::Repeat(vec![0])]));
        assert!(
            !told(Some(&["collective"]), &[Finding::First, group.clone()]),
            "that it is the first adds nothing"
        );
        assert!(told(Some(&["collective"]), &[Finding::First]), "it is no longer collective");
        assert!(told(Some(&["collective"]), &[group, Finding::SkipLevel { place: 3, organ: 1 }]));
    }
}
