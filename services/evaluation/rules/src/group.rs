//! 分组: units are compared with their like only, told apart by what the tree of units says of them, or by their codes.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    check::Flaw,
    pack::{Label, Score},
    standing::LEVELS,
};

/// Units that are compared with one another; whatever is listed must fit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreGroup {
    /// Unique in the pack.
    pub code: String,
    /// What people are shown.
    pub label: Label,
    /// Levels at which a unit works (`province` `city` `county` `township` `village`); empty: any.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Kinds as the tenant sorts its units (`department`, `county`, `utility`, …); empty: any.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Beginnings of unit codes; empty: any.
    #[serde(default)]
    pub prefixes: Vec<String>,
}

/// What the tree of units says of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitSort {
    /// As the tenant sorts it; nothing where that was not told.
    pub kind: Option<String>,
    /// The level at which it works; nothing where that was not told.
    pub level: Option<String>,
}

impl ScoreGroup {
    fn takes(&self, unit: &str, sort: &UnitSort) -> bool {
        let fits = |listed: &[String], told: Option<&String>| {
            listed.is_empty() || told.is_some_and(|told| listed.contains(told))
        };
        let begins =
            self.prefixes.is_empty() || self.prefixes.iter().any(|start| unit.starts_with(start.as_str()));
        fits(&self.levels, sort.level.as_ref()) && fits(&self.kinds, sort.kind.as_ref()) && begins
    }
}

impl Score {
    /// The group of a unit: the first that takes it; nothing where none does.
    #[must_use]
    pub fn group_of(&self, unit: &str, sort: &UnitSort) -> Option<&ScoreGroup> {
        self.groups.iter().find(|group| group.takes(unit, sort))
    }

    /// What people are shown for the code of a group; a code that the pack no longer has stays as it is.
    #[must_use]
    pub fn group_label<'a>(&'a self, code: &'a str) -> &'a str {
        self.groups.iter().find(|group| group.code == code).map_or(code, |group| group.label.zh.as_str())
    }

    pub(crate) fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut seen = BTreeSet::new();
        for group in &self.groups {
            let mut flaw = |says| flaws.push(Flaw { entry: format!("score.group {}", group.code), says });
            if group.code.is_empty() || !seen.insert(group.code.as_str()) {
                flaw("the code is empty or stands twice");
            }
            if group.levels.is_empty() && group.kinds.is_empty() && group.prefixes.is_empty() {
                flaw("it takes every unit: levels, kinds or prefixes tell which");
            }
            if group.levels.iter().any(|level| !LEVELS.contains(&level.as_str())) {
                flaw("a level is province, city, county, township or village");
            }
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(groups: &str) -> Score {
        let text =
            format!("red = 1\nblack = 1\nbasis = \"choice\"\nsource = \"made up\"\nitem = []\n{groups}");
        toml::from_str(&text).unwrap()
    }

    fn sort(kind: &str, level: &str) -> UnitSort {
        let told = |word: &str| Some(word.to_owned()).filter(|word| !word.is_empty());
        UnitSort { kind: told(kind), level: told(level) }
    }

    const GROUPS: &str = "
[[group]]\ncode = \"gov\"\nlabel = { zh = \"区县\", en = \"Counties\" }\nlevels = [\"county\"]\nkinds = [\"county\", \"government\"]
[[group]]\ncode = \"low\"\nlabel = { zh = \"基层\", en = \"Low\" }\nlevels = [\"township\", \"village\"]
[[group]]\ncode = \"ga\"\nlabel = { zh = \"广安\", en = \"Guang'an\" }\nprefixes = [\"ga-\", \"guangan-\"]
";

    #[test]
    fn a_unit_belongs_to_the_first_group_that_all_fits() {
        let score = score(GROUPS);
        let of = |unit: &str, kind: &str, level: &str| {
            score.group_of(unit, &sort(kind, level)).map(|group| group.code.as_str())
        };
        assert_eq!(of("x", "county", "county"), Some("gov"));
        assert_eq!(of("x", "government", "county"), Some("gov"));
        assert_eq!(of("x", "government", "city"), None, "the level must fit too");
        assert_eq!(of("x", "department", "county"), None, "the kind must fit too");
        assert_eq!(of("x", "", "county"), None, "what was not told fits no list");
        assert_eq!(of("x", "whatever", "village"), Some("low"));
        assert_eq!(of("guangan-1", "", ""), Some("ga"));
        assert_eq!(of("ga-1", "county", "county"), Some("gov"), "the first that fits");
        assert_eq!(of("the-ga-1", "", ""), None);
        assert_eq!((score.group_label("gov"), score.group_label("gone")), ("区县", "gone"));
    }

    #[test]
    fn every_mistake_of_a_group_is_named() {
        let flaws = |from: &str, to: &str| {
            assert!(GROUPS.contains(from), "{from}");
            score(&GROUPS.replacen(from, to, 1))
                .flaws()
                .into_iter()
                .map(|flaw| flaw.entry)
                .collect::<Vec<_>>()
        };
        assert_eq!(score(GROUPS).flaws(), []);
        assert_eq!(flaws("code = \"low\"", "code = \"gov\""), ["score.group gov"]);
        assert_eq!(flaws("code = \"low\"", "code = \"\""), ["score.group "]);
        assert_eq!(flaws("\"village\"", "\"street\""), ["score.group low"]);
        assert_eq!(flaws("levels = [\"township\", \"village\"]", ""), ["score.group low"]);
        assert_eq!(flaws("levels = [\"township\", \"village\"]", "kinds = [\"town\"]"), [""; 0]);
        assert_eq!(flaws("prefixes = [\"ga-\", \"guangan-\"]", "prefixes = []"), ["score.group ga"]);
    }
}
