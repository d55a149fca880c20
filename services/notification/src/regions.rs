//! What people call a region: the divisions that ship with the product, the same that intake checks codes against.

use std::{collections::HashMap, sync::LazyLock};

use ids::RegionCode;

/// Source and cut-off: `deploy/regions/README.md`.
const DIVISIONS: &str = include_str!("../../../deploy/regions/sichuan.csv");

static NAMES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        line.split_once(',').and_then(|(code, rest)| Some((code, rest.split(',').next()?)))
    };
    DIVISIONS.lines().filter_map(row).collect()
});

/// The name of a county or of what is greater; of what lies within a county both names, because those of townships
/// repeat. The code where no name is known.
pub(crate) fn name_of(region: &RegionCode) -> String {
    let code = region.as_str();
    let parts = [6, 9, 12].into_iter().filter_map(|digits| NAMES.get(code.get(..digits)?));
    let name: String = parts.copied().collect();
    if name.is_empty() { code.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_called_by_its_name_and_within_a_county_by_both() {
        let named = |code: &str| name_of(&code.parse().expect("a region"));
        assert_eq!(named("511602"), "广安区");
        assert_eq!(named("511600"), "广安市");
        assert_eq!(named("510000"), "四川省");
        assert_eq!(named("510104017"), "锦江区锦官驿街道");
        assert_eq!(named("510104017001"), "锦江区锦官驿街道");
        assert_eq!(named("510104000"), "锦江区");
        assert_eq!(named("999999"), "999999");
    }
}
