//! Reports back to bodies that handed a matter down, and hand-overs to other lines.

use ids::CaseId;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// An answer that a body may be owed a report of.
pub(crate) struct Answered<'a> {
    pub(crate) case_id: Uuid,
    pub(crate) round: i32,
    pub(crate) outcome: &'static str,
    pub(crate) unit: &'a str,
    pub(crate) answered_at: Timestamp,
}

/// A report that was just written: of which answer, to whom, under which number of theirs.
#[derive(sqlx::FromRow)]
pub(crate) struct Owed {
    pub(crate) case_id: Uuid,
    pub(crate) round: i32,
    pub(crate) body: String,
    pub(crate) serial: String,
}

/// Writes the reports that answers owe, each once, and gives back the new ones.
pub(crate) async fn write(
    transaction: &mut PgConnection,
    answers: &[Answered<'_>],
) -> Result<Vec<Owed>, sqlx::Error> {
    let rows = answers.iter();
    sqlx::query_as(
        "INSERT INTO origin_report (body, serial, case_id, round, outcome, unit, answered_at)
         SELECT e.origin_body, e.origin_serial, t.case_id, t.round, t.outcome, t.unit, t.answered_at
         FROM UNNEST($1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
             AS t (case_id, round, outcome, unit, answered_at)
         JOIN case_entry e USING (case_id) JOIN origin_body b ON b.code = e.origin_body AND b.reports
         ON CONFLICT (case_id, round) DO NOTHING RETURNING case_id, round, body, serial",
    )
    .bind(rows.clone().map(|row| row.case_id).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.outcome).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.unit).collect::<Vec<_>>())
    .bind(rows.map(|row| row.answered_at.to_sqlx()).collect::<Vec<_>>())
    .fetch_all(transaction)
    .await
}

/// A report as the body fetches it.
#[derive(sqlx::FromRow)]
pub(crate) struct ReportRow {
    pub(crate) position: i64,
    pub(crate) serial: String,
    pub(crate) number: String,
    pub(crate) round: i32,
    pub(crate) outcome: String,
    pub(crate) unit: String,
    pub(crate) answered_at: SqlTimestamp,
}

/// Reports of a body that it has not acknowledged, oldest first, behind a position.
pub(crate) async fn open(
    connection: &mut PgConnection,
    body: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<ReportRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT r.position, r.serial, f.number, r.round, r.outcome, r.unit, r.answered_at
         FROM origin_report r JOIN case_file f USING (case_id)
         WHERE r.body = $1 AND r.acked_at IS NULL AND r.position > $2 ORDER BY r.position LIMIT $3",
    )
    .bind(body)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Notes that a body has a report. Answers whether there is such a report; a repeat changes nothing.
pub(crate) async fn acknowledge(
    connection: &mut PgConnection,
    body: &str,
    serial: &str,
    round: i32,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE origin_report SET acked_at = coalesce(acked_at, $4) WHERE body = $1 AND serial = $2 AND round = $3",
    )
    .bind(body)
    .bind(serial)
    .bind(round)
    .bind(now.to_sqlx())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A hand-over to another line.
pub(crate) struct HandedOver<'a> {
    pub(crate) case_id: CaseId,
    pub(crate) body: &'a str,
    pub(crate) way: &'static str,
    pub(crate) danger: bool,
    pub(crate) leaves: bool,
    pub(crate) at: Timestamp,
    pub(crate) actor: &'a str,
    pub(crate) pack: &'a contracts::case::PackRef,
}

/// Writes a hand-over of a case that is locked. Says whether it is new: the same body by the same way is a repeat.
pub(crate) async fn hand_over(
    transaction: &mut PgConnection,
    what: &HandedOver<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO case_handover (case_id, seq, body, way, danger, leaves, at, actor, pack_id, pack_version)
         SELECT $1, 1 + (SELECT count(*) FROM case_handover WHERE case_id = $1), $2, $3, $4, $5, $6, $7, $8, $9
         WHERE NOT EXISTS (SELECT FROM case_handover WHERE case_id = $1 AND body = $2 AND way = $3)",
    )
    .bind(what.case_id.0)
    .bind(what.body)
    .bind(what.way)
    .bind(what.danger)
    .bind(what.leaves)
    .bind(what.at.to_sqlx())
    .bind(what.actor)
    .bind(&what.pack.id)
    .bind(what.pack.version)
    .execute(transaction)
    .await?;
    Ok(done.rows_affected() > 0)
}
