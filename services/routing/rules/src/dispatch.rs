//! Who gets a case: region first, then function (属地管理、分级负责、谁主管谁负责); the machine alone only where it is sure.

use std::collections::BTreeSet;

use ids::{RegionCode, UnitCode};
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{Catalogue, Line},
    grassroots,
    pack::{RoutingPack, ways::Overlap},
    tree::Level,
    words::{Mode, PerMille, Urgency},
};

/// What is known of a case when it is handed out.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Where the matter lies.
    pub region: &'a RegionCode,
    /// What the message wants, as the word of the packs.
    pub kind: &'a str,
    /// Subject code, if known.
    pub subject: Option<&'a str>,
    /// Redacted title; empty for confidential cases.
    pub title: &'a str,
    /// Redacted text; empty for confidential cases.
    pub text: &'a str,
    /// A unit named at intake.
    pub unit_hint: Option<&'a UnitCode>,
    /// A mode named at intake.
    pub mode_hint: Option<Mode>,
    /// How soon hands are needed.
    pub urgency: Urgency,
    /// Accusations are handed out by persons only.
    pub confidential: bool,
    /// Several units are concerned.
    pub multi_unit: bool,
}

/// How much each ground counts, in thousandths; the sum is a candidate's confidence. Configuration, not law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    /// The subject code is the entry's own.
    pub subject: PerMille,
    /// The subject code lies below the entry's.
    pub subject_below: PerMille,
    /// The first keyword stands in the title.
    pub title_word: PerMille,
    /// The first keyword stands in the text only.
    pub text_word: PerMille,
    /// Each further keyword.
    pub more_words: PerMille,
    /// The entry names this kind of message.
    pub kind: PerMille,
    /// The entry names nothing but a region.
    pub catch_all: PerMille,
    /// Taken away when another unit has as much for it.
    pub tie: PerMille,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            subject: PerMille(950),
            subject_below: PerMille(850),
            title_word: PerMille(850),
            text_word: PerMille(700),
            more_words: PerMille(60),
            kind: PerMille(40),
            catch_all: PerMille(400),
            tie: PerMille(200),
        }
    }
}

/// A unit that may be the competent one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which.
    pub unit: UnitCode,
    /// 协办 that go with it.
    pub co_units: Vec<UnitCode>,
    /// How sure.
    pub confidence: PerMille,
    /// `hint`, `subject`, `keyword`, `kind` or `region`: the strongest ground.
    pub ground: String,
    /// What the catalogue names as the basis.
    pub basis: String,
}

/// What to do with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Hand it to the unit at once.
    Dispatch {
        /// To whom, and who goes with it.
        to: Candidate,
        /// `hint` or `catalogue`.
        decided_by: &'static str,
    },
    /// Show a dispatcher the candidates, best first; there may be none.
    Wait(Vec<Candidate>),
}

/// Decides who gets a case.
#[must_use]
pub fn decide(pack: &RoutingPack, weights: &Weights, catalogue: &Catalogue, facts: &Facts<'_>) -> Decision {
    let mut candidates = rank(weights, catalogue, facts);
    if pack.dispatch.overlap == Some(Overlap::CityDepartment) {
        city_department_first(pack, catalogue, &mut candidates);
    }
    let first = candidates.first();
    let low = first.is_some_and(|first| {
        let competent = competent(&candidates);
        grassroots::check(pack, catalogue.tree(), competent, &first.unit, facts.subject).is_err()
    });
    narrow(pack, facts, &mut candidates);
    let sure = |candidate: &&Candidate| candidate.confidence >= pack.threshold();
    let alone = pack.dispatch.auto && !facts.confidential && !low;
    match candidates.first().filter(|_| alone).filter(sure) {
        Some(first) => {
            let decided_by = if first.ground == "hint" { "hint" } else { "catalogue" };
            Decision::Dispatch { to: first.clone(), decided_by }
        }
        None => Decision::Wait(candidates),
    }
}

/// Finds the units to be shown of a case that waits, best first, without those that gave it back.
#[must_use]
pub fn candidates(
    pack: &RoutingPack,
    weights: &Weights,
    catalogue: &Catalogue,
    facts: &Facts<'_>,
    without: &[UnitCode],
) -> Vec<Candidate> {
    let mut candidates = rank(weights, catalogue, facts);
    if pack.dispatch.overlap == Some(Overlap::CityDepartment) {
        city_department_first(pack, catalogue, &mut candidates);
    }
    candidates.retain(|candidate| !without.contains(&candidate.unit));
    for candidate in &mut candidates {
        candidate.co_units.retain(|unit| !without.contains(unit));
    }
    narrow(pack, facts, &mut candidates);
    candidates
}

/// Leaves as many as the pack shows, with co-units only where several units are concerned.
fn narrow(pack: &RoutingPack, facts: &Facts<'_>, candidates: &mut Vec<Candidate>) {
    let most = if facts.multi_unit { pack.dispatch.co_units_max } else { 0 };
    for candidate in &mut *candidates {
        candidate.co_units.truncate(most);
    }
    candidates.truncate(pack.dispatch.candidates);
}

/// The unit whose work it is by the catalogue, where an entry knows the function and not only the place.
#[must_use]
pub fn competent(candidates: &[Candidate]) -> Option<&UnitCode> {
    let knows = |candidate: &&Candidate| candidate.ground == "subject" || candidate.ground == "keyword";
    candidates.iter().find(knows).map(|candidate| &candidate.unit)
}

/// Where departments of city and county are both competent, that of the city leads and the other goes along.
/// Source: 潍坊市政务服务便民热线条例 (2021).
fn city_department_first(pack: &RoutingPack, catalogue: &Catalogue, candidates: &mut Vec<Candidate>) {
    let department = |candidate: &Candidate, level| {
        let knows = candidate.ground == "subject" || candidate.ground == "keyword";
        let node = catalogue.tree().node(&candidate.unit);
        knows
            && node.is_some_and(|node| node.level == level && pack.ways.department_kinds.contains(&node.kind))
    };
    let Some(county) = candidates.first().filter(|first| department(first, Level::County)) else { return };
    let county = county.unit.clone();
    let Some(at) = candidates.iter().position(|candidate| department(candidate, Level::City)) else { return };
    let mut city = candidates.remove(at);
    city.co_units.retain(|unit| *unit != county);
    city.co_units.insert(0, county);
    candidates.insert(0, city);
}

/// Finds the candidates of a case, best first; what a pack makes of them is [`decide`]'s.
#[must_use]
pub fn rank(weights: &Weights, catalogue: &Catalogue, facts: &Facts<'_>) -> Vec<Candidate> {
    // Entries that know the function come before those that only know the place; among them the finest region first.
    let title = catalogue.words().standing_in(facts.title);
    let text = catalogue.words().standing_in(facts.text);
    let mut found: Vec<(bool, usize, Candidate)> = catalogue
        .at(facts.region)
        .filter_map(|(fineness, line)| {
            let (ground, confidence) = weigh(weights, line, facts, &title, &text)?;
            let entry = &line.entry;
            let candidate = Candidate {
                unit: entry.unit.clone(),
                co_units: entry.co_units.clone(),
                confidence,
                ground: ground.to_owned(),
                basis: entry.basis.clone(),
            };
            Some((ground != "region", fineness, candidate))
        })
        .collect();
    found.sort_by_key(|(specific, fineness, candidate)| {
        std::cmp::Reverse((*specific, *fineness, candidate.confidence))
    });
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut rival = None;
    let first = found.first().map(|(specific, fineness, _)| (*specific, *fineness));
    for (specific, fineness, candidate) in found {
        if candidates.iter().any(|known| known.unit == candidate.unit) {
            continue;
        }
        if candidates.len() == 1 && Some((specific, fineness)) == first {
            rival = Some(candidate.confidence);
        }
        candidates.push(candidate);
    }
    if let (Some(first), Some(rival)) = (candidates.first_mut(), rival) {
        let lead = first.confidence.minus(rival);
        first.confidence = first.confidence.minus(weights.tie.minus(lead));
    }
    if let Some(hint) = facts.unit_hint.filter(|hint| catalogue.knows(hint)) {
        let known = candidates.iter().position(|candidate| candidate.unit == *hint);
        let known = known.map(|at| candidates.remove(at));
        let co_units = known.map(|candidate| candidate.co_units).unwrap_or_default();
        let hinted = Candidate {
            unit: hint.clone(),
            co_units,
            confidence: PerMille::WHOLE,
            ground: "hint".to_owned(),
            basis: String::new(),
        };
        candidates.insert(0, hinted);
    }
    candidates
}

/// The strongest ground of an entry for this case and what it counts; `None` when the entry does not fit.
fn weigh(
    weights: &Weights,
    line: &Line,
    facts: &Facts<'_>,
    title: &BTreeSet<usize>,
    text: &BTreeSet<usize>,
) -> Option<(&'static str, PerMille)> {
    let entry = &line.entry;
    let kind = match &entry.kind {
        Some(kind) if kind == facts.kind => weights.kind,
        Some(_) => return None,
        None => PerMille::default(),
    };
    let by_subject = match (&entry.subject, facts.subject) {
        (Some(own), Some(subject)) if own == subject => Some(weights.subject),
        (Some(own), Some(subject)) if is_below(subject, own) => Some(weights.subject_below),
        (Some(_) | None, Some(_) | None) => None,
    };
    let in_title = line.words.iter().filter(|word| title.contains(word)).count();
    let in_text = line.words.iter().filter(|word| !title.contains(word) && text.contains(word)).count();
    let hits = in_title + in_text;
    let by_words = (hits > 0).then(|| {
        let first = if in_title > 0 { weights.title_word } else { weights.text_word };
        (1..hits).fold(first, |sum, _| sum.plus(weights.more_words))
    });
    match (by_subject, by_words) {
        (Some(subject), words) if Some(subject) >= words => Some(("subject", subject.plus(kind))),
        (_, Some(words)) => Some(("keyword", words.plus(kind))),
        // An entry that names a function says nothing of cases of another.
        (_, None) if entry.subject.is_some() || !entry.keywords.is_empty() => None,
        (_, None) if entry.kind.is_some() => Some(("kind", weights.catch_all.plus(kind))),
        (_, None) => Some(("region", weights.catch_all)),
    }
}

/// Codes of digits grow digit by digit (`0301` holds `030102`), others by dots (`city.road` holds `city.road.light`, not `city.roads`).
fn is_below(subject: &str, own: &str) -> bool {
    let digits = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
    subject.strip_prefix(own).is_some_and(|rest| rest.starts_with('.') || (digits(own) && digits(rest)))
}

#[cfg(test)]
mod tests;
