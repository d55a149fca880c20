//! 敏感时段: times of the year that bring more, so that people can be planned for before they come.

use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::{pack::Label, series::Period};

/// A time that comes every year.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// What people are shown.
    pub label: Label,
    /// Its first day, `MM-DD`.
    pub from: MonthDay,
    /// Its last day, `MM-DD`; before the first: it runs over the end of the year.
    pub to: MonthDay,
}

/// A day of any year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MonthDay {
    month: i8,
    day: i8,
}

impl TryFrom<String> for MonthDay {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        // A leap year, so that 29 February is a day.
        let day: Option<Date> = (text.len() == 5).then(|| format!("2024-{text}").parse().ok()).flatten();
        day.map(|day| Self { month: day.month(), day: day.day() }).ok_or("not a day as MM-DD")
    }
}

impl MonthDay {
    /// The day of a year; 29 February is the 28th where there is none.
    fn of(self, year: i16) -> Date {
        Date::new(year, self.month, self.day).unwrap_or_else(|_| Date::constant(year, self.month, 28))
    }
}

impl Season {
    /// Its days that begin in a year.
    #[must_use]
    pub fn beginning_in(&self, year: i16) -> Period {
        let (from, to) = (self.from.of(year), self.to.of(year));
        Period { from, to: if to < from { self.to.of(year + 1) } else { to } }
    }

    /// The next of its times that has not ended on a day.
    #[must_use]
    pub fn next(&self, today: Date) -> Period {
        let years = [today.year() - 1, today.year(), today.year() + 1];
        let found = years.into_iter().map(|year| self.beginning_in(year)).find(|period| period.to >= today);
        found.unwrap_or_else(|| self.beginning_in(today.year()))
    }

    /// The last of its times that had begun before the next one: what is compared with.
    #[must_use]
    pub fn last(&self, today: Date) -> Period {
        self.beginning_in(self.next(today).from.year() - 1)
    }

    /// Whether people are to be told on a day: it is on, or begins within so many days.
    #[must_use]
    pub fn near(&self, today: Date, days: i32) -> bool {
        self.next(today).from <= today + i64::from(days).days()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn season(from: &str, to: &str) -> Season {
        let day = |text: &str| MonthDay::try_from(text.to_owned()).unwrap();
        let label = Label { zh: "时段".into(), en: "season".into() };
        Season { label, from: day(from), to: day(to) }
    }

    #[test]
    fn a_season_comes_each_year_and_may_run_over_its_end() {
        let march = season("03-03", "03-15");
        assert_eq!(march.next(date(2026, 3, 15)), march.beginning_in(2026), "its last day is part of it");
        assert_eq!(march.next(date(2026, 3, 16)), march.beginning_in(2027));
        assert_eq!(march.last(date(2026, 3, 16)), march.beginning_in(2026));
        let winter = season("12-20", "01-10");
        assert_eq!(winter.beginning_in(2025), Period { from: date(2025, 12, 20), to: date(2026, 1, 10) });
        assert_eq!(winter.next(date(2026, 1, 10)), winter.beginning_in(2025));
        assert_eq!(winter.next(date(2026, 1, 11)), winter.beginning_in(2026));
        assert_eq!(season("02-29", "02-29").beginning_in(2025).from, date(2025, 2, 28));
    }

    #[test]
    fn it_is_near_some_days_before_it_begins() {
        let march = season("03-03", "03-15");
        assert!(march.near(date(2026, 2, 1), 30) && !march.near(date(2026, 1, 31), 30));
        assert!(march.near(date(2026, 3, 10), 0));
    }

    #[test]
    fn a_day_is_written_as_month_and_day() {
        for wrong in ["3-3", "13-01", "02-30", "2026-03-03", ""] {
            assert!(MonthDay::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
