//! Who may hold a sealed matter (检举控告): named hands only, and none of the accused unit's line.

use std::collections::{BTreeSet, HashMap};

use ids::UnitCode;

/// The line of a unit: itself, all above it and all below it. A tree that turns in a circle ends where it began.
#[must_use]
pub fn line(unit: &UnitCode, parents: &HashMap<UnitCode, UnitCode>) -> BTreeSet<UnitCode> {
    let mut line = BTreeSet::from([unit.clone()]);
    let mut above = unit;
    while let Some(parent) = parents.get(above) {
        if !line.insert(parent.clone()) {
            break;
        }
        above = parent;
    }
    let mut children: HashMap<&UnitCode, Vec<&UnitCode>> = HashMap::new();
    for (child, parent) in parents {
        children.entry(parent).or_default().push(child);
    }
    let mut below = vec![unit];
    let mut seen = BTreeSet::from([unit]);
    while let Some(unit) = below.pop() {
        for child in children.get(unit).into_iter().flatten() {
            if seen.insert(child) {
                below.push(child);
            }
        }
    }
    line.extend(seen.into_iter().cloned());
    line
}

/// The lines of several units together: what the accused of one matter keep out.
#[must_use]
pub fn lines(units: &[UnitCode], parents: &HashMap<UnitCode, UnitCode>) -> BTreeSet<UnitCode> {
    units.iter().flat_map(|unit| line(unit, parents)).collect()
}

/// Says whether a unit lies in the line of one of the barred.
#[must_use]
pub fn barred(unit: &UnitCode, barred: &[UnitCode], parents: &HashMap<UnitCode, UnitCode>) -> bool {
    if barred.is_empty() {
        return false;
    }
    // Above and below mirror one another, so one line answers for all of them.
    let own = line(unit, parents);
    barred.iter().any(|other| own.contains(other))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(number: u8) -> UnitCode {
        format!("u{number}").parse().unwrap()
    }

    fn tree(pairs: &[(u8, u8)]) -> HashMap<UnitCode, UnitCode> {
        pairs.iter().map(|(child, parent)| (code(*child), code(*parent))).collect()
    }

    #[test]
    fn a_line_goes_up_and_down_but_not_aside() {
        // 1 ─ 2 ─ 3, 2 ─ 4, 1 ─ 5 ─ 6
        let parents = tree(&[(2, 1), (3, 2), (4, 2), (5, 1), (6, 5)]);
        assert_eq!(line(&code(2), &parents), [1, 2, 3, 4].map(code).into());
        assert_eq!(line(&code(3), &parents), [1, 2, 3].map(code).into());
        assert_eq!(line(&code(9), &parents), [9].map(code).into());
        assert!(barred(&code(1), &[code(3)], &parents) && barred(&code(3), &[code(1)], &parents));
        assert!(!barred(&code(4), &[code(3)], &parents) && !barred(&code(6), &[code(2)], &parents));
        assert!(!barred(&code(1), &[], &parents));
        assert!(barred(&code(6), &[code(3), code(5)], &parents));
        assert_eq!(lines(&[code(3), code(6)], &parents), [1, 2, 3, 5, 6].map(code).into());
        assert_eq!(lines(&[], &parents), BTreeSet::new());
    }

    proptest! {
        #[test]
        fn to_be_barred_is_mutual_and_ends_also_in_a_circle(
            pairs in prop::collection::vec((0_u8..8, 0_u8..8), 0..12), a in 0_u8..8, b in 0_u8..8,
        ) {
            let parents = tree(&pairs);
            prop_assert!(barred(&code(a), &[code(a)], &parents));
            let circle = |unit: u8| {
                let mut at = code(unit);
                (0..9).any(|_| match parents.get(&at) {
                    Some(above) => { at = above.clone(); at == code(unit) }
                    None => false,
                })
            };
            if !(0..8).any(circle) {
                prop_assert_eq!(barred(&code(a), &[code(b)], &parents), barred(&code(b), &[code(a)], &parents));
                // The set that is told to the others bars exactly those whom routing bars itself.
                let told = lines(&[code(b)], &parents);
                prop_assert_eq!(told.contains(&code(a)), barred(&code(a), &[code(b)], &parents));
            }
        }
    }
}
