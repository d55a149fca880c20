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
    /// Adds points up: `(points reached, points that could be reached)` of each item with a value, out of a hundred.
    #[must_use]
    pub fn total(points: &[(f64, f64)]) -> Option<f64> {
        let (reached, full) = points.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        (full > 0.0).then(|| reached / full * 100.0)
    }
}

/// Ranks units within their groups. Whoever had nothing due, or too little, is shown and not ranked.
///
/// Whoever is level with the last place of a list is on it too, or nobody of them is: a list holds half of the ranked at most,
/// so that nobody is on both and nobody who is level with the best is among the last.
#[must_use]
pub fn rank(all: Vec<Scored>, red: usize, black: usize) -> Vec<Place> {
    let mut groups: BTreeMap<String, Vec<Scored>> = BTreeMap::new();
    for one in all {
        groups.entry(one.group.clone()).or_default().push(one);
    }
    groups.into_values().flat_map(|group| places(group, red, black)).collect()
}

/// The mean of the months in which a unit was ranked, in the group of its last month.
#[must_use]
pub fn mean(months: Vec<Vec<Place>>) -> Vec<Scored> {
    let mut sums: BTreeMap<String, (String, f64, u32)> = BTreeMap::new();
    for Place { scored, rank, .. } in months.into_iter().flatten() {
        let sum = sums.entry(scored.unit).or_default();
        sum.0 = scored.group;
        if let (Some(score), Some(_)) = (scored.score, rank) {
            *sum = (std::mem::take(&mut sum.0), sum.1 + score, sum.2 + 1);
        }
    }
    let mean = |(unit, (group, sum, months)): (String, (String, f64, u32))| Scored {
        unit,
        group,
        score: (months > 0).then(|| sum / f64::from(months)),
        ranked: months > 0,
    };
    sums.into_iter().map(mean).collect()
}

fn places(group: Vec<Scored>, red: usize, black: usize) -> Vec<Place> {
    let (mut ranked, mut beside): (Vec<Scored>, Vec<Scored>) =
        group.into_iter().partition(|one| one.ranked && one.score.is_some());
    ranked.sort_by(|a, b| hundredths(b).cmp(&hundredths(a)).then_with(|| a.unit.cmp(&b.unit)));
    beside.sort_by(|a, b| a.unit.cmp(&b.unit));
    let scores: Vec<i64> = ranked.iter().map(hundredths).collect();
    let (first, last) = (listed(scores.iter(), red), listed(scores.iter().rev(), black));
    let count = scores.len();
    let place = |(at, scored): (usize, Scored)| {
        let better = scores.iter().filter(|other| **other > scores[at]).count();
        Place { scored, rank: u32::try_from(better + 1).ok(), red: at < first, black: at + last >= count }
    };
    let unranked = beside.into_iter().map(|scored| Place { scored, rank: None, red: false, black: false });
    ranked.into_iter().enumerate().map(place).chain(unranked).collect()
}

/// How many from one end are on its list: all who are level with the last of `most`, as long as that is half of them at most.
fn listed<'a>(scores: impl ExactSizeIterator<Item = &'a i64> + Clone, most: usize) -> usize {
    let half = scores.len() / 2;
    let mut taken = 0;
    while taken < most.min(half) {
        let level = scores.clone().nth(taken);
        let tied = scores.clone().skip(taken).take_while(|score| Some(*score) == level).count();
        if taken + tied > half {
            break;
        }
        taken += tied;
    }
    taken
}

/// Scores are compared as they are read, by two decimals: how a sum was rounded parts nobody.
#[expect(clippy::cast_possible_truncation, reason = "a score is out of a hundred")]
fn hundredths(one: &Scored) -> i64 {
    (one.score.unwrap_or_default() * 100.0).round() as i64
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
    fn two_decimals_part_units_and_a_third_does_not() {
        let one = |unit: &str, score| Scored {
            unit: unit.into(),
            group: "g".into(),
            score: Some(score),
            ranked: true,
        };
        let ranks = |scores: [f64; 3]| {
            let [a, b, c] = scores;
            let placed = rank(vec![one("a", a), one("b", b), one("c", c)], 1, 1);
            placed.into_iter().map(|place| place.rank.unwrap_or(0)).collect::<Vec<_>>()
        };
        assert_eq!(ranks([90.31, 90.30, 90.29]), [1, 2, 3]);
        assert_eq!(ranks([90.301, 90.302, 90.29]), [1, 1, 3]);
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

    fn one(unit: &str, group: &str, score: Option<f64>, ranked: bool) -> Scored {
        Scored { unit: unit.into(), group: group.into(), score, ranked }
    }

    #[test]
    fn ranks_are_shared_within_groups_and_nothing_due_is_not_ranked() {
        let all = vec![
            one("a", "g", Some(90.0), true),
            one("b", "g", Some(95.0), true),
            one("c", "g", Some(90.001), true),
            one("d", "g", None, true),
            one("e", "g", Some(100.0), false),
            one("f", "g", Some(80.0), true),
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
                ("a", Some(2), false, false),
                ("c", Some(2), false, false),
                ("f", Some(4), false, true),
                ("d", None, false, false),
                ("e", None, false, false),
                ("x", Some(1), false, false),
            ],
            "level by two decimals; the two in the middle would make three of four"
        );
        assert_eq!(Score::total(&[]), None);
        assert_eq!(Score::total(&[(10.0, 20.0), (5.0, 20.0)]), Some(37.5));
    }

    #[test]
    fn a_year_is_the_mean_of_the_months_in_which_a_unit_was_ranked() {
        let month = |scores: &[(&str, &str, Option<f64>, bool)]| {
            let all = scores.iter().map(|(unit, group, score, ranked)| one(unit, group, *score, *ranked));
            rank(all.collect(), 0, 0)
        };
        let january =
            month(&[("a", "old", Some(80.0), true), ("b", "g", Some(10.0), false), ("c", "g", None, true)]);
        let february = month(&[("a", "g", Some(90.0), true), ("b", "g", Some(50.0), true)]);
        let year = mean(vec![january, february]);
        let expected =
            [one("a", "g", Some(85.0), true), one("b", "g", Some(50.0), true), one("c", "g", None, false)];
        assert_eq!(year, expected);
        assert_eq!(mean(vec![]), []);
    }

    /// How many are on the red and on the black list.
    fn lists(scores: &[f64], red: usize, black: usize) -> (usize, usize) {
        let all =
            scores.iter().enumerate().map(|(at, score)| one(&format!("{at:03}"), "g", Some(*score), true));
        let placed = rank(all.collect(), red, black);
        (placed.iter().filter(|one| one.red).count(), placed.iter().filter(|one| one.black).count())
    }

    #[test]
    fn who_is_level_is_on_a_list_together_and_a_list_is_half_at_most() {
        assert_eq!(lists(&[100.0; 20], 5, 5), (0, 0), "all are the best, so nobody is the last");
        assert_eq!(lists(&[0.0], 5, 5), (0, 0), "one alone is neither");
        assert_eq!(lists(&[1.0, 0.0], 5, 5), (1, 1));
        assert_eq!(lists(&[2.0, 1.0, 0.0], 5, 5), (1, 1), "the middle one is on neither");
        assert_eq!(lists(&[4.0, 3.0, 2.0, 1.0], 1, 1), (1, 1));
        assert_eq!(lists(&[4.0, 3.0, 2.0, 1.0], 0, 0), (0, 0));
        assert_eq!(lists(&[4.0, 3.0, 2.0, 1.0], 5, 5), (2, 2));
        assert_eq!(lists(&[4.0, 4.0, 2.0, 1.0], 1, 1), (2, 1), "level with the last of the list");
        assert_eq!(lists(&[4.0, 2.0, 2.0, 1.0], 2, 2), (1, 1), "three of four would be more than half");
        assert_eq!(lists(&[4.0, 2.0, 1.0, 1.0], 1, 1), (1, 2));
        assert_eq!(lists(&[9.0, 8.0, 7.0, 7.0, 7.0, 1.0, 1.0], 3, 1), (2, 2));
    }

    proptest::proptest! {
        #[test]
        fn lists_never_meet_and_no_list_parts_equals(
            scores in proptest::collection::vec(0..12_u8, 0..24), red in 0..8_usize, black in 0..8_usize,
        ) {
            let all = scores.iter().enumerate();
            let all = all.map(|(at, score)| one(&format!("{at:03}"), "g", Some(f64::from(*score)), true));
            let placed = rank(all.collect(), red, black);
            let (reds, blacks): (Vec<_>, Vec<_>) = (
                placed.iter().filter(|one| one.red).collect(),
                placed.iter().filter(|one| one.black).collect(),
            );
            proptest::prop_assert!(reds.len() * 2 <= scores.len() && blacks.len() * 2 <= scores.len());
            for one in &placed {
                proptest::prop_assert!(!(one.red && one.black));
                proptest::prop_assert!(!one.black || one.rank != Some(1));
                for other in &placed {
                    if one.rank == other.rank {
                        proptest::prop_assert_eq!((one.red, one.black), (other.red, other.black));
                    }
                    proptest::prop_assert!(!(one.red && other.rank < one.rank && !other.red));
                    proptest::prop_assert!(!(one.black && other.rank > one.rank && !other.black));
                }
            }
        }
    }
}
