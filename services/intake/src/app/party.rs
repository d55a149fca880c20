//! Who told a matter; outside memory it exists sealed only.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who told the matter. Everything may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Party {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<String>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// Does not want to be known to the handling unit.
    #[serde(default)]
    pub(crate) anonymous: bool,
    /// Name and telephone are for the desk only: a unit asks through an operator (联系方式保密).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) secret: bool,
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Party(..)")
    }
}

impl Party {
    /// Nothing was given.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes out what is not seen and what turns the reading round; nobody is to look like somebody else.
    pub(crate) fn clean(&mut self) {
        let fields = [&mut self.name, &mut self.phone, &mut self.mail, &mut self.address];
        for words in fields.into_iter().flatten() {
            *words = text::clean(words).text;
        }
    }

    /// Whether only the desk may know who told it.
    pub(crate) fn is_for_the_desk(&self) -> bool {
        self.anonymous || self.secret
    }

    /// Takes what is known of who told it out of words that leave the intake. Redaction finds a name only behind a word
    /// that announces one; here it is known.
    pub(crate) fn hide(&self, words: &str) -> String {
        let known = [
            (&self.name, 2, text::Kind::Name),
            (&self.phone, 5, text::Kind::Phone),
            (&self.mail, 5, text::Kind::Email),
            (&self.address, 4, text::Kind::Address),
        ];
        let mut words = words.to_owned();
        for (word, least, kind) in known {
            // A single character or a bare surname would blank out half the text.
            if let Some(word) = word.as_deref().map(str::trim).filter(|word| word.chars().count() >= least) {
                words = words.replace(word, kind.placeholder());
            }
        }
        words
    }

    /// By which channels the citizen can be told; no address, only what kinds there are.
    pub(crate) fn reachable(&self) -> Vec<String> {
        let given = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.trim().is_empty());
        let mobile = self
            .phone
            .as_deref()
            .map(intake_rules::digits)
            .is_some_and(|digits| digits.len() == 11 && digits.starts_with('1'));
        [(mobile, "sms"), (given(&self.mail), "mail")]
            .into_iter()
            .filter(|(reaches, _)| *reaches)
            .map(|(_, channel)| channel.to_owned())
            .collect()
    }
}
