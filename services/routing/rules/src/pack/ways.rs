//! The parts of `routing.toml` that say how a case finds its unit beside the plain way: 自办, 直派, 二次派单, disputes.

use serde::Deserialize;

use super::{Basis, RoutingPack};
use crate::tree::Level;

/// Ways of handing out beside the plain one; a pack without the section has none of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// 自办: kinds of units that are the centre's own.
    #[serde(default)]
    pub self_kinds: Vec<String>,
    /// 直派: levels to which a case may go straight.
    #[serde(default)]
    pub direct_levels: Vec<Level>,
    /// The level above that reads along when a case goes straight down.
    pub direct_copy: Option<Level>,
    /// 二次派单: how often a case may be passed down the tree.
    #[serde(default)]
    pub sub_dispatch_depth: usize,
    /// Kinds of units that are departments.
    #[serde(default)]
    pub department_kinds: Vec<String>,
    /// Kinds of units that must be on duty round the clock.
    #[serde(default)]
    pub round_the_clock: Vec<String>,
    /// How binding.
    pub basis: Option<Basis>,
    /// Where from, in words.
    #[serde(default)]
    pub source: String,
}

/// 部门职责不得下派基层.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grassroots {
    /// Levels that count as the grass roots.
    pub levels: Vec<Level>,
    /// 乡镇（街道）履职事项清单: subject codes, each with all below it.
    pub subjects: Vec<String>,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// 争议.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disputes {
    /// From how many different units that refuse a case on it is a dispute.
    pub units: usize,
    /// How many units sit in a conference at least.
    pub conference_units: usize,
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// Who leads where units of several levels are competent for the same matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// The finest region.
    Finest,
    /// The department of the city.
    CityDepartment,
}

impl RoutingPack {
    /// Finds what does not fit together in these sections.
    pub(super) fn validate_ways(&self, check: &mut impl FnMut(bool, &str)) {
        let ways = &self.ways;
        let used =
            !ways.self_kinds.is_empty() || !ways.direct_levels.is_empty() || ways.sub_dispatch_depth > 0;
        check(!used || (ways.basis.is_some() && !ways.source.is_empty()), "ways needs basis and source");
        let overlap =
            self.dispatch.overlap != Some(Overlap::CityDepartment) || !ways.department_kinds.is_empty();
        check(overlap, "dispatch.overlap needs ways.department_kinds");
        check(ways.sub_dispatch_depth <= 4, "ways.sub_dispatch_depth must be 0 to 4");
        let above = ways.direct_copy.is_none_or(|copy| ways.direct_levels.iter().all(|level| copy < *level));
        check(above, "ways.direct_copy must lie above ways.direct_levels");
        if let Some(rule) = &self.grassroots {
            check(!rule.levels.is_empty(), "grassroots.levels must name a level");
            check(!ways.department_kinds.is_empty(), "grassroots needs ways.department_kinds");
            check(rule.subjects.iter().all(|code| !code.is_empty()), "grassroots.subjects has an empty code");
            check(!rule.source.is_empty(), "grassroots.source is missing");
        }
        if let Some(disputes) = &self.disputes {
            check(disputes.units >= 2, "disputes.units must be at least 2");
            check(disputes.conference_units >= 2, "disputes.conference_units must be at least 2");
            check(!disputes.source.is_empty(), "disputes.source is missing");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(change: impl FnOnce(&mut RoutingPack)) -> Vec<String> {
        let text = include_str!("../../../../../deploy/policy/hotline-sichuan-2025/routing.toml");
        let mut pack: RoutingPack = toml::from_str(text).unwrap();
        assert_eq!(pack.validate(), [""; 0]);
        change(&mut pack);
        pack.validate()
    }

    #[test]
    fn each_mistake_is_named() {
        let one = |change: fn(&mut RoutingPack), words: &str| {
            let found = wrong(change);
            assert!(found.len() == 1 && found[0].starts_with(words), "{words}: {found:?}");
        };
        one(|pack| pack.ways.basis = None, "ways needs");
        one(|pack| pack.ways.source.clear(), "ways needs");
        one(|pack| pack.ways.sub_dispatch_depth = 5, "ways.sub_dispatch_depth");
        one(|pack| pack.ways.direct_copy = Some(Level::Township), "ways.direct_copy");
        one(|pack| pack.disputes.as_mut().unwrap().units = 1, "disputes.units");
        one(|pack| pack.disputes.as_mut().unwrap().conference_units = 1, "disputes.conference_units");
        one(|pack| pack.disputes.as_mut().unwrap().source.clear(), "disputes.source");
        one(|pack| pack.grassroots.as_mut().unwrap().levels.clear(), "grassroots.levels");
        one(|pack| pack.ways.department_kinds.clear(), "grassroots needs ways.department_kinds");
        one(|pack| pack.grassroots.as_mut().unwrap().subjects.push(String::new()), "grassroots.subjects");
        one(|pack| pack.grassroots.as_mut().unwrap().source.clear(), "grassroots.source");
        one(|pack| pack.return_reason.push(pack.return_reason[0].clone()), "return_reason.code");
        assert_eq!(wrong(|pack| pack.ways.sub_dispatch_depth = 4), [""; 0]);
        assert_eq!(wrong(|pack| (pack.ways, pack.grassroots) = (Ways::default(), None)), [""; 0]);
    }
}
