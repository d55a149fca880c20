//! The tree of units (条块): who stands above whom, at which level, and who continues the work of whom.

use std::collections::{HashMap, HashSet};

use ids::{RegionCode, UnitCode};
use serde::{Deserialize, Serialize};

use crate::catalogue::significant;

/// The level of government at which a unit works, the highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 省级.
    Province,
    /// 市级.
    City,
    /// 区县级.
    County,
    /// 乡镇、街道.
    Township,
    /// 村、社区.
    Village,
}

impl Level {
    /// Every level, the highest first.
    pub const ALL: [Level; 5] = [Self::Province, Self::City, Self::County, Self::Township, Self::Village];

    /// The level at which a whole region is governed.
    #[must_use]
    pub fn of_region(region: &RegionCode) -> Self {
        match significant(region).len() {
            0..=2 => Self::Province,
            3..=4 => Self::City,
            5..=6 => Self::County,
            7..=9 => Self::Township,
            _ => Self::Village,
        }
    }

    /// The word in tables, files and packs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Township => "township",
            Self::Village => "village",
        }
    }

    /// Reads the word of [`Level::as_str`].
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// What the rules need to know of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The unit above.
    pub parent: Option<UnitCode>,
    /// Where it is competent.
    pub region: RegionCode,
    /// `department`, `government`, `township`, `utility`, … as the tenant sorts them.
    pub kind: String,
    /// At which level it works.
    pub level: Level,
    /// Gets new cases.
    pub active: bool,
    /// On duty round the clock.
    pub duty24h: bool,
    /// A leader in charge is named.
    pub leader: bool,
    /// A handling officer is named.
    pub handler: bool,
    /// Who continues its work, once it is merged or abolished.
    pub successor: Option<UnitCode>,
}

/// All units, by code.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: HashMap<UnitCode, Node>,
}

impl FromIterator<(UnitCode, Node)> for Tree {
    fn from_iter<I: IntoIterator<Item = (UnitCode, Node)>>(units: I) -> Self {
        Self { nodes: units.into_iter().collect() }
    }
}

impl Tree {
    /// One unit.
    #[must_use]
    pub fn node(&self, unit: &UnitCode) -> Option<&Node> {
        self.nodes.get(unit)
    }

    /// Every unit, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&UnitCode, &Node)> {
        self.nodes.iter()
    }

    /// The units above, the nearest first. A circle in the table ends where it closes.
    #[must_use]
    pub fn above(&self, unit: &UnitCode) -> Vec<&UnitCode> {
        let mut found: Vec<&UnitCode> = Vec::new();
        let mut next = self.parent(unit);
        while let Some(parent) = next.filter(|parent| *parent != unit && !found.contains(parent)) {
            found.push(parent);
            next = self.parent(parent);
        }
        found
    }

    /// Says whether `unit` lies below `superior`.
    #[must_use]
    pub fn is_below(&self, unit: &UnitCode, superior: &UnitCode) -> bool {
        unit != superior && self.above(unit).contains(&superior)
    }

    /// The whole line of a unit: itself, all above and all below. A case against one of them is kept from all.
    #[must_use]
    pub fn line(&self, unit: &UnitCode) -> HashSet<UnitCode> {
        let below = self.nodes.keys().filter(|other| self.is_below(other, unit));
        self.above(unit).into_iter().chain(below).chain([unit]).cloned().collect()
    }

    /// The active unit that continues the work of one that is merged or abolished (《信访工作条例》 art. 24); the unit
    /// itself while it is active. None where nobody is named, or the names run in a circle.
    #[must_use]
    pub fn heir<'a>(&'a self, unit: &'a UnitCode) -> Option<&'a UnitCode> {
        let (mut at, mut seen) = (unit, HashSet::new());
        while seen.insert(at) {
            let node = self.nodes.get(at)?;
            if node.active {
                return Some(at);
            }
            at = node.successor.as_ref()?;
        }
        None
    }

    /// The nearest unit above that works at this level.
    #[must_use]
    pub fn above_at(&self, unit: &UnitCode, level: Level) -> Option<&UnitCode> {
        self.above(unit)
            .into_iter()
            .find(|code| self.nodes.get(*code).is_some_and(|node| node.level == level))
    }

    fn parent(&self, unit: &UnitCode) -> Option<&UnitCode> {
        self.nodes.get(unit).and_then(|node| node.parent.as_ref())
    }
}

#[cfg(test)]
pub(crate) mod tests;
