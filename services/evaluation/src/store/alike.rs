//! Counting by marks: cases that are alike fall together, and the cases behind a figure come in pages.

use evaluation_rules::{Alike, By, CountedCases, Indicator, Mark, Marks, Pattern, past_before};
use futures::stream::BoxStream;
use ids::{CaseId, RegionCode, UnitCode};
use jiff_sqlx::{Date, Timestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    counts::{GroupBy, Query},
    period::{in_period, month, statement},
};

/// The marks that are worked out on the day of counting; a test holds them to `Fact::marks_on`.
macro_rules! fact_marks {
    () => {
        "(marks | (CASE WHEN accepted THEN 1::bigint << 32 ELSE 0 END)
           | (CASE WHEN ended_day > $8 THEN 0 ELSE CASE state WHEN 'declined' THEN 1::bigint << 33 WHEN 'invalid' THEN 1::bigint << 57
                         WHEN 'withdrawn' THEN 1::bigint << 34 ELSE 0 END END)
           | (CASE WHEN answered_day > $8 OR (state IN ('declined', 'invalid', 'withdrawn') AND (ended_day > $8) IS NOT TRUE) THEN 0
                   WHEN reopened_day > $8 THEN CASE WHEN (closed_at AT TIME ZONE 'Asia/Shanghai')::date <= $8 THEN 1::bigint << 35 ELSE 0 END
                   WHEN closed_round < round OR (closed_at AT TIME ZONE 'Asia/Shanghai')::date > $8
                        OR (last_answered_at AT TIME ZONE 'Asia/Shanghai')::date > $8 THEN 0 ELSE 1::bigint << 35 END)
           | (CASE WHEN answered_day <= $8 THEN 1::bigint << 36 ELSE 0 END)
           | (CASE WHEN due_day IS NOT NULL THEN 1::bigint << 37 ELSE 0 END)
           | (CASE WHEN answered_day <= due_day AND answered_day <= $8 THEN 1::bigint << 38 ELSE 0 END)
           | (CASE WHEN due_day < $10 THEN 1::bigint << 39 ELSE 0 END)
           | (CASE WHEN answered_day > $8 OR reopened_day > $8 THEN 0 WHEN reopen_count > 0 OR round > 1 THEN 1::bigint << 41 ELSE 0 END)
           | (CASE CASE WHEN answered_day > $8 THEN NULL WHEN rated_day > $8 THEN CASE WHEN first_rated_day <= $8 THEN first_grade END ELSE grade END WHEN 'very-good' THEN 1::bigint << 42 WHEN 'good' THEN 1::bigint << 43 WHEN 'fair' THEN 1::bigint << 44
                         WHEN 'poor' THEN 1::bigint << 45 WHEN 'very-poor' THEN 1::bigint << 46 ELSE 0 END)
           | (CASE CASE WHEN answered_day > $8 THEN NULL WHEN rated_day > $8 THEN CASE WHEN first_rated_day <= $8 THEN first_solved END ELSE solved END WHEN 'yes' THEN 1::bigint << 47 WHEN 'partly' THEN 1::bigint << 48 WHEN 'no' THEN 1::bigint << 49 ELSE 0 END)
           | (CASE kind WHEN 'consultation' THEN 1::bigint << 50 WHEN 'help' THEN 1::bigint << 51
                        WHEN 'complaint' THEN 1::bigint << 52 WHEN 'report' THEN 1::bigint << 53
                        WHEN 'suggestion' THEN 1::bigint << 54 WHEN 'praise' THEN 1::bigint << 55
                        WHEN 'other' THEN 1::bigint << 56 ELSE 0 END)
           | (CASE WHEN answered_day > $8 OR first_rated_day > $8 THEN 0 WHEN first_satisfied THEN 1::bigint << 58 WHEN NOT first_satisfied THEN 1::bigint << 59 ELSE 0 END)
           | (CASE WHEN answered_day > $8 OR first_rated_day > $8 THEN 0 WHEN first_solved = 'yes' THEN 1::bigint << 60 ELSE 0 END)
           | (CASE WHEN (registered_at AT TIME ZONE 'Asia/Shanghai')::date = received_day THEN 1::bigint << 61 ELSE 0 END))"
    };
}

macro_rules! of_the_period {
    ($by:ident) => {
        concat!(
            "pack_id = $1 AND ",
            in_period!($by),
            "
           AND region >= $4 AND region < $4 || ':' AND region >= $5 AND region < $5 || ':'
           AND ($6::text IS NULL OR kind = $6) AND ($7::text IS NULL OR unit = $7)
           AND ($9 OR NOT EXISTS (SELECT FROM case_seal AS s WHERE s.case_id = case_fact.case_id))"
        )
    };
}

macro_rules! count_by {
    ($by:ident, $($part:tt)+) => {
        concat!(
            "SELECT ",
            $($part)+,
            "::text AS part, ",
            fact_marks!(),
            " AS marks, workdays, count(*) AS cases FROM case_fact WHERE ",
            of_the_period!($by),
            " GROUP BY 1, 2, workdays"
        )
    };
}

type Row = (Option<String>, i64, Option<i32>, i64);

/// Counts every case of the period, alike by alike, by group.
pub(crate) async fn cells(
    db: &mut PgConnection,
    query: &Query,
    by: By,
) -> Result<Vec<(String, Alike)>, sqlx::Error> {
    let statement = statement!(count_by, by, query.group_by);
    let rows: Vec<Row> = bound(sqlx::query_as(statement).persistent(false), query).fetch_all(db).await?;
    Ok(rows.into_iter().map(alike).collect())
}

/// The excluded cases (剔除) of an indicator, alike by alike, by group: to be taken off.
pub(crate) async fn excluded(
    db: &mut PgConnection,
    query: &Query,
    by: By,
) -> Result<Vec<(String, String, Alike)>, sqlx::Error> {
    macro_rules! excluded_by {
        ($by:ident, $($part:tt)+) => {
            concat!(
                "SELECT indicator, ", $($part)+, "::text AS part, ", fact_marks!(), " AS marks, workdays, count(*) AS cases
                 FROM case_fact JOIN (
                     SELECT case_id, indicator FROM exclusion AS one WHERE state = 'granted'
                       AND (indicator = '*' OR NOT EXISTS (SELECT FROM exclusion AS every
                            WHERE every.case_id = one.case_id AND every.state = 'granted' AND every.indicator = '*'))
                 ) AS gone USING (case_id)
                 WHERE ", of_the_period!($by), " GROUP BY indicator, 2, 3, workdays"
            )
        };
    }
    let statement = statement!(excluded_by, by, query.group_by);
    type Gone = (String, Option<String>, i64, Option<i32>, i64);
    let rows: Vec<Gone> = bound(sqlx::query_as(statement).persistent(false), query).fetch_all(db).await?;
    let split = |(indicator, part, marks, workdays, cases): Gone| {
        let (part, cell) = alike((part, marks, workdays, cases));
        (indicator, part, cell)
    };
    Ok(rows.into_iter().map(split).collect())
}

/// One case behind a figure.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Behind {
    pub(crate) case_id: Uuid,
    pub(crate) number: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) received_day: Option<Date>,
    pub(crate) due_day: Option<Date>,
    pub(crate) answered_day: Option<Date>,
    pub(crate) in_numerator: bool,
    pub(crate) excluded: bool,
}

/// Pages through the cases that a figure counts; sealed ones are counted and never listed.
pub(crate) async fn behind(
    db: &mut PgConnection,
    query: &Query,
    indicator: &Indicator,
    counted: &CountedCases,
    after: CaseId,
    limit: i64,
) -> Result<Vec<Behind>, sqlx::Error> {
    // The instant of a stage by its word; `null` for a stage that was not reached.
    macro_rules! stage {
        ($place:literal) => {
            concat!(
                "CASE ", $place, "::text WHEN 'received' THEN received_at WHEN 'registered' THEN registered_at WHEN 'dispatched' THEN dispatched_at
                 WHEN 'signed' THEN signed_at WHEN 'contacted' THEN contacted_at WHEN 'answered' THEN answered_at
                 WHEN 'closed' THEN closed_at END"
            )
        };
    }
    let over = counted.denominator.as_deref().unwrap_or(&counted.numerator);
    let bits = |patterns: &[Pattern], pick: fn(&Pattern) -> Marks| -> Vec<i64> {
        patterns.iter().map(|pattern| pick(pattern).0).collect()
    };
    macro_rules! behind_by {
        ($by:ident) => {
            concat!(
        "SELECT case_id, number, kind, region, unit, received_day, due_day, answered_day,
                EXISTS (SELECT 1 FROM unnest($14::bigint[], $15::bigint[]) AS p (a, n)
                        WHERE found & a = a AND found & n = 0) AS in_numerator,
                EXISTS (SELECT 1 FROM exclusion AS e WHERE e.case_id = fact.case_id AND e.state = 'granted'
                          AND e.indicator IN ('*', $16)) AS excluded
         FROM (SELECT *, ",
        fact_marks!(),
        " AS found FROM case_fact WHERE case_id > $11 AND ",
        of_the_period!($by),
        ") AS fact
         WHERE found & $18 = 0 AND NOT EXISTS (SELECT FROM case_seal AS s WHERE s.case_id = fact.case_id)
           AND ($19::text IS NULL OR (",
        stage!("$19"),
        " IS NOT NULL
                AND (",
        stage!("$20"),
        " AT TIME ZONE 'Asia/Shanghai')::date <= $8))
           AND EXISTS (SELECT 1 FROM unnest($12::bigint[], $13::bigint[]) AS p (a, n)
                       WHERE found & a = a AND found & n = 0)
         ORDER BY case_id LIMIT $17"
    )
        };
    }
    let (statement, span) = (statement!(behind_by, indicator.by), indicator.span);
    bound(sqlx::query_as(statement).persistent(false), query)
        .bind(after.0)
        .bind(bits(over, |pattern| pattern.all))
        .bind(bits(over, |pattern| pattern.none))
        .bind(bits(&counted.numerator, |pattern| pattern.all))
        .bind(bits(&counted.numerator, |pattern| pattern.none))
        .bind(&indicator.code)
        .bind(limit)
        .bind(Mark::Sealed.bit())
        .bind(span.map(|span| span.from.as_str()))
        .bind(span.map(|span| span.to.as_str()))
        .fetch_all(db)
        .await
}

/// One case with all that latencies are made of.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Timed {
    pub(crate) part: Option<String>,
    pub(crate) marks: i64,
    pub(crate) region: Option<String>,
    pub(crate) received_at: Option<Timestamp>,
    pub(crate) registered_at: Option<Timestamp>,
    pub(crate) dispatched_at: Option<Timestamp>,
    pub(crate) signed_at: Option<Timestamp>,
    pub(crate) contacted_at: Option<Timestamp>,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) closed_at: Option<Timestamp>,
    /// Indicators it is excluded from (剔除); `*` for all.
    pub(crate) excluded: Vec<String>,
}

/// Every case of the period with its stages, one after the other: minutes are no property that cases share, and a province has too
/// many of them to be held.
pub(crate) fn timed<'q>(
    db: &'q mut PgConnection,
    query: &'q Query,
    by: By,
) -> BoxStream<'q, Result<Timed, sqlx::Error>> {
    macro_rules! timed_by {
        ($by:ident, $($part:tt)+) => {
            concat!(
                "SELECT ", $($part)+, "::text AS part, ", fact_marks!(), " AS marks, region, received_at, registered_at, dispatched_at,
                        signed_at, contacted_at, answered_at, closed_at,
                        coalesce(gone.indicators, '{}') AS excluded
                 FROM case_fact LEFT JOIN (SELECT case_id AS gone_case, array_agg(indicator) AS indicators FROM exclusion
                                           WHERE state = 'granted' GROUP BY 1) AS gone ON gone_case = case_id
                 WHERE ", of_the_period!($by)
            )
        };
    }
    let statement = statement!(timed_by, by, query.group_by);
    bound(sqlx::query_as(statement).persistent(false), query).fetch(db)
}

type Asking<'q, T> = sqlx::query::QueryAs<'q, sqlx::Postgres, T, sqlx::postgres::PgArguments>;

fn bound<'q, T>(statement: Asking<'q, T>, query: &'q Query) -> Asking<'q, T> {
    let stem = |index: usize| query.within.get(index).map_or("", RegionCode::stem);
    statement
        .bind(&query.policy)
        .bind(query.from.map(jiff::civil::Date::to_sqlx))
        .bind(query.to.map(jiff::civil::Date::to_sqlx))
        .bind(stem(0))
        .bind(stem(1))
        .bind(query.kind)
        .bind(query.unit.as_ref().map(UnitCode::as_str))
        .bind(query.as_of.to_sqlx())
        .bind(query.sealed)
        .bind(past_before(query.as_of, query.today).to_sqlx())
}

fn alike((part, marks, workdays, cases): Row) -> (String, Alike) {
    let workdays = workdays.and_then(|days| u32::try_from(days).ok());
    (part.unwrap_or_default(), Alike { marks: Marks(marks), workdays, cases: cases.unsigned_abs() })
}
