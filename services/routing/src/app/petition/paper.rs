//! Documents of a petition: what is typed, the text it becomes by the pack's form, and how it is kept.

use std::collections::BTreeMap;

use jiff::civil::Date;
use routing_rules::petition_pack::{Form, fill};
use serde::{Deserialize, Serialize};

/// An opinion as it was typed, cleaned.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    pub(crate) serial: String,
    pub(crate) result: String,
    pub(crate) request: String,
    pub(crate) facts: String,
    pub(crate) opinion: String,
    pub(crate) legal_basis: String,
    pub(crate) issued_on: Date,
    pub(crate) served_on: Date,
    pub(crate) service: String,
    pub(crate) proof: Option<String>,
}

/// What is sealed of a document: it reads in thirty years as it was served, whatever the pack says then.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Contents {
    pub(crate) title_zh: String,
    pub(crate) title_en: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    /// 送达回证, receipt number or the like.
    pub(crate) proof: Option<String>,
}

/// Values of a form, in both languages.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    both: BTreeMap<&'static str, String>,
    zh: BTreeMap<&'static str, String>,
    en: BTreeMap<&'static str, String>,
}

impl Values {
    pub(super) fn put(mut self, name: &'static str, value: impl ToString) -> Self {
        self.both.insert(name, value.to_string());
        self
    }

    pub(super) fn say(mut self, name: &'static str, zh: &str, en: &str) -> Self {
        self.zh.insert(name, zh.to_owned());
        self.en.insert(name, en.to_owned());
        self
    }

    pub(super) fn day(self, name: &'static str, day: Option<Date>) -> Self {
        match day {
            Some(day) => self.put(name, day),
            None => self,
        }
    }

    pub(super) fn write(self, form: &Form, proof: Option<String>) -> Contents {
        let with = |own: BTreeMap<&'static str, String>| {
            let mut all = self.both.clone();
            all.extend(own);
            all
        };
        Contents {
            title_zh: form.label.zh.clone(),
            title_en: form.label.en.clone(),
            zh: fill(&form.text.zh, &with(self.zh.clone())),
            en: fill(&form.text.en, &with(self.en.clone())),
            proof,
        }
    }
}
