//! Rows of the periods of which every report was made.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::PgConnection;

/// The newest first days of done periods, so many at most.
pub(crate) async fn done(
    db: &mut PgConnection,
    series: &str,
    policy: &str,
    most: u32,
) -> Result<BTreeSet<Date>, sqlx::Error> {
    let days: Vec<SqlDate> = sqlx::query_scalar(
        "SELECT from_day FROM report_round WHERE series = $1 AND pack_id = $2 ORDER BY from_day DESC LIMIT $3",
    )
    .bind(series)
    .bind(policy)
    .bind(i64::from(most))
    .fetch_all(db)
    .await?;
    Ok(days.into_iter().map(SqlDate::to_jiff).collect())
}

/// Notes that a period is done.
pub(crate) async fn finish(
    db: &mut PgConnection,
    series: &str,
    policy: &str,
    from: Date,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO report_round (series, pack_id, from_day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(series)
    .bind(policy)
    .bind(from.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}
