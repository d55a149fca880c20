//! The standard tables against a real PostgreSQL: numbering, pending rows, leases, dead letters, what is missing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use contracts::StoredEvent;
use ids::{EventId, shard_of};
use pg::{Database, inbox, lease, outbox};
use sqlx::migrate::Migrator;
use uuid::Uuid;

static NOTHING_OF_ITS_OWN: std::sync::LazyLock<Migrator> =
    std::sync::LazyLock::new(|| Migrator::with_migrations(Vec::new()));

async fn fresh(schema: &str) -> (testkit::Database, Database) {
    let held = testkit::database("standard").await.unwrap();
    let settings = pg::Settings { url: held.url.clone(), schema: schema.to_owned(), max_connections: 8 };
    let db = Database::open(&settings).unwrap();
    db.migrate(&NOTHING_OF_ITS_OWN).await.unwrap();
    (held, db)
}

fn event(aggregate: Uuid) -> StoredEvent {
    StoredEvent {
        id: EventId::fresh(),
        source: "intake".into(),
        aggregate,
        version: 0,
        kind: "case.supplemented".into(),
        region: "510000".into(),
        time: "2026-02-13T01:00:00Z".parse().unwrap(),
        actor: "citizen".into(),
        causation: None,
        trace: None,
        historic: false,
        payload: "{\"count\":1}".into(),
    }
}

async fn say(db: &Database, aggregates: &[Uuid]) -> Vec<StoredEvent> {
    let mut events: Vec<_> = aggregates.iter().map(|aggregate| event(*aggregate)).collect();
    let mut transaction = db.pool.begin().await.unwrap();
    outbox::append(&mut transaction, &mut events).await.unwrap();
    transaction.commit().await.unwrap();
    events
}

fn all_shards() -> Vec<i16> {
    (0..64).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_numbers_each_history_without_gaps_however_many_write() {
    let (held, db) = fresh("numbers").await;
    // Two more builds come up at the same moment: nothing changes, nobody fails.
    let (one, two) = tokio::join!(db.migrate(&NOTHING_OF_ITS_OWN), db.migrate(&NOTHING_OF_ITS_OWN));
    one.and(two).unwrap();
    db.ready(&NOTHING_OF_ITS_OWN).await.unwrap();

    let cases: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    let writers = (0..8_usize).map(|writer| {
        let (db, mut cases) = (db.clone(), cases.clone());
        // Each writer names the cases in another order: the heads are locked in one order all the same.
        cases.rotate_left(writer % 5);
        tokio::spawn(async move {
            for _ in 0..10 {
                say(&db, &cases).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let mut connection = db.pool.acquire().await.unwrap();
    let pending = outbox::pending(&mut connection, "intake", &all_shards(), 1000).await.unwrap();
    let mut versions = BTreeMap::<Uuid, Vec<i64>>::new();
    for row in &pending {
        assert_eq!(row.shard, shard_of(row.event.aggregate));
        versions.entry(row.event.aggregate).or_default().push(row.event.version);
    }
    for case in &cases {
        assert_eq!(
            versions[case],
            (1..=80).collect::<Vec<_>>(),
            "the ledger's order is that of the versions"
        );
    }

    // What was acknowledged is gone; said again it comes with another message id; laid aside it is gone for the relay.
    let seqs: Vec<i64> = pending.iter().map(|row| row.seq).collect();
    outbox::acknowledged(&mut connection, &seqs).await.unwrap();
    assert_eq!(outbox::say_again(&mut connection, cases[0], 3, 5).await.unwrap(), 3);
    assert_eq!(outbox::say_again(&mut connection, cases[0], 3, 5).await.unwrap(), 0, "it is pending already");
    let again = outbox::pending(&mut connection, "intake", &[shard_of(cases[0])], 10).await.unwrap();
    assert_eq!(again.iter().map(|row| row.event.version).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(again.iter().all(|row| row.again != 0));
    outbox::lay_aside(&mut connection, again[0].seq, "too large").await.unwrap();
    assert_eq!(outbox::backlog(&mut connection).await.unwrap().0, 2);

    let (last, heads) = outbox::heads_after(&mut connection, 0, 0.0).await.unwrap();
    assert_eq!(last, *seqs.last().unwrap());
    assert_eq!(heads.into_iter().collect::<BTreeMap<_, _>>(), cases.iter().map(|case| (*case, 80)).collect());
    assert!(
        outbox::heads_after(&mut connection, 0, 3600.0).await.unwrap().1.is_empty(),
        "too young to compare"
    );
    drop((connection, held));
}

#[tokio::test]
async fn leases_are_shared_taken_over_and_given_back() {
    let (held, db) = fresh("leases").await;
    lease::lay_out(&mut db.pool.acquire().await.unwrap(), "relay").await.unwrap();
    let pool = &db.pool;
    let first = lease::take(pool, "relay", "one", 64).await.unwrap();
    assert_eq!(first.len(), 64);
    assert!(lease::take(pool, "relay", "two", 33).await.unwrap().is_empty(), "all are taken");
    assert_eq!(lease::owners(pool, "relay", "one").await.unwrap(), 1);
    assert_eq!(lease::owners(pool, "relay", "two").await.unwrap(), 2, "one that waits counts as well");
    // The first takes half from now on; the rest is free at once.
    let half: BTreeSet<i16> = lease::take(pool, "relay", "one", 32).await.unwrap().into_iter().collect();
    let again: BTreeSet<i16> = lease::take(pool, "relay", "one", 32).await.unwrap().into_iter().collect();
    assert_eq!(half, again, "the same ones are kept");
    let other: BTreeSet<i16> = lease::take(pool, "relay", "two", 64).await.unwrap().into_iter().collect();
    assert_eq!(other.len(), 32);
    assert!(half.is_disjoint(&other));
    lease::give_back(pool, "relay", "one").await.unwrap();
    assert_eq!(lease::take(pool, "relay", "two", 64).await.unwrap().len(), 64, "taken over at once");
    drop(held);
}

#[tokio::test]
async fn a_dead_letter_closes_its_case_and_what_is_missing_is_found() {
    let (held, db) = fresh("inbox").await;
    let (dead, gap, tail) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    let mut history = say(&db, &[dead, dead, dead, gap, gap, gap, gap, tail, tail]).await;
    history.iter_mut().for_each(|event| event.trace = None);
    let of = |case: Uuid, version: i64| {
        history.iter().find(|event| event.aggregate == case && event.version == version).unwrap().clone()
    };
    // Heard: dead 1 and, poisonous, 2; gap 1 and 3; tail 1. Missing: dead 3, gap 2 and 4, tail 2.
    let mut transaction = db.pool.begin().await.unwrap();
    let batch = vec![of(dead, 1), of(gap, 1), of(gap, 3), of(tail, 1)];
    let (places, parked) = inbox::load(&mut transaction, &batch).await.unwrap();
    let plan = inbox::plan(&places, parked, batch);
    assert!(inbox::save(&mut transaction, &plan).await.unwrap());
    inbox::bury(&mut transaction, &of(dead, 2), "cannot be").await.unwrap();
    transaction.commit().await.unwrap();

    let mut connection = db.pool.acquire().await.unwrap();
    let gaps = inbox::gaps(&mut connection, -1.0).await.unwrap();
    assert_eq!(gaps.iter().map(|g| (g.aggregate_id, g.first, g.last)).collect::<Vec<_>>(), [(gap, 2, 2)]);
    let heads = [(dead, 3), (gap, 4), (tail, 2)];
    let mut missing = inbox::missing_tails(&mut connection, "intake", &heads).await.unwrap();
    missing.sort_unstable();
    assert_eq!(missing, [(dead, 3, 3), (gap, 4, 4), (tail, 2, 2)]);

    // Only an open letter opens its case.
    let wrong = inbox::release(&mut connection, "intake", dead, 3, ("operator", "mended")).await.unwrap();
    assert!(wrong.is_none());
    let (places, _) = inbox::load(&mut connection, &[of(dead, 3)]).await.unwrap();
    assert!(places[&("intake".to_owned(), dead)].quarantined);
    assert!(inbox::ready(&mut connection, "intake", dead).await.unwrap().is_none());
    let released = inbox::release(&mut connection, "intake", dead, 2, ("operator", "mended")).await.unwrap();
    assert_eq!(released.map(|event| event.id), Some(of(dead, 2).id));
    assert_eq!(inbox::all_ready(&mut connection).await.unwrap(), [of(dead, 2)]);
    drop((connection, held));
}
