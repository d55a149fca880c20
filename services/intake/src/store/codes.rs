//! Wrong codes, by asker.

use sqlx::PgConnection;

/// Counts the wrong codes of an asker within the window.
pub(crate) async fn tries(
    connection: &mut PgConnection,
    asker: &[u8],
    window_minutes: i32,
) -> Result<i32, sqlx::Error> {
    let tries: Option<i32> = sqlx::query_scalar(
        "SELECT tries FROM wrong_code WHERE asker = $1 AND since > now() - make_interval(mins => $2)",
    )
    .bind(asker)
    .bind(window_minutes)
    .fetch_optional(connection)
    .await?;
    Ok(tries.unwrap_or(0))
}

/// Writes one more down, and forgets some of those whose window is over.
pub(crate) async fn wrong(
    connection: &mut PgConnection,
    asker: &[u8],
    window_minutes: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH over AS (
            DELETE FROM wrong_code WHERE asker IN (
                SELECT asker FROM wrong_code WHERE since <= now() - make_interval(mins => $2) AND asker <> $1
                ORDER BY since LIMIT 100 FOR UPDATE SKIP LOCKED))
         INSERT INTO wrong_code AS w (asker, tries, since) VALUES ($1, 1, now())
         ON CONFLICT (asker) DO UPDATE SET
             tries = CASE WHEN w.since > now() - make_interval(mins => $2) THEN w.tries + 1 ELSE 1 END,
             since = CASE WHEN w.since > now() - make_interval(mins => $2) THEN w.since ELSE now() END",
    )
    .bind(asker)
    .bind(window_minutes)
    .execute(connection)
    .await?;
    Ok(())
}
