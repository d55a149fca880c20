//! Attempts to sign in, counted for each login that was typed, whether it exists or not.

use sqlx::PgConnection;

/// How many old rows one attempt sweeps away, so that guessing does not fill the table.
const SWEPT: i64 = 20;

/// Counts an attempt and says whether it goes through: `None`, or the seconds until the lock ends.
///
/// The count comes before the password is looked at, so that many guesses at once have no more tries than one after
/// the other. A refused attempt moves nothing: the lock ends `lock` seconds after the last one let through.
pub(crate) async fn count(
    db: &mut PgConnection,
    digest: &[u8],
    limit: i32,
    lock: f64,
) -> Result<Option<f64>, sqlx::Error> {
    let (attempts, left): (i32, f64) = sqlx::query_as(
        "INSERT INTO sign_in_attempts AS held (login_digest, attempts, last_at)
         VALUES ($1, 1, clock_timestamp())
         ON CONFLICT (login_digest) DO UPDATE SET
           attempts = CASE WHEN held.last_at < clock_timestamp() - make_interval(secs => $3) THEN 1
                           ELSE least(held.attempts, $2) + 1 END,
           last_at = CASE WHEN held.attempts < $2 OR held.last_at < clock_timestamp() - make_interval(secs => $3)
                          THEN clock_timestamp() ELSE held.last_at END
         RETURNING attempts, extract(epoch FROM last_at - clock_timestamp())::float8 + $3",
    )
    .bind(digest)
    .bind(limit)
    .bind(lock)
    .fetch_one(&mut *db)
    .await?;
    sqlx::query(
        "DELETE FROM sign_in_attempts WHERE login_digest IN
           (SELECT login_digest FROM sign_in_attempts
            WHERE last_at < clock_timestamp() - make_interval(secs => $1) LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind(lock)
    .bind(SWEPT)
    .execute(db)
    .await?;
    Ok((attempts > limit).then_some(left.max(1.0)))
}

/// Forgets the attempts of a login, after a success.
pub(crate) async fn forget(db: &mut PgConnection, digest: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sign_in_attempts WHERE login_digest = $1").bind(digest).execute(db).await?;
    Ok(())
}
