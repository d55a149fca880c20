//! 接听能力: what the coming days are expected to bring, against what the seats can answer.
//!
//! | past days of the same weekday | usual | rise of the times that cover the coming day |
//! |---|---|---|
//! | some lie in no known time | these | applied |
//! | all lie in known times, some in the very same | these | in the usual already |
//! | none of these | all of them | not applied: nothing to measure it against |
//!
//! The rise of a time is measured: a day of its kind then, over a day of the weeks before it. Several at once: the highest holds.

use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::{
    check::Flaw,
    pack::Basis,
    percentile::{exact, share_of},
    series::Period,
};

/// How the coming days are weighed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityRule {
    /// Of how many weeks before the same weekday makes the usual.
    pub weeks: u32,
    /// How many coming days are looked at.
    pub days: u32,
    /// Matters that one operator handles a day.
    pub handled_a_day: f64,
    /// Above which share of the capacity an alert is raised.
    pub share: f64,
    /// Whether contacts that made no case count too: they are answered by the same seats.
    pub contacts: bool,
    /// How binding it is.
    pub basis: Basis,
    /// Where it stands, in words.
    pub source: String,
}

/// Matters of some days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// How many there were.
    pub matters: u64,
    /// On how many days.
    pub days: u64,
}

/// What a kind of time brought when it was on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rise {
    /// Its own days.
    pub during: Volume,
    /// The weeks before.
    pub before: Volume,
}

/// A coming day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// Matters a day, as usual; nothing where there is no past.
    pub usual: Option<f64>,
    /// How many times the usual; 1 where nothing was measured.
    pub rise: f64,
    /// Both together.
    pub expected: Option<f64>,
    /// What the seats can answer; nothing where none are configured.
    pub capacity: Option<f64>,
    /// More is expected than the pack's share of the capacity.
    pub over: bool,
}

impl Volume {
    /// Matters a day; nothing where there is no day.
    #[must_use]
    pub fn a_day(self) -> Option<f64> {
        share_of(self.matters, self.days)
    }
}

impl Rise {
    /// How many times the usual; nothing where either side has no day, or there was nothing before.
    #[must_use]
    pub fn times(self) -> Option<f64> {
        let before = self.before.a_day().filter(|before| *before > 0.0)?;
        Some(self.during.a_day()? / before)
    }

    /// Adds what another time of the same kind brought.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            during: Volume {
                matters: self.during.matters + other.during.matters,
                days: self.during.days + other.during.days,
            },
            before: Volume {
                matters: self.before.matters + other.before.matters,
                days: self.before.days + other.before.days,
            },
        }
    }
}

impl CapacityRule {
    /// The past days that make the usual of a coming one, the newest first, and whether rises are still to be applied to it.
    /// `first` is the first day of which anything is known; `times` are known times, past and coming.
    #[must_use]
    pub fn compared(&self, today: Date, day: Date, first: Date, times: &[Period]) -> (Vec<Date>, bool) {
        // The newest same weekday that is whole; today is not.
        let back =
            (day.weekday().to_monday_zero_offset() - today.weekday().to_monday_zero_offset()).rem_euclid(7);
        let newest = today - (7 - i64::from(back)).days();
        let past = (0..i64::from(self.weeks)).map(|week| newest - week.weeks()).filter(|past| *past >= first);
        let past: Vec<Date> = past.collect();
        let covering =
            |of: Date| times.iter().filter(|time| time.from <= of && of <= time.to).collect::<Vec<_>>();
        let own = covering(day);
        let of = |wanted: &[&Period]| -> Vec<Date> {
            past.iter().copied().filter(|past| covering(*past) == wanted).collect()
        };
        let plain = of(&[]);
        if !plain.is_empty() {
            return (plain, true);
        }
        let same = of(&own);
        (if same.is_empty() { past } else { same }, false)
    }

    /// The days before a time against which its rise is measured.
    #[must_use]
    pub fn before(&self, time: Period) -> Period {
        Period { from: time.from - i64::from(self.weeks).weeks(), to: time.from - 1.day() }
    }

    /// Weighs a coming day.
    #[must_use]
    pub fn weigh(&self, usual: Volume, rises: &[Rise], seats: Option<u32>) -> Ahead {
        let usual = usual.a_day();
        let rise = rises.iter().filter_map(|rise| rise.times()).reduce(f64::max).unwrap_or(1.0);
        let expected = usual.map(|usual| usual * rise);
        let capacity = seats.map(|seats| exact(u64::from(seats), 1) * self.handled_a_day);
        let over =
            expected.zip(capacity).is_some_and(|(expected, capacity)| expected > capacity * self.share);
        Ahead { usual, rise, expected, capacity, over }
    }

    pub(crate) fn flaws(&self) -> Vec<Flaw> {
        let flaw = |key: &str, says| Flaw { entry: format!("capacity.{key}"), says };
        let mut flaws = Vec::new();
        if !(1..=52).contains(&self.weeks) {
            flaws.push(flaw("weeks", "1 to 52"));
        }
        if !(1..=62).contains(&self.days) {
            flaws.push(flaw("days", "1 to 62"));
        }
        if !(self.handled_a_day.is_finite() && self.handled_a_day > 0.0) {
            flaws.push(flaw("handled_a_day", "above 0"));
        }
        if !(self.share.is_finite() && self.share > 0.0) {
            flaws.push(flaw("share", "above 0"));
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule() -> CapacityRule {
        CapacityRule {
            weeks: 4,
            days: 14,
            handled_a_day: 10.0,
            share: 0.9,
            contacts: true,
            basis: Basis::Choice,
            source: String::new(),
        }
    }

    const LONG_AGO: Date = date(2020, 1, 1);
    /// A Monday.
    const TODAY: Date = date(2026, 6, 15);

    fn of(matters: u64, days: u64) -> Volume {
        Volume { matters, days }
    }

    #[test]
    fn the_weekday_is_that_of_the_coming_day_whatever_day_it_is_today() {
        let newest = |today, day| rule().compared(today, day, LONG_AGO, &[]).0[0];
        let wednesday = date(2026, 6, 17);
        assert_eq!(newest(wednesday, wednesday), date(2026, 6, 10), "today is not whole");
        assert_eq!(newest(wednesday, date(2026, 6, 18)), date(2026, 6, 11), "Thursday");
        assert_eq!(newest(wednesday, date(2026, 6, 23)), date(2026, 6, 16), "Tuesday was yesterday");
        assert_eq!(
            newest(date(2026, 6, 20), date(2026, 6, 28)),
            date(2026, 6, 14),
            "Sunday, asked on a Saturday"
        );
    }

    #[test]
    fn what_two_times_brought_is_added_side_by_side() {
        let one = Rise { during: of(3, 5), before: of(7, 11) };
        let other = Rise { during: of(13, 17), before: of(19, 23) };
        assert_eq!(one.with(other), Rise { during: of(16, 22), before: of(26, 34) });
    }

    #[test]
    fn the_usual_is_the_same_weekday_of_the_weeks_before() {
        let days = |day: Date| rule().compared(TODAY, day, LONG_AGO, &[]).0;
        let mondays = [date(2026, 6, 8), date(2026, 6, 1), date(2026, 5, 25), date(2026, 5, 18)];
        assert_eq!(days(TODAY), mondays, "today is not whole");
        assert_eq!(days(date(2026, 6, 22)), mondays, "a week ahead no day is newer");
        assert_eq!(days(date(2026, 6, 16))[0], date(2026, 6, 9), "Tuesday");
        assert_eq!(days(date(2026, 6, 21))[0], date(2026, 6, 14), "Sunday: yesterday");
        let young = |first| rule().compared(TODAY, TODAY, first, &[]).0;
        assert_eq!(
            young(date(2026, 6, 1)),
            mondays[..2],
            "what was before the first day is no day of nothing"
        );
        assert_eq!(young(date(2026, 6, 2)), mondays[..1]);
        assert_eq!(young(TODAY), []);
    }

    #[test]
    fn a_rise_is_applied_only_to_a_usual_that_is_free_of_it() {
        let time = |from, to| Period { from, to };
        let day = date(2026, 6, 22);
        let compared = |times: &[Period]| rule().compared(TODAY, day, LONG_AGO, times);
        let coming = time(day, date(2026, 6, 30));
        let last_week = time(date(2026, 6, 8), date(2026, 6, 9));
        assert!(compared(&[coming]).1);
        let (days, applied) = compared(&[coming, last_week]);
        assert_eq!(
            (days.len(), days[0], applied),
            (3, date(2026, 6, 1), true),
            "a day of a past rise is no usual day"
        );
        let (days, applied) = compared(&[time(date(2026, 5, 1), date(2026, 9, 30))]);
        assert_eq!((days.len(), applied), (4, false), "a long season is in the usual already");
        let (days, applied) = compared(&[time(date(2026, 5, 1), date(2026, 6, 21))]);
        assert_eq!((days.len(), applied), (4, false), "over by then, and nothing else is known");
        let (days, applied) =
            compared(&[time(date(2026, 5, 1), date(2026, 9, 30)), time(date(2026, 6, 1), date(2026, 6, 8))]);
        assert_eq!(
            (days.len(), days[0], applied),
            (2, date(2026, 5, 25), false),
            "those in the very same times"
        );
    }

    #[test]
    fn a_rise_is_measured_against_the_weeks_before_it() {
        let march = Period { from: date(2026, 3, 3), to: date(2026, 3, 15) };
        assert_eq!(rule().before(march), Period { from: date(2026, 2, 3), to: date(2026, 3, 2) });
        let rise = |during, before| Rise { during, before }.times();
        assert_eq!(rise(of(60, 2), of(280, 28)), Some(3.0));
        assert_eq!(rise(of(0, 2), of(280, 28)), Some(0.0));
        assert_eq!(rise(of(60, 2), of(0, 28)), None, "from nothing there is no rise");
        assert_eq!(rise(of(60, 2), of(0, 0)), None);
        assert_eq!(rise(of(0, 0), of(280, 28)), None);
        let first = Rise { during: of(60, 2), before: of(280, 28) };
        let both = first.with(Rise { during: of(20, 2), before: of(280, 28) });
        assert_eq!(both, Rise { during: of(80, 4), before: of(560, 56) });
        assert_eq!(both.times(), Some(2.0), "several of a kind weigh by their days");
    }

    #[test]
    fn more_than_the_share_of_what_seats_can_answer_is_too_much() {
        let weigh = |matters, rises: &[Rise], seats| rule().weigh(of(matters, 4), rises, seats);
        let twice = Rise { during: of(20, 1), before: of(10, 1) };
        let thrice = Rise { during: of(30, 1), before: of(10, 1) };
        let plain = weigh(72, &[], Some(2));
        assert_eq!((plain.usual, plain.expected, plain.capacity), (Some(18.0), Some(18.0), Some(20.0)));
        assert!(!plain.over, "exactly the share");
        assert!(weigh(73, &[], Some(2)).over);
        let risen = weigh(72, &[twice, thrice, Rise::default()], Some(2));
        assert_eq!((risen.rise, risen.expected, risen.over), (3.0, Some(54.0), true));
        assert_eq!(weigh(72, &[Rise::default()], Some(2)).rise, 1.0, "nothing was measured");
        let nobody = weigh(72, &[], None);
        assert_eq!((nobody.capacity, nobody.over), (None, false), "no seats configured");
        assert!(weigh(1, &[], Some(0)).over, "nobody is on duty");
        let young = rule().weigh(of(0, 0), &[twice], Some(2));
        assert_eq!((young.usual, young.expected, young.over), (None, None, false));
    }

    #[test]
    fn the_numbers_of_the_rule_have_bounds() {
        let keys = |rule: CapacityRule| rule.flaws().into_iter().map(|flaw| flaw.entry).collect::<Vec<_>>();
        assert_eq!(keys(rule()), Vec::<String>::new());
        for (weeks, days, good) in
            [(1, 1, true), (52, 62, true), (0, 14, false), (53, 14, false), (4, 0, false), (4, 63, false)]
        {
            assert_eq!(keys(CapacityRule { weeks, days, ..rule() }).is_empty(), good, "{weeks} {days}");
        }
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(keys(CapacityRule { handled_a_day: wrong, ..rule() }), ["capacity.handled_a_day"]);
            assert_eq!(keys(CapacityRule { share: wrong, ..rule() }), ["capacity.share"]);
        }
    }
}
