//! A process: the services of a list, assembled before any is started, stopped together.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::Router;
use secrecy::ExposeSecret as _;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Carriage, Clock, Entry, Platform, PolicyFiles, Secrets, Settings, Wake, catalogue::Apis, consumer::Inbox,
    healer, migrate, prints, relay::Relay, upkeep,
};

/// A started process.
#[must_use = "a process that is dropped goes on without anybody to stop it"]
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    failed: CancellationToken,
    tracker: TaskTracker,
    grace: Duration,
}

/// Starts the services of a list. The databases and streams must have been made ([`crate::migrate()`]).
///
/// # Errors
/// A mistake in the configuration, an old schema, an address in use. Nothing is left running.
pub async fn start(list: &[Entry], settings: &Settings, clock: Clock) -> anyhow::Result<Running> {
    start_with(list, settings, clock, Carriage::from_environment()).await
}

/// As [`start`], with a carrying of events that the caller chooses.
///
/// # Errors
/// As [`start`].
pub async fn start_with(
    list: &[Entry],
    settings: &Settings,
    clock: Clock,
    carriage: Carriage,
) -> anyhow::Result<Running> {
    settings.check(list)?;
    let secret = settings.security.secret.clone();
    anyhow::ensure!(secret.expose_secret().len() >= 32, "security.secret must have at least 32 characters");
    let keys = Arc::new(identity::Keys::from_secret(&secret));
    let secrets = Arc::new(Secrets::new(secret));
    let policy = PolicyFiles::read(&settings.policy.folder)?;
    let bus = migrate::connect(settings, "huiyin").await?;
    let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
    let (stop, failed, tracker) = (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
    let sabotage = carriage.sabotage;
    let apis = Apis::default();

    let (mut router, mut documents, mut workers, mut pools) =
        (Router::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in list {
        let db = migrate::open(entry, settings)?;
        db.ready((entry.migrator)()).await?;
        prints::hold(&db, &policy, settings.policy.changed).await?;
        let wake = Wake::default();
        let platform = Platform {
            db: db.clone(),
            bus: bus.clone(),
            clock: clock.clone(),
            keys: keys.clone(),
            secrets: secrets.clone(),
            policy: policy.clone(),
            changed: settings.policy.changed,
            data: settings.process.data.clone(),
            wake: wake.clone(),
            http: http.clone(),
            apis: apis.clone(),
        };
        let assembly = (entry.assemble)(settings, platform)
            .await
            .with_context(|| format!("assembling {}", entry.name))?;
        let (routes, document) = web::openapi(entry.name, assembly.routes);
        let json = serde_json::to_string(&document)?;
        let routes = routes.route(
            "/openapi.json",
            axum::routing::get(move || async move { ([("content-type", "application/json")], json) }),
        );
        router = router.nest(&format!("/api/{}", entry.name), routes).merge(assembly.root);
        documents.push((entry.name, document));
        workers.extend(assembly.workers.into_iter().map(|(name, run)| (name.to_owned(), run)));

        let relay = Relay {
            service: entry.name,
            db: db.clone(),
            bus: bus.clone(),
            wake: wake.clone(),
            owner: format!("{}-{}", entry.name, uuid::Uuid::new_v4()),
            sabotage,
        };
        spawn(&mut workers, format!("{}.relay", entry.name), move |stop| relay.run(stop));
        let (name, of_upkeep, of_answers, answering) = (entry.name, db.clone(), db.clone(), bus.clone());
        spawn(&mut workers, format!("{name}.upkeep"), move |stop| upkeep::run(name, of_upkeep, stop));
        let waking = wake.clone();
        spawn(&mut workers, format!("{name}.ledger"), move |stop| {
            healer::answer(name, of_answers, answering, waking, stop)
        });
        if let Some(consumer) = assembly.consumer {
            let inbox = Arc::new(Inbox {
                service: name,
                db: db.clone(),
                bus: bus.clone(),
                wake,
                clock: clock.clone(),
                consumer,
                sabotage,
            });
            let healed = inbox.clone();
            spawn(&mut workers, format!("{name}.inbox"), move |stop| inbox.run(stop));
            if let Some(healing) = carriage.healing {
                spawn(&mut workers, format!("{name}.healer"), move |stop| {
                    healer::heal(healed, healing, stop)
                });
            }
        }
        pools.push(db);
    }
    apis.set(documents).ok();

    let listener = TcpListener::bind(&settings.http.listen)
        .await
        .with_context(|| format!("http.listen = {}", settings.http.listen))?;
    let address = listener.local_addr()?;
    let verifier_clock = clock.clone();
    let router = router.layer(axum::Extension(web::Verifier::new(keys, move || verifier_clock.now())));
    let limits = web::Limits {
        body: settings.http.body_limit,
        upload: settings.http.upload_limit,
        in_flight: settings.http.in_flight,
        ..Default::default()
    };
    let draining = stop.clone();
    let mut checks = vec![
        web::health::Check::new("nats", {
            let bus = bus.clone();
            move || {
                let bus = bus.clone();
                async move { bus.is_connected() }
            }
        }),
        web::health::Check::new("running", move || {
            let draining = draining.clone();
            async move { !draining.is_cancelled() }
        }),
    ];
    if let Some(db) = pools.first().cloned() {
        checks.push(web::health::Check::new("database", move || {
            let db = db.clone();
            async move { db.now().await.is_ok() }
        }));
    }
    let router = web::layers(router, &limits).merge(web::health::routes(checks));
    let serving = stop.clone();
    tracker.spawn(async move {
        // Not ready first, closed a moment later: a load balancer needs the time to look away.
        let stopping = async move {
            serving.cancelled().await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        web::serve(listener, router, stopping).await;
    });
    for (name, run) in workers {
        let (stop, failed) = (stop.clone(), failed.clone());
        tracker.spawn(async move {
            // A worker that ends before it is told to has failed, whatever it returned; the guard covers a panic too.
            let guard = failed.drop_guard();
            let outcome = run(stop.clone()).await;
            if stop.is_cancelled() && outcome.is_ok() {
                guard.disarm();
            } else {
                tracing::error!(worker = name, outcome = ?outcome, "a worker ended unasked");
            }
        });
    }
    Ok(Running { address, stop, failed, tracker, grace: Duration::from_secs(settings.process.grace_seconds) })
}

type Worker =
    Box<dyn FnOnce(CancellationToken) -> futures::future::BoxFuture<'static, anyhow::Result<()>> + Send>;

fn spawn<F, Fut>(workers: &mut Vec<(String, Worker)>, name: String, run: F)
where
    F: FnOnce(CancellationToken) -> Fut + Send + 'static,
    Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    workers.push((name, Box::new(move |stop| Box::pin(run(stop)))));
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until somebody asks it to stop (SIGTERM, Ctrl-C) or a part of it has failed.
    pub async fn wait(&self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = self.failed.cancelled() => {}
        }
        Ok(())
    }

    /// Stops: takes nothing new, finishes what is in hand, gives the leases back. Answers whether all went well.
    pub async fn stop(self) -> bool {
        let failed = self.failed.is_cancelled();
        self.stop.cancel();
        self.tracker.close();
        let drained = tokio::time::timeout(self.grace, self.tracker.wait()).await.is_ok();
        drained && !failed
    }
}

/// Picks services by name; none named means all.
///
/// # Errors
/// An unknown name, with the known ones.
pub fn select(catalogue: &[Entry], names: &[String]) -> anyhow::Result<Vec<Entry>> {
    if names.is_empty() {
        return Ok(catalogue.to_vec());
    }
    let known = || catalogue.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
    names
        .iter()
        .map(|name| {
            let found = catalogue.iter().find(|entry| entry.name == name).copied();
            found.with_context(|| format!("unknown service {name:?}; known: {}", known()))
        })
        .collect()
}

/// The whole of a service's `main.rs`: serves what the catalogue names, with the servers of the configuration.
#[must_use]
pub fn main(catalogue: &[Entry]) -> ExitCode {
    let outcome = tokio::runtime::Runtime::new().context("tokio runtime").and_then(|runtime| {
        runtime.block_on(async {
            let file = std::env::var_os("HUIYIN_CONFIG").map(std::path::PathBuf::from);
            let settings = Settings::read(file.as_deref(), &[])?;
            let name = catalogue.first().map_or("huiyin", |entry| entry.name);
            let telemetry = telemetry::init(name, &settings.telemetry)?;
            let running = start(catalogue, &settings, Clock::default()).await?;
            tracing::info!(address = %running.address(), "listening");
            running.wait().await?;
            let well = running.stop().await;
            telemetry.flush();
            anyhow::Ok(well)
        })
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let wrong_configuration = error.downcast_ref::<crate::Mistakes>().is_some();
            eprintln!("startup failed: {error:#}");
            // 64: the configuration, not the world, is at fault.
            if wrong_configuration { ExitCode::from(64) } else { ExitCode::FAILURE }
        }
    }
}
