//! The number of a case, as it is printed, typed and read out on the telephone.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::RegionCode;

/// Why a case number was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a case number has 18 to 24 digits: day (6), region (6), serial (6 or more)")]
pub struct BadNumber;

/// Day of receipt (`yymmdd`), county (6 digits) and a serial: digits only, so that it can be keyed on a telephone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber(String);

impl CaseNumber {
    /// Writes the number for a case received on `day` (Asia/Shanghai) in `region` under a serial that never repeats.
    #[must_use]
    pub fn new(day: Date, region: &RegionCode, serial: i64) -> Self {
        let (year, month) = (day.year() % 100, day.month());
        Self(format!("{year:02}{month:02}{:02}{}{serial:06}", day.day(), region.county()))
    }

    /// The number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = BadNumber;
    fn try_from(number: String) -> Result<Self, BadNumber> {
        let fits = (18..=24).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(number)) } else { Err(BadNumber) }
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> String {
        number.0
    }
}

impl FromStr for CaseNumber {
    type Err = BadNumber;
    fn from_str(number: &str) -> Result<Self, BadNumber> {
        Self::try_from(number.to_owned())
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
