//! The due instant of the handle clock, as deadline-scheduler tells it; kept for display only.

use ids::CaseId;
use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;

/// The handle clock of one case.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) case: CaseId,
    pub(crate) at: Timestamp,
    pub(crate) provisional: bool,
}

/// Keeps the newest word on each case.
pub(crate) async fn keep(connection: &mut PgConnection, rows: &[Due]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter();
    sqlx::query(
        "INSERT INTO case_due (case_id, due_at, provisional)
         SELECT * FROM UNNEST($1::uuid[], $2::timestamptz[], $3::bool[])
         ON CONFLICT (case_id) DO UPDATE SET due_at = excluded.due_at, provisional = excluded.provisional",
    )
    .bind(rows.clone().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.clone().map(|row| row.at.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.map(|row| row.provisional).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
