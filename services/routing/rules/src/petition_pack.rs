//! The part `[petition]` of `routing.toml`: lanes, periods, results, terminations and forms of petitions, as data.

use std::collections::BTreeMap;

use calendar::{Limit, Unit};
use serde::Deserialize;

use crate::{
    pack::{Basis, Coded, Label},
    petition::Stage,
};

/// All that a pack says about petitions after their handling.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PetitionPack {
    /// The period for asking 复查, from the service of the handling opinion.
    pub ask_review: Limit,
    /// The period for asking 复核, from the service of the review opinion.
    pub ask_reexamination: Limit,
    /// How long the higher organ may take to say whether it takes a request; without it there is no such rule.
    pub decide: Option<Limit>,
    /// The opinion of 复查 is due after it.
    pub review: Limit,
    /// The opinion of 复核 is due after it.
    pub reexamination: Limit,
    /// Extensions at most, by stage; a stage that is missing knows none.
    #[serde(default)]
    pub extensions: BTreeMap<Stage, i32>,
    /// Most days of one extension.
    pub extension_days: i32,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
    /// The lanes (六类途径).
    pub lane: Vec<LaneKind>,
    /// What 复查 and 复核 may come to.
    pub result: Vec<ResultKind>,
    /// Why a request is not taken; `late` is told by the machine.
    pub refusal: Vec<Coded>,
    /// Kinds of termination (终结).
    pub termination: Vec<Termination>,
    /// Ways of service (送达方式).
    pub service: Vec<Coded>,
    /// Texts of documents, by code.
    pub form: Vec<Form>,
}

/// A lane of Art. 31.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneKind {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// It ends with a handling opinion, so 复查 and 复核 are open.
    pub opinion: bool,
}

/// What an opinion of a higher organ may come to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultKind {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// In which stages.
    pub stages: Vec<Stage>,
    /// The matter goes back for another round of handling.
    pub again: bool,
}

/// A kind of termination.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Termination {
    /// Stable.
    pub code: String,
    /// What people read.
    pub label: Label,
    /// What it stands on.
    pub when: When,
}

/// What a termination stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The opinion of 复核 is served.
    Reexamined,
    /// The period for asking was missed.
    Missed,
    /// Evidence that a person looks at.
    Evidence,
}

/// The documents that the lane writes.
pub const FORMS: [&str; 7] = [
    "handling-opinion",
    "extension-notice",
    "request-accepted",
    "request-refused",
    "review-opinion",
    "reexamination-opinion",
    "termination-notice",
];

/// What a text of a form may name.
pub const VARIABLES: [&str; 16] = [
    "number",
    "serial",
    "organ",
    "stage",
    "issued_on",
    "served_on",
    "request",
    "facts",
    "opinion",
    "legal_basis",
    "result",
    "reason",
    "days",
    "ask_by",
    "due_on",
    "next_organ",
];

/// The text of a document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// One of [`FORMS`].
    pub code: String,
    /// Its title.
    pub label: Label,
    /// Its text; `{variable}` is replaced.
    pub text: Label,
}

impl PetitionPack {
    /// The lane of a code.
    #[must_use]
    pub fn lane(&self, code: &str) -> Option<&LaneKind> {
        self.lane.iter().find(|known| known.code == code)
    }

    /// The result of a code, where the stage knows it.
    #[must_use]
    pub fn result(&self, stage: Stage, code: &str) -> Option<&ResultKind> {
        self.result.iter().find(|known| known.code == code && known.stages.contains(&stage))
    }

    /// The termination of a code.
    #[must_use]
    pub fn termination(&self, code: &str) -> Option<&Termination> {
        self.termination.iter().find(|known| known.code == code)
    }

    /// The code of the termination after three levels.
    #[must_use]
    pub fn three_level(&self) -> &str {
        let by_itself = self.termination.iter().find(|known| known.when == When::Reexamined);
        by_itself.map_or("three_levels", |known| known.code.as_str())
    }

    /// The form of a code.
    #[must_use]
    pub fn form(&self, code: &str) -> Option<&Form> {
        self.form.iter().find(|known| known.code == code)
    }

    /// The period for asking a stage; none for handling, which nobody asks.
    #[must_use]
    pub fn asking(&self, stage: Stage) -> Option<Limit> {
        match stage {
            Stage::Handling => None,
            Stage::Review => Some(self.ask_review),
            Stage::Reexamination => Some(self.ask_reexamination),
        }
    }

    /// The time a stage has for its opinion; that of handling is a clock of `deadlines.toml`.
    #[must_use]
    pub fn deciding(&self, stage: Stage) -> Option<Limit> {
        match stage {
            Stage::Handling => None,
            Stage::Review => Some(self.review),
            Stage::Reexamination => Some(self.reexamination),
        }
    }

    /// Finds all that does not fit together, each as a sentence that names the key.
    #[must_use]
    pub fn validate(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |good: bool, words: String| {
            if !good {
                wrong.push(words);
            }
        };
        let limits = [
            ("ask_review", Some(self.ask_review)),
            ("ask_reexamination", Some(self.ask_reexamination)),
            ("decide", self.decide),
            ("review", Some(self.review)),
            ("reexamination", Some(self.reexamination)),
        ];
        for (key, limit) in limits {
            let Some(limit) = limit else { continue };
            check(limit.amount > 0, format!("petition.{key} must be more than 0"));
            let days = matches!(limit.unit, Unit::Days | Unit::Workdays);
            check(days, format!("petition.{key} must be in days or workdays"));
        }
        check(self.extensions.values().all(|most| *most >= 0), "petition.extensions is negative".to_owned());
        check(self.extension_days > 0, "petition.extension_days must be more than 0".to_owned());
        let lists: [(&str, Vec<&str>); 6] = [
            ("lane", self.lane.iter().map(|known| known.code.as_str()).collect()),
            ("result", self.result.iter().map(|known| known.code.as_str()).collect()),
            ("refusal", self.refusal.iter().map(|known| known.code.as_str()).collect()),
            ("termination", self.termination.iter().map(|known| known.code.as_str()).collect()),
            ("service", self.service.iter().map(|known| known.code.as_str()).collect()),
            ("form", self.form.iter().map(|known| known.code.as_str()).collect()),
        ];
        for (list, codes) in lists {
            check(!codes.is_empty(), format!("petition.{list} is empty"));
            for (at, code) in codes.iter().enumerate() {
                check(!codes[..at].contains(code), format!("petition.{list}.code {code} stands twice"));
            }
        }
        check(
            self.refusal.iter().any(|known| known.code == "late"),
            "petition.refusal needs the code late".to_owned(),
        );
        let by_itself = self.termination.iter().filter(|known| known.when == When::Reexamined).count();
        check(by_itself == 1, "petition.termination needs one kind with when = \"reexamined\"".to_owned());
        for stage in [Stage::Review, Stage::Reexamination] {
            let any = self.result.iter().any(|known| known.stages.contains(&stage));
            check(any, format!("petition.result has none for {}", stage.as_str()));
        }
        for code in FORMS {
            check(self.form(code).is_some(), format!("petition.form {code} is missing"));
        }
        for form in &self.form {
            check(FORMS.contains(&form.code.as_str()), format!("petition.form {} is not known", form.code));
            for text in [&form.text.zh, &form.text.en] {
                for name in named(text) {
                    let known = VARIABLES.contains(&name);
                    check(known, format!("petition.form {}: {{{name}}} is no variable", form.code));
                }
            }
        }
        wrong
    }
}

/// The names between braces.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// Puts values into a text; a variable without a value becomes a dash.
#[must_use]
pub fn fill(text: &str, values: &BTreeMap<&'static str, String>) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) => {
                filled.push_str(values.get(name).map_or("—", String::as_str));
                filled.push_str(rest);
            }
            None => {
                filled.push('{');
                filled.push_str(part);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::RoutingPack;

    const PACK: &str = include_str!("../../../../deploy/policy/petition-2022/routing.toml");

    fn pack() -> PetitionPack {
        toml::from_str::<RoutingPack>(PACK).unwrap().petition.unwrap()
    }

    #[test]
    fn the_pack_of_petitions_is_sound_and_has_six_lanes() {
        let pack = pack();
        assert_eq!(pack.validate(), Vec::<String>::new());
        assert_eq!(pack.lane.len(), 6);
        assert_eq!(pack.lane.iter().filter(|lane| lane.opinion).count(), 1);
        assert_eq!(pack.three_level(), "three_levels");
        assert!(pack.result(Stage::Review, "maintained").is_some());
        assert!(pack.result(Stage::Handling, "maintained").is_none());
        assert_eq!(pack.asking(Stage::Review).map(|limit| limit.amount), Some(30));
        assert_eq!(pack.deciding(Stage::Reexamination).map(|limit| limit.amount), Some(30));
        assert_eq!((pack.asking(Stage::Handling), pack.deciding(Stage::Handling)), (None, None));
    }

    #[test]
    fn mistakes_are_named_by_their_key() {
        let wrong = |change: fn(&mut PetitionPack)| {
            let mut pack = pack();
            change(&mut pack);
            pack.validate()
        };
        for (change, word) in [
            ((|pack| pack.review.amount = 0) as fn(&mut PetitionPack), "petition.review"),
            (|pack| pack.ask_review.unit = Unit::Hours, "petition.ask_review"),
            (|pack| pack.extension_days = 0, "extension_days"),
            (|pack| pack.lane.clear(), "petition.lane"),
            (|pack| pack.lane.push(pack.lane[0].clone()), "twice"),
            (|pack| pack.refusal.retain(|known| known.code != "late"), "late"),
            (|pack| pack.termination.retain(|known| known.when != When::Reexamined), "reexamined"),
            (|pack| pack.form.truncate(3), "is missing"),
            (|pack| pack.form[0].text.zh.push_str("{phone}"), "{phone}"),
            (|pack| pack.result.clear(), "none for review"),
        ] {
            let wrong = wrong(change);
            assert!(wrong.iter().any(|sentence| sentence.contains(word)), "{word}: {wrong:?}");
        }
    }

    #[test]
    fn a_text_is_filled_and_what_is_missing_is_a_dash() {
        let values = BTreeMap::from([("organ", "某县政府".to_owned())]);
        assert_eq!(fill("{organ}：{serial}。{", &values), "某县政府：—。{");
        assert_eq!(fill("无", &values), "无");
    }
}
