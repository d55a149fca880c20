//! A unit's open clocks, page by page.

use jiff::Timestamp;
use pg::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

use super::clocks::{Clock, read};

/// Which rows are wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) unit: &'a str,
    /// Leading digits that the region of the case must have; empty for all.
    pub(crate) region_prefix: &'a str,
    /// `Some(true)` only those whose limit passed, `Some(false)` only the others.
    pub(crate) overdue: Option<bool>,
    /// The last row of the page before.
    pub(crate) after: Option<(Timestamp, Uuid)>,
    pub(crate) limit: i64,
    /// Account and unit of the reader: of sealed cases only those that name the one and do not keep the other out.
    pub(crate) reader: (Uuid, Option<&'a str>),
}

/// Lists the most urgent first.
pub(crate) async fn page(
    connection: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<Vec<Clock>, sqlx::Error> {
    sqlx::query(
        "SELECT * FROM clock
         WHERE unit = $1 AND state = 0 AND starts_with(region, $2)
           AND ($3::bool IS NULL OR (due_at <= now()) = $3)
           AND ($4::timestamptz IS NULL OR (due_at, clock_id) > ($4, $5))
           AND NOT EXISTS (SELECT FROM case_seal seal WHERE seal.case_id = clock.case_id
                           AND NOT (seal.hands @> ARRAY[$7::uuid] AND NOT seal.line @> ARRAY[$8::text]))
         ORDER BY due_at, clock_id LIMIT $6",
    )
    .bind(wanted.unit)
    .bind(wanted.region_prefix)
    .bind(wanted.overdue)
    .bind(wanted.after.map(|(due_at, _)| due_at.to_sqlx()))
    .bind(wanted.after.map(|(_, clock)| clock))
    .bind(wanted.limit)
    .bind(wanted.reader.0)
    .bind(wanted.reader.1)
    .fetch_all(connection)
    .await?
    .iter()
    .map(read)
    .collect()
}
