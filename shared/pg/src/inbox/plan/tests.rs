//! The resequencer against every order of delivery: whatever comes how often in whatever batches, each history is
//! applied once and in order.

use std::collections::BTreeMap;

use ids::EventId;
use proptest::prelude::*;

use super::*;

/// What the tables hold: positions, parked rows, and the effect.
#[derive(Default)]
struct Tables {
    places: BTreeMap<Key, Place>,
    parked: BTreeMap<(Uuid, i64), StoredEvent>,
    effect: Vec<(Uuid, i64)>,
}

impl Tables {
    /// Does with a batch what the store does; without draining only parked rows of the batch itself are shown.
    fn take(&mut self, batch: Vec<StoredEvent>, drain: bool) -> Plan {
        let shown = |event: &&StoredEvent| {
            batch
                .iter()
                .any(|other| other.aggregate == event.aggregate && (drain || other.version == event.version))
        };
        let parked = self.parked.values().filter(shown).cloned().collect();
        let plan = plan(&self.places, parked, batch);
        for event in &plan.apply {
            self.effect.push((event.aggregate, event.version));
        }
        for event in &plan.park {
            let doubled = self.parked.insert((event.aggregate, event.version), event.clone());
            assert!(doubled.is_none(), "parked what was parked");
        }
        for (_, aggregate, version) in &plan.unpark {
            assert!(self.parked.remove(&(*aggregate, *version)).is_some(), "unparked what was not parked");
        }
        for (key, (_, after)) in &plan.places {
            self.places.insert(key.clone(), Place { known: true, ..*after });
        }
        plan
    }
}

fn event(aggregate: u128, version: i64) -> StoredEvent {
    StoredEvent {
        id: EventId(Uuid::from_u128(aggregate * 1000 + version.unsigned_abs() as u128)),
        source: "intake".into(),
        aggregate: Uuid::from_u128(aggregate),
        version,
        kind: "case.supplemented".into(),
        region: "510000".into(),
        time: "2026-02-13T01:00:00Z".parse().unwrap(),
        actor: "citizen".into(),
        causation: None,
        trace: None,
        historic: false,
        payload: "{}".into(),
    }
}

const CASES: u128 = 4;
const EACH: i64 = 6;

/// Deliveries in any order: each event once at least, some again; cut into batches, some of them without draining.
fn deliveries() -> impl Strategy<Value = Vec<(Vec<StoredEvent>, bool)>> {
    let all: Vec<_> =
        (1..=CASES).flat_map(|case| (1..=EACH).map(move |version| event(case, version))).collect();
    (
        proptest::collection::vec(0..all.len(), 0..30),
        proptest::collection::vec((1..7_usize, any::<bool>()), 60),
    )
        .prop_map(move |(again, cuts)| {
            let mut list = all.clone();
            list.extend(again.iter().map(|at| all[*at].clone()));
            (list, cuts)
        })
        .prop_flat_map(|(list, cuts)| (Just(list).prop_shuffle(), Just(cuts)))
        .prop_map(|(mut list, cuts)| {
            let mut batches = Vec::new();
            for (size, drain) in cuts {
                if list.is_empty() {
                    break;
                }
                let rest = list.split_off(size.min(list.len()));
                batches.push((std::mem::replace(&mut list, rest), drain));
            }
            batches.push((list, true));
            batches
        })
}

/// Lets what is parked and ready have its turn, as the sweeper does.
fn sweep(tables: &mut Tables) {
    loop {
        let is_ready = |event: &&StoredEvent| {
            let place =
                tables.places.get(&("intake".to_owned(), event.aggregate)).copied().unwrap_or_default();
            !place.quarantined && event.version == place.version + 1
        };
        let Some(ready) = tables.parked.values().find(is_ready).cloned() else { return };
        assert_eq!(tables.take(vec![ready], false).apply.len(), 1);
    }
}

fn history(tables: &Tables, case: u128) -> Vec<i64> {
    let aggregate = Uuid::from_u128(case);
    tables.effect.iter().filter(|(of, _)| *of == aggregate).map(|(_, version)| *version).collect()
}

proptest! {
    #[test]
    fn every_delivery_order_applies_each_history_once_and_in_order(batches in deliveries()) {
        let mut tables = Tables::default();
        for (batch, drain) in batches {
            tables.take(batch, drain);
        }
        sweep(&mut tables);
        for case in 1..=CASES {
            prop_assert_eq!(history(&tables, case), (1..=EACH).collect::<Vec<_>>());
            let place = tables.places[&("intake".to_owned(), Uuid::from_u128(case))];
            let expected = (1..=EACH).fold(0, |before, version| chain(before, event(case, version).id.0));
            prop_assert_eq!(place.chain, expected);
        }
        prop_assert!(tables.parked.is_empty());
    }

    #[test]
    fn a_quarantined_case_parks_and_the_others_go_on(batches in deliveries(), closed_at in 0..EACH) {
        let mut tables = Tables::default();
        let closed = ("intake".to_owned(), Uuid::from_u128(1));
        let before = Place { version: closed_at, quarantined: true, known: true, ..Place::default() };
        tables.places.insert(closed.clone(), before);
        for (batch, drain) in batches {
            tables.take(batch, drain);
        }
        sweep(&mut tables);
        prop_assert_eq!(history(&tables, 1), Vec::<i64>::new());
        prop_assert_eq!(tables.parked.len() as i64, EACH - closed_at);
        for case in 2..=CASES {
            prop_assert_eq!(history(&tables, case), (1..=EACH).collect::<Vec<_>>());
        }
        tables.places.get_mut(&closed).unwrap().quarantined = false;
        sweep(&mut tables);
        prop_assert_eq!(history(&tables, 1), (closed_at + 1..=EACH).collect::<Vec<_>>());
        prop_assert!(tables.parked.is_empty());
    }
}

#[test]
fn a_row_parked_and_applied_on_another_way_does_not_stay() {
    let places = BTreeMap::from([(
        ("intake".to_owned(), Uuid::from_u128(1)),
        Place { version: 5, ..Place::default() },
    )]);
    let plan = plan(&places, vec![event(1, 5)], vec![event(1, 4)]);
    assert_eq!(plan.unpark, vec![("intake".to_owned(), Uuid::from_u128(1), 5)]);
    assert!(plan.apply.is_empty() && plan.park.is_empty());
}

#[test]
fn the_digest_knows_the_order() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_ne!(chain(chain(0, one), two), chain(chain(0, two), one));
}
