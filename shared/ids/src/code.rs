//! Codes of regions and of units.

use std::{fmt, str::FromStr};

/// Why a code was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// A region code is 6, 9 or 12 digits (GB/T 2260 and its extension by the statistics bureau).
    #[error("a region code has 6, 9 or 12 digits")]
    Region,
    /// A unit code is 1 to 64 of `a-z 0-9 - _ .`.
    #[error("a unit code has 1 to 64 characters of a-z, 0-9, '-', '_', '.'")]
    Unit,
}

/// A division of the country: province, city, county (6 digits), township (9) or village (12).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(String);

impl RegionCode {
    /// The six digits of the province, as a token of subjects.
    #[must_use]
    pub fn province(&self) -> String {
        format!("{}0000", &self.0[..2])
    }

    /// The six digits of the prefecture-level city, as a token of subjects.
    #[must_use]
    pub fn city(&self) -> String {
        format!("{}00", &self.0[..4])
    }

    /// The first six digits: county level at the finest.
    #[must_use]
    pub fn county(&self) -> &str {
        &self.0[..6]
    }

    /// The code as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits with which the codes of this region and of all that lies within it begin; for queries.
    #[must_use]
    pub fn prefix(&self) -> &str {
        let own = self.0.trim_end_matches("00");
        if own.len() % 2 == 1 { &self.0[..own.len() + 1] } else { own }
    }

    /// Says whether `other` is this region or lies within it.
    #[must_use]
    pub fn contains(&self, other: &RegionCode) -> bool {
        other.0.starts_with(self.prefix())
    }
}

impl TryFrom<String> for RegionCode {
    type Error = BadCode;
    fn try_from(code: String) -> Result<Self, BadCode> {
        let fits = matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(code)) } else { Err(BadCode::Region) }
    }
}

/// An office that handles cases. The code is the tenant's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitCode(String);

impl UnitCode {
    /// The code as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UnitCode {
    type Error = BadCode;
    fn try_from(code: String) -> Result<Self, BadCode> {
        let fits = (1..=64).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
        if fits { Ok(Self(code)) } else { Err(BadCode::Unit) }
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }
        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(code: &str) -> Result<Self, BadCode> {
                Self::try_from(code.to_owned())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}
as_text!(RegionCode, UnitCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_contains_its_counties_and_townships() {
        let city: RegionCode = "511600".parse().unwrap();
        assert!(city.contains(&"511602".parse().unwrap()));
        assert!(city.contains(&"511602103".parse().unwrap()));
        assert!(!city.contains(&"511500".parse().unwrap()));
        let province: RegionCode = "510000".parse().unwrap();
        assert!(province.contains(&city));
        let round: RegionCode = "511000".parse().unwrap();
        assert!(round.contains(&"511002".parse().unwrap()));
        assert!(!round.contains(&"511102".parse().unwrap()));
    }

    #[test]
    fn rubbish_is_not_a_code() {
        for code in ["", "51160", "51160a", "5116000", "５１１６００"] {
            assert!(code.parse::<RegionCode>().is_err(), "{code}");
        }
        assert!("Unit A".parse::<UnitCode>().is_err());
    }
}
