//! Lists in pages, newest or oldest first, by a key that moves with the rows.

use contracts::words::Urgency;
use ids::UnitCode;
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{
    PgConnection, Postgres, Row as _,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use uuid::Uuid;

use super::{
    assignments::{self, Assignment},
    bad,
    waiting::Rank,
};
use crate::app::sealed::Sight;

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: Timestamp,
    pub(crate) id: Uuid,
}

/// A row's due instant, where known, and whether it may still move.
pub(crate) type DueAt = Option<(Timestamp, bool)>;

/// One line of the list of assignments.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) assignment: Assignment,
    pub(crate) number: String,
    pub(crate) kind: String,
    pub(crate) title: Option<String>,
    pub(crate) urgency: Urgency,
    pub(crate) due: DueAt,
}

/// Which lines are wanted, and in which order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// Significant digits of the caller's region.
    pub(crate) prefix: &'a str,
    pub(crate) sight: &'a Sight,
    pub(crate) urgency: Option<Urgency>,
    /// What is most urgent first and has waited longest, else the newest first.
    pub(crate) urgent_first: bool,
    pub(crate) after: Option<Rank>,
    pub(crate) limit: i64,
}

// Two orders of two lists: each is a text of its own, so that the newest come by the index.
macro_rules! listed {
    ($where:literal, newest) => {
        listed!($where, "(dispatched_at, id) < ($2, $3) AND $4::int IS NOT NULL", "dispatched_at DESC, id DESC")
    };
    ($where:literal, urgent) => {
        listed!(
            $where,
            "((CASE urgency WHEN 'immediate' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END), dispatched_at, id)
                > ($4, $2, $3)",
            "(CASE urgency WHEN 'immediate' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END), dispatched_at, id"
        )
    };
    ($where:literal, $after:literal, $order:literal) => {
        concat!(
            "SELECT assignment.*, number, kind, title, urgency, due_at, provisional
             FROM assignment JOIN case_route USING (case_id) LEFT JOIN case_due USING (case_id)
             WHERE ",
            $where,
            " AND ",
            $after,
            " AND starts_with(region, $5) AND ($6::text IS NULL OR urgency = $6)
              AND (NOT confidential OR $7 OR EXISTS (SELECT FROM case_seal seal
                   WHERE seal.case_id = case_route.case_id AND $8 = ANY(seal.hands) AND NOT seal.barred && $9))
              ORDER BY ",
            $order,
            " LIMIT $10"
        )
    };
}

/// The assignments of a unit.
pub(crate) async fn of_unit(
    connection: &mut PgConnection,
    unit: &UnitCode,
    state: Option<&str>,
    wanted: Wanted<'_>,
) -> Result<Vec<Line>, sqlx::Error> {
    let statement = if wanted.urgent_first {
        listed!("($1::text IS NULL OR assignment.state = $1) AND unit = $11", urgent)
    } else {
        listed!("($1::text IS NULL OR assignment.state = $1) AND unit = $11", newest)
    };
    let rows = bound(sqlx::query(statement).bind(state), wanted).bind(unit.as_str());
    rows.fetch_all(connection).await?.iter().map(line).collect()
}

/// The assignments that wait for the centre: returns and replies to review.
pub(crate) async fn of_centre(
    connection: &mut PgConnection,
    state: &str,
    wanted: Wanted<'_>,
) -> Result<Vec<Line>, sqlx::Error> {
    let statement = if wanted.urgent_first {
        listed!("assignment.state IN ('returning', 'under-review') AND assignment.state = $1", urgent)
    } else {
        listed!("assignment.state IN ('returning', 'under-review') AND assignment.state = $1", newest)
    };
    let rows = bound(sqlx::query(statement).bind(state), wanted);
    rows.fetch_all(connection).await?.iter().map(line).collect()
}

fn bound<'q>(
    query: Query<'q, Postgres, PgArguments>,
    wanted: Wanted<'q>,
) -> Query<'q, Postgres, PgArguments> {
    let first = if wanted.urgent_first {
        Place { at: "1000-01-01T00:00:00Z".parse().expect("a time"), id: Uuid::nil() }
    } else {
        Place { at: Timestamp::MAX, id: Uuid::max() }
    };
    let after = wanted.after.unwrap_or(Rank { urgency: -1, place: first });
    query
        .bind(ceiling(after.place.at).to_sqlx())
        .bind(after.place.id)
        .bind(after.urgency)
        .bind(wanted.prefix)
        .bind(wanted.urgency.map(Urgency::as_str))
        .bind(wanted.sight.keeper)
        .bind(wanted.sight.account)
        .bind(&wanted.sight.line)
        .bind(wanted.limit)
}

fn line(row: &PgRow) -> Result<Line, sqlx::Error> {
    Ok(Line {
        assignment: assignments::read(row)?,
        number: row.try_get("number")?,
        kind: row.try_get("kind")?,
        title: row.try_get("title")?,
        urgency: row.try_get::<String, _>("urgency")?.parse().map_err(|_| bad("case_route.urgency"))?,
        due: due(row)?,
    })
}

/// The due instant of a row that was read with it.
pub(crate) fn due(row: &PgRow) -> Result<DueAt, sqlx::Error> {
    let at: Option<SqlTimestamp> = row.try_get("due_at")?;
    let provisional: Option<bool> = row.try_get("provisional")?;
    Ok(at.map(|at| (at.to_jiff(), provisional.unwrap_or(false))))
}

// PostgreSQL's times end earlier than jiff's.
fn ceiling(at: Timestamp) -> Timestamp {
    at.min("9000-01-01T00:00:00Z".parse().expect("a time"))
}

/// Reads the due instant of one case.
pub(crate) async fn due_of(connection: &mut PgConnection, case: Uuid) -> Result<DueAt, sqlx::Error> {
    let row = sqlx::query("SELECT due_at, provisional FROM case_due WHERE case_id = $1")
        .bind(case)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map_or(Ok(None), due)
}
