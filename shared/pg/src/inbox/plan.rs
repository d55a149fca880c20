//! The resequencer as a pure function: what of a batch is to be applied, parked or dropped.

use std::collections::BTreeMap;

use uuid::Uuid;

use contracts::StoredEvent;

/// Which source on which aggregate.
pub type Key = (String, Uuid);

/// How far one source was heard on one aggregate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The version applied last; 0 before the first.
    pub version: i64,
    /// Digest of the ids applied, in order.
    pub chain: i64,
    /// A dead letter blocks this aggregate: everything parks.
    pub quarantined: bool,
    /// The table has a row for it.
    pub known: bool,
}

/// What is to be done with a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order per source and aggregate.
    pub apply: Vec<StoredEvent>,
    /// Came before their turn.
    pub park: Vec<StoredEvent>,
    /// Parked before, applied now or earlier: their rows go.
    pub unpark: Vec<(String, Uuid, i64)>,
    /// Heard before.
    pub repeats: usize,
    /// Where each touched key stands afterwards, with where it stood.
    pub places: BTreeMap<Key, (Place, Place)>,
}

/// Mixes an event id into the digest of a history; the order matters.
#[must_use]
pub fn chain(before: i64, id: Uuid) -> i64 {
    let (high, low) = id.as_u64_pair();
    let mixed = before.cast_unsigned().rotate_left(17) ^ high ^ low.rotate_left(32);
    mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15).cast_signed()
}

/// Sorts a batch into apply, park and repeat. `places` and `parked` are what the tables hold for the batch's keys.
#[must_use]
pub fn plan(places: &BTreeMap<Key, Place>, parked: Vec<StoredEvent>, incoming: Vec<StoredEvent>) -> Plan {
    let mut plan = Plan::default();
    let mut waiting = BTreeMap::<(String, Uuid, i64), (StoredEvent, bool)>::new();
    for event in parked {
        waiting.insert((event.source.clone(), event.aggregate, event.version), (event, true));
    }
    for event in incoming {
        let key = (event.source.clone(), event.aggregate);
        let before = places.get(&key).copied().unwrap_or_default();
        let place = plan.places.entry(key).or_insert((before, before)).1;
        if event.version <= place.version {
            plan.repeats += 1;
            continue;
        }
        match waiting.entry((event.source.clone(), event.aggregate, event.version)) {
            std::collections::btree_map::Entry::Vacant(free) => drop(free.insert((event, false))),
            std::collections::btree_map::Entry::Occupied(_) => plan.repeats += 1,
        }
    }
    // Keys ascend by version within source and aggregate, so one pass applies every run that has become whole.
    for ((source, aggregate, version), (event, was_parked)) in waiting {
        let key = (source, aggregate);
        let before = places.get(&key).copied().unwrap_or_default();
        let place = &mut plan.places.entry(key.clone()).or_insert((before, before)).1;
        if !place.quarantined && version == place.version + 1 {
            place.version = version;
            place.chain = chain(place.chain, event.id.0);
            if was_parked {
                plan.unpark.push((key.0, key.1, version));
            }
            plan.apply.push(event);
        } else if was_parked && version <= place.version {
            // Applied on another way while it was parked: nothing would ever take the row away.
            plan.unpark.push((key.0, key.1, version));
        } else if !was_parked {
            plan.park.push(event);
        }
    }
    plan
}

#[cfg(test)]
mod tests;
