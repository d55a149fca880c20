//! The `deadlines.toml` of a policy pack, key by key as `deploy/policy/README.md` describes it.

use calendar::{Limit, Unit};
use serde::Deserialize;

use crate::{
    applies::Applies,
    ladder::Ladder,
    redo::Redo,
    words::{ClockName, Step, Trigger},
};

/// All limits of one pack.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// The base calendar: `national`.
    pub calendar: String,
    /// The clocks, in order of precedence.
    #[serde(rename = "clock", default)]
    pub clocks: Vec<Entry>,
    /// Limits that a source names but no event starts; shown, never armed.
    #[serde(default)]
    pub unarmed: Vec<Unarmed>,
    /// What is done, step by step, once a limit passed.
    #[serde(rename = "ladder", default)]
    pub ladders: Vec<Ladder>,
    /// Who lets an order out.
    #[serde(default)]
    pub supervision: Option<Supervision>,
    /// Which running limits move when this version takes the place of an older one; none if missing.
    #[serde(default)]
    pub running: Option<Running>,
    /// Shorter limits for rounds that follow for some reasons; none if missing.
    #[serde(default)]
    pub redo: Option<Redo>,
    /// Reasons for an extension, an explanation or an order; any code if there are none.
    #[serde(rename = "reason", default)]
    pub reasons: Vec<Reason>,
}

/// Who lets supervision orders out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    /// Who approves what another asked for.
    pub approver: Approver,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// Which running limits a new version of the pack moves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Clocks of these names, and no others.
    pub names: Vec<ClockName>,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// A reason code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Stable.
    pub code: String,
    /// What people are shown.
    pub label: Label,
}

/// One clock that the pack may open.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Unique in the pack; stamped on the clock.
    pub id: String,
    /// What it measures.
    pub name: ClockName,
    /// What people are shown.
    pub label: Label,
    /// Whether there is one for the case or one for each assignment.
    pub subject: Subject,
    /// The events that open it: one, or a list.
    #[serde(deserialize_with = "one_or_many")]
    pub start: Vec<Trigger>,
    /// What counting starts from.
    pub from: From,
    /// The first of these meets it.
    pub stop: Vec<Trigger>,
    /// These end it with neither met nor expired.
    pub cancel: Vec<Trigger>,
    /// From these on, time is not counted.
    pub pause: Vec<Trigger>,
    /// From these on, time is counted again.
    pub resume: Vec<Trigger>,
    /// Only pauses for these reasons; missing: for any.
    #[serde(default)]
    pub pause_reasons: Option<Vec<String>>,
    /// Opens again with each event that met it, until one cancels it.
    #[serde(default)]
    pub repeat: bool,
    /// The day that the event names is the last one in time; `limit` holds where it names none.
    #[serde(default)]
    pub given: bool,
    /// For which cases.
    pub applies: Applies,
    /// Applies if no other entry of the same name does.
    #[serde(default)]
    pub default: bool,
    /// How long.
    pub limit: Limit,
    /// How long at most from the same start, with all extensions.
    pub cap: Option<Limit>,
    /// Who may extend it, and how often.
    pub extension: Option<Extension>,
    /// When to say that it comes near.
    pub warn: Vec<Warning>,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// A text in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Shown first.
    pub zh: String,
    /// Shown beside it.
    pub en: String,
}

/// What a clock is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// One clock for the case.
    Case,
    /// One clock for each assignment.
    Assignment,
    /// One clock for each instruction, request for materials or supervision order.
    Matter,
}

/// What counting starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// Receipt of the message.
    Received,
    /// The time of the event that opens the clock.
    Event,
    /// The day on which what the event tells of was served; its time where it names none.
    Served,
}

/// How a clock may be extended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// How often at most.
    pub times: u32,
    /// `centre` or `head`.
    pub approver: Approver,
    /// Whether the reason must be written.
    pub reason_required: bool,
    /// Another decides once all extensions together exceed an amount.
    #[serde(default)]
    pub higher: Option<Higher>,
}

/// Who decides on long extensions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Higher {
    /// In the unit of the limit.
    pub above: u32,
    /// Who decides then.
    pub approver: Approver,
}

/// Who allows an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Approver {
    /// The centre.
    Centre,
    /// The head of the handling organ.
    Head,
}

/// When to warn.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Warning {
    /// So long before the due day or instant.
    Before {
        /// How many units.
        before: u32,
        /// What is counted.
        unit: Unit,
        /// What it is called beyond a warning: `remind`, `yellow`.
        #[serde(default)]
        step: Option<Step>,
    },
    /// At this share of the time from start to due; between 0 and 1.
    Share {
        /// The share.
        share: f64,
        /// As above.
        #[serde(default)]
        step: Option<Step>,
    },
}

/// How binding an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Statute or regulation.
    Law,
    /// A government's own written rule.
    Rule,
    /// A speech, news or study.
    Paper,
    /// Chosen by the pack because no source names it.
    Choice,
}

/// A limit that is shown and never armed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unarmed {
    /// Unique in the pack.
    pub id: String,
    /// What people are shown.
    pub label: Label,
    /// How long.
    pub limit: Limit,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

impl Deadlines {
    /// Finds an entry by its id.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.clocks.iter().find(|entry| entry.id == id)
    }

    /// Finds the ladder of a clock.
    #[must_use]
    pub fn ladder(&self, name: ClockName) -> Option<&Ladder> {
        self.ladders.iter().find(|ladder| ladder.clocks.contains(&name))
    }

    /// Says whether a code is a reason of this pack.
    #[must_use]
    pub fn knows_reason(&self, code: &str) -> bool {
        self.reasons.is_empty() || self.reasons.iter().any(|reason| reason.code == code)
    }
}

/// Reads a word or a list of words, so that the common case needs no brackets.
fn one_or_many<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<Trigger>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(Trigger),
        Many(Vec<Trigger>),
    }
    Ok(match Written::deserialize(input)? {
        Written::One(event) => vec![event],
        Written::Many(events) => events,
    })
}
