//! Every reply of a case with who wrote it, for those who ask between services.

use ids::{CaseId, UnitCode};
use sqlx::{PgConnection, Row as _};

use super::records::{self, Reply};

/// Reads every reply of a case with unit and round, oldest first.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<(Reply, UnitCode, i32)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT reply.*, assignment.unit, coalesce(told.round, assignment.round) AS round
         FROM (SELECT $1::uuid AS case_id, NULL::int AS round, NULL::timestamptz AS at
               UNION ALL SELECT root, round, at FROM answered_with WHERE case_id = $1) told
         JOIN assignment USING (case_id) JOIN reply ON reply.assignment_id = assignment.id
         WHERE told.at IS NULL OR (assignment.answered_at = told.at AND reply.state = 'released')
         ORDER BY round, reply.at, reply.assignment_id, reply.attempt",
    )
    .bind(case.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let unit: String = row.try_get("unit")?;
            let unit = unit.parse().map_err(|_| super::bad("assignment.unit"))?;
            Ok((records::read(row)?, unit, row.try_get("round")?))
        })
        .collect()
}
