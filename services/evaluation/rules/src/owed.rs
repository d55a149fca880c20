//! Which periods of a series are still to be reported on: whoever was away makes up for it, up to a bound and the oldest first.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::series::{Period, Series};

impl Series {
    /// The periods up to `last` that are not done, the oldest first: `most` at most, and none before the first that was done.
    /// Where none was ever done, that is the last one alone.
    #[must_use]
    pub fn owed(self, last: Period, done: &BTreeSet<Date>, most: u32) -> Vec<Period> {
        let Some(first) = done.first() else { return vec![last] };
        let mut owed = Vec::new();
        let mut period = last;
        for _ in 0..most {
            if period.from < *first {
                break;
            }
            if !done.contains(&period.from) {
                owed.push(period);
            }
            period = self.before(period);
        }
        owed.reverse();
        owed
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn owed(done: &[Date], most: u32) -> Vec<i8> {
        let last = Series::Daily.last(date(2026, 6, 15));
        let done = done.iter().copied().collect();
        Series::Daily.owed(last, &done, most).into_iter().map(|period| period.from.day()).collect()
    }

    #[test]
    fn whoever_was_away_makes_up_for_it() {
        let june = |day| date(2026, 6, day);
        assert_eq!(owed(&[], 9), [14], "an installation begins with the last whole period");
        assert_eq!(owed(&[june(14)], 9), [0; 0]);
        assert_eq!(owed(&[june(13)], 9), [14]);
        assert_eq!(owed(&[june(10)], 9), [11, 12, 13, 14], "the oldest first");
        assert_eq!(owed(&[june(10)], 3), [12, 13, 14], "so many at most");
        assert_eq!(owed(&[june(10)], 1), [14]);
        assert_eq!(owed(&[june(10), june(12)], 9), [11, 13, 14], "what failed between is not forgotten");
        assert_eq!(owed(&[june(1)], 2), [13, 14]);
        assert_eq!(owed(&[june(14), june(12)], 1), [0; 0]);
    }

    #[test]
    fn months_are_made_up_for_as_days_are() {
        let last = Series::Bulletin.last(date(2026, 3, 2));
        let done = BTreeSet::from([date(2025, 11, 1)]);
        let from: Vec<Date> =
            Series::Bulletin.owed(last, &done, 12).into_iter().map(|period| period.from).collect();
        assert_eq!(from, [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]);
    }
}
