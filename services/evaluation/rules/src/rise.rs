//! 上升与规律: what a period brings against the usual of the periods before, and what comes again and again.

use crate::{percentile::exact, reports::Trend};

/// How often something came: in the period, in each of the periods before (newest first), and in the same period a year before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// In the period.
    pub now: u64,
    /// In each of the periods before.
    pub before: Vec<u64>,
    /// In the same period a year before.
    pub year_before: u64,
}

impl Course {
    /// The mean of the periods before; nothing where there are none.
    #[must_use]
    pub fn usual(&self) -> Option<f64> {
        let periods = u64::try_from(self.before.len()).ok().filter(|periods| *periods > 0)?;
        Some(exact(self.before.iter().sum(), periods))
    }

    /// How many times the usual it is now; nothing where it never came before.
    #[must_use]
    pub fn times(&self) -> Option<f64> {
        let usual = self.usual().filter(|usual| *usual > 0.0)?;
        Some(exact(self.now, 1) / usual)
    }

    /// Whether it rises: often enough, and so many times the usual. What never came before rises as soon as it is often enough.
    #[must_use]
    pub fn rises(&self, trend: &Trend) -> bool {
        self.now >= trend.least && self.times().is_none_or(|times| times >= trend.factor)
    }

    /// In how many of the periods before it came at all.
    #[must_use]
    pub fn came_in(&self) -> usize {
        self.before.iter().filter(|count| **count > 0).count()
    }

    /// Whether it is a regular problem: it came in so many of the periods before, to be planned for whether or not it comes now.
    #[must_use]
    pub fn regular(&self, trend: &Trend) -> bool {
        usize::try_from(trend.regular_in).is_ok_and(|least| self.came_in() >= least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend() -> Trend {
        Trend { periods: 4, least: 3, factor: 1.5, regular_in: 3 }
    }

    fn course(now: u64, before: &[u64]) -> Course {
        Course { now, before: before.to_vec(), year_before: 0 }
    }

    #[test]
    fn a_rise_is_measured_against_the_mean_of_the_periods_before() {
        assert_eq!(course(0, &[1, 2, 3, 2]).usual(), Some(2.0));
        assert_eq!(course(3, &[1, 2, 3, 2]).times(), Some(1.5));
        assert!(course(3, &[1, 2, 3, 2]).rises(&trend()), "one and a half times the usual exactly");
        assert!(!course(3, &[1, 2, 3, 3]).rises(&trend()), "one more before");
        assert!(!course(2, &[0, 0, 0, 0]).rises(&trend()), "one too few");
        assert!(course(3, &[0, 0, 0, 0]).rises(&trend()), "new");
        assert!(course(3, &[]).rises(&trend()), "nothing to compare with");
        assert_eq!((course(3, &[]).usual(), course(3, &[0]).times()), (None, None));
    }

    #[test]
    fn what_comes_in_most_periods_is_regular() {
        assert!(course(0, &[1, 0, 7, 1]).regular(&trend()));
        assert!(!course(9, &[1, 0, 7, 0]).regular(&trend()));
        assert_eq!(course(0, &[1, 0, 7, 1]).came_in(), 3);
    }
}
