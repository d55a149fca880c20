//! Of which places a series of reports is made, and under which region a report of all places is filed.

use std::collections::BTreeSet;

use ids::RegionCode;
use serde::Deserialize;

/// Of which places a series is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Places {
    /// One report of all.
    All,
    /// One of each prefecture-level city that had cases.
    City,
    /// One of each county that had cases.
    County,
}

impl Places {
    /// The places of a period, by the counties that had cases in it; nothing stands for all of them together.
    #[must_use]
    pub fn of(self, counties: &[RegionCode]) -> Vec<Option<RegionCode>> {
        let places: BTreeSet<Option<RegionCode>> = counties
            .iter()
            .map(|county| match self {
                Self::All => None,
                Self::City => county.city().parse().ok(),
                Self::County => Some(county.clone()),
            })
            .collect();
        places.into_iter().collect()
    }

    /// Whether a report of the series may speak of a place.
    #[must_use]
    pub fn takes(self, place: Option<&RegionCode>) -> bool {
        match (self, place) {
            (Self::All, place) => place.is_none(),
            (Self::City | Self::County, None) => false,
            (Self::City, Some(place)) => place.stem().len() == 4,
            (Self::County, Some(place)) => place.stem().len() == 6,
        }
    }
}

/// The smallest city, province or country part that holds all counties: where a report of all of them is filed. Of several provinces
/// it is the first, as events have one; nothing where there is no county.
#[must_use]
pub fn filed_under(counties: &[RegionCode]) -> Option<RegionCode> {
    let first = counties.first()?;
    let one_city = counties.iter().all(|county| county.city() == first.city());
    if one_city { first.city() } else { first.province() }.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(codes: &[&str]) -> Vec<RegionCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn each_place_has_one_report() {
        let counties = codes(&["511602", "511621", "511702"]);
        let of = |places: Places| -> Vec<String> {
            places
                .of(&counties)
                .iter()
                .map(|place| place.as_ref().map_or("", RegionCode::as_str).into())
                .collect()
        };
        assert_eq!(of(Places::All), [""]);
        assert_eq!(of(Places::City), ["511600", "511700"]);
        assert_eq!(of(Places::County), ["511602", "511621", "511702"]);
        for places in [Places::All, Places::City, Places::County] {
            assert!(places.of(&[]).is_empty(), "where nothing came in, nothing is told");
        }
    }

    #[test]
    fn a_report_speaks_of_a_place_of_its_own_level() {
        let place = |code: &str| code.parse::<RegionCode>().unwrap();
        let table = [
            (None, [true, false, false]),
            (Some(place("510000")), [false, false, false]),
            (Some(place("511600")), [false, true, false]),
            (Some(place("511602")), [false, false, true]),
            (Some(place("511602103")), [false, false, false]),
        ];
        for (place, expected) in table {
            let found =
                [Places::All, Places::City, Places::County].map(|places| places.takes(place.as_ref()));
            assert_eq!(found, expected, "{place:?}");
        }
    }

    #[test]
    fn what_speaks_of_all_is_filed_where_all_of_it_lies() {
        let under = |list: &[&str]| filed_under(&codes(list)).map(String::from);
        assert_eq!(under(&[]), None);
        assert_eq!(under(&["511602"]).as_deref(), Some("511600"));
        assert_eq!(under(&["511602", "511621"]).as_deref(), Some("511600"));
        assert_eq!(under(&["511602", "511702"]).as_deref(), Some("510000"));
        assert_eq!(under(&["511602", "511621", "511702"]).as_deref(), Some("510000"), "each is looked at");
        assert_eq!(under(&["511602", "500101"]).as_deref(), Some("510000"), "of several provinces the first");
    }
}
