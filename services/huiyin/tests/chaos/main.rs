//! Nothing is lost: services, NATS and PostgreSQL are killed under load, and afterwards the books agree. The same audit
//! must notice carriers that are broken on purpose.
//!
//! `HUIYIN_CHAOS_SEED` chooses what is killed when; each run prints its own. `HUIYIN_CHAOS_SECONDS` is the length of
//! the long run.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod controls;
mod world;

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use tokio::time::sleep;
use world::{FIVE, World, broken};

const ROWS: usize = 60;
const CLIENTS: usize = 3;

/// What may be killed.
#[derive(Clone, Copy, Debug)]
enum Victim {
    Service(&'static str),
    Nats,
    Postgres,
}

const VICTIMS: [Victim; 8] = [
    Victim::Service("intake"),
    Victim::Service("routing"),
    Victim::Service("deadline-scheduler"),
    Victim::Service("notification"),
    Victim::Service("evaluation"),
    Victim::Service("gateway"),
    Victim::Nats,
    Victim::Postgres,
];

#[tokio::test(flavor = "multi_thread")]
async fn chaos_short() {
    run(Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs for ten minutes; `make chaos`"]
async fn chaos_long() {
    let seconds = std::env::var("HUIYIN_CHAOS_SECONDS").ok().and_then(|text| text.parse().ok());
    run(Duration::from_secs(seconds.unwrap_or(600))).await;
}

/// Kills everything once, in an order that the seed chooses, and goes on until `length` has passed.
async fn run(length: Duration) {
    let seed = std::env::var("HUIYIN_CHAOS_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| rand::rng().random_range(0..1_000_000_u64));
    eprintln!("HUIYIN_CHAOS_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let world = World::new("1,3,8,5").await;
    for victim in VICTIMS {
        if let Victim::Service(service) = victim {
            world.serve(service, "").await;
        }
    }
    world.register("first").await;

    let load = Load::begin(&world);
    let import = tokio::spawn(import(world.clone()));
    let begun = Instant::now();
    let mut parked = 0;
    loop {
        let mut order = VICTIMS;
        order.shuffle(&mut random);
        for victim in order {
            sleep(Duration::from_millis(random.random_range(300..1200))).await;
            strike(&world, victim, Duration::from_millis(random.random_range(0..1200))).await;
            for schema in FIVE {
                parked +=
                    world.number(format!("SELECT count(*) FROM {schema}.inbox_parked")).await.unwrap_or(0);
            }
            world.revive().await;
        }
        if begun.elapsed() >= length {
            break;
        }
    }
    eprintln!("struck for {:?}", begun.elapsed());
    let keeper = tokio::spawn(keep_alive(world.clone()));
    let (made, repeats) = load.end().await;
    import.await.unwrap();

    let (code, report) = world.audit("90s").await;
    assert_eq!((code, broken(&report)), (Some(0), vec![]), "seed {seed}: {report:#}\n{}", world.logs());
    let mut cases: Vec<String> = made.values().cloned().collect();
    cases.sort();
    cases.dedup();
    assert_eq!(cases.len(), made.len(), "seed {seed}: two keys, one case");
    let list = cases.join("','");
    let there = world
        .number(format!("SELECT count(*) FROM intake.case_file WHERE case_id::text IN ('{list}')"))
        .await;
    assert_eq!(there, Some(i64::try_from(cases.len()).unwrap()), "seed {seed}: a 2xx without its case");
    let brought = world.number("SELECT count(*) FROM intake.case_file WHERE source_key IS NOT NULL").await;
    assert_eq!(brought, Some(i64::try_from(ROWS).unwrap()), "seed {seed}: rows of the import");
    let all = world.number("SELECT count(*) FROM intake.case_file").await;
    assert_eq!(
        all,
        Some(i64::try_from(cases.len() + ROWS + 1).unwrap()),
        "seed {seed}: a case more than was asked for"
    );

    // What must have happened, or the run was too tame to show anything.
    let mut takeovers = 0;
    for schema in FIVE {
        let epochs = format!("SELECT count(*) FROM {schema}.shard_lease WHERE epoch > 1");
        takeovers += world.number(epochs).await.unwrap_or(0);
    }
    eprintln!(
        "{} cases, {repeats} repeats, {parked} seen parked, {takeovers} shards taken over",
        cases.len()
    );
    assert!(repeats > 0 && parked + takeovers > 0, "seed {seed}: too tame");
    keeper.abort();
}

async fn strike(world: &World, victim: Victim, pause: Duration) {
    match victim {
        Victim::Service(service) => {
            world.kill(service).await;
            sleep(pause).await;
            world.serve(service, "").await;
        }
        Victim::Nats => {
            world.held.servers.kill_nats().await.unwrap();
            sleep(pause).await;
            world.held.servers.restart_nats().await.unwrap();
        }
        Victim::Postgres => {
            world.held.servers.kill_pg_immediate().await.unwrap();
            sleep(pause).await;
            world.held.servers.restart_pg().await.unwrap();
        }
    }
}

async fn keep_alive(world: Arc<World>) {
    loop {
        world.revive().await;
        sleep(Duration::from_millis(500)).await;
    }
}

/// Citizens who register, each key until it is taken, some of them twice.
struct Load {
    ended: Arc<AtomicBool>,
    repeats: Arc<AtomicUsize>,
    clients: Vec<tokio::task::JoinHandle<BTreeMap<String, String>>>,
}

impl Load {
    fn begin(world: &Arc<World>) -> Self {
        let (ended, repeats) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let client = |client: usize| {
            let (world, ended, repeats) = (world.clone(), ended.clone(), repeats.clone());
            tokio::spawn(async move {
                let mut made = BTreeMap::new();
                for at in 0.. {
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                    let key = format!("{client}-{at}");
                    let case = world.register(&key).await;
                    if at % 4 == 0 {
                        assert_eq!(world.register(&key).await, case, "one key, two cases");
                        repeats.fetch_add(1, Ordering::Relaxed);
                    }
                    made.insert(key, case);
                    sleep(Duration::from_millis(80)).await;
                }
                made
            })
        };
        Self { clients: (0..CLIENTS).map(client).collect(), ended, repeats }
    }

    /// The key and case of every registration that was answered, and how many were asked for twice.
    async fn end(self) -> (BTreeMap<String, String>, usize) {
        self.ended.store(true, Ordering::Relaxed);
        let mut made = BTreeMap::new();
        for client in self.clients {
            made.extend(client.await.unwrap());
        }
        (made, self.repeats.load(Ordering::Relaxed))
    }
}

/// Brings an old mailbox in through the door, again and again until it is all there.
async fn import(world: Arc<World>) {
    let file = world.folder.path().join("old.csv");
    let mut text = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n".to_owned();
    for row in 0..ROWS {
        let reply = if row % 3 == 0 { "," } else { "已安排修补。,2019-03-08 10:00:00" };
        text.push_str(&format!("{row},测试,路面破损,2019-03-04 09:00:00,第{row}处路面破损请修补,{reply}\n"));
    }
    fs::write(&file, text).unwrap();
    let mapping = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/mappings/message-board.toml");
    let words = [
        "import",
        file.to_str().unwrap(),
        "--mapping",
        mapping,
        "--policy",
        "mailbox-002",
        "--set",
        "kind=complaint",
    ];
    let until = Instant::now() + Duration::from_secs(300);
    loop {
        // Joins the suite whose door this is.
        let alive = world.http.get(format!("{}/livez", world.base("gateway"))).send().await;
        if alive.is_ok_and(|answer| answer.status().is_success()) {
            fs::write(world.folder.path().join("suite.address"), world.base("gateway")).unwrap();
            let failed = file.with_extension("failed.csv");
            fs::remove_file(&failed).ok();
            let done = world.command(&words).output().await.unwrap();
            let reasons = fs::read_to_string(&failed).unwrap_or_default();
            if done.status.success() && reasons.is_empty() {
                return;
            }
            eprintln!("import: {} {reasons}", String::from_utf8_lossy(&done.stderr));
        }
        assert!(Instant::now() < until, "the import never ended");
        sleep(Duration::from_millis(500)).await;
    }
}
