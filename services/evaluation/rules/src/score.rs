//! 考核得分: points of a month by the pack's weights, ranks within groups, red and black lists.

use std::collections::BTreeMap;

use crate::pack::{Score, ScoreItem};

/// What one unit reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Which unit.
    pub unit: String,
    /// Its group; units are compared within it only.
    pub group: String,
    /// Out of a hundred; nothing where nothing was due.
    pub score: Option<f64>,
    /// Enough cases to be ranked.
    pub ranked: bool,
}

/// A place in a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What it reached.
    pub scored: Scored,
    /// From 1; equal scores share a rank; nothing for who is not ranked.
    pub rank: Option<u32>,
    /// 红榜.
    pub red: bool,
    /// 黑榜.
    pub black: bool,
}

impl ScoreItem {
    /// The points for a value: full at the target, less for each percentage point beside it, never below the floor.
    #[must_use]
    pub fn points_for(&self, value: f64, higher_is_better: bool) -> f64 {
        let gap = if higher_is_better { self.target - value } else { value - self.target };
        (self.points - self.per_point * (gap * 100.0).max(0.0)).max(self.floor)
    }
}

impl Score {
    /// The group of a unit: the first whose prefix its code has.
    #[must_use]
    pub fn group_of(&self, unit: &str) -> &str {
        let found =
            self.groups.iter().find(|group| group.prefixes.iter().any(|start| unit.starts_with(start)));
        found.map_or("", |group| &group.code)
    }

    /// Adds points up: `(points reached, points that could be reached)` of each item with a value, out of a hundred.
    #[must_use]
    pub fn total(points: &[(f64, f64)]) -> Option<f64> {
        let (reached, full) = points.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        (full > 0.0).then(|| reached / full * 100.0)
    }
}

/// Ranks units within their groups. Whoever had nothing due, or too little, is shown and not ranked; nobody is on both lists.
#[must_use]
pub fn rank(all: Vec<Scored>, red: usize, black: usize) -> Vec<Place> {
    let mut groups: BTreeMap<String, Vec<Scored>> = BTreeMap::new();
    for one in all {
        groups.entry(one.group.clone()).or_default().push(one);
    }
    groups.into_values().flat_map(|group| places(group, red, black)).collect()
}

fn places(group: Vec<Scored>, red: usize, black: usize) -> Vec<Place> {
    let (mut ranked, mut beside): (Vec<Scored>, Vec<Scored>) =
        group.into_iter().partition(|one| one.ranked && one.score.is_some());
    let score = |one: &Scored| one.score.unwrap_or_default();
    ranked.sort_by(|a, b| score(b).total_cmp(&score(a)).then_with(|| a.unit.cmp(&b.unit)));
    beside.sort_by(|a, b| a.unit.cmp(&b.unit));
    let scores: Vec<f64> = ranked.iter().map(score).collect();
    let count = ranked.len();
    let place = |(at, scored): (usize, Scored)| {
        let better = scores.iter().filter(|other| **other > scores[at]).count();
        let is_red = at < red;
        Place {
            scored,
            rank: u32::try_from(better + 1).ok(),
            red: is_red,
            black: !is_red && at + black >= count,
        }
    };
    let unranked = beside.into_iter().map(|scored| Place { scored, rank: None, red: false, black: false });
    ranked.into_iter().enumerate().map(place).chain(unranked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(points: f64, target: f64, per_point: f64, floor: f64) -> ScoreItem {
        ScoreItem { indicator: "one".into(), points, target, per_point, floor }
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 0.01, "{found} {expected}");
    }

    #[test]
    fn published_scores_of_a_city_come_out_again() {
        // 连云港: satisfaction 2022-02 (T = 95), provincial orders 2022-08 and 2023-01 (T = 98).
        let follow_up = item(25.0, 0.95, 0.5, 12.5);
        near(follow_up.points_for(0.7059, true), 12.8);
        near(follow_up.points_for(0.6667, true), 12.5);
        let orders = item(25.0, 0.98, 0.5, 12.5);
        for (value, points) in
            [(0.75, 13.5), (0.8333, 17.67), (0.875, 19.75), (0.5, 12.5), (0.7143, 12.5), (0.99, 25.0)]
        {
            near(orders.points_for(value, true), points);
        }
        near(item(25.0, 1.0, 1.0, 0.0).points_for(0.8982, true), 14.82);
        near(item(10.0, 0.05, 1.0, 0.0).points_for(0.08, false), 7.0);
    }

    #[test]
    fn ranks_are_shared_within_groups_and_nothing_due_is_not_ranked() {
        let one = |unit: &str, group: &str, score: Option<f64>, ranked| Scored {
            unit: unit.into(),
            group: group.into(),
            score,
            ranked,
        };
        let all = vec![
            one("a", "g", Some(90.0), true),
            one("b", "g", Some(95.0), true),
            one("c", "g", Some(90.0), true),
            one("d", "g", None, true),
            one("e", "g", Some(100.0), false),
            one("x", "h", Some(10.0), true),
        ];
        let placed = rank(all, 1, 2);
        let shown: Vec<_> = placed
            .iter()
            .map(|place| (place.scored.unit.as_str(), place.rank, place.red, place.black))
            .collect();
        assert_eq!(
            shown,
            [
                ("b", Some(1), true, false),
                ("a", Some(2), false, true),
                ("c", Some(2), false, true),
                ("d", None, false, false),
                ("e", None, false, false),
                ("x", Some(1), true, false),
            ]
        );
        assert_eq!(Score::total(&[]), None);
        assert_eq!(Score::total(&[(10.0, 20.0), (5.0, 20.0)]), Some(37.5));
    }
}
