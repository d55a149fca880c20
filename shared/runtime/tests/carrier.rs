//! Relay, inbox and healer against a real PostgreSQL and NATS: what is said is heard once and in order, whatever is
//! killed, lost or poisoned on the way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, time::Duration};

use contracts::{Body, Event, case::CaseSupplemented};
use futures::future::BoxFuture;
use runtime::{
    ApplyError, Assembly, Carriage, Clock, Consumer, Draft, Entry, Healing, Platform, Service, Settings,
    entry,
};
use sqlx::{PgConnection, migrate::Migrator};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

static NOTHING_OF_ITS_OWN: std::sync::LazyLock<Migrator> =
    std::sync::LazyLock::new(|| Migrator::with_migrations(Vec::new()));

/// Says what the test writes into its outbox.
struct Talker;

impl Service for Talker {
    const NAME: &'static str = "intake";
    const SCHEMA: &'static str = "intake";
    const HEARS: &'static [&'static str] = &[];
    type Config = serde_json::Value;

    fn migrator() -> &'static Migrator {
        &NOTHING_OF_ITS_OWN
    }

    async fn assemble(_: Self::Config, _: Platform) -> anyhow::Result<Assembly> {
        Ok(Assembly::default())
    }
}

/// Writes down what it hears, in the order of hearing; refuses what stands in `refused`, stumbles three times.
struct Listener;

impl Service for Listener {
    const NAME: &'static str = "routing";
    const SCHEMA: &'static str = "routing";
    const HEARS: &'static [&'static str] = &["intake"];
    type Config = serde_json::Value;

    fn migrator() -> &'static Migrator {
        &NOTHING_OF_ITS_OWN
    }

    async fn assemble(_: Self::Config, _: Platform) -> anyhow::Result<Assembly> {
        Ok(Assembly::default().consumer(Self))
    }
}

impl Consumer for Listener {
    fn sources(&self) -> &'static [&'static str] {
        Self::HEARS
    }

    fn apply<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        batch: &'a [Event],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move {
            let cases: Vec<Uuid> = batch.iter().map(|event| event.aggregate).collect();
            let versions: Vec<i64> = batch.iter().map(|event| event.version).collect();
            let refused: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM refused JOIN UNNEST($1::uuid[], $2::bigint[]) AS e (case_id, version)
                 USING (case_id, version)",
            )
            .bind(&cases)
            .bind(&versions)
            .fetch_one(&mut *transaction)
            .await?;
            if refused > 0 {
                return Err(ApplyError::Poison { reason: "the test refuses it".into() });
            }
            sqlx::query(
                "INSERT INTO heard (case_id, version) SELECT * FROM UNNEST($1::uuid[], $2::bigint[])",
            )
            .bind(&cases)
            .bind(&versions)
            .execute(transaction)
            .await?;
            Ok(())
        })
    }
}

const LIST: [Entry; 2] = [entry::<Talker>(), entry::<Listener>()];

/// A small world: servers, settings, and the two services' doors.
struct World {
    held: testkit::Database,
    settings: Settings,
    intake: pg::Database,
    routing: pg::Database,
    _folder: tempfile::TempDir,
}

/// A process of its own as far as tasks go: dropped, all of it is gone in the middle of whatever it did.
struct Process(Option<tokio::runtime::Runtime>);

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl World {
    async fn new() -> Self {
        let held = testkit::database("carrier").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let packs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/policy");
        let settings = Settings::read(
            None,
            &[
                ("database.url", held.url.clone()),
                ("nats.url", held.servers.nats_url.clone()),
                ("nats.ack_wait_seconds", "2".into()),
                ("http.listen", "127.0.0.1:0".into()),
                ("policy.folder", packs.into()),
                ("process.data", folder.path().display().to_string()),
                ("security.secret", "a-secret-of-tests-and-of-nothing-else".into()),
            ],
        )
        .unwrap();
        runtime::migrate(&LIST, &settings).await.unwrap();
        runtime::migrate_streams(&LIST, &settings).await.unwrap();
        let open = |schema: &str| {
            let (url, schema) = (held.url.clone(), schema.to_owned());
            pg::Database::open(&pg::Settings { url, schema, max_connections: 4 }).unwrap()
        };
        let (intake, routing) = (open("intake"), open("routing"));
        sqlx::raw_sql(
            "CREATE TABLE heard (turn bigint GENERATED ALWAYS AS IDENTITY, case_id uuid, version bigint);
             CREATE TABLE refused (case_id uuid, version bigint);
             CREATE SEQUENCE stumbles;
             CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('stumbles') <= 3 THEN
                     RAISE EXCEPTION 'as if deadlocked' USING ERRCODE = '40P01';
                 END IF;
                 RETURN NULL;
             END $$;
             CREATE TRIGGER stumble AFTER INSERT ON heard FOR EACH STATEMENT EXECUTE FUNCTION stumble()",
        )
        .execute(&routing.pool)
        .await
        .unwrap();
        Self { held, settings, intake, routing, _folder: folder }
    }

    fn process(&self, list: &'static [Entry], healing: Option<Healing>) -> Process {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let settings = self.settings.clone();
        let carriage = Carriage { healing, ..Carriage::default() };
        runtime.spawn(async move {
            let running = runtime::start_with(list, &settings, Clock::default(), carriage).await.unwrap();
            running.wait().await.unwrap();
        });
        Process(Some(runtime))
    }

    /// Says the next event of each of these cases, all in one transaction.
    async fn say(&self, cases: &[Uuid]) {
        let draft = |case: &Uuid| Draft {
            aggregate: *case,
            region: "511600".parse().unwrap(),
            time: "2026-02-13T01:00:00Z".parse().unwrap(),
            actor: "citizen".into(),
            causation: None,
            historic: false,
            trace: None,
            body: Body::CaseSupplemented(CaseSupplemented { count: 1 }),
        };
        let mut transaction = self.intake.pool.begin().await.unwrap();
        runtime::emit(&mut transaction, "intake", cases.iter().map(draft).collect()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn heard(&self) -> BTreeMap<Uuid, Vec<i64>> {
        let rows: Vec<(Uuid, i64)> = sqlx::query_as("SELECT case_id, version FROM heard ORDER BY turn")
            .fetch_all(&self.routing.pool)
            .await
            .unwrap();
        let mut histories = BTreeMap::<Uuid, Vec<i64>>::new();
        for (case, version) in rows {
            histories.entry(case).or_default().push(version);
        }
        histories
    }

    /// Waits until so many events were heard, so many are parked, and nothing is pending.
    async fn settle(&self, events: i64, parked: i64) {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let now = (
                count(&self.routing, "SELECT count(*) FROM heard").await,
                count(&self.routing, "SELECT count(*) FROM inbox_parked").await,
                count(&self.intake, "SELECT count(*) FROM outbox_pending").await,
            );
            if now == (events, parked, 0) {
                return;
            }
            assert!(Instant::now() < until, "heard, parked, pending: {now:?}, not {events}, {parked}, 0");
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn release(&self, case: Uuid, version: i64) {
        let mut transaction = self.routing.pool.begin().await.unwrap();
        let (who, why) = ("operator", "mended");
        let letter = pg::inbox::release(&mut transaction, "intake", case, version, (who, why)).await.unwrap();
        assert!(letter.is_some());
        transaction.commit().await.unwrap();
    }
}

async fn count(db: &pg::Database, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(&db.pool).await.unwrap()
}

fn cases(count: usize) -> Vec<Uuid> {
    (0..count).map(|_| Uuid::now_v7()).collect()
}

fn quick() -> Option<Healing> {
    let (every, patience) = (Duration::from_millis(300), Duration::from_secs(1));
    Some(Healing { every, patience, settled: Duration::from_secs(2), again: Duration::from_secs(3) })
}

fn whole(cases: &[Uuid], versions: i64) -> BTreeMap<Uuid, Vec<i64>> {
    cases.iter().map(|case| (*case, (1..=versions).collect())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn order_holds_while_nats_and_half_of_the_processes_die() {
    let world = World::new().await;
    let one = world.process(&LIST, quick());
    while count(&world.intake, "SELECT count(*) FROM shard_lease WHERE kind = 'relay' AND owner <> ''").await
        < 64
    {
        sleep(Duration::from_millis(50)).await;
    }
    let two = world.process(&LIST, quick());
    let cases = cases(150);
    for round in 0..8 {
        for part in cases.chunks(50) {
            world.say(part).await;
        }
        match round {
            2 => world.held.servers.kill_nats().await.unwrap(),
            4 => world.held.servers.restart_nats().await.unwrap(),
            _ => sleep(Duration::from_millis(150)).await,
        }
    }
    // A relay and a consumer go in the middle of their work; the other pair takes over what was leased.
    drop(one);
    world.say(&cases).await;
    world.settle(9 * 150, 0).await;
    assert_eq!(world.heard().await, whole(&cases, 9));
    let epochs = count(&world.intake, "SELECT max(epoch) FROM shard_lease WHERE kind = 'relay'").await;
    assert!(epochs >= 2, "no lease was ever taken over");
    drop(two);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_stream_is_filled_again_from_the_ledger() {
    let world = World::new().await;
    let cases = cases(60);
    let (talker, listener) = (world.process(&LIST[..1], None), world.process(&LIST[1..], quick()));
    world.say(&cases).await;
    world.settle(60, 0).await;
    drop(listener);
    // Said and acknowledged by the stream, then the stream is lost with its disk: some lose a middle, some their tail.
    world.say(&cases).await;
    world.say(&cases[..30]).await;
    world.settle(60, 0).await;
    world.held.servers.kill_nats().await.unwrap();
    std::fs::remove_dir_all(world.held.servers.folder().join("nats")).unwrap();
    world.held.servers.restart_nats().await.unwrap();
    runtime::migrate_streams(&LIST, &world.settings).await.unwrap();

    let listener = world.process(&LIST[1..], quick());
    world.say(&cases[..10]).await;
    world.settle(60 + 60 + 30 + 10, 0).await;
    let heard = world.heard().await;
    for (at, case) in cases.iter().enumerate() {
        let last = match at {
            ..10 => 4,
            10..30 => 3,
            _ => 2,
        };
        assert_eq!(heard[case], (1..=last).collect::<Vec<_>>());
    }
    drop((talker, listener));
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_closes_its_case_only_and_a_replay_drains_the_rest() {
    let world = World::new().await;
    let cases = cases(20);
    let bad = cases[7];
    sqlx::query("INSERT INTO refused VALUES ($1, 2)").bind(bad).execute(&world.routing.pool).await.unwrap();
    let process = world.process(&LIST, quick());
    for _ in 0..4 {
        world.say(&cases).await;
    }
    // Three stumbles are on the way too: a passing fault delays and buries nothing.
    world.settle(19 * 4 + 1, 2).await;
    let letters: Vec<(Uuid, i64, String)> =
        sqlx::query_as("SELECT aggregate_id, version, reason FROM dead_letter WHERE state = 'open'")
            .fetch_all(&world.routing.pool)
            .await
            .unwrap();
    assert_eq!(letters, [(bad, 2, "the test refuses it".to_owned())]);
    let mut expected = whole(&cases, 4);
    expected.insert(bad, vec![1]);
    assert_eq!(world.heard().await, expected);

    // Replayed without mending it is buried again; mended, the rest follows in order.
    world.release(bad, 2).await;
    while count(&world.routing, "SELECT count(*) FROM dead_letter WHERE state = 'open'").await == 0 {
        sleep(Duration::from_millis(100)).await;
    }
    sqlx::query("DELETE FROM refused").execute(&world.routing.pool).await.unwrap();
    world.release(bad, 2).await;
    world.settle(20 * 4, 0).await;
    assert_eq!(world.heard().await, whole(&cases, 4));
    drop(process);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_again_or_out_of_order_is_applied_once() {
    let world = World::new().await;
    let cases = cases(5);
    for _ in 0..6 {
        world.say(&cases).await;
    }
    let mut connection = world.intake.pool.acquire().await.unwrap();
    let shards: Vec<i16> = (0..64).collect();
    let pending = pg::outbox::pending(&mut connection, "intake", &shards, 100).await.unwrap();
    let events: Vec<_> = pending.into_iter().map(|row| row.event).collect();
    // A fixed walk through all events that meets each of them twice: 30 and 7 have no factor in common.
    let walk: Vec<_> = (0..60).map(|step| events[(step * 7 + step / 30) % 30].clone()).collect();
    let (mut repeats, mut parked) = (0, 0);
    for (at, batch) in walk.chunks(4).enumerate() {
        // The first three stumble; what stumbled is simply brought again.
        loop {
            match runtime::apply_once(&world.routing, "routing", &Listener, batch, at % 3 != 0).await {
                Ok(applied) => {
                    repeats += applied.repeats;
                    parked += applied.parked;
                    break;
                }
                Err(ApplyError::Later(_)) => {}
                Err(poison) => panic!("{poison}"),
            }
        }
    }
    let mut connection = world.routing.pool.acquire().await.unwrap();
    for case in &cases {
        while let Some(event) = pg::inbox::ready(&mut connection, "intake", *case).await.unwrap() {
            runtime::apply_once(&world.routing, "routing", &Listener, &[event], false).await.unwrap();
        }
    }
    assert!(repeats > 0 && parked > 0, "the walk is too tame: {repeats} repeats, {parked} parked");
    assert_eq!(world.heard().await, whole(&cases, 6));
    assert_eq!(count(&world.routing, "SELECT count(*) FROM inbox_parked").await, 0);
}
