//! 上一级机关、单位: to whom a request for 复查 or 复核 goes (《信访工作条例》 Art. 35, 36).

use std::collections::HashMap;

use ids::UnitCode;

/// The units as the table has them.
#[derive(Clone, Debug, Default)]
pub struct Organs {
    /// The unit above each unit that has one.
    pub parents: HashMap<UnitCode, UnitCode>,
    /// 条线 of each unit that has one.
    pub lines: HashMap<UnitCode, String>,
}

impl Organs {
    /// Says whether `organ` is the next one above `last`: its parent, or the department of the same line one level up
    /// (上一级主管部门). Above an organ that has no parent stands any that is not below it.
    #[must_use]
    pub fn follows(&self, last: &UnitCode, organ: &UnitCode) -> bool {
        if organ == last {
            return false;
        }
        let Some(above) = self.parents.get(last) else { return !self.lies_below(organ, last) };
        let level = self.parents.get(above);
        let line = self.lines.get(last);
        organ == above
            || (line.is_some()
                && line == self.lines.get(organ)
                && level.is_some()
                && level == self.parents.get(organ))
    }

    fn lies_below(&self, unit: &UnitCode, top: &UnitCode) -> bool {
        let mut at = unit;
        // A ring in the table ends the climb as well.
        for _ in 0..self.parents.len() {
            match self.parents.get(at) {
                Some(above) if above == top => return true,
                Some(above) => at = above,
                None => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organs() -> Organs {
        let code = |code: &str| code.parse::<UnitCode>().unwrap();
        let parents = [
            ("lights", "town"),
            ("town", "county"),
            ("county-water", "county"),
            ("county-roads", "county"),
            ("county", "city"),
            ("city-water", "city"),
            ("city-roads", "city"),
        ];
        let lines = [("county-water", "water"), ("city-water", "water"), ("city-roads", "roads")];
        Organs {
            parents: parents.iter().map(|(unit, above)| (code(unit), code(above))).collect(),
            lines: lines.iter().map(|(unit, line)| (code(unit), (*line).to_owned())).collect(),
        }
    }

    #[test]
    fn a_request_goes_one_level_up_in_the_tree_or_the_line() {
        let tree = organs();
        let follows = |last: &str, organ: &str| tree.follows(&last.parse().unwrap(), &organ.parse().unwrap());
        for (last, organ) in [
            ("lights", "town"),
            ("town", "county"),
            ("county-water", "county"),
            ("county-water", "city-water"),
            ("county-roads", "county"),
            ("city", "province"),
        ] {
            assert!(follows(last, organ), "{last} {organ}");
        }
        for (last, organ) in [
            ("lights", "lights"),
            ("lights", "county"),
            ("lights", "city"),
            ("county", "town"),
            ("county-water", "city"),
            ("county-water", "city-roads"),
            ("county-water", "county-roads"),
            ("county-roads", "city-roads"),
            ("county-roads", "city-water"),
            ("city-water", "county-water"),
            ("city", "county"),
            ("city", "lights"),
            ("city", "city"),
        ] {
            assert!(!follows(last, organ), "{last} {organ}");
        }
    }

    #[test]
    fn a_ring_in_the_table_does_not_hang() {
        let code = |code: &str| code.parse::<UnitCode>().unwrap();
        let parents = [("a", "b"), ("b", "a")];
        let parents = parents.iter().map(|(unit, above)| (code(unit), code(above))).collect();
        let tree = Organs { parents, lines: HashMap::new() };
        assert!(!tree.lies_below(&code("a"), &code("c")));
        assert!(tree.follows(&code("c"), &code("a")));
    }
}
