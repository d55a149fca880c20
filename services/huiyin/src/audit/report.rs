//! What an audit found, for people and for programs.

use serde::Serialize;
use uuid::Uuid;

/// Examples shown of one violation; ids only, as a table may be shown to anyone.
const EXAMPLES: usize = 5;

/// One invariant with what was found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `I1` to `I16`.
    pub id: &'static str,
    /// What it says, in Chinese.
    pub zh: &'static str,
    /// What it says, in English.
    pub en: &'static str,
    /// How many rows, histories or events were looked at.
    pub checked: u64,
    /// How many of them break it.
    pub violations: u64,
    /// Some of those, each with what is wrong.
    pub examples: Vec<String>,
}

impl Finding {
    pub(super) const fn new(id: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { id, zh, en, checked: 0, violations: 0, examples: Vec::new() }
    }

    pub(super) fn looked_at(&mut self, count: u64) {
        self.checked += count;
    }

    pub(super) fn broken(&mut self, id: Uuid, what: impl std::fmt::Display) {
        self.broken_at(id, what);
    }

    /// As [`Self::broken`], of something that has no id: a case's number, an anchor, a file.
    pub(super) fn broken_at(&mut self, place: impl std::fmt::Display, what: impl std::fmt::Display) {
        self.violations += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(format!("{place} {what}"));
        }
    }
}

/// What is on its way: neither right nor wrong yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// Events that the stream has not yet acknowledged.
    pub pending: u64,
    /// Events not yet heard, added up over those that hear them.
    pub unheard: u64,
    /// Events that wait for an earlier one.
    pub parked: u64,
}

/// The whole of an audit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// One for each invariant, in order.
    pub invariants: Vec<Finding>,
    /// What is on its way.
    pub lag: Lag,
}

impl Report {
    /// Says whether every invariant holds, of all that has arrived.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.invariants.iter().all(|finding| finding.violations == 0)
    }

    /// Says whether nothing was on its way.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.lag == Lag::default()
    }

    /// The ids of the invariants that are broken.
    #[must_use]
    pub fn broken(&self) -> Vec<&'static str> {
        self.invariants.iter().filter(|finding| finding.violations > 0).map(|finding| finding.id).collect()
    }

    /// Writes the table for a terminal.
    #[must_use]
    pub fn table(&self) -> String {
        let mut lines = vec!["      已查 checked   违反 violations".to_owned()];
        for finding in &self.invariants {
            let mark = if finding.violations == 0 { "✓" } else { "✗" };
            lines.push(format!(
                "{mark} {:<3} {:>12}  {:>12}     {} / {}",
                finding.id, finding.checked, finding.violations, finding.zh, finding.en
            ));
            lines.extend(finding.examples.iter().map(|example| format!("        {example}")));
        }
        let Lag { pending, unheard, parked } = self.lag;
        lines.push(format!(
            "在途 on the way: 待发 to be sent {pending}, 待闻 to be heard {unheard}, 暂存 parked {parked}"
        ));
        lines.join("\n")
    }
}
