//! Latencies: how long it takes from one stage of a case to another, round the clock or in working time of the case's own region.

use calendar::Calendar;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::{
    fact::Fact,
    percentile::{Histogram, Method},
};

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $zh:literal;)+) => {
        /// A moment in the life of a case that is reached once: the first time counts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Stage { $($(#[$doc])* $name),+ }

        impl Stage {
            /// Every stage.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in packs and tables.
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

stages! {
    /// The citizen spoke.
    Received = "received", "收到";
    /// 登记.
    Registered = "registered", "登记";
    /// 交办 or 转送.
    Dispatched = "dispatched", "交办";
    /// 签收.
    Signed = "signed", "签收";
    /// 先行联系: the citizen was reached.
    Contacted = "contacted", "联系";
    /// The first answer.
    Answered = "answered", "答复";
    /// 办结, the first time.
    Closed = "closed", "办结";
}

/// From which stage to which, and by which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Where it begins.
    pub from: Stage,
    /// Where it ends.
    pub to: Stage,
    /// How it is measured.
    pub time: Time,
}

/// How a time is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Time {
    /// Round the clock.
    Clock,
    /// Only the working time of the region.
    Work,
}

/// When each stage of a case was reached; each source writes its own, the earliest holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Intake.
    pub received: Option<Timestamp>,
    /// Intake.
    pub registered: Option<Timestamp>,
    /// Routing.
    pub dispatched: Option<Timestamp>,
    /// Routing.
    pub signed: Option<Timestamp>,
    /// Routing.
    pub contacted: Option<Timestamp>,
    /// Routing.
    pub answered: Option<Timestamp>,
    /// Intake.
    pub closed: Option<Timestamp>,
}

impl Reached {
    /// When a stage was reached.
    #[must_use]
    pub const fn at(&self, stage: Stage) -> Option<Timestamp> {
        match stage {
            Stage::Received => self.received,
            Stage::Registered => self.registered,
            Stage::Dispatched => self.dispatched,
            Stage::Signed => self.signed,
            Stage::Contacted => self.contacted,
            Stage::Answered => self.answered,
            Stage::Closed => self.closed,
        }
    }

    /// Adds that a stage was reached; of several times the earliest holds.
    pub fn reach(&mut self, stage: Stage, at: Timestamp) {
        let slot = match stage {
            Stage::Received => &mut self.received,
            Stage::Registered => &mut self.registered,
            Stage::Dispatched => &mut self.dispatched,
            Stage::Signed => &mut self.signed,
            Stage::Contacted => &mut self.contacted,
            Stage::Answered => &mut self.answered,
            Stage::Closed => &mut self.closed,
        };
        *slot = Some(slot.map_or(at, |known| known.min(at)));
    }
}

impl Span {
    /// Whole minutes of the span in one case; nothing unless both stages are reached. What ends before it begins took no time.
    #[must_use]
    pub fn minutes(self, reached: &Reached, calendar: &Calendar) -> Option<u32> {
        let (from, to) = reached.at(self.from).zip(reached.at(self.to))?;
        if to <= from {
            return Some(0);
        }
        let length = match self.time {
            Time::Clock => to.duration_since(from),
            Time::Work => calendar.work_between(from, to).ok()?,
        };
        u32::try_from(whole_minutes(length)).ok()
    }
}

const fn whole_minutes(length: SignedDuration) -> i64 {
    length.as_secs() / 60
}

impl Fact {
    /// When each stage of the case was reached.
    #[must_use]
    pub fn stages(&self) -> Reached {
        let answered = self.answer.as_ref().map(|answer| answer.at);
        Reached { received: self.received_at, answered, ..self.reached }
    }

    /// Whether it was written down on the day on which it came in.
    #[must_use]
    pub fn registered_same_day(&self) -> bool {
        self.received_day().zip(self.reached.registered).is_some_and(|(day, at)| calendar::day_of(at) == day)
    }
}

/// The median of minutes, in hours; nothing where there is none.
#[must_use]
pub fn median_hours(minutes: &Histogram, method: Method) -> Option<f64> {
    minutes.percentile(method, 1, 2).map(|minutes| minutes / 60.0)
}

#[cfg(test)]
mod tests {
    use calendar::shipped;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn reached(from: &str, to: &str) -> Reached {
        Reached { dispatched: Some(at(from)), answered: Some(at(to)), ..Reached::default() }
    }

    const fn span(time: Time) -> Span {
        Span { from: Stage::Dispatched, to: Stage::Answered, time }
    }

    #[test]
    fn a_night_and_a_weekend_count_by_the_clock_and_not_as_work() {
        // Friday 16:00 to Monday 10:30 in Shanghai; 2026-06-12 is a Friday.
        let over = reached("2026-06-12T08:00:00Z", "2026-06-15T02:30:00Z");
        assert_eq!(span(Time::Clock).minutes(&over, shipped()), Some(66 * 60 + 30));
        let work = span(Time::Work).minutes(&over, shipped()).unwrap();
        assert!((60..=300).contains(&work), "{work}: the rest of Friday and the beginning of Monday");
        let second = reached("2026-06-12T02:00:00Z", "2026-06-12T02:00:59Z");
        assert_eq!(span(Time::Clock).minutes(&second, shipped()), Some(0), "minutes are whole");
        let minute = reached("2026-06-12T02:00:00Z", "2026-06-12T02:01:00Z");
        assert_eq!(span(Time::Clock).minutes(&minute, shipped()), Some(1));
        assert_eq!(span(Time::Work).minutes(&minute, shipped()), Some(1));
        let back = reached("2026-06-12T02:01:00Z", "2026-06-12T02:00:00Z");
        assert_eq!(span(Time::Work).minutes(&back, shipped()), Some(0));
        assert_eq!(span(Time::Clock).minutes(&Reached::default(), shipped()), None);
    }

    #[test]
    fn the_median_is_in_hours() {
        let mut minutes = Histogram::default();
        assert_eq!(median_hours(&minutes, Method::Linear), None);
        minutes.add(60, 1);
        minutes.add(120, 1);
        assert_eq!(median_hours(&minutes, Method::Linear), Some(1.5));
    }

    proptest! {
        #[test]
        fn the_earliest_time_of_a_stage_holds(times in prop::collection::vec(0..1_000_000_i64, 1..9)) {
            for stage in Stage::ALL {
                let mut reached = Reached::default();
                for second in &times {
                    reached.reach(*stage, Timestamp::from_second(*second).unwrap());
                }
                let first = *times.iter().min().unwrap();
                prop_assert_eq!(reached.at(*stage), Some(Timestamp::from_second(first).unwrap()));
                let others = Stage::ALL.iter().filter(|other| *other != stage);
                prop_assert!(others.into_iter().all(|other| reached.at(*other).is_none()));
            }
        }
    }
}
