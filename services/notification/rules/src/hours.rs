//! When people may be disturbed: quiet hours of citizens, working hours of staff.

use calendar::Calendar;
use jiff::{SignedDuration, Timestamp, civil::Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// A stretch of every day, such as `21:00-08:00`; it may pass over midnight. The end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First moment.
    pub from: Time,
    /// First moment after it.
    pub to: Time,
}

impl Span {
    /// Says whether a moment of the day lies in it; a span that ends where it begins holds nothing.
    #[must_use]
    pub fn holds(&self, time: Time) -> bool {
        if self.from <= self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }
}

impl std::str::FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no span of a day such as \"21:00-08:00\"");
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        Ok(Self { from: clock(from).ok_or_else(wrong)?, to: clock(to).ok_or_else(wrong)? })
    }
}

/// Reads a time of day such as `17:30`.
#[must_use]
pub fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let plain = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(hour) || !plain(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hm = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        write!(f, "{}-{}", hm(self.from), hm(self.to))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The first moment, from `at` on, that is not quiet.
#[must_use]
pub fn after_quiet(at: Timestamp, quiet: Option<Span>) -> Timestamp {
    let local = at.to_zoned(calendar::zone()).datetime();
    let Some(quiet) = quiet.filter(|quiet| quiet.holds(local.time())) else { return at };
    let today = local.date().to_datetime(quiet.to);
    let end =
        if local.time() < quiet.to { Some(today) } else { today.checked_add(jiff::Span::new().days(1)).ok() };
    end.and_then(|end| end.to_zoned(calendar::zone()).ok()).map_or(at, |end| end.timestamp())
}

/// The first moment, from `at` on, that lies in working hours. Days that the calendar does not cover count as worked.
#[must_use]
pub fn in_work(at: Timestamp, calendar: &Calendar) -> Timestamp {
    // Working hours begin and end at whole minutes: the minute that `at` lies in is worked as a whole or not at all.
    let minute = Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at);
    match calendar.add_work_minutes(minute, 1) {
        Ok(done) if done.at.duration_since(minute) > MINUTE => done.at.checked_sub(MINUTE).unwrap_or(at),
        Ok(_) | Err(_) => at,
    }
}

/// The newest moment from which so many hours of work have passed until `now`: what is older has waited too long.
/// Nothing, where the calendar does not reach.
#[must_use]
pub fn worked_since(now: Timestamp, hours: u32, calendar: &Calendar) -> Option<Timestamp> {
    // Even at a stretch of holidays a working hour comes at least every 30 days.
    let (mut old, mut young) = (now.as_second() - i64::from(hours.max(1)) * 30 * 86_400, now.as_second());
    let over = |second: i64| {
        let start = Timestamp::from_second(second).ok()?;
        Some(calendar.add_work_hours(start, hours).ok()?.at <= now)
    };
    if !over(old)? {
        return None;
    }
    while young - old > 1 {
        let middle = old.midpoint(young);
        if over(middle)? { old = middle } else { young = middle }
    }
    Timestamp::from_second(old).ok()
}
