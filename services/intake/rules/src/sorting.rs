//! 五类分流: the five-way sorting of what comes in, by the lists of the pack; and the kinds and lanes of petitions.
//!
//! | lane | what follows |
//! |---|---|
//! | handle | in scope: accepted |
//! | transfer | 110, 119, 120, 122: handed over at once |
//! | route | a statutory route or the petition channel: the route is told |
//! | explain | unlawful, secret or private: explained |
//! | police | malicious disturbance: the lead goes to the police |
//!
//! Source: 国办函〔2025〕66号. A list only suggests: what it finds is shown with the word that it found, and a person decides.
//! Where nothing is found the matter is in scope, because acceptance is the rule.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    pack::{Basis, Label, Mistakes},
    words::KINDS,
};

/// Where a matter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Danger to life or property: at once.
    Transfer,
    /// A lead for the police.
    Police,
    /// Explained.
    Explain,
    /// Told the route.
    Route,
    /// In scope.
    Handle,
}

impl Lane {
    /// Every lane; the first that is found goes before the others.
    pub const ALL: [Self; 5] = [Self::Transfer, Self::Police, Self::Explain, Self::Route, Self::Handle];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Police => "police",
            Self::Explain => "explain",
            Self::Route => "route",
            Self::Handle => "handle",
        }
    }

    /// What Chinese readers see.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Transfer => "立即转接紧急热线",
            Self::Police => "线索移交公安机关",
            Self::Explain => "做好解释说明",
            Self::Route => "告知法定途径或信访渠道",
            Self::Handle => "受理办理",
        }
    }
}

/// One list of the pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sieve {
    /// Where what it finds goes.
    pub lane: Lane,
    /// The reason of the pack that belongs to it; none for matters in scope.
    #[serde(default)]
    pub reason: Option<String>,
    /// Words, any of which is enough.
    pub keywords: Vec<String>,
    /// How binding the list is.
    #[serde(default)]
    pub basis: Basis,
    /// Where it comes from, in words.
    #[serde(default)]
    pub source: String,
}

/// What the lists suggest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted<'a> {
    /// Where it goes.
    pub lane: Lane,
    /// Reason code of the pack.
    pub reason: Option<&'a str>,
    /// The word that was found; none where nothing was.
    pub word: Option<&'a str>,
}

/// Sorts words by the lists of a pack.
#[must_use]
pub fn sort<'a>(sieves: &'a [Sieve], title: &str, text: &str) -> Sorted<'a> {
    let found = sieves.iter().filter_map(|sieve| {
        let word = sieve
            .keywords
            .iter()
            .find(|word| title.contains(word.as_str()) || text.contains(word.as_str()))?;
        Some(Sorted { lane: sieve.lane, reason: sieve.reason.as_deref(), word: Some(word) })
    });
    found.min_by_key(|sorted| sorted.lane).unwrap_or(Sorted { lane: Lane::Handle, reason: None, word: None })
}

/// Kinds and lanes of petitions (建议意见 / 检举控告 / 申诉求决; 《信访工作条例》 Art. 29 to 31).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Petitions {
    /// Kind of a message → kind of a petition.
    #[serde(default)]
    pub kinds: BTreeMap<String, String>,
    /// The kinds and lanes that a person may name.
    #[serde(default)]
    pub lanes: Vec<PetitionLane>,
}

/// A kind of petition, or one lane of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PetitionLane {
    /// Stable code, `snake_case`.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// The reason for which a matter of this lane is not handled here, where there is one.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Petitions {
    /// The kind of petition that a kind of message is.
    #[must_use]
    pub fn of(&self, kind: &str) -> Option<&str> {
        self.kinds.get(kind).map(String::as_str)
    }

    /// The lane with this code.
    #[must_use]
    pub fn lane(&self, code: &str) -> Option<&PetitionLane> {
        self.lanes.iter().find(|lane| lane.code == code)
    }
}

pub(crate) fn validate(sieves: &[Sieve], petitions: &Petitions, reasons: &[&str], mistakes: &mut Mistakes) {
    let known = |reason: Option<&str>| reason.is_none_or(|reason| reasons.contains(&reason));
    for (at, sieve) in sieves.iter().enumerate() {
        let key = format!("sorting[{at}]");
        if sieve.keywords.is_empty() || sieve.keywords.iter().any(|word| word.trim().is_empty()) {
            mistakes.add(&key, "needs keywords, none of them empty");
        }
        if !known(sieve.reason.as_deref()) {
            mistakes.add(&key, "reason is no code of [[decline]]");
        }
    }
    for (kind, petition) in &petitions.kinds {
        mistakes.known_or_none("petition.kinds", std::slice::from_ref(kind), KINDS);
        if petitions.lane(petition).is_none() {
            mistakes.add("petition.kinds", format!("{petition} is no code of petition.lanes"));
        }
    }
    for (at, lane) in petitions.lanes.iter().enumerate() {
        let key = format!("petition.lanes[{at}]");
        mistakes.code(&key, &lane.code);
        mistakes.label(&key, &lane.label);
        if !known(lane.reason.as_deref()) {
            mistakes.add(&key, "reason is no code of [[decline]]");
        }
    }
}
