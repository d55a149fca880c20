//! Writes the ends of all chains down, once a day.

use std::time::Duration;

use futures::TryStreamExt as _;
use hmac::Mac as _;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use pg::ToSqlx as _;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{START, Sum, prover};

/// How often the worker looks at the clock.
const LOOK: Duration = Duration::from_secs(600);

/// What an anchor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// Its number, from 1.
    pub anchor: i64,
    /// How many chains had grown.
    pub heads: i64,
    /// Its digest: kept elsewhere, it proves all that was anchored.
    pub digest: [u8; 32],
}

/// Anchors every chain that grew since the last anchor, at most once a day; answers nothing when today has one.
///
/// # Errors
/// The database is away.
pub async fn anchor(
    pool: &PgPool,
    secrets: &runtime::Secrets,
    now: Timestamp,
    day: Date,
) -> Result<Option<Anchored>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    // All heads are read in one statement, for as long as that takes; of several instances one does it.
    sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *transaction).await?;
    sqlx::query("LOCK TABLE dossier_anchor IN EXCLUSIVE MODE").execute(&mut *transaction).await?;
    let last: Option<(i64, Vec<u8>, bool)> =
        sqlx::query_as("SELECT anchor, digest, day >= $1 FROM dossier_anchor ORDER BY anchor DESC LIMIT 1")
            .bind(day.to_sqlx())
            .fetch_optional(&mut *transaction)
            .await?;
    let (number, before) = match last {
        Some((_, _, true)) => return Ok(None),
        Some((number, digest, false)) => (number + 1, digest),
        None => (1, START.to_vec()),
    };
    sqlx::query(
        "INSERT INTO dossier_anchor_head (anchor, case_id, seq, hash)
         SELECT $1, d.case_id, d.seq, d.hash
         FROM (SELECT case_id, max(seq) AS seq FROM dossier_entry GROUP BY case_id) AS top
         JOIN dossier_entry d USING (case_id, seq)
         WHERE NOT EXISTS (SELECT FROM dossier_anchor_head h WHERE h.case_id = d.case_id AND h.seq >= d.seq)",
    )
    .bind(number)
    .execute(&mut *transaction)
    .await?;
    let mut sum = Sum::begin(&before, number, day);
    let mut heads = 0_i64;
    {
        let mut rows = sqlx::query_as::<_, (Uuid, i32, Vec<u8>)>(
            "SELECT case_id, seq, hash FROM dossier_anchor_head WHERE anchor = $1 ORDER BY case_id",
        )
        .bind(number)
        .fetch(&mut *transaction);
        while let Some((case, seq, hash)) = rows.try_next().await? {
            sum.head(case, seq, &hash);
            heads += 1;
        }
    }
    let digest = sum.end();
    let mut proof = prover(secrets);
    proof.update(&digest);
    sqlx::query(
        "INSERT INTO dossier_anchor (anchor, day, at, heads, digest, proof) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number)
    .bind(day.to_sqlx())
    .bind(now.to_sqlx())
    .bind(heads)
    .bind(digest.as_slice())
    .bind(proof.finalize().into_bytes().as_slice())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Some(Anchored { anchor: number, heads, digest }))
}

/// Anchors each day from the hour given, until it is told to stop.
///
/// # Errors
/// None; a database that is away is tried again.
pub async fn run(
    pool: PgPool,
    secrets: runtime::Secrets,
    clock: runtime::Clock,
    zone: TimeZone,
    hour: i8,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        let now = clock.now();
        let here = now.to_zoned(zone.clone());
        if here.hour() >= hour {
            match anchor(&pool, &secrets, now, here.date()).await {
                Ok(Some(done)) => tracing::info!(
                    anchor = done.anchor,
                    heads = done.heads,
                    digest = crate::files::hex(&done.digest),
                    "dossiers anchored"
                ),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "dossiers not anchored; tried again later"),
            }
        }
        tokio::select! { () = stop.cancelled() => return Ok(()), () = tokio::time::sleep(LOOK) => {} }
    }
}
