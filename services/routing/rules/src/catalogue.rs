//! The dispatch catalogue (派单目录), laid out so that the entries for a place are found at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use ids::{RegionCode, UnitCode};
use serde::{Deserialize, Serialize};

use crate::{keywords::Words, tree::Tree};

/// One line of the catalogue: what of which place belongs to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it holds, with all that lies within.
    pub region: RegionCode,
    /// Only messages of this kind; none means any.
    pub kind: Option<String>,
    /// A subject code of the tenant's tree, with all below it.
    pub subject: Option<String>,
    /// Words that point here.
    pub keywords: Vec<String>,
    /// 主办.
    pub unit: UnitCode,
    /// 协办.
    pub co_units: Vec<UnitCode>,
    /// Law, 三定 or list that says so.
    pub basis: String,
}

/// An entry in its place, its keywords numbered.
#[derive(Clone, Debug)]
pub struct Line {
    /// The entry.
    pub entry: Entry,
    /// Its keywords in [`Catalogue::words`].
    pub words: Vec<usize>,
}

/// The active entries and the active units.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    by_place: HashMap<String, Vec<Line>>,
    units: HashSet<UnitCode>,
    words: Words,
    tree: Tree,
}

impl Catalogue {
    /// Lays out entries; those whose unit is not active are left out.
    #[must_use]
    pub fn new(entries: Vec<Entry>, units: impl IntoIterator<Item = UnitCode>) -> Self {
        let units: HashSet<UnitCode> = units.into_iter().collect();
        let mut by_place: HashMap<String, Vec<Line>> = HashMap::new();
        let mut words = Words::default();
        for mut entry in entries {
            if units.contains(&entry.unit) {
                entry.co_units.retain(|unit| units.contains(unit) && *unit != entry.unit);
                let numbers: BTreeSet<usize> =
                    entry.keywords.iter().filter_map(|word| words.number(word)).collect();
                let place = significant(&entry.region).to_owned();
                by_place.entry(place).or_default().push(Line { entry, words: numbers.into_iter().collect() });
            }
        }
        Self { by_place, units, words, tree: Tree::default() }
    }

    /// Adds who stands above whom.
    #[must_use]
    pub fn with_tree(self, tree: Tree) -> Self {
        Self { tree, ..self }
    }

    /// Who stands above whom.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Says whether cases may go to this unit.
    #[must_use]
    pub fn knows(&self, unit: &UnitCode) -> bool {
        self.units.contains(unit)
    }

    /// Every keyword of the active entries.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The entries that hold at a place, the finest region first, each with its fineness (digits of the code that count).
    pub fn at<'a>(&'a self, region: &'a RegionCode) -> impl Iterator<Item = (usize, &'a Line)> {
        let place = significant(region);
        [12, 9, 6, 4, 2].into_iter().filter(|digits| *digits <= place.len()).flat_map(move |digits| {
            let lines = self.by_place.get(&place[..digits]);
            lines.into_iter().flatten().map(move |line| (digits, line))
        })
    }
}

/// The digits of a code that name a place: `511600` is the city `5116`, `511602103` a township.
#[must_use]
pub fn significant(region: &RegionCode) -> &str {
    let code = region.as_str();
    match code.len() {
        6 if code.ends_with("0000") => &code[..2],
        6 if code.ends_with("00") => &code[..4],
        _ => code,
    }
}
