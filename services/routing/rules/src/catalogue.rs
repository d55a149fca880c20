//! The dispatch catalogue (派单目录), laid out so that the entries for a place are found at once.

use std::collections::{HashMap, HashSet};

use ids::{RegionCode, UnitCode};

/// One line of the catalogue: what of which place belongs to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it holds, with all that lies within.
    pub region: RegionCode,
    /// Only messages of this kind; none means any.
    pub kind: Option<String>,
    /// A subject code of the tenant's tree, with all below it.
    pub subject: Option<String>,
    /// Words that point here.
    pub keywords: Vec<String>,
    /// 主办.
    pub unit: UnitCode,
    /// 协办.
    pub co_units: Vec<UnitCode>,
    /// Law, 三定 or list that says so.
    pub basis: String,
}

/// The active entries and the active units.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    by_place: HashMap<String, Vec<Entry>>,
    units: HashSet<UnitCode>,
}

impl Catalogue {
    /// Lays out entries; those whose unit is not active are left out.
    #[must_use]
    pub fn new(entries: Vec<Entry>, units: impl IntoIterator<Item = UnitCode>) -> Self {
        let units: HashSet<UnitCode> = units.into_iter().collect();
        let mut by_place: HashMap<String, Vec<Entry>> = HashMap::new();
        for mut entry in entries {
            if units.contains(&entry.unit) {
                entry.co_units.retain(|unit| units.contains(unit) && *unit != entry.unit);
                by_place.entry(significant(&entry.region).to_owned()).or_default().push(entry);
            }
        }
        Self { by_place, units }
    }

    /// Says whether cases may go to this unit.
    #[must_use]
    pub fn knows(&self, unit: &UnitCode) -> bool {
        self.units.contains(unit)
    }

    /// The entries that hold at a place, the finest region first, each with its fineness (digits of the code that count).
    pub fn at<'a>(&'a self, region: &'a RegionCode) -> impl Iterator<Item = (usize, &'a Entry)> {
        let place = significant(region);
        [12, 9, 6, 4, 2].into_iter().filter(|digits| *digits <= place.len()).flat_map(move |digits| {
            let entries = self.by_place.get(&place[..digits]);
            entries.into_iter().flatten().map(move |entry| (digits, entry))
        })
    }
}

/// The digits of a code that name a place: `511600` is the city `5116`, `511602103` a township.
#[must_use]
pub fn significant(region: &RegionCode) -> &str {
    let code = region.as_str();
    match code.len() {
        6 if code.ends_with("0000") => &code[..2],
        6 if code.ends_with("00") => &code[..4],
        _ => code,
    }
}
