//! What was told last of a case as found by rule, and which cases may have something to be found.

use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

/// What was told last; nothing where nobody has looked yet. Asked after the case row was locked.
pub(crate) async fn last(
    connection: &mut PgConnection,
    case: Uuid,
) -> Result<Option<Vec<String>>, sqlx::Error> {
    sqlx::query_scalar("SELECT findings FROM case_found WHERE case_id = $1")
        .bind(case)
        .fetch_optional(connection)
        .await
}

/// Writes down what is told now.
pub(crate) async fn put(
    connection: &mut PgConnection,
    case: Uuid,
    findings: &[String],
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_found (case_id, findings, found_at) VALUES ($1, $2, $3)
         ON CONFLICT (case_id) DO UPDATE SET findings = EXCLUDED.findings, found_at = EXCLUDED.found_at",
    )
    .bind(case)
    .bind(findings)
    .bind(at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Looks at `most` cases after `from` in the order of ids. Answers those at which nobody has looked and of which something may be
/// found (told together, before another organ, or by somebody who told something earlier), and the last id looked at.
pub(crate) async fn unseen(
    connection: &mut PgConnection,
    from: Uuid,
    most: i64,
) -> Result<(Vec<Uuid>, Option<Uuid>), sqlx::Error> {
    let last: Option<Uuid> = sqlx::query_scalar(
        "SELECT case_id FROM (SELECT case_id FROM case_file WHERE case_id > $1 ORDER BY case_id LIMIT $2) part
         ORDER BY case_id DESC LIMIT 1",
    )
    .bind(from)
    .bind(most)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(last) = last else { return Ok((Vec::new(), None)) };
    let cases = sqlx::query_scalar(
        "SELECT f.case_id FROM case_file f
         WHERE f.case_id > $1 AND f.case_id <= $2 AND NOT f.confidential
           AND NOT EXISTS (SELECT FROM case_found l WHERE l.case_id = f.case_id)
           AND (EXISTS (SELECT FROM case_parties p WHERE p.case_id = f.case_id AND p.size > 1)
                OR EXISTS (SELECT FROM case_record r WHERE r.case_id = f.case_id AND r.brought_to IS NOT NULL)
                OR EXISTS (SELECT FROM case_file e WHERE e.phone_index = f.phone_index
                             AND (e.received_at, e.case_id) < (f.received_at, f.case_id)))
         ORDER BY f.case_id",
    )
    .bind(from)
    .bind(last)
    .fetch_all(connection)
    .await?;
    Ok((cases, Some(last)))
}
