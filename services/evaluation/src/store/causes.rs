//! Rows of causes and remedies that units name, in replies or beside them.

use ids::CaseId;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

/// What is named for one round of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    pub(crate) case: CaseId,
    pub(crate) round: i32,
    pub(crate) cause: Option<&'a str>,
    pub(crate) remedy: Option<&'a str>,
    pub(crate) day: Date,
    pub(crate) by: &'a str,
}

/// Names them for a round by a call of a person; a later word replaces an earlier one, be it of a call or of the reply, and the day
/// stays that of the first.
pub(crate) async fn name(db: &mut PgConnection, named: Named<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_cause (case_id, round, cause, remedy, day, named_by) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (case_id, round) DO UPDATE
         SET cause = EXCLUDED.cause, remedy = EXCLUDED.remedy, named_by = EXCLUDED.named_by",
    )
    .bind(named.case.0)
    .bind(named.round)
    .bind(named.cause)
    .bind(named.remedy)
    .bind(named.day.to_sqlx())
    .bind(named.by)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps what replies named. What stands for a round is left: nobody can call before the answer was heard, so it is either the same
/// once more or a later word.
pub(crate) async fn hear(db: &mut PgConnection, rows: &[Named<'_>]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO case_cause (case_id, round, cause, remedy, day, named_by)
         SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::text[], $4::text[], $5::date[], $6::text[])
         ON CONFLICT DO NOTHING",
    )
    .bind(rows.iter().map(|row| row.case.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.round).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.cause).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.remedy).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.day.to_sqlx()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.by).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
