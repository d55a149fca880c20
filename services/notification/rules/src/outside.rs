//! What agencies outside may learn of a case: codes and times, more only by grant, of sealed and secret cases nothing.

use std::collections::BTreeSet;

use ids::RegionCode;
use serde::{Deserialize, Serialize};

use crate::{card::Card, words::Happening};

/// What a subscription may be granted beyond codes and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grant {
    /// The number that the citizen keeps.
    Number,
    /// The code of the unit that handles it.
    Unit,
    /// What it came to: codes of outcome, result and grade.
    Result,
}

impl Grant {
    /// Every grant.
    pub const ALL: [Self; 3] = [Self::Number, Self::Unit, Self::Result];

    /// The word in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Unit => "unit",
            Self::Result => "result",
        }
    }
}

/// What a subscription wants; an empty list wants everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Regions, with all that lies in them.
    pub regions: Vec<RegionCode>,
    /// Events: `case.answered`; or all of an entity: `case`.
    pub events: Vec<String>,
    /// Kinds of matter (诉求类型).
    pub kinds: Vec<String>,
}

/// What is known outside of one thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What happened.
    pub event: String,
    /// Where.
    pub region: RegionCode,
    /// Kind of the matter; none for what is about no case.
    pub kind: Option<String>,
    /// Sort of a bulletin, which everybody may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// With the grant `number`.
    pub number: Option<String>,
    /// With the grant `unit`.
    pub unit: Option<String>,
    /// With the grant `result`.
    pub result: Option<String>,
}

impl Filter {
    /// Says whether an entry is wanted.
    #[must_use]
    pub fn wants(&self, entry: &Entry) -> bool {
        let named = |wanted: &String| {
            entry.event == *wanted
                || entry.event.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        let of_kind = |kind: &String| self.kinds.contains(kind);
        (self.regions.is_empty() || self.regions.iter().any(|region| region.contains(&entry.region)))
            && (self.events.is_empty() || self.events.iter().any(named))
            && (self.kinds.is_empty() || entry.kind.as_ref().is_none_or(of_kind))
    }
}

impl Entry {
    /// Says whether columns of the media may have it: public answers, bulletins and the days of receptions, nothing of what goes on.
    #[must_use]
    pub fn is_for_media(&self) -> bool {
        self.event.starts_with("bulletin.")
            || self.event.starts_with("reception.")
            || self.event == Happening::CasePublished.as_str()
            || self.event == Happening::CaseUnpublished.as_str()
    }

    /// What remains for a holder of some grants.
    #[must_use]
    pub fn granted(self, grants: &BTreeSet<Grant>) -> Self {
        let keep = |grant, value: Option<String>| value.filter(|_| grants.contains(&grant));
        Self {
            number: keep(Grant::Number, self.number),
            unit: keep(Grant::Unit, self.unit),
            result: keep(Grant::Result, self.result),
            ..self
        }
    }
}

/// What an event comes to outside; nothing where the pack does not name it, or the case is sealed or its result secret.
#[must_use]
pub fn entry(
    event: Happening,
    named: &BTreeSet<Happening>,
    card: &Card,
    secret: &BTreeSet<String>,
    unit: Option<&str>,
    result: Option<&str>,
) -> Option<Entry> {
    let head = card.head.as_ref()?;
    if !named.contains(&event) || card.guard.hushed(secret) {
        return None;
    }
    Some(Entry {
        event: event.as_str().to_owned(),
        region: head.region.clone(),
        kind: head.kind.map(|kind| kind.as_str().to_owned()),
        sort: None,
        number: Some(head.number.clone()),
        unit: unit.map(str::to_owned),
        result: result.map(str::to_owned),
    })
}
