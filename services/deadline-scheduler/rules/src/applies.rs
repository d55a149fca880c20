//! For which cases and events an entry holds: filters over what is known.

use serde::Deserialize;

use crate::{
    open::{Call, Facts},
    words::{Class, Kind, Mode, Part, Urgency},
};

/// Filters; a missing one lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// Only these kinds.
    pub kinds: Option<Vec<Kind>>,
    /// Only these urgencies.
    pub urgencies: Option<Vec<Urgency>>,
    /// Only with more than one unit, or only with at most one.
    pub multi_unit: Option<bool>,
    /// Only these classes.
    pub classes: Option<Vec<Class>>,
    /// Only what stands on the strict-and-fast list, or only what does not.
    pub fast: Option<bool>,
    /// Only matters that nobody brought before, or only others.
    pub first: Option<bool>,
    /// Only these petition kinds of the pack.
    pub petitions: Option<Vec<String>>,
    /// Only rounds after the first, or only the first (重办).
    pub again: Option<bool>,
    /// Only rounds that began for these reasons (重办).
    pub because: Option<Vec<String>>,
    /// Only this part in the handling; of the event.
    pub parts: Option<Vec<Part>>,
    /// Only hand-overs in this mode; of the event.
    pub modes: Option<Vec<Mode>>,
    /// Only instructions of these ranks of the pack; of the event.
    pub ranks: Option<Vec<String>>,
}

impl Applies {
    /// Says whether the filters over the case hold.
    pub(crate) fn to_case(&self, facts: &Facts) -> bool {
        among(self.kinds.as_ref(), Some(&facts.kind))
            && among(self.urgencies.as_ref(), Some(&facts.urgency))
            && among(self.classes.as_ref(), Some(&facts.class))
            && among(self.petitions.as_ref(), facts.petition.as_ref())
            && self.multi_unit.is_none_or(|several| several == facts.multi_unit)
            && self.fast.is_none_or(|fast| fast == facts.fast)
            && self.first.is_none_or(|first| first == facts.first)
            && among(self.because.as_ref(), facts.because.as_ref())
            && self.again.is_none_or(|again| again == (facts.round > 1))
    }

    /// Says whether the filters over the event hold.
    pub(crate) fn to_event(&self, call: &Call) -> bool {
        among(self.parts.as_ref(), call.part.as_ref())
            && among(self.modes.as_ref(), call.mode.as_ref())
            && among(self.ranks.as_ref(), call.rank.as_ref())
    }

    /// Says whether two entries ask the same of the event, so that one may take the other's place when the case changes.
    pub(crate) fn same_event(&self, other: &Self) -> bool {
        self.parts == other.parts && self.modes == other.modes && self.ranks == other.ranks
    }
}

/// A filter that is there wants a value, and one of its own.
fn among<T: PartialEq>(wanted: Option<&Vec<T>>, value: Option<&T>) -> bool {
    wanted.is_none_or(|wanted| value.is_some_and(|value| wanted.contains(value)))
}
