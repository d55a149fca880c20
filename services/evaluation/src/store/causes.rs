//! Rows of causes and remedies that units name.

use ids::CaseId;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

/// Names them for a round; a later word replaces an earlier one, the day stays that of the first.
pub(crate) async fn name(
    db: &mut PgConnection,
    (case, round): (CaseId, i32),
    (cause, remedy): (Option<&str>, Option<&str>),
    day: Date,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_cause (case_id, round, cause, remedy, day, named_by) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (case_id, round) DO UPDATE
         SET cause = EXCLUDED.cause, remedy = EXCLUDED.remedy, named_by = EXCLUDED.named_by",
    )
    .bind(case.0)
    .bind(round)
    .bind(cause)
    .bind(remedy)
    .bind(day.to_sqlx())
    .bind(by)
    .execute(db)
    .await?;
    Ok(())
}
