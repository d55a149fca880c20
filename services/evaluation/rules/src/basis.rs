//! By which of its days a case belongs to a period, and when a due day is past.
//!
//! | by | day of the case |
//! |---|---|
//! | received | it came in |
//! | due | its limit is in time until the end of |
//! | answered | it was first answered |
//! | rated | it was rated, the last time by the day of counting |
//!
//! A case without the day belongs to no period by it. What runs over the end of a month is due in the next one: counted by receipt
//! it would be in no month's figure, as it is not due in the month of its receipt and not received in the month of its limit.

use jiff::civil::Date;
use serde::Deserialize;

use crate::fact::Fact;

/// The day by which a case belongs to a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// 收到.
    #[default]
    Received,
    /// 到期.
    Due,
    /// 首次答复.
    Answered,
    /// 评价.
    Rated,
}

impl By {
    /// Every basis.
    pub const ALL: [Self; 4] = [Self::Received, Self::Due, Self::Answered, Self::Rated];

    /// Gives the word in packs and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Due => "due",
            Self::Answered => "answered",
            Self::Rated => "rated",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Received => "按收到日",
            Self::Due => "按到期日",
            Self::Answered => "按首次答复日",
            Self::Rated => "按评价日",
        }
    }
}

/// The first day whose limits are not past on a day of counting: that day itself while it lasts, the next one when it is over.
#[must_use]
pub fn past_before(as_of: Date, today: Date) -> Date {
    if as_of < today { as_of.tomorrow().unwrap_or(as_of) } else { as_of }
}

impl Fact {
    /// The day by which the case belongs to a period; nothing where it had not come by the day of counting. Only a due day may lie
    /// after that.
    #[must_use]
    pub fn day_by(&self, by: By, as_of: Date) -> Option<Date> {
        let come = |day: Option<Date>| day.filter(|day| *day <= as_of);
        match by {
            By::Received => self.received_day(),
            By::Due => self.due.map(|due| due.day),
            By::Answered => come(self.answered_day()),
            By::Rated => come(self.rated_day).or_else(|| come(self.first_rated_day)),
        }
    }
}
