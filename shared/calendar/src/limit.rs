//! An amount of time as rule packs write it: so many working days, days, hours or work hours.

use serde::{Deserialize, Serialize};

/// What an amount of time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Working days of the region's calendar; first day not counted, due day whole.
    Workdays,
    /// Calendar days; first day not counted, due day whole.
    Days,
    /// Hours round the clock.
    Hours,
    /// Hours within the work intervals of the region's calendar.
    WorkHours,
}

impl Unit {
    /// Gives the word that packs and messages use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workdays => "workdays",
            Self::Days => "days",
            Self::Hours => "hours",
            Self::WorkHours => "work-hours",
        }
    }
}

/// Says what happens to a due day that is a day off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// It stays where it is.
    #[default]
    None,
    /// It moves to the next working day. Source: Civil Code, Art. 203; whether that holds for a given clock is the pack's choice.
    Forward,
}

/// An amount of time with its unit, such as five working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many units.
    pub amount: u32,
    /// What is counted.
    pub unit: Unit,
    /// What happens to a due day off; has no effect on hours.
    #[serde(default)]
    pub roll: Roll,
}
