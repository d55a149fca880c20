//! Counting in the database: cases that count alike fall together, so that the figures need some dozens of rows only.

use evaluation_rules::{Cell, Merged, past_before};
use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

/// By what the counts are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum GroupBy {
    #[default]
    None,
    Kind,
    Region,
    Unit,
    Month,
}

/// Which cases are counted, and by what they are grouped.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) policy: String,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    /// A case must lie in all of them.
    pub(crate) within: Vec<RegionCode>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) group_by: GroupBy,
    pub(crate) as_of: Date,
    /// The day it is: a day of counting before it is over.
    pub(crate) today: Date,
    /// Sealed cases count too: that they exist is the auditor's to know and nobody else's.
    pub(crate) sealed: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    part: Option<String>,
    answered: bool,
    ended: bool,
    limited: bool,
    in_time: bool,
    past_due: bool,
    workdays: Option<i32>,
    off: bool,
    off_rate: bool,
    cases: i64,
}

/// Out of what cells were taken (剔除).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Off {
    /// Counts in all.
    Nothing,
    /// Out of due, in time and the rate.
    Rate,
    /// Out of every figure.
    All,
}

macro_rules! count_by {
    ($part:literal) => {
        concat!(
            "SELECT ",
            $part,
            "::text AS part, answered, ended, limited, in_time, past_due, workdays, off, off_rate, count(*) AS cases
             FROM (SELECT *,
                          answered_day IS NOT NULL AS answered,
                          answered_day IS NULL AND state IN ('closed', 'withdrawn', 'declined', 'invalid') AS ended,
                          due_day IS NOT NULL AS limited,
                          coalesce(answered_day <= due_day, false) AS in_time,
                          coalesce(due_day < $8, false) AS past_due,
                          case_id IN (SELECT case_id FROM exclusion WHERE state = 'granted' AND indicator = '*') AS off,
                          case_id IN (SELECT case_id FROM exclusion WHERE state = 'granted' AND indicator = ANY($11)) AS off_rate
                   FROM case_fact
                   WHERE accepted AND pack_id = $1
                     AND received_day BETWEEN coalesce($2, '-infinity') AND coalesce($3, 'infinity')
                     AND region >= $4 AND region < $4 || ':' AND region >= $5 AND region < $5 || ':'
                     AND ($6::text IS NULL OR kind = $6) AND ($7::text IS NULL OR unit = $7)
                     AND ($9 OR case_id NOT IN (SELECT case_id FROM case_seal)) AND marks & $10 = 0) AS fact
             GROUP BY ",
            $part,
            ", answered, ended, limited, in_time, past_due, workdays, off, off_rate"
        )
    };
}

/// Counts, each cell with what it was taken out of; `rates` are the indicators that say the same as the rate. What makes a cell is what [`Cell::of`] says of one fact; a test holds the two together.
pub(crate) async fn cells(
    db: &mut PgConnection,
    query: &Query,
    merged: Merged,
    rates: &[&str],
) -> Result<Vec<(String, Cell, Off)>, sqlx::Error> {
    let statement = match query.group_by {
        GroupBy::None => count_by!("''::text"),
        GroupBy::Kind => count_by!("kind"),
        GroupBy::Region => count_by!("county"),
        GroupBy::Unit => count_by!("unit"),
        GroupBy::Month => count_by!("received_month"),
    };
    let stem = |index: usize| query.within.get(index).map_or("", RegionCode::stem);
    // Planned anew each time: a plan for any period and any region suits none.
    let rows: Vec<Row> = sqlx::query_as(statement)
        .persistent(false)
        .bind(&query.policy)
        .bind(query.from.map(Date::to_sqlx))
        .bind(query.to.map(Date::to_sqlx))
        .bind(stem(0))
        .bind(stem(1))
        .bind(query.kind)
        .bind(query.unit.as_ref().map(UnitCode::as_str))
        .bind(past_before(query.as_of, query.today).to_sqlx())
        .bind(query.sealed)
        .bind(merged.off().0)
        .bind(rates)
        .fetch_all(db)
        .await?;
    let cell = |row: Row| {
        let cell = Cell {
            answered: row.answered,
            ended: row.ended,
            limited: row.limited,
            in_time: row.in_time,
            past_due: row.past_due,
            workdays: row.workdays.and_then(|days| u32::try_from(days).ok()),
            cases: row.cases.unsigned_abs(),
        };
        let off = match (row.off, row.off_rate) {
            (true, _) => Off::All,
            (false, true) => Off::Rate,
            (false, false) => Off::Nothing,
        };
        (row.part.unwrap_or_default(), cell, off)
    };
    Ok(rows.into_iter().map(cell).collect())
}
