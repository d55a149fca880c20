//! What a pack's limits may not say, beyond what their types refuse.

use std::collections::BTreeSet;

use calendar::Unit;

use crate::{
    applies::Applies,
    pack::{Basis, Deadlines, Entry, Warning},
    pause::ended_by,
    words::Trigger,
};

/// One mistake, with the entry it stands in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("deadlines.toml, {entry}: {says}")]
pub struct Flaw {
    /// The id of the entry, or the key at the top.
    pub entry: String,
    /// What is wrong.
    pub says: &'static str,
}

impl Deadlines {
    /// Looks for every mistake at once; an empty list means that the limits can be used.
    #[must_use]
    pub fn validate(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.calendar != "national" {
            flaws.push(Flaw { entry: "calendar".to_owned(), says: "only `national` is known" });
        }
        let mut seen = BTreeSet::new();
        let ids = self.clocks.iter().map(|entry| &entry.id).chain(self.unarmed.iter().map(|entry| &entry.id));
        let ids = ids.chain(self.ladders.iter().map(|ladder| &ladder.id));
        for id in ids {
            if id.is_empty() || !seen.insert(id) {
                flaws.push(Flaw { entry: id.clone(), says: "the id is empty or stands twice" });
            }
        }
        for entry in &self.clocks {
            let flaw = |says| Flaw { entry: entry.id.clone(), says };
            flaws.extend(wrong_with(entry).into_iter().map(flaw));
        }
        if let Some(redo) = &self.redo {
            let flaw = |says| Flaw { entry: "redo".to_owned(), says };
            let rules = [
                (redo.names.is_empty(), "`names` is empty: nothing would be shorter"),
                (redo.because.is_empty(), "`because` is empty: no round would have it"),
                (!(1..100).contains(&redo.percent), "`percent` is 1 to 99"),
                (redo.source.is_empty(), "`source` is empty"),
            ];
            flaws.extend(rules.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| flaw(says)));
        }
        for ladder in &self.ladders {
            let flaw = |says| Flaw { entry: ladder.id.clone(), says };
            flaws.extend(ladder.flaws(self).into_iter().map(flaw));
        }
        flaws
    }
}

fn wrong_with(entry: &Entry) -> Vec<&'static str> {
    let ends = |list: &[Trigger]| entry.start.iter().any(|event| list.contains(event));
    let owed: Option<Vec<_>> = entry.pause.iter().map(|begin| ended_by(*begin)).collect();
    let rules = [
        (entry.label.zh.is_empty() || entry.label.en.is_empty(), "a label is empty"),
        (entry.stop.is_empty(), "`stop` is empty: nothing could meet it"),
        (entry.start.is_empty(), "`start` is empty: nothing could open it"),
        (!entry.repeat && ends(&entry.stop), "the event that starts it also ends it"),
        (ends(&entry.cancel), "the event that starts it also cancels it"),
        (entry.repeat && !ends(&entry.stop), "`repeat` needs an event that both meets and opens it"),
        (entry.stop.iter().any(|event| entry.cancel.contains(event)), "an event both stops and cancels it"),
        (entry.pause.is_empty() != entry.resume.is_empty(), "`pause` and `resume` go together"),
        (owed.is_none(), "`pause` names an event that begins no pause"),
        (
            owed.is_some_and(|owed| owed.iter().any(|end| !entry.resume.contains(end))),
            "`resume` lacks the event that ends a pause",
        ),
        (entry.pause_reasons.is_some() && entry.pause.is_empty(), "`pause_reasons` without `pause`"),
        (entry.default && entry.applies != Applies::default(), "a default has no filters"),
        (entry.default && entry.basis != Basis::Choice, "a default has basis `choice`"),
        (entry.cap.is_some() != entry.extension.is_some(), "`cap` and `extension` go together"),
        (
            entry.extension.as_ref().is_some_and(|extension| extension.times == 0),
            "`extension.times` is 0: leave the extension out",
        ),
        (entry.cap.is_some_and(|cap| cap.unit != entry.limit.unit), "`cap` counts what `limit` counts"),
        (entry.cap.is_some_and(|cap| cap.amount < entry.limit.amount), "`cap` is below `limit`"),
        (entry.warn.iter().any(wrong_warning), "a warning needs 0 < share < 1, or an amount above 0"),
    ];
    rules.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| says).collect()
}

fn wrong_warning(warning: &Warning) -> bool {
    match warning {
        Warning::Share { share, .. } => !(*share > 0.0 && *share < 1.0),
        Warning::Before { before, unit, .. } => match unit {
            Unit::Workdays | Unit::Days | Unit::Hours | Unit::WorkHours => *before == 0,
        },
    }
}
