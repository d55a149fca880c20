//! Percentiles of whole numbers, exactly: the only rounding is the last division.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a percentile between two neighbours is read off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The value at `p·(n−1)` of the sorted list, on the straight line between its neighbours: what NumPy's `percentile`
    /// and PostgreSQL's `percentile_cont` give.
    Linear,
    /// The smallest value with at least the share `p` at or below it (nearest rank), as `percentile_disc` gives.
    Nearest,
}

/// Values with how often each occurs; of 200,000 cases only some dozens differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: BTreeMap<u32, u64>,
    total: u64,
}

impl Histogram {
    /// Adds a value so many times.
    pub fn add(&mut self, value: u32, times: u64) {
        if times > 0 {
            *self.counts.entry(value).or_default() += times;
            self.total += times;
        }
    }

    /// Reads off the percentile `numerator / denominator` (9/10 is the 90th); nothing of an empty list.
    #[must_use]
    pub fn percentile(&self, method: Method, numerator: u64, denominator: u64) -> Option<f64> {
        let last = self.total.checked_sub(1)?;
        match method {
            Method::Linear => {
                let place = last * numerator;
                let (below, rest) = (place / denominator, place % denominator);
                let low = u64::from(self.nth(below)?);
                let high = u64::from(self.nth((below + 1).min(last))?);
                Some(exact(low * denominator + (high - low) * rest, denominator))
            }
            Method::Nearest => {
                let rank = (self.total * numerator).div_ceil(denominator).max(1);
                self.nth(rank - 1).map(f64::from)
            }
        }
    }

    fn nth(&self, index: u64) -> Option<u32> {
        let mut through = 0;
        self.counts.iter().find_map(|(value, times)| {
            through += times;
            (index < through).then_some(*value)
        })
    }
}

/// A share of a whole; nothing of none.
#[must_use]
pub fn share_of(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| exact(part, whole))
}

/// One division of two whole numbers below 2^53, correctly rounded.
#[expect(clippy::cast_precision_loss, reason = "both are far below 2^53: working days times 10")]
pub(crate) fn exact(numerator: u64, denominator: u64) -> f64 {
    numerator as f64 / denominator as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u32]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.add(*value, 1));
        histogram
    }

    #[test]
    fn nothing_is_no_share_of_none() {
        assert_eq!((share_of(0, 0), share_of(0, 4), share_of(1, 4)), (None, Some(0.0), Some(0.25)));
    }

    #[test]
    fn known_percentiles() {
        let values = of(&[1, 2, 3, 4]);
        assert_eq!(values.percentile(Method::Linear, 1, 2), Some(2.5));
        assert_eq!(values.percentile(Method::Linear, 9, 10), Some(3.7));
        assert_eq!(values.percentile(Method::Nearest, 1, 2), Some(2.0));
        assert_eq!(values.percentile(Method::Nearest, 9, 10), Some(4.0));
        assert_eq!(of(&[7]).percentile(Method::Linear, 9, 10), Some(7.0));
        assert_eq!(of(&[]).percentile(Method::Linear, 1, 2), None);
    }

    proptest! {
        #[test]
        fn the_histogram_agrees_with_the_sorted_list(mut values in prop::collection::vec(0..90_u32, 1..200)) {
            let histogram = of(&values);
            values.sort_unstable();
            let place = 0.9 * (values.len() - 1) as f64;
            let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
            let line = f64::from(below) + (f64::from(above) - f64::from(below)) * place.fract();
            let found = histogram.percentile(Method::Linear, 9, 10).unwrap();
            prop_assert!((found - line).abs() < 1e-9, "{found} {line}");
        }
    }
}
