//! Reconciling the services with one another: every invariant one file, every answer from the services' own tables.
//!
//! Each service's database is read for itself, as they may lie on different servers; what belongs together is compared
//! here, row by row in the order of ids, so that memory does not grow with the number of cases.

mod dossier;
mod files;
mod front;
mod grounds;
mod handover;
mod ledger;
mod leftovers;
mod merges;
mod outcome;
mod owner;
mod registration;
mod report;
mod returns;
mod seals;
mod sorted;
mod timers;
pub mod words;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::StreamExt as _;
use runtime::Settings;
use uuid::Uuid;

pub use report::{Finding, Lag, Report};

use crate::{CATALOGUE, settled};

/// What an audit reads: a door to each service, and what is too young to be called lost.
struct Books {
    doors: Vec<(&'static runtime::Entry, pg::Database)>,
    bus: Option<bus::Bus>,
    /// What is younger than this is taken to be on its way, in seconds.
    young: f64,
}

impl Books {
    fn open(settings: &Settings, wait: Duration) -> anyhow::Result<Self> {
        let mut doors = Vec::new();
        for entry in CATALOGUE {
            let db = pg::Database::open(&pg::Settings {
                url: settings.database_url(entry.name).to_owned(),
                schema: entry.schema.to_owned(),
                max_connections: 8,
            })?;
            // A large ledger is read in one statement for longer than any service may take.
            let options = db.pool.connect_options().as_ref().clone().options([("statement_timeout", "0")]);
            db.pool.set_connect_options(options);
            doors.push((entry, db));
        }
        Ok(Self { doors, bus: None, young: wait.as_secs_f64() })
    }

    fn pool(&self, service: &str) -> &sqlx::PgPool {
        let (_, db) =
            self.doors.iter().find(|(entry, _)| entry.name == service).expect("a name of the catalogue");
        &db.pool
    }

    /// Asks one service for all that breaks an invariant: each row an id and what is wrong. What is younger than
    /// `$1` seconds may still be on its way. `counted` says how many were looked at.
    async fn ask(
        &self,
        service: &str,
        counted: &'static str,
        statements: &[&'static str],
        finding: &mut Finding,
    ) -> Result<(), sqlx::Error> {
        let pool = self.pool(service);
        let count: i64 = sqlx::query_scalar(counted).fetch_one(pool).await?;
        finding.looked_at(count.unsigned_abs());
        for statement in statements {
            let mut rows = sqlx::query_as::<_, (Uuid, String)>(*statement).bind(self.young).fetch(pool);
            while let Some((id, what)) = rows.next().await.transpose()? {
                finding.broken(id, what);
            }
        }
        Ok(())
    }

    /// Says whether the stream has nothing left for a hearer: what it has not heard by now is lost, not late.
    async fn is_served(&self, hearer: &str) -> bool {
        match &self.bus {
            Some(bus) => bus
                .waiting(hearer)
                .await
                .is_ok_and(|waiting| waiting.undelivered == 0 && waiting.unanswered == 0),
            None => false,
        }
    }
}

/// Waits until everything said was heard, at most for `wait`, then checks every invariant. Where the services went on
/// meanwhile it looks again, as long as there is time: a lull is not the end of the work.
///
/// # Errors
/// A database is away.
pub async fn audit(settings: &Settings, wait: Duration) -> anyhow::Result<Report> {
    let until = Instant::now() + wait;
    loop {
        let still = settled(CATALOGUE, settings).await.context("reading the positions")?;
        let over = Instant::now() >= until;
        if still.pending + still.unheard == 0 || over {
            let report = looked(settings, wait).await?;
            if report.is_quiet() || !report.holds() || over {
                return Ok(report);
            }
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Checks every invariant on the books as they are.
async fn looked(settings: &Settings, wait: Duration) -> anyhow::Result<Report> {
    let mut books = Books::open(settings, wait)?;
    let (url, replicas) = (settings.nats.url.clone(), settings.nats.replicas);
    books.bus = bus::Bus::connect(&bus::Settings { url, name: "huiyin-audit".into(), replicas }).await.ok();
    let mut report = Report::default();
    registration::check(&books, &mut report).await.context("I1")?;
    ledger::check(&books, &mut report).await.context("I2 to I4")?;
    handover::check(&books, &mut report).await.context("I5")?;
    timers::check(&books, &mut report).await.context("I6")?;
    outcome::check(&books, &mut report).await.context("I7")?;
    leftovers::check(&books, &mut report).await.context("I8")?;
    owner::check(&books, &mut report).await.context("I9")?;
    returns::check(&books, settings, &mut report).await.context("I10")?;
    seals::check(&books, &mut report).await.context("I11")?;
    merges::check(&books, &mut report).await.context("I12")?;
    dossier::check(&books, settings, &mut report).await.context("I13")?;
    front::check(&books, &mut report).await.context("I14")?;
    files::check(&books, settings, &mut report).await.context("I15")?;
    grounds::check(&books, &mut report).await.context("I16")?;
    Ok(report)
}
