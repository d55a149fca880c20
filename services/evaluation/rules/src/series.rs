//! Which reports there are, and which period each speaks of on a day: always the last whole one.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};

macro_rules! series {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal;)+) => {
        /// A series of reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Series { $($(#[$doc])* $name),+ }

        impl Series {
            /// Every series.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in packs, tables and events.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What people read.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),+ }
            }
        }
    };
}

series! {
    /// 日报.
    Daily = "daily", "日报";
    /// 每周舆情分析.
    Weekly = "weekly", "每周舆情分析";
    /// 县区摘要, one for each county.
    Digest = "digest", "县区突出问题摘要";
    /// 月度通报.
    Bulletin = "bulletin", "月度通报";
    /// 半月报, for leaders.
    Leaders = "leaders", "半月报";
    /// 季度汇报, at set times to leaders.
    Quarterly = "quarterly", "季度汇报";
    /// 年度报告.
    Annual = "annual", "年度报告";
}

/// A period of whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// Whether it ended so many minutes ago that what belongs to it has been heard; days are those of Asia/Shanghai.
    #[must_use]
    pub fn settled(self, now: Timestamp, settle_minutes: u32) -> bool {
        now >= calendar::end_of_day(self.to) + SignedDuration::from_mins(i64::from(settle_minutes))
    }
}

impl Series {
    /// The last whole period before a day.
    #[must_use]
    pub fn last(self, today: Date) -> Period {
        self.holding(self.holding(today).from - 1.day())
    }

    /// The period that is compared with.
    #[must_use]
    pub fn before(self, period: Period) -> Period {
        self.holding(period.from - 1.day())
    }

    /// The same period a year before: the week that holds the same day of the year, the month, the quarter of that year.
    #[must_use]
    pub fn year_before(self, period: Period) -> Period {
        self.holding(period.from - 1.year())
    }

    /// The period of the series that holds a day.
    #[must_use]
    pub fn holding(self, day: Date) -> Period {
        let month = Period { from: day.first_of_month(), to: day.last_of_month() };
        match self {
            Self::Daily => Period { from: day, to: day },
            Self::Weekly => {
                let from = day - i64::from(day.weekday().to_monday_zero_offset()).days();
                Period { from, to: from + 6.days() }
            }
            Self::Digest | Self::Bulletin => month,
            Self::Leaders if day.day() <= 15 => Period { to: month.from + 14.days(), ..month },
            Self::Leaders => Period { from: month.from + 15.days(), ..month },
            Self::Quarterly => {
                let first = Date::constant(day.year(), (day.month() - 1) / 3 * 3 + 1, 1);
                Period { from: first, to: (first + 2.months()).last_of_month() }
            }
            Self::Annual => Period { from: day.first_of_year(), to: day.last_of_year() },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn each_series_speaks_of_its_last_whole_period() {
        let last = |series: Series, today: Date| {
            let Period { from, to } = series.last(today);
            (from, to)
        };
        let monday = date(2026, 6, 15);
        assert_eq!(last(Series::Daily, monday), (date(2026, 6, 14), date(2026, 6, 14)));
        assert_eq!(last(Series::Weekly, monday), (date(2026, 6, 8), date(2026, 6, 14)));
        assert_eq!(last(Series::Weekly, date(2026, 6, 14)), (date(2026, 6, 1), date(2026, 6, 7)));
        assert_eq!(last(Series::Bulletin, monday), (date(2026, 5, 1), date(2026, 5, 31)));
        assert_eq!(last(Series::Digest, date(2026, 1, 1)), (date(2025, 12, 1), date(2025, 12, 31)));
        assert_eq!(last(Series::Leaders, monday), (date(2026, 5, 16), date(2026, 5, 31)));
        assert_eq!(last(Series::Leaders, date(2026, 6, 16)), (date(2026, 6, 1), date(2026, 6, 15)));
        assert_eq!(last(Series::Quarterly, monday), (date(2026, 1, 1), date(2026, 3, 31)));
        assert_eq!(last(Series::Quarterly, date(2026, 1, 1)), (date(2025, 10, 1), date(2025, 12, 31)));
        assert_eq!(last(Series::Annual, monday), (date(2025, 1, 1), date(2025, 12, 31)));
    }

    #[test]
    fn a_report_waits_until_its_period_has_settled() {
        let day = Period { from: date(2026, 6, 14), to: date(2026, 6, 14) };
        let at = |minute: i64| calendar::end_of_day(day.to) + jiff::SignedDuration::from_mins(minute);
        assert!(day.settled(at(0), 0) && !day.settled(at(-1), 0), "not before its end");
        assert!(!day.settled(at(119), 120) && day.settled(at(120), 120) && day.settled(at(121), 120));
    }

    #[test]
    fn a_year_before_is_a_period_of_the_same_series() {
        let before = |series: Series, day: Date| series.year_before(series.holding(day)).from;
        assert_eq!(before(Series::Bulletin, date(2026, 5, 9)), date(2025, 5, 1));
        assert_eq!(before(Series::Leaders, date(2026, 5, 20)), date(2025, 5, 16));
        assert_eq!(
            before(Series::Weekly, date(2026, 6, 15)),
            date(2025, 6, 9),
            "the week that holds 15 June 2025"
        );
        assert_eq!(before(Series::Annual, date(2026, 5, 9)), date(2025, 1, 1));
    }

    #[test]
    fn periods_of_a_series_follow_one_another_without_a_gap() {
        for series in Series::ALL {
            let mut period = series.last(date(2026, 3, 2));
            for _ in 0..60 {
                let before = series.before(period);
                assert_eq!(before.to + 1.day(), period.from, "{series:?}");
                period = before;
            }
        }
    }
}
