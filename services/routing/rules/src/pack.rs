//! `routing.toml` of a policy pack, typed; unknown keys are an error.

pub mod ways;

use std::collections::BTreeMap;

use calendar::Limit;
use serde::Deserialize;

use crate::{
    checks::{Checks, Meeting},
    document::Form,
    handling::Handling,
    leaders::{Leaders, Register},
    named::Nameable,
    petition_pack::PetitionPack,
    words::{Mode, PerMille, Urgency},
};

/// All that a pack says about handing out, coming back and replying.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingPack {
    /// 转送 and 交办.
    pub modes: Modes,
    /// How far the machine is trusted.
    pub dispatch: Dispatch,
    /// 退单.
    pub returns: Returns,
    /// What a reply carries.
    pub reply: Reply,
    /// Outcomes that a reply may have.
    #[serde(default)]
    pub outcome: Vec<Coded>,
    /// Reasons for which the centre sends a reply back.
    #[serde(default)]
    pub reject: Vec<Coded>,
    /// Petitions after their handling; without it the pack knows no 复查.
    pub petition: Option<PetitionPack>,
    /// 办理过程.
    pub handling: Option<Handling>,
    /// Instructions, reading lists, charges.
    pub leaders: Option<Leaders>,
    /// What cannot be solved now.
    pub register: Option<Register>,
    /// Reasons for which a unit gives a case back; none listed: any code.
    #[serde(default)]
    pub return_reason: Vec<Coded>,
    /// 自办, 直派, 二次派单.
    #[serde(default)]
    pub ways: ways::Ways,
    /// Department work stays with departments.
    pub grassroots: Option<ways::Grassroots>,
    /// Units that both refuse a case.
    pub disputes: Option<ways::Disputes>,
    /// 成因与整改 that a reply may name; they stand in another file of the pack.
    #[serde(skip)]
    pub nameable: Nameable,
}

/// Which modes exist and which one is taken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modes {
    /// Modes that may be used.
    pub allowed: Vec<Mode>,
    /// The one taken when nothing else is said.
    pub default: Mode,
    /// Cases so urgent go out as 交办.
    pub assignment_urgencies: Vec<Urgency>,
}

/// How far the machine may dispatch alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    /// Whether it may at all.
    pub auto: bool,
    /// Least confidence of the first candidate, 0–1.
    pub confidence: f64,
    /// How many candidates a dispatcher is shown.
    pub candidates: usize,
    /// Most co-units.
    pub co_units_max: usize,
    /// Who leads where several levels are competent; without it the finest region.
    pub overlap: Option<ways::Overlap>,
    /// 首接负责: the first unit that gets a case leads it and does not return it.
    #[serde(default)]
    pub first_receiver: bool,
}

/// The rules of returns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Whether there are any.
    pub allowed: bool,
    /// After so many, the next dispatch is a designation.
    pub max_per_case: i32,
    /// Whether a designated unit may return.
    pub after_designation: bool,
    /// Whether an explanation is owed.
    pub reason_required: bool,
    /// A return later than this after the dispatch is refused; without it there is no such rule.
    pub window: Option<Limit>,
    /// Within which the centre decides on a return; an audit names those that lie longer.
    pub decide_within: Option<Limit>,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// The rules of replies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Least characters of the public text.
    pub min_chars: usize,
    /// Most characters of the public text.
    pub max_chars: usize,
    /// Published unless marked unsuitable.
    pub public_default: bool,
    /// Cases so urgent must say when the citizen was met.
    pub face_to_face_urgencies: Vec<Urgency>,
    /// What is found in a text before it leaves; missing: nothing is looked for.
    pub checks: Option<Checks>,
    /// Cases that are answered in person beside `face_to_face_urgencies`.
    #[serde(default)]
    pub meeting: Meeting,
    /// Formal opinions.
    pub document: Option<Form>,
    /// What a citizen reads where the result is secret; without it, that it ended and nothing more.
    pub secret: Option<SecretWords>,
    /// Fields owed; key `default`, and `import` for replies of an older system.
    pub required: BTreeMap<String, Vec<Field>>,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// What stands in the place of an answer whose result is secret (处理结果保密).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretWords {
    /// That the matter ended, and where the answer can be read in person or is served.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// A field that a reply may owe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 承办单位; known from the assignment.
    Unit,
    /// 办结时间.
    CompletedOn,
    /// 主要经办人, as a function label.
    Handler,
    /// 处理结果.
    Outcome,
    /// 事实和理由.
    Reasons,
    /// 法律依据.
    LegalBasis,
    /// 公开答复内容.
    PublicText,
    /// 办理情况, internal.
    InternalText,
}

/// How binding an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Statute or regulation.
    Law,
    /// A government's own written rule.
    Rule,
    /// A speech, news or study.
    Paper,
    /// Chosen by the pack.
    Choice,
}

/// A code with what people read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
}

/// A text in two languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Chinese, shown first.
    pub zh: String,
    /// English.
    pub en: String,
}

impl RoutingPack {
    /// Least confidence for the machine to dispatch alone.
    #[must_use]
    pub fn threshold(&self) -> PerMille {
        PerMille::of_share(self.dispatch.confidence)
    }

    /// Chooses the mode: what was asked for if the pack has it, else by urgency, else the default.
    #[must_use]
    pub fn mode(&self, asked: Option<Mode>, urgency: Urgency) -> Mode {
        let usable = |mode: &Mode| self.modes.allowed.contains(mode);
        let urgent = self.modes.assignment_urgencies.contains(&urgency).then_some(Mode::Assignment);
        asked.filter(usable).or(urgent.filter(usable)).unwrap_or(self.modes.default)
    }

    /// The fields that a reply owes; `import` for those of an older system.
    #[must_use]
    pub fn required(&self, historic: bool) -> &[Field] {
        let own = self.reply.required.get(if historic { "import" } else { "default" });
        own.or_else(|| self.reply.required.get("default")).map_or(&[], Vec::as_slice)
    }

    /// Finds all that does not fit together, each as a sentence that names the key; empty when the pack is sound.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |good: bool, words: &str| {
            if !good {
                wrong.push(words.to_owned());
            }
        };
        check(!self.modes.allowed.is_empty(), "modes.allowed must name a mode");
        check(self.modes.allowed.contains(&self.modes.default), "modes.default must be one of modes.allowed");
        check(
            self.modes.assignment_urgencies.is_empty() || self.modes.allowed.contains(&Mode::Assignment),
            "modes.assignment_urgencies needs assignment in modes.allowed",
        );
        check((0.0..=1.0).contains(&self.dispatch.confidence), "dispatch.confidence must be 0 to 1");
        check((1..=20).contains(&self.dispatch.candidates), "dispatch.candidates must be 1 to 20");
        check(self.returns.max_per_case >= 0, "returns.max_per_case must not be negative");
        check(self.reply.min_chars <= self.reply.max_chars, "reply.min_chars is more than reply.max_chars");
        check(self.reply.required.contains_key("default"), "reply.required.default is missing");
        for key in self.reply.required.keys() {
            check(
                key == "default" || key == "import",
                &format!("reply.required.{key} is neither default nor import"),
            );
        }
        self.validate_ways(&mut check);
        let lists =
            [("outcome", &self.outcome), ("reject", &self.reject), ("return_reason", &self.return_reason)];
        for (list, codes) in lists {
            for (at, coded) in codes.iter().enumerate() {
                let twice = codes[..at].iter().any(|other| other.code == coded.code);
                check(!twice, &format!("{list}.code {} stands twice", coded.code));
                let said = !coded.label.zh.is_empty() && !coded.label.en.is_empty();
                check(said, &format!("{list}.label of {} must have zh and en", coded.code));
            }
        }
        wrong.extend(self.petition.iter().flat_map(PetitionPack::validate));
        self.validate_parts(&mut wrong);
        wrong
    }

    fn validate_parts(&self, wrong: &mut Vec<String>) {
        if let Some(checks) = &self.reply.checks {
            checks.validate(wrong);
        }
        if let Some(handling) = &self.handling {
            handling.validate(wrong);
        }
        if let Some(leaders) = &self.leaders {
            leaders.validate(wrong);
        }
        if let Some(secret) = &self.reply.secret
            && (secret.zh.trim().is_empty() || secret.en.trim().is_empty())
        {
            wrong.push("reply.secret must have zh and en".to_owned());
        }
        for code in self.register.iter().flat_map(|register| &register.outcomes) {
            if !self.outcome.iter().any(|outcome| outcome.code == *code) {
                wrong.push(format!("register.outcomes: {code} is no outcome"));
            }
        }
    }
}
