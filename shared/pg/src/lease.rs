//! Leases on shards: who works which of the 64 partitions of what, by the database's clock.

use std::time::Duration;

use ids::SHARDS;
use sqlx::{PgConnection, PgPool};

/// How long a lease lasts unless renewed.
pub const TERM: Duration = Duration::from_secs(10);

/// Takes or renews up to `share` shards of `kind` for `owner`; own shards first, then free ones. Own shards beyond the
/// share are free for others at once.
///
/// # Errors
/// The server is away.
pub async fn take(pool: &PgPool, kind: &str, owner: &str, share: i16) -> Result<Vec<i16>, sqlx::Error> {
    // Own shards in a fixed order, so that the same ones are kept each time; free ones at random, so that newcomers do
    // not all reach for the same.
    let taken: Vec<i16> = sqlx::query_scalar(
        "UPDATE shard_lease l
         SET owner = $2, until = clock_timestamp() + make_interval(secs => $4), epoch = epoch + (l.owner <> $2)::int
         FROM (SELECT shard FROM shard_lease
               WHERE kind = $1 AND (owner = $2 OR until < clock_timestamp())
               ORDER BY CASE WHEN owner = $2 THEN shard ELSE 64 + random() END
               LIMIT $3 FOR UPDATE SKIP LOCKED) mine
         WHERE l.kind = $1 AND l.shard = mine.shard RETURNING l.shard",
    )
    .bind(kind)
    .bind(owner)
    .bind(i64::from(share))
    .bind(TERM.as_secs_f64())
    .fetch_all(pool)
    .await?;
    sqlx::query(
        "UPDATE shard_lease SET until = '-infinity', owner = ''
         WHERE kind = $1 AND owner = $2 AND shard <> ALL($3)",
    )
    .bind(kind)
    .bind(owner)
    .bind(&taken)
    .execute(pool)
    .await?;
    Ok(taken)
}

/// Says that `owner` is alive, with or without shards, and answers how many live owners `kind` has, this one included.
///
/// # Errors
/// The server is away.
pub async fn owners(pool: &PgPool, kind: &str, owner: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "WITH me AS (
            INSERT INTO shard_owner (kind, owner, until) VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
            ON CONFLICT (kind, owner) DO UPDATE SET until = EXCLUDED.until),
         gone AS (DELETE FROM shard_owner WHERE kind = $1 AND until < clock_timestamp() - interval '1 hour')
         SELECT 1 + count(*) FROM shard_owner WHERE kind = $1 AND owner <> $2 AND until > clock_timestamp()",
    )
    .bind(kind)
    .bind(owner)
    .bind(TERM.as_secs_f64())
    .fetch_one(pool)
    .await
}

/// Gives all shards back, so that the next owner need not wait for the term.
///
/// # Errors
/// The server is away; the term ends by itself.
pub async fn give_back(pool: &PgPool, kind: &str, owner: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE shard_lease SET until = '-infinity', owner = '' WHERE kind = $1 AND owner = $2")
        .bind(kind)
        .bind(owner)
        .execute(pool)
        .await?;
    sqlx::query("DELETE FROM shard_owner WHERE kind = $1 AND owner = $2")
        .bind(kind)
        .bind(owner)
        .execute(pool)
        .await?;
    Ok(())
}

/// Writes the 64 rows of a kind if they are not there.
///
/// # Errors
/// The server is away.
pub async fn lay_out(connection: &mut PgConnection, kind: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO shard_lease (kind, shard) SELECT $1, generate_series(0, $2 - 1)::smallint ON CONFLICT DO NOTHING")
        .bind(kind)
        .bind(i32::from(SHARDS))
        .execute(connection)
        .await?;
    Ok(())
}
