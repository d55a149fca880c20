//! The fast form: how many working days each civil day has behind it, and which day each working day is.

use jiff::civil::Date;

/// Working days of a run of whole years, numbered. Both ways are one look into an array, so adding any number of them costs the same.
#[derive(Debug, Clone)]
pub(crate) struct DayTable {
    first_year: i16,
    last_year: i16,
    /// Index of the first day of each month since January of the first year.
    month_starts: Vec<u32>,
    /// Working days up to and including each day.
    through: Vec<u32>,
    /// The date of each working day, in order.
    workdays: Vec<Date>,
}

impl DayTable {
    pub(crate) fn build(first_year: i16, last_year: i16, is_workday: impl Fn(Date) -> bool) -> Self {
        let mut table =
            Self { first_year, last_year, month_starts: vec![], through: vec![], workdays: vec![] };
        let mut index = 0;
        for (year, month) in
            (first_year..=last_year).flat_map(|year| (1..=12).map(move |month| (year, month)))
        {
            table.month_starts.push(index);
            for day in (1..=31).map_while(|day| Date::new(year, month, day).ok()) {
                if is_workday(day) {
                    table.workdays.push(day);
                }
                let so_far = table.through.last().copied().unwrap_or(0);
                table.through.push(so_far + u32::from(is_workday(day)));
                index += 1;
            }
        }
        table
    }

    pub(crate) fn first(&self) -> Date {
        jiff::civil::date(self.first_year, 1, 1)
    }

    pub(crate) fn last(&self) -> Date {
        jiff::civil::date(self.last_year, 12, 31)
    }

    /// Counts the working days up to and including a day; `None` if it is not covered.
    #[inline]
    pub(crate) fn through(&self, date: Date) -> Option<u32> {
        self.through.get(self.index(date)?).copied()
    }

    /// Says whether a day is worked; `None` if it is not covered.
    pub(crate) fn is_workday(&self, date: Date) -> Option<bool> {
        let index = self.index(date)?;
        let before = if index == 0 { 0 } else { self.through[index - 1] };
        self.through.get(index).map(|through| *through > before)
    }

    /// Gives the working day with a number, counted from 1; `None` if it is not covered.
    #[inline]
    pub(crate) fn workday(&self, number: u64) -> Option<Date> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.workdays.get(index).copied()
    }

    /// Lists the working days in order.
    pub(crate) fn workdays(&self) -> &[Date] {
        &self.workdays
    }

    #[inline]
    fn index(&self, date: Date) -> Option<usize> {
        let year = usize::try_from(i32::from(date.year()) - i32::from(self.first_year)).ok()?;
        let month = year * 12 + usize::from(date.month().unsigned_abs()) - 1;
        let start = self.month_starts.get(month)?;
        Some(*start as usize + usize::from(date.day().unsigned_abs()) - 1)
    }
}
