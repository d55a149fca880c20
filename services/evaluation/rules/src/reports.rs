//! Reports of a pack: which there are, of what they are made, when, and who must have written what before they are shown.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    check::Flaw,
    pack::{Basis, Coded, Indicator},
    places::Places,
    season::Season,
    section::Section,
    series::Series,
};

/// Reports that are made by themselves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    /// Which.
    #[serde(rename = "kind")]
    pub kinds: Vec<ReportKind>,
    /// How many subjects are named as the most frequent.
    pub top: usize,
    /// What is the usual; needed for `rises` and `regular`.
    pub trend: Option<Trend>,
    /// Indicators of the inspection table, in its order.
    #[serde(default)]
    pub inspection: Vec<String>,
    /// Sensitive times of the year.
    #[serde(rename = "season", default)]
    pub seasons: Vec<Season>,
    /// How many days before it begins a season is told.
    #[serde(default)]
    pub season_days: i32,
    /// How causes are worded that units name in replies.
    #[serde(rename = "cause", default)]
    pub causes: Vec<Coded>,
    /// How remedies are worded that units name in replies.
    #[serde(rename = "remedy", default)]
    pub remedies: Vec<Coded>,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// One series and how it is made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportKind {
    /// Which series.
    pub series: Series,
    /// Of what it is made, in this order.
    pub sections: Vec<Section>,
    /// How many minutes after the end of its period it is made: what happened on the last evening is still being told.
    pub settle_minutes: u32,
    /// A person writes causes and remedies and another one releases it before it is shown.
    #[serde(default)]
    pub edited: bool,
    /// Of which places it is made; missing: a digest of counties, anything else of all.
    pub places: Option<Places>,
    /// How many periods at most are made up for after a stop; missing: the last one alone.
    #[serde(default = "the_last")]
    pub catch_up: u32,
}

const fn the_last() -> u32 {
    1
}

impl ReportKind {
    /// Of which places it is made.
    #[must_use]
    pub fn places(&self) -> Places {
        let usual = if self.series == Series::Digest { Places::County } else { Places::All };
        self.places.unwrap_or(usual)
    }
}

/// What is the usual.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// How many periods before make it.
    pub periods: usize,
    /// Cases of the period at least.
    pub least: u64,
    /// How many times the usual is a rise.
    pub factor: f64,
    /// In how many of the periods before a regular problem came.
    pub regular_in: u32,
}

impl Reports {
    /// How a series is made; nothing where the pack has none.
    #[must_use]
    pub fn kind(&self, series: Series) -> Option<&ReportKind> {
        self.kinds.iter().find(|kind| kind.series == series)
    }

    pub(crate) fn flaws(&self, indicators: &[Indicator]) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut flaw = |entry: String, says| flaws.push(Flaw { entry, says });
        for kind in &self.kinds {
            let entry = || format!("reports.kind {}", kind.series.as_str());
            if self.kinds.iter().filter(|one| one.series == kind.series).count() > 1 {
                flaw(entry(), "the series stands twice");
            }
            let sections: BTreeSet<Section> = kind.sections.iter().copied().collect();
            if sections.is_empty() || sections.len() != kind.sections.len() {
                flaw(entry(), "it has no section, or one twice");
            }
            if kind.catch_up < 1 {
                flaw(entry(), "catch_up is 1 at least: the last period");
            }
            let needs = |wanted: &[Section]| wanted.iter().any(|one| sections.contains(one));
            if needs(&[Section::Rises, Section::Regular]) && self.trend.is_none() {
                flaw(entry(), "a section needs reports.trend");
            }
            if needs(&[Section::Inspection]) && self.inspection.is_empty() {
                flaw(entry(), "a section needs reports.inspection");
            }
        }
        if let Some(trend) = &self.trend {
            let regular = usize::try_from(trend.regular_in).unwrap_or(usize::MAX);
            if trend.periods < 1 || trend.least < 1 || trend.factor < 1.0 {
                flaw("reports.trend".to_owned(), "periods, least and factor are 1 at least");
            }
            if regular < 1 || regular > trend.periods {
                flaw("reports.trend".to_owned(), "regular_in is 1 to periods");
            }
        }
        for code in &self.inspection {
            if !indicators.iter().any(|indicator| indicator.code == *code) {
                flaw(format!("reports.inspection {code}"), "not among the indicators");
            }
        }
        if self.season_days < 0 {
            flaw("reports.season_days".to_owned(), "not below 0");
        }
        for (entry, list) in [("reports.cause", &self.causes), ("reports.remedy", &self.remedies)] {
            let codes: BTreeSet<_> = list.iter().map(|one| one.code.as_str()).collect();
            if codes.len() != list.len() || codes.contains("") {
                flaw(entry.to_owned(), "a code is empty or stands twice");
            }
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports(text: &str) -> Reports {
        toml::from_str(text).unwrap()
    }

    const GOOD: &str = "top = 3\nbasis = \"choice\"\nsource = \"made up\"\ntrend = { periods = 4, least = 1, factor = 1.0, regular_in = 4 }
[[kind]]\nseries = \"weekly\"\nsections = [\"rises\"]\nsettle_minutes = 0\n";

    #[test]
    fn a_good_one_has_no_flaw_and_its_kinds_are_found() {
        let good = reports(GOOD);
        assert_eq!(good.flaws(&[]), []);
        assert!(good.kind(Series::Weekly).is_some_and(|kind| !kind.edited));
        assert_eq!(good.kind(Series::Daily), None);
        let places = |series: &str, more: &str| {
            let text = GOOD.replace("\"weekly\"", &format!("\"{series}\"\n{more}"));
            reports(&text).kinds[0].places()
        };
        assert_eq!((places("weekly", ""), places("digest", "")), (Places::All, Places::County));
        assert_eq!(places("weekly", "places = \"county\""), Places::County);
        assert_eq!(places("digest", "places = \"city\""), Places::City);
        assert_eq!(good.kinds[0].catch_up, 1);
    }

    #[test]
    fn every_mistake_is_named() {
        let wrong = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            let flaws = reports(&GOOD.replace(from, to)).flaws(&[]);
            flaws.into_iter().map(|flaw| flaw.entry).collect::<Vec<_>>()
        };
        assert_eq!(wrong("[\"rises\"]", "[]"), ["reports.kind weekly"]);
        assert_eq!(wrong("[\"rises\"]", "[\"rises\", \"rises\"]"), ["reports.kind weekly"]);
        assert_eq!(wrong("[\"rises\"]", "[\"inspection\"]"), ["reports.kind weekly"]);
        assert_eq!(wrong("trend = ", "#"), ["reports.kind weekly"]);
        for trend in ["periods = 0", "least = 0", "factor = 0.9", "regular_in = 0", "regular_in = 5"] {
            let key = trend.split(' ').next().unwrap();
            let old = ["periods = 4", "least = 1", "factor = 1.0", "regular_in = 4"];
            let old = old.iter().find(|one| one.starts_with(key)).unwrap();
            assert!(wrong(old, trend).contains(&"reports.trend".to_owned()), "{trend}");
        }
        assert_eq!(wrong("top = 3", "top = 3\ninspection = [\"x\"]"), ["reports.inspection x"]);
        assert_eq!(wrong("top = 3", "top = 3\nseason_days = -1"), ["reports.season_days"]);
        let twice = "top = 3\nseason_days = 0\ncause = [{ code = \"a\", label = { zh = \"甲\", en = \"a\" } }, { code = \"a\", label = { zh = \"乙\", en = \"b\" } }]";
        assert_eq!(wrong("top = 3", twice), ["reports.cause"]);
        let none = "settle_minutes = 0\ncatch_up = 0";
        assert_eq!(wrong("settle_minutes = 0", none), ["reports.kind weekly"]);
        let again =
            format!("{GOOD}[[kind]]\nseries = \"weekly\"\nsections = [\"kinds\"]\nsettle_minutes = 0\n");
        assert_eq!(reports(&again).flaws(&[]).len(), 2);
    }
}
