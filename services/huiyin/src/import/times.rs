//! Reads the times of a legacy file, which may stand in several formats in one column.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

/// Reads times by a list of formats and a zone.
#[derive(Debug, Clone)]
pub struct Times {
    formats: Vec<String>,
    zone: TimeZone,
}

impl Times {
    /// Takes the formats in the order in which they are tried, and the zone of times that name none.
    ///
    /// # Errors
    /// Gives the first format that no time could be read by, because it lacks a day or has an unknown sign.
    pub fn new(formats: Vec<String>, zone: TimeZone) -> Result<Self, String> {
        let known = DateTime::constant(2019, 4, 24, 16, 3, 40, 0).to_zoned(zone.clone());
        for format in &formats {
            let round = known.as_ref().ok().and_then(|known| strtime::format(format, known).ok());
            if round.is_none_or(|written| read(format, &written).is_none()) {
                return Err(format.clone());
            }
        }
        Ok(Self { formats, zone })
    }

    /// Reads a time; nothing when no format fits or the clock of the zone never showed it.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let civil = self.formats.iter().find_map(|format| read(format, text))?;
        Some(self.zone.to_ambiguous_zoned(civil).compatible().ok()?.timestamp())
    }
}

fn read(format: &str, text: &str) -> Option<DateTime> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    let day: Date = parts.to_date().ok()?;
    let time = if parts.hour().is_some() { parts.to_time().ok()? } else { Time::midnight() };
    Some(day.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Times {
        let formats =
            ["%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y年%m月%d日 %H:%M"];
        Times::new(formats.map(str::to_owned).to_vec(), calendar::zone()).expect("good formats")
    }

    #[test]
    fn two_formats_in_one_column_are_one_instant() {
        let instant: Timestamp = "2019-04-24T16:03:40+08:00".parse().expect("an instant");
        assert_eq!(times().read("2019/4/24 16:03:40"), Some(instant));
        assert_eq!(times().read("2019-04-24 16:03:40"), Some(instant));
    }

    #[test]
    fn seconds_and_hours_may_lack() {
        for (text, instant) in [
            ("2019/5/9 9:49", "2019-05-09T09:49:00+08:00"),
            ("2019-12-31", "2019-12-31T00:00:00+08:00"),
            ("2019年1月2日 03:04", "2019-01-02T03:04:00+08:00"),
        ] {
            assert_eq!(times().read(text), Some(instant.parse().expect("an instant")), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none_and_what_is_no_format_is_named() {
        for text in
            ["", "昨天", "2019/2/30 10:00:00", "2019/4/24 25:00:00", "24.4.2019", "2019/4/24 16:03:40 多"]
        {
            assert_eq!(times().read(text), None, "{text}");
        }
        let bad = Times::new(vec!["%Y/%m/%d".into(), "%H:%M".into()], TimeZone::UTC);
        assert_eq!(bad.err().as_deref(), Some("%H:%M"));
    }
}
