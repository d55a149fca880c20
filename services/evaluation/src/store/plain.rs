//! Words that an older version wrote readable.

use sqlx::PgConnection;
use uuid::Uuid;

/// Takes a handful of comments, locked: case, round, words.
pub(crate) async fn comments(
    db: &mut PgConnection,
    most: i64,
) -> Result<Vec<(Uuid, i32, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT case_id, round, comment FROM rating WHERE NOT starts_with(comment, chr(1))
         ORDER BY 1, 2 LIMIT $1 FOR UPDATE",
    )
    .bind(most)
    .fetch_all(db)
    .await
}

/// Writes a sealed comment in the place of a readable one.
pub(crate) async fn replace_comment(
    db: &mut PgConnection,
    case: Uuid,
    round: i32,
    comment: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE rating SET comment = $3 WHERE case_id = $1 AND round = $2")
        .bind(case)
        .bind(round)
        .bind(comment)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes a handful of appeals, locked: id, grounds, decision.
pub(crate) async fn appeals(
    db: &mut PgConnection,
    most: i64,
) -> Result<Vec<(Uuid, String, Option<String>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, grounds, decision FROM exclusion
         WHERE NOT starts_with(grounds, chr(1)) OR NOT starts_with(decision, chr(1)) ORDER BY 1 LIMIT $1 FOR UPDATE",
    )
    .bind(most)
    .fetch_all(db)
    .await
}

/// Writes sealed words in the place of readable ones.
pub(crate) async fn replace_appeal(
    db: &mut PgConnection,
    id: Uuid,
    grounds: &str,
    decision: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE exclusion SET grounds = $2, decision = $3 WHERE id = $1")
        .bind(id)
        .bind(grounds)
        .bind(decision)
        .execute(db)
        .await?;
    Ok(())
}
