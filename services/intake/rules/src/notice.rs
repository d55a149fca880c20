//! 书面告知: which written notices are owed, until when, and what stands in them.
//!
//! Source: 《信访工作条例》 Art. 23 (15 days from receipt; not owed where name or address is unclear).

use jiff::{Span, civil::Date};
use serde::Deserialize;

use crate::{
    State,
    pack::{Basis, Label, Mistakes},
};

/// A form of written notice.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeForm {
    /// Stable code, `snake_case`.
    pub code: String,
    /// Its title.
    pub label: Label,
    /// When it is owed.
    pub owed: Owed,
    /// Calendar days from the day of receipt, which does not count; none means that no source names a limit.
    #[serde(default)]
    pub limit_days: Option<u16>,
    /// What stands in it; `{number}` `{received}` `{reason}` `{basis}` `{refer_to}` are filled in.
    pub text: String,
    /// How binding it is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// When a notice is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owed {
    /// The matter was accepted.
    Accepted,
    /// It was declined for a reason that owes a notice.
    Declined,
    /// Never by itself; a person issues it.
    OnDemand,
}

/// How a notice that is owed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debt {
    /// The last day on which it is in time; none where no limit is named.
    pub due: Option<Date>,
    /// That day is over.
    pub late: bool,
}

impl NoticeForm {
    /// Says whether the form is owed to a case.
    #[must_use]
    pub fn is_owed(&self, state: State, reason_owes: bool) -> bool {
        match (self.owed, state) {
            (
                Owed::Accepted,
                State::Accepted | State::Dispatched | State::Closed | State::Reopened | State::Merged,
            ) => true,
            (Owed::Accepted, State::Registered | State::Declined | State::Withdrawn | State::Invalid) => {
                false
            }
            (Owed::Declined, State::Declined) => reason_owes,
            (
                Owed::Declined,
                State::Registered
                | State::Accepted
                | State::Dispatched
                | State::Closed
                | State::Reopened
                | State::Merged
                | State::Withdrawn
                | State::Invalid,
            )
            | (
                Owed::OnDemand,
                State::Registered
                | State::Accepted
                | State::Dispatched
                | State::Closed
                | State::Declined
                | State::Reopened
                | State::Merged
                | State::Withdrawn
                | State::Invalid,
            ) => false,
        }
    }

    /// Until when a notice about a case of this day must be served, and whether that is over on `today`.
    #[must_use]
    pub fn debt(&self, received: Date, today: Date) -> Debt {
        let due = self.limit_days.map(|days| received.saturating_add(Span::new().days(days)));
        Debt { due, late: due.is_some_and(|due| today > due) }
    }

    /// Fills the form in.
    #[must_use]
    pub fn fill(&self, blanks: &[(&str, &str)]) -> String {
        // Left to right, once: what was filled in is not looked at again, so that no word of a pack becomes a blank.
        let mut text = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let blank = after.split_once('}').and_then(|(name, after)| {
                blanks.iter().find(|(known, _)| *known == name).map(|(_, word)| (*word, after))
            });
            match blank {
                Some((word, after)) => {
                    text.push_str(word);
                    rest = after;
                }
                None => {
                    text.push('{');
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        text
    }
}

/// The blanks that a form may have.
pub const BLANKS: [&str; 5] = ["number", "received", "reason", "basis", "refer_to"];

pub(crate) fn validate(forms: &[NoticeForm], mistakes: &mut Mistakes) {
    for (at, form) in forms.iter().enumerate() {
        let key = format!("notice[{at}]");
        mistakes.code(&key, &form.code);
        mistakes.label(&key, &form.label);
        if form.text.trim().is_empty() {
            mistakes.add(&key, "an empty form tells nothing");
        }
        let blank = |part: &str| part.split_once('}').is_some_and(|(name, _)| BLANKS.contains(&name));
        if !form.text.split('{').skip(1).all(blank) {
            mistakes.add(&key, format!("a blank is none of {}", BLANKS.join(", ")));
        }
        if forms[..at].iter().any(|earlier| earlier.code == form.code) {
            mistakes.add(&key, "code is there twice");
        }
    }
}
