//! When a calendar is about to run out: the notice of the coming year is published in October or November.

use jiff::civil::Date;

/// Gives the year whose notice is missing: the current one, or from November on the next; none if all is there.
#[must_use]
pub fn missing_year(today: Date, published_through: i16) -> Option<i16> {
    let wanted = if today.month() >= 11 { today.year() + 1 } else { today.year() };
    (published_through < wanted).then_some(published_through + 1)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::missing_year;

    #[test]
    fn the_next_year_is_missed_from_november_and_the_current_one_always() {
        assert_eq!(missing_year(date(2026, 10, 31), 2026), None);
        assert_eq!(missing_year(date(2026, 11, 1), 2026), Some(2027));
        assert_eq!(missing_year(date(2026, 11, 1), 2027), None);
        assert_eq!(missing_year(date(2027, 1, 1), 2026), Some(2027));
        assert_eq!(missing_year(date(2028, 12, 1), 2026), Some(2027), "the first that is missing");
    }
}
