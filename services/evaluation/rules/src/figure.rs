//! A figure: numerator, denominator and value of one indicator over counted cases.
//!
//! Both are counted over the cases that fit the indicator's own filter (`kinds`); the numerator only among the denominator,
//! so that no share is above one. A denominator of 0 gives no value, never 0 %. What was excluded (剔除) is taken out of both.

use crate::{
    mark::{Marks, of_kind},
    merged::Merged,
    pack::{Indicator, Measure, RatingRule},
    percentile::{Histogram, Method, exact},
    span::median_hours,
    term::{Pattern, Term},
};

/// Cases that are alike in every mark, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Their marks on the day of counting.
    pub marks: Marks,
    /// Working days to the first answer.
    pub workdays: Option<u32>,
    /// How many.
    pub cases: u64,
}

/// One figure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figure {
    /// What was counted.
    pub numerator: u64,
    /// Over what; nothing for counts and medians.
    pub denominator: Option<u64>,
    /// The share, the count or the median; nothing where there is nothing to count over.
    pub value: Option<f64>,
    /// Fewer cases than the pack wants for a ranking.
    pub thin: bool,
}

/// The patterns that an indicator counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// A case of the numerator fits one of these.
    pub numerator: Vec<Pattern>,
    /// A case of the denominator fits one of these; nothing for counts and medians.
    pub denominator: Option<Vec<Pattern>>,
}

impl Indicator {
    /// Works the patterns out under the grades of the pack, and under what it says of merged cases.
    #[must_use]
    pub fn counted(&self, merged: Merged, rating: &RatingRule) -> Counted {
        let own = self.filters();
        let of_term = |term: Term| merged.narrow(term, term.patterns(rating));
        let narrowed = |patterns: Vec<Pattern>, by: &[Pattern]| -> Vec<Pattern> {
            patterns.iter().flat_map(|one| by.iter().map(|other| one.and(*other))).collect()
        };
        let of = |term: Term| narrowed(of_term(term), &own);
        let denominator = self.denominator.map(of);
        let numerator = match &denominator {
            Some(denominator) => narrowed(of_term(self.numerator), denominator),
            None => of(self.numerator),
        };
        Counted { numerator, denominator }
    }

    fn filters(&self) -> Vec<Pattern> {
        match &self.kinds {
            None => vec![Pattern::default()],
            Some(kinds) => kinds
                .iter()
                .map(|kind| Pattern { all: Marks::of(&[of_kind(*kind)]), none: Marks::default() })
                .collect(),
        }
    }
}

/// Counts one indicator over cells.
#[must_use]
pub fn figure(indicator: &Indicator, counted: &Counted, cells: &[Alike], method: Method) -> Figure {
    let among = |patterns: &[Pattern]| {
        let patterns = patterns.to_vec();
        move |cell: &&Alike| patterns.iter().any(|pattern| pattern.fits(cell.marks))
    };
    let sum = |patterns: &[Pattern]| cells.iter().filter(among(patterns)).map(|cell| cell.cases).sum::<u64>();
    let numerator = sum(&counted.numerator);
    let denominator = counted.denominator.as_deref().map(sum);
    let value = match (indicator.unit, denominator) {
        (Measure::Share, Some(0)) => None,
        (Measure::Share, Some(over)) => Some(exact(numerator, over)),
        (Measure::Count | Measure::Share, _) => Some(exact(numerator, 1)),
        // What is measured by the minute is no property that cases share; see `latency`.
        (Measure::Hours, _) => None,
        (Measure::Workdays, _) => {
            let mut days = Histogram::default();
            for cell in cells.iter().filter(among(&counted.numerator)) {
                if let Some(workdays) = cell.workdays {
                    days.add(workdays, cell.cases);
                }
            }
            days.percentile(method, 1, 2)
        }
    };
    let least = indicator.min_volume.unwrap_or(0);
    Figure { numerator, denominator, value, thin: denominator.unwrap_or(numerator) < least }
}

/// Counts an indicator of hours over cases, each with its marks and the minutes of its span, if both ends were reached: how many, and
/// the median in hours.
#[must_use]
pub fn latency(
    indicator: &Indicator,
    counted: &Counted,
    cases: impl IntoIterator<Item = (Marks, Option<u32>)>,
    method: Method,
) -> Figure {
    let mut latency = Latency::default();
    for (marks, taken) in cases {
        latency.add(counted, marks, taken);
    }
    latency.figure(indicator, method)
}

/// What is kept of cases while they pass by: how many took how many minutes, and no case.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    cases: u64,
    minutes: Histogram,
}

impl Latency {
    /// Adds a case with its marks and the minutes of its span, if both ends were reached.
    pub fn add(&mut self, counted: &Counted, marks: Marks, taken: Option<u32>) {
        let fits = counted.numerator.iter().any(|pattern| pattern.fits(marks));
        if let Some(taken) = taken.filter(|_| fits) {
            self.cases += 1;
            self.minutes.add(taken, 1);
        }
    }

    /// How many they are, and their median in hours.
    #[must_use]
    pub fn figure(&self, indicator: &Indicator, method: Method) -> Figure {
        let thin = self.cases < indicator.min_volume.unwrap_or(0);
        Figure { numerator: self.cases, denominator: None, value: median_hours(&self.minutes, method), thin }
    }
}

/// Takes excluded cases off the cells they belong to; answers what is left and how many went.
#[must_use]
pub fn without(cells: &[Alike], off: &[Alike]) -> (Vec<Alike>, u64) {
    let mut gone = 0;
    let left = cells.iter().map(|cell| {
        let same = off.iter().filter(|one| one.marks == cell.marks && one.workdays == cell.workdays);
        let taken = same.map(|one| one.cases).sum::<u64>().min(cell.cases);
        gone += taken;
        Alike { cases: cell.cases - taken, ..*cell }
    });
    let left = left.collect();
    (left, gone)
}
