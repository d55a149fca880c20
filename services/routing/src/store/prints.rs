//! Beside replies: official documents, findings let pass, and fingerprints by which copies are found.

use ids::{AssignmentId, CaseId, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, ToSqlx as _};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

/// One row of `reply_extra`.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    pub(crate) assignment: AssignmentId,
    pub(crate) attempt: i32,
    pub(crate) serial: Option<String>,
    pub(crate) signed_by: Option<String>,
    pub(crate) issued_on: Option<Date>,
    pub(crate) found: Vec<String>,
    pub(crate) override_reason: Option<String>,
}

/// One row of `reply_print`.
#[derive(Clone, Debug)]
pub(crate) struct Print {
    pub(crate) unit: UnitCode,
    pub(crate) at: Timestamp,
    pub(crate) assignment: AssignmentId,
    pub(crate) attempt: i32,
    pub(crate) case: CaseId,
    pub(crate) print: u64,
}

/// Writes documents and findings; few replies have them.
pub(crate) async fn keep_extras(connection: &mut PgConnection, rows: &[Extra]) -> Result<(), sqlx::Error> {
    for row in rows {
        sqlx::query(
            "INSERT INTO reply_extra (assignment_id, attempt, serial, signed_by, issued_on, found, override_reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(row.assignment.0)
        .bind(row.attempt)
        .bind(&row.serial)
        .bind(&row.signed_by)
        .bind(row.issued_on.map(|day| day.to_sqlx()))
        .bind(&row.found)
        .bind(&row.override_reason)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What lies beside one reply, if anything does.
pub(crate) async fn extra_of(
    connection: &mut PgConnection,
    assignment: AssignmentId,
    attempt: i32,
) -> Result<Option<Extra>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM reply_extra WHERE assignment_id = $1 AND attempt = $2")
        .bind(assignment.0)
        .bind(attempt)
        .fetch_optional(connection)
        .await?;
    let read = |row: sqlx::postgres::PgRow| {
        Ok(Extra {
            assignment,
            attempt,
            serial: row.try_get("serial")?,
            signed_by: row.try_get("signed_by")?,
            issued_on: row.try_get::<Option<SqlDate>, _>("issued_on")?.map(SqlDate::to_jiff),
            found: row.try_get("found")?,
            override_reason: row.try_get("override_reason")?,
        })
    };
    row.map(read).transpose()
}

/// Writes fingerprints of replies.
pub(crate) async fn keep_prints(connection: &mut PgConnection, rows: &[Print]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO reply_print (unit, at, assignment_id, attempt, case_id, print)
         SELECT * FROM UNNEST($1::text[], $2::timestamptz[], $3::uuid[], $4::int[], $5::uuid[], $6::bigint[])
         ON CONFLICT DO NOTHING",
    )
    .bind(rows.clone().map(|row| row.unit.as_str()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.assignment.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.attempt).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.map(|row| row.print.cast_signed()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes fingerprints of what was asked.
pub(crate) async fn keep_questions(
    connection: &mut PgConnection,
    rows: &[(CaseId, u64)],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO question_print (case_id, print) SELECT * FROM UNNEST($1::uuid[], $2::bigint[])
         ON CONFLICT DO NOTHING",
    )
    .bind(rows.iter().map(|(case, _)| case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, print)| print.cast_signed()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// The fingerprint of what was asked, of each case that has one.
pub(crate) async fn questions(
    connection: &mut PgConnection,
    cases: &[Uuid],
) -> Result<Vec<(CaseId, u64)>, sqlx::Error> {
    let rows = sqlx::query("SELECT case_id, print FROM question_print WHERE case_id = ANY($1)")
        .bind(cases)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok((CaseId(row.try_get("case_id")?), row.try_get::<i64, _>("print")?.cast_unsigned())))
        .collect()
}

/// The newest prints of units, `most` of each.
pub(crate) async fn recent(
    connection: &mut PgConnection,
    units: &[&str],
    most: i64,
) -> Result<Vec<Print>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT print.* FROM UNNEST($1::text[]) AS wanted (unit), LATERAL (
            SELECT * FROM reply_print WHERE reply_print.unit = wanted.unit ORDER BY at DESC LIMIT $2) print",
    )
    .bind(units)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let unit: String = row.try_get("unit")?;
            Ok(Print {
                unit: unit.parse().map_err(|_| super::bad("reply_print.unit"))?,
                at: row.try_get::<pg::SqlTimestamp, _>("at")?.to_jiff(),
                assignment: AssignmentId(row.try_get("assignment_id")?),
                attempt: row.try_get("attempt")?,
                case: CaseId(row.try_get("case_id")?),
                print: row.try_get::<i64, _>("print")?.cast_unsigned(),
            })
        })
        .collect()
}

/// The public texts of replies.
pub(crate) async fn texts(
    connection: &mut PgConnection,
    replies: &[(AssignmentId, i32)],
) -> Result<Vec<(AssignmentId, String)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT assignment_id, public_text FROM reply
         JOIN UNNEST($1::uuid[], $2::int[]) AS wanted (assignment_id, attempt) USING (assignment_id, attempt)",
    )
    .bind(replies.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind(replies.iter().map(|(_, attempt)| *attempt).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((AssignmentId(row.try_get("assignment_id")?), row.try_get("public_text")?)))
        .collect()
}
