//! Rows of `case_day`: what happened to cases on which day, as the digests of counties count it.

use jiff::civil::Date;
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

/// What is counted of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    /// It was answered.
    Answered,
    /// Its handling became overdue.
    Overdue,
}

impl Sort {
    /// The word in the table.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Overdue => "overdue",
        }
    }
}

/// Writes days down; one that is there already stays.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    days: &[(Date, Sort, Uuid)],
) -> Result<(), sqlx::Error> {
    if days.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO case_day (day, sort, case_id) SELECT * FROM UNNEST($1::date[], $2::text[], $3::uuid[])
         ON CONFLICT DO NOTHING",
    )
    .bind(days.iter().map(|(day, ..)| day.to_sqlx()).collect::<Vec<_>>())
    .bind(days.iter().map(|(_, sort, _)| sort.as_str()).collect::<Vec<_>>())
    .bind(days.iter().map(|(.., case)| *case).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// How many cases of each county have something between two days (the second one is not part of it).
pub(crate) async fn counted(
    connection: &mut PgConnection,
    pack: &str,
    sort: Sort,
    (from, to): (Date, Date),
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT left(c.region, 6), count(DISTINCT d.case_id) FROM case_day d JOIN case_card c USING (case_id)
         WHERE d.day >= $3 AND d.day < $4 AND d.sort = $2 AND c.pack_id = $1 GROUP BY 1",
    )
    .bind(pack)
    .bind(sort.as_str())
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .fetch_all(connection)
    .await
}

/// Forgets what no digest will ask for any more.
pub(crate) async fn forget(connection: &mut PgConnection, before: Date) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM case_day WHERE day < $1").bind(before.to_sqlx()).execute(connection).await?;
    Ok(())
}
