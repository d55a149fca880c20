//! Notices of working days in services that reckon beside deadline-scheduler, so that all count the same days and hours.
//!
//! The service has a table `calendar_file (kind text, key text, version int, content text, primary key (kind, key, version))`,
//! calls [`keep`] in its consumer, and [`Live::look`] from time to time or [`Live::follow`] as a worker.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use calendar::{CalendarSet, Calendars, Overlay, Year};
use contracts::{
    Body, Event,
    clock::{CalendarFile, MovedDay},
};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;

/// Between two looks of [`Live::follow`].
const PAUSE: Duration = Duration::from_secs(2);

/// Keeps the days and hours that a batch tells of. A notice that is said again under its number is the same one, perhaps with
/// hours that did not travel before. A batch that tells of none costs nothing.
///
/// # Errors
/// The database refused.
pub async fn keep(connection: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    for event in batch {
        let Body::CalendarPublished(body) = &event.body else { continue };
        let Some(file) = &body.file else { continue };
        sqlx::query(
            "INSERT INTO calendar_file (kind, key, version, content) VALUES ($1, $2, $3, $4)
             ON CONFLICT (kind, key, version) DO UPDATE SET content = EXCLUDED.content",
        )
        .bind(&file.kind)
        .bind(&file.key)
        .bind(body.version)
        .bind(written(body.version, file))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The notice in the form of the files, without the names of the days.
fn written(version: i32, file: &CalendarFile) -> String {
    let day =
        |day: &MovedDay| json!({"date": day.date, "name": "", "off": day.off, "intervals": day.intervals});
    let days: Vec<Value> = file.days.iter().map(day).collect();
    match file.key.parse::<i16>() {
        Ok(year) if file.kind == "year" => {
            json!({"year": year, "version": version, "papers": ["calendar.published"], "days": days})
        }
        Ok(_) | Err(_) => {
            json!({"region": file.key, "version": version, "source": "calendar.published", "days": days,
                   "intervals": file.intervals})
        }
    }
    .to_string()
}

/// Reads the calendars in force: those compiled in, under what was published since. A published year stands over one
/// compiled in unless that has a higher version, as in deadline-scheduler.
///
/// # Errors
/// The database is away, or a file cannot be read.
pub async fn in_force(connection: &mut PgConnection) -> anyhow::Result<Calendars> {
    let files: Vec<(String, String)> = sqlx::query_as(
        "SELECT DISTINCT ON (kind, key) kind, content FROM calendar_file ORDER BY kind, key, version DESC",
    )
    .fetch_all(connection)
    .await?;
    let mut set: CalendarSet = calendar::shipped_set().clone();
    for (kind, content) in files {
        if kind == "year" {
            let year: Year = serde_json::from_str(&content)?;
            if !set.years().any(|known| known.year == year.year && known.version > year.version) {
                set.put_year(year);
            }
        } else {
            let overlay: Overlay = serde_json::from_str(&content)?;
            set.put_overlay(overlay);
        }
    }
    Ok(set.compile()?)
}

/// The calendars of a process: those compiled in, until it has read which were published since. Handed out whole, so that
/// one batch never sees two calendars.
#[derive(Clone, Debug)]
pub struct Live(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    calendars: RwLock<Arc<Calendars>>,
    /// The print of the files that these calendars were made of.
    print: AtomicI64,
}

impl Live {
    /// Begins with the calendars compiled in.
    ///
    /// # Errors
    /// They contradict one another.
    pub fn shipped() -> anyhow::Result<Self> {
        let calendars = RwLock::new(Arc::new(calendar::shipped_set().compile()?));
        Ok(Self(Arc::new(Kept { calendars, print: AtomicI64::new(0) })))
    }

    /// The calendars of the moment.
    #[must_use]
    pub fn now(&self) -> Arc<Calendars> {
        self.0.calendars.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts in force what was published since the last look. Answers a print of all files, 0 where there is none: another
    /// than before says that something came.
    ///
    /// # Errors
    /// The database is away, or a file cannot be read.
    pub async fn look(&self, connection: &mut PgConnection) -> anyhow::Result<i64> {
        let print = "SELECT coalesce(bit_xor(hashtextextended(content, hashtext(kind || key || version))), 0) FROM calendar_file";
        let found: i64 = sqlx::query_scalar(print).fetch_one(&mut *connection).await?;
        if found != self.0.print.load(Ordering::Acquire) {
            let calendars = Arc::new(in_force(connection).await?);
            *self.0.calendars.write().unwrap_or_else(PoisonError::into_inner) = calendars;
            self.0.print.store(found, Ordering::Release);
        }
        Ok(found)
    }

    /// Looks again and again, for a service that has nothing else to do when days change.
    ///
    /// # Errors
    /// None: what cannot be read now is read at the next look.
    pub async fn follow(self, pool: PgPool, stop: CancellationToken) -> anyhow::Result<()> {
        while !stop.is_cancelled() {
            let looked = async { self.look(&mut *pool.acquire().await?).await };
            if let Err(error) = looked.await {
                tracing::debug!(error = format!("{error:#}"), "calendars are looked at later");
            }
            tokio::select! { () = stop.cancelled() => {} () = tokio::time::sleep(PAUSE) => {} }
        }
        Ok(())
    }
}
