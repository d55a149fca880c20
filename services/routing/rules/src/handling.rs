//! `[handling]` of a pack, and the check of a step (办理过程) against it.

use calendar::Limit;
use serde::Deserialize;

use crate::{
    pack::{Basis, Coded, Label},
    reply::Flaw,
    words::Urgency,
};

/// What the record of handling consists of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// Means: policy, legal, economic, administrative; education, consultation, mediation.
    pub means: Vec<Coded>,
    /// Functions of those who take part; third parties and lawyers too.
    pub function: Vec<Coded>,
    /// Kinds of step.
    pub step: Vec<StepKind>,
    /// Tracks of assistance.
    #[serde(default)]
    pub aid: Vec<Coded>,
    /// 三到位一处理: what is ticked, each with a word.
    #[serde(default)]
    pub checklist: Vec<Coded>,
    /// Reports between acceptance and answer.
    pub interim: Option<Interim>,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// A kind of step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepKind {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// It has a beginning and an end.
    #[serde(default)]
    pub spell: bool,
    /// The time of handling stands still meanwhile.
    #[serde(default)]
    pub pauses: bool,
    /// Owed when it is written down or begun.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Owed when it ends.
    #[serde(default)]
    pub ends_with: Vec<Need>,
}

/// What a step may owe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// At least one of the means.
    Means,
    /// 法律依据.
    LegalBasis,
    /// Attachments or references.
    Evidence,
    /// Facts that were verified.
    Facts,
    /// Who took part, by function.
    Participants,
    /// Where.
    Place,
    /// What came of it.
    Result,
    /// Parties, terms and whether they were performed.
    Agreement,
    /// Whether the agreement was performed.
    Performed,
    /// A track of assistance.
    Aid,
    /// Every point of the checklist.
    Checklist,
    /// The hardship that goes with the demand.
    Hardship,
}

/// Reports that are due while a case is handled.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interim {
    /// From one to the next.
    pub every: Limit,
    /// The step that counts as one.
    pub step: String,
    /// Cases so urgent owe them.
    pub urgencies: Vec<Urgency>,
    /// Cases under such a charge owe them.
    #[serde(default)]
    pub charges: Vec<String>,
}

/// A step as it was handed in, cleaned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft<'a> {
    /// Codes of means.
    pub means: &'a [String],
    /// The legal basis.
    pub legal_basis: Option<&'a str>,
    /// How many attachments and references.
    pub evidence: usize,
    /// Facts that were verified.
    pub facts: Option<&'a str>,
    /// Functions of those who took part.
    pub participants: &'a [String],
    /// Where.
    pub place: Option<&'a str>,
    /// What came of it.
    pub result: Option<&'a str>,
    /// Parties named and terms given.
    pub agreement: Option<Agreement>,
    /// Whether it was performed.
    pub performed: Option<bool>,
    /// A track of assistance.
    pub aid: Option<&'a str>,
    /// Points of the checklist that are ticked.
    pub checklist: &'a [String],
    /// The hardship.
    pub hardship: Option<&'a str>,
}

/// What an agreement carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// How many parties.
    pub parties: usize,
    /// Its terms are given.
    pub terms: bool,
}

impl Handling {
    /// The kind of step of a code.
    #[must_use]
    pub fn kind(&self, code: &str) -> Option<&StepKind> {
        self.step.iter().find(|kind| kind.code == code)
    }

    /// Finds all that is wrong with a step that begins, is written down, or (`ending`) ends.
    #[must_use]
    pub fn check(&self, kind: &StepKind, ending: bool, draft: &Draft<'_>) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let needs = if ending { &kind.ends_with } else { &kind.needs };
        for need in needs {
            if let Some((field, zh, en)) = self.lacking(*need, draft) {
                flaws.push(Flaw { field, zh: format!("须填写{zh}"), en: format!("{en} required") });
            }
        }
        let lists = [
            ("means", draft.means, &self.means),
            ("participants", draft.participants, &self.function),
            ("checklist", draft.checklist, &self.checklist),
        ];
        for (field, given, known) in lists {
            flaws.extend(given.iter().filter_map(|code| unknown(field, code, known)));
        }
        flaws.extend(draft.aid.and_then(|code| unknown("aid", code, &self.aid)));
        flaws
    }

    fn lacking(&self, need: Need, draft: &Draft<'_>) -> Option<(&'static str, &'static str, &'static str)> {
        let given = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        let (there, field, zh, en) = match need {
            Need::Means => (!draft.means.is_empty(), "means", "办理手段", "means are"),
            Need::LegalBasis => (given(draft.legal_basis), "legal_basis", "法律依据", "the legal basis is"),
            Need::Evidence => (draft.evidence > 0, "evidence", "证据材料", "evidence is"),
            Need::Facts => (given(draft.facts), "facts", "查明的事实", "verified facts are"),
            Need::Participants => {
                (!draft.participants.is_empty(), "participants", "参加人（按职能）", "participants are")
            }
            Need::Place => (given(draft.place), "place", "地点", "the place is"),
            Need::Result => (given(draft.result), "result", "结果", "the result is"),
            Need::Agreement => {
                let whole = draft.agreement.is_some_and(|made| made.parties >= 2 && made.terms);
                (whole, "agreement", "协议的双方和内容", "an agreement with two parties and terms is")
            }
            Need::Performed => {
                (draft.performed.is_some(), "performed", "协议是否履行", "whether it was performed is")
            }
            Need::Aid => (draft.aid.is_some(), "aid", "救助种类", "a track of assistance is"),
            Need::Checklist => {
                let whole = self.checklist.iter().all(|point| draft.checklist.contains(&point.code));
                (whole, "checklist", "全部“到位”事项", "every point of the checklist is")
            }
            Need::Hardship => (given(draft.hardship), "hardship", "困难情况", "the hardship is"),
        };
        (!there).then_some((field, zh, en))
    }

    /// Finds all that does not fit together, each as a sentence that names the key.
    pub(crate) fn validate(&self, wrong: &mut Vec<String>) {
        let lists = [
            ("handling.means", &self.means),
            ("handling.function", &self.function),
            ("handling.aid", &self.aid),
            ("handling.checklist", &self.checklist),
        ];
        for (list, codes) in lists {
            for (at, coded) in codes.iter().enumerate() {
                if codes[..at].iter().any(|other| other.code == coded.code) {
                    wrong.push(format!("{list}.code {} stands twice", coded.code));
                }
            }
        }
        for (at, kind) in self.step.iter().enumerate() {
            let code = &kind.code;
            if self.step[..at].iter().any(|other| other.code == *code) {
                wrong.push(format!("handling.step.code {code} stands twice"));
            }
            if kind.pauses && !kind.spell {
                wrong.push(format!("handling.step {code} pauses without being a spell"));
            }
            if !kind.ends_with.is_empty() && !kind.spell {
                wrong.push(format!("handling.step {code} has ends_with without being a spell"));
            }
        }
        if let Some(interim) = self.interim.as_ref().filter(|interim| self.kind(&interim.step).is_none()) {
            wrong.push(format!("handling.interim.step {} is no step", interim.step));
        }
    }
}

fn unknown(field: &'static str, code: &str, known: &[Coded]) -> Option<Flaw> {
    if known.iter().any(|known| known.code == code) {
        return None;
    }
    let list: Vec<_> = known.iter().map(|known| known.code.as_str()).collect();
    let code: String = code.chars().filter(|ch| !ch.is_control()).take(40).collect();
    Some(Flaw {
        field,
        zh: format!("没有“{code}”，可选：{}", list.join("、")),
        en: format!("{code} is none of {}", list.join(", ")),
    })
}

#[cfg(test)]
mod tests;
