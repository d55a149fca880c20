//! The section `intake.toml` of a policy pack: its types and what must hold of them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    channels::{ChannelEntry, Contacts, ENTRANTS},
    class::Fast,
    flag::FlagKind,
    group::Group,
    handover::HandOver,
    materials::Materials,
    notice::NoticeForm,
    reception::Receptions,
    record::{Coded, Words},
    repeat::Repeat,
    sorting::{Petitions, Sieve},
    standing::Sameness,
    words::{CHANNELS, FIELDS, KINDS, URGENCIES},
};

/// All that a pack says about registration and acceptance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Kinds that may be registered.
    pub kinds: Vec<String>,
    /// The kind when the citizen names none.
    pub default_kind: String,
    /// Urgencies that may be given.
    pub urgencies: Vec<String>,
    /// The urgency when none is given.
    pub default_urgency: String,
    /// Which cases are for named hands only.
    #[serde(default)]
    pub confidential: Confidential,
    /// Sizes.
    pub limits: Limits,
    /// What a contact must bring.
    pub contact: Contact,
    /// Who decides acceptance.
    pub acceptance: Acceptance,
    /// Reasons for not accepting.
    #[serde(default)]
    pub decline: Vec<Decline>,
    /// Which files may be handed in; missing: none.
    pub attachments: Option<crate::Attachments>,
    /// How the knowledge base is kept; missing: no day of review is set by rule.
    pub knowledge: Option<crate::Knowledge>,
    /// Which answers may be made public; missing: none.
    pub publishing: Option<crate::Publishing>,
    /// The clock of disclosure on application; missing: no such requests are taken.
    pub disclosure: Option<crate::Disclosure>,
    /// For how long files are kept; missing: nothing is archived.
    pub archive: Option<crate::Archive>,
    /// The channels by code; empty means the words of the suite, as they are.
    #[serde(default)]
    pub channels: Vec<ChannelEntry>,
    /// What is owed to contacts that make no case; none means no such rule.
    pub contacts: Option<Contacts>,
    /// How matters go to other lines; none means by transfer.
    pub handover: Option<HandOver>,
    /// How the supervision office listens in; none means that it does not.
    pub listening: Option<crate::Listening>,
    /// Reception days and live answering; none means that the tenant has neither.
    pub receptions: Option<Receptions>,
    /// Words that a record may use.
    #[serde(default)]
    pub record: Words,
    /// The strict-and-fast list.
    #[serde(default)]
    pub fast: Vec<Fast>,
    /// Groups, representatives, proxies.
    #[serde(default)]
    pub group: Group,
    /// When two cases are the same matter; none means that no such finding is made.
    #[serde(default)]
    pub same: Option<Sameness>,
    /// What is done with a matter told before.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// Flags that may be set on a case.
    #[serde(default)]
    pub flag: Vec<FlagKind>,
    /// Lists of the five-way sorting.
    #[serde(default)]
    pub sorting: Vec<Sieve>,
    /// Kinds and lanes of petitions.
    #[serde(default)]
    pub petition: Petitions,
    /// Forms of written notices.
    #[serde(default)]
    pub notice: Vec<NoticeForm>,
    /// What must be brought, by subject.
    #[serde(default)]
    pub materials: Vec<Materials>,
}

/// Which cases are for named hands only.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidential {
    /// Kinds that always are.
    pub kinds: Vec<String>,
    /// Kinds whose result is secret though the matter is not sealed (处理结果保密).
    #[serde(default)]
    pub result_kinds: Vec<String>,
    /// How binding this is.
    pub basis: Basis,
    /// Where it comes from, in words.
    pub source: String,
}

/// Sizes, counted after cleaning.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Most characters of a title.
    pub title_max_chars: usize,
    /// Fewest characters of a text.
    pub body_min_chars: usize,
    /// Most characters of a text.
    pub body_max_chars: usize,
    /// Most attachments of a case.
    pub attachments_max: u32,
    /// Most bytes of one attachment.
    pub attachment_max_bytes: u64,
}

/// What a contact must bring.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Whether a case may have neither name nor phone where the channel does not require them; a missing key means no rule.
    pub anonymous: Option<bool>,
    /// Fields by channel; `default` for channels not listed.
    #[serde(default)]
    pub required: BTreeMap<String, Vec<String>>,
}

/// Who decides acceptance.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Accepted at registration; declined only by a person.
    pub auto: bool,
}

/// How binding an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Statute or regulation.
    Law,
    /// A government's own written rule.
    Rule,
    /// A speech, news or study.
    Paper,
    /// Chosen by the pack; configurable, not law.
    #[default]
    Choice,
}

/// A text in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// What Chinese readers see.
    pub zh: String,
    /// What English readers see.
    pub en: String,
}

/// A reason for not accepting a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// Stable code, `snake_case`.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// Where the citizen should go.
    pub refer_to: Label,
    /// What the reason stands on.
    pub legal_basis: String,
    /// How binding it is.
    pub basis: Basis,
    /// Whether a written notice is owed.
    pub notice: bool,
    /// 无效留言: nothing could be handled; it ends as invalid and not as declined.
    #[serde(default)]
    pub invalid: bool,
}

/// One thing that is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("intake.toml: {key}: {reason}")]
pub struct Mistake {
    /// Which key.
    pub key: String,
    /// What is wrong.
    pub reason: String,
}

impl Pack {
    /// Lists every mistake; an empty list means that the pack can be used.
    #[must_use]
    pub fn validate(&self) -> Vec<Mistake> {
        let mut mistakes = Mistakes::default();
        mistakes.known("kinds", &self.kinds, KINDS);
        mistakes.known("urgencies", &self.urgencies, URGENCIES);
        mistakes.known("confidential.kinds", &self.confidential.kinds, KINDS);
        mistakes.known_or_none("confidential.result_kinds", &self.confidential.result_kinds, KINDS);
        if !self.kinds.contains(&self.default_kind) {
            mistakes.add("default_kind", "is not one of `kinds`");
        }
        if !self.urgencies.contains(&self.default_urgency) {
            mistakes.add("default_urgency", "is not one of `urgencies`");
        }
        let limits = self.limits;
        if limits.title_max_chars == 0 || limits.body_max_chars == 0 {
            mistakes.add("limits", "a maximum of 0 lets nothing in");
        }
        if limits.body_min_chars > limits.body_max_chars {
            mistakes.add("limits.body_min_chars", "is above body_max_chars");
        }
        for (channel, fields) in &self.contact.required {
            let key = format!("contact.required.{channel}");
            mistakes.known("contact.required", std::slice::from_ref(channel), CHANNELS);
            mistakes.known(&key, fields, FIELDS);
        }
        self.validate_reasons(&mut mistakes);
        if let Some(attachments) = &self.attachments {
            attachments.validate(&mut mistakes);
        }
        if let Some(publishing) = &self.publishing {
            publishing.validate(&mut mistakes);
        }
        if let Some(disclosure) = &self.disclosure {
            disclosure.validate(&mut mistakes);
        }
        if let Some(archive) = &self.archive {
            archive.validate(&mut mistakes);
        }
        self.validate_channels(&mut mistakes);
        self.validate_desks(&mut mistakes);
        self.validate_front(&mut mistakes);
        mistakes.0
    }

    fn validate_reasons(&self, mistakes: &mut Mistakes) {
        for (at, reason) in self.decline.iter().enumerate() {
            let key = format!("decline[{at}]");
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if reason.code.is_empty() || !reason.code.bytes().all(plain) {
                mistakes.add(&key, "code must be snake_case");
            }
            if reason.invalid && reason.notice {
                mistakes.add(&key, "what is invalid owes no notice of refusal");
            }
            if self.decline[..at].iter().any(|earlier| earlier.code == reason.code) {
                mistakes.add(&key, "code is there twice");
            }
            let texts = [&reason.label.zh, &reason.label.en, &reason.refer_to.zh, &reason.refer_to.en];
            if texts.iter().any(|text| text.trim().is_empty()) {
                mistakes.add(&key, "label and refer_to need both languages");
            }
        }
    }

    fn validate_channels(&self, mistakes: &mut Mistakes) {
        for (at, entry) in self.channels.iter().enumerate() {
            let key = format!("channels[{at}]");
            mistakes.code(&key, &entry.code);
            mistakes.twice(&key, self.channels[..at].iter().any(|earlier| earlier.code == entry.code));
            mistakes.label(&key, &entry.label);
            mistakes.known(&format!("{key}.channel"), std::slice::from_ref(&entry.channel), &CHANNELS[1..]);
            mistakes.known(&format!("{key}.enter"), &entry.enter, ENTRANTS);
        }
    }

    fn validate_desks(&self, mistakes: &mut Mistakes) {
        if let Some(handover) = &self.handover {
            mistakes.coded("handover.results", &handover.results);
        }
        if let Some(contacts) = &self.contacts {
            if contacts.call_back_attempts < 1 {
                mistakes.add("contacts.call_back_attempts", "must be 1 or more");
            }
            if contacts.call_back_hours == Some(0) {
                mistakes.add("contacts.call_back_hours", "must be 1 or more");
            }
        }
        let Some(receptions) = &self.receptions else { return };
        if !(0..=365).contains(&receptions.lead_days) {
            mistakes.add("receptions.lead_days", "must be 0 to 365");
        }
        if !(1..=1000).contains(&receptions.capacity_max) {
            mistakes.add("receptions.capacity_max", "must be 1 to 1000");
        }
        let ranks = receptions.ranks.iter().map(|rank| ("ranks", &rank.code, &rank.label));
        let ones = receptions.ones.iter().map(|one| ("ones", &one.code, &one.label));
        let mut seen = Vec::new();
        for (list, code, label) in ranks.chain(ones) {
            let key = format!("receptions.{list}.{code}");
            mistakes.code(&key, code);
            mistakes.twice(&key, seen.contains(&(list, code)));
            mistakes.label(&key, label);
            seen.push((list, code));
        }
    }

    /// The fields that a channel requires.
    #[must_use]
    pub fn required(&self, channel: &str) -> &[String] {
        // Packs call the legacy file `import`.
        let key = if channel == "legacy" { "import" } else { channel };
        self.contact
            .required
            .get(key)
            .or_else(|| self.contact.required.get("default"))
            .map_or(&[], Vec::as_slice)
    }

    /// Says whether a case of this kind is for named hands only, whatever its sender asked for.
    #[must_use]
    pub fn keeps_secret(&self, kind: &str) -> bool {
        self.confidential.kinds.iter().any(|known| known == kind)
    }

    /// Says whether the result of a case of this kind is secret by rule; that of a sealed one is anyway.
    #[must_use]
    pub fn hides_result(&self, kind: &str) -> bool {
        self.confidential.result_kinds.iter().any(|known| known == kind)
    }
}

#[derive(Default)]
pub(crate) struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// A list of codes with labels, each code once.
    pub(crate) fn coded(&mut self, key: &str, list: &[Coded]) {
        for (at, entry) in list.iter().enumerate() {
            let key = format!("{key}[{at}]");
            self.code(&key, &entry.code);
            self.label(&key, &entry.label);
            if list[..at].iter().any(|earlier| earlier.code == entry.code) {
                self.add(&key, "code is there twice");
            }
        }
    }

    /// Words that must be known; the list may be empty.
    pub(crate) fn known_or_none(&mut self, key: &str, words: &[String], known: &[&str]) {
        for word in words.iter().filter(|word| !known.contains(&word.as_str())) {
            self.add(key, format!("unknown word `{word}`; known: {}", known.join(", ")));
        }
    }

    pub(crate) fn add(&mut self, key: &str, reason: impl Into<String>) {
        self.0.push(Mistake { key: key.to_owned(), reason: reason.into() });
    }

    #[cfg(test)]
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|mistake| mistake.key.as_str()).collect()
    }

    pub(crate) fn code(&mut self, key: &str, code: &str) {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        if !(1..=64).contains(&code.len()) || !code.bytes().all(plain) {
            self.add(key, "code must be 1 to 64 of a-z, 0-9, '-', '_'");
        }
    }

    fn twice(&mut self, key: &str, twice: bool) {
        if twice {
            self.add(key, "code is there twice");
        }
    }

    pub(crate) fn label(&mut self, key: &str, label: &Label) {
        if label.zh.trim().is_empty() || label.en.trim().is_empty() {
            self.add(key, "label needs both languages");
        }
    }

    pub(crate) fn known(&mut self, key: &str, words: &[String], known: &[&str]) {
        if words.is_empty() && key != "confidential.kinds" && !key.starts_with("contact.required.") {
            self.add(key, "must not be empty");
        }
        for word in words.iter().filter(|word| !known.contains(&word.as_str())) {
            self.add(key, format!("unknown word `{word}`; known: {}", known.join(", ")));
        }
    }
}
