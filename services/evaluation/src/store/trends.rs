//! What reports say beyond one period: the course of subjects, like cases together, causes, opinions, sensitive times, practical items.
//! No sealed case is in any of it.

use evaluation_rules::{Mark, Marks, Period};
use ids::RegionCode;
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::PgConnection;

use super::reports::{Often, Span};

/// Subject, county, the how many-th of the periods (from 1), cases.
pub(crate) type Step = (String, String, i64, i64);

/// Counts cases of each subject and county in each of the periods.
pub(crate) async fn courses(
    db: &mut PgConnection,
    span: Span<'_>,
    periods: &[Period],
) -> Result<Vec<Step>, sqlx::Error> {
    sqlx::query_as(
        "SELECT subject, county, p.nth, count(*)
         FROM UNNEST($2::date[], $3::date[]) WITH ORDINALITY AS p (first, last, nth)
              JOIN case_fact ON received_day BETWEEN p.first AND p.last
         WHERE pack_id = $1 AND subject IS NOT NULL AND county IS NOT NULL AND region >= $4 AND region < $4 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)
         GROUP BY 1, 2, 3",
    )
    .persistent(false)
    .bind(span.policy)
    .bind(periods.iter().map(|period| period.from.to_sqlx()).collect::<Vec<_>>())
    .bind(periods.iter().map(|period| period.to.to_sqlx()).collect::<Vec<_>>())
    .bind(stem(span))
    .fetch_all(db)
    .await
}

/// Like cases of one subject and county.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Together {
    pub(crate) subject: String,
    pub(crate) county: String,
    pub(crate) cases: i64,
    pub(crate) grouped: i64,
    pub(crate) units: i64,
    pub(crate) numbers: Vec<String>,
}

/// Finds the largest gatherings of like cases, each with the numbers of its first cases.
pub(crate) async fn together(db: &mut PgConnection, span: Span<'_>) -> Result<Vec<Together>, sqlx::Error> {
    let grouped = Marks::of(&[Mark::Repeated, Mark::Merged, Mark::Collective]);
    sqlx::query_as(
        "SELECT subject, county, count(*) AS cases, count(*) FILTER (WHERE marks & $6 <> 0) AS grouped,
                count(DISTINCT unit) AS units,
                (array_agg(number ORDER BY received_at, number) FILTER (WHERE number IS NOT NULL))[1:5] AS numbers
         FROM case_fact
         WHERE pack_id = $1 AND received_day BETWEEN $2 AND $3 AND subject IS NOT NULL AND county IS NOT NULL
           AND number IS NOT NULL AND region >= $4 AND region < $4 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)
         GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY cases DESC, subject, county LIMIT $5",
    )
    .persistent(false)
    .bind(span.policy)
    .bind(span.from.to_sqlx())
    .bind(span.to.to_sqlx())
    .bind(stem(span))
    .bind(span.top)
    .bind(grouped.0)
    .fetch_all(db)
    .await
}

/// Causes or remedies that replies named, with the number of the period before.
pub(crate) async fn named(
    db: &mut PgConnection,
    span: Span<'_>,
    remedies: bool,
) -> Result<Vec<Often>, sqlx::Error> {
    sqlx::query_as(
        "SELECT CASE WHEN $7 THEN c.remedy ELSE c.cause END, count(*) FILTER (WHERE day >= $2),
                count(*) FILTER (WHERE day < $2)
         FROM case_cause AS c JOIN case_fact AS f USING (case_id)
         WHERE f.pack_id = $1 AND day BETWEEN $3 AND $4 AND region >= $5 AND region < $5 || ':'
           AND CASE WHEN $7 THEN c.remedy ELSE c.cause END IS NOT NULL
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = c.case_id)
         GROUP BY 1 HAVING count(*) FILTER (WHERE day >= $2) > 0 ORDER BY 2 DESC, 1 LIMIT $6",
    )
    .persistent(false)
    .bind(span.policy)
    .bind(span.from.to_sqlx())
    .bind(span.before.to_sqlx())
    .bind(span.to.to_sqlx())
    .bind(stem(span))
    .bind(span.top)
    .bind(remedies)
    .fetch_all(db)
    .await
}

/// Source, severity, subject, county of opinions; how many, and of how many a case was made.
pub(crate) type Opinions = (String, String, String, String, i64, i64);

/// Counts opinions of a period that were not dismissed, the gravest first.
pub(crate) async fn opinions(db: &mut PgConnection, span: Span<'_>) -> Result<Vec<Opinions>, sqlx::Error> {
    sqlx::query_as(
        "SELECT source, severity, subject, county, count(*), count(*) FILTER (WHERE state = 'cased')
         FROM opinion
         WHERE pack_id = $1 AND heard_on BETWEEN $2 AND $3 AND state <> 'dismissed' AND region >= $4 AND region < $4 || ':'
         GROUP BY 1, 2, 3, 4
         ORDER BY array_position(ARRAY['grave', 'serious', 'ordinary'], severity), 5 DESC, 1, 3, 4 LIMIT $5",
    )
    .persistent(false)
    .bind(span.policy)
    .bind(span.from.to_sqlx())
    .bind(span.to.to_sqlx())
    .bind(stem(span))
    .bind(span.top)
    .fetch_all(db)
    .await
}

/// Counts the cases of a stretch of days.
pub(crate) async fn cases(
    db: &mut PgConnection,
    policy: &str,
    place: Option<&RegionCode>,
    of: Period,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM case_fact
         WHERE pack_id = $1 AND received_day BETWEEN $2 AND $3 AND region >= $4 AND region < $4 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)",
    )
    .persistent(false)
    .bind(policy)
    .bind(of.from.to_sqlx())
    .bind(of.to.to_sqlx())
    .bind(place.map_or("", RegionCode::stem))
    .fetch_one(db)
    .await
}

/// The day on which the first case of a pack came in: before it nothing was counted, so that no day before is one without cases.
pub(crate) async fn since(db: &mut PgConnection, policy: &str) -> Result<Option<Date>, sqlx::Error> {
    let first: Option<SqlDate> = sqlx::query_scalar(
        "SELECT min(received_day) FROM case_fact
         WHERE pack_id = $1 AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)",
    )
    .persistent(false)
    .bind(policy)
    .fetch_one(db)
    .await?;
    Ok(first.map(SqlDate::to_jiff))
}

/// One practical item as reports show it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Item {
    pub(crate) class: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) due: SqlDate,
    pub(crate) state: String,
    pub(crate) per_cent: i32,
    pub(crate) supervised: i32,
    /// Sessions and cases of receptions of its year, where it is the reception day.
    pub(crate) sessions: Option<i64>,
    pub(crate) received: Option<i64>,
}

/// The items of a year with what receptions came to until a day.
pub(crate) async fn items(
    db: &mut PgConnection,
    year: i16,
    until: Date,
    place: Option<&RegionCode>,
) -> Result<Vec<Item>, sqlx::Error> {
    sqlx::query_as(
        "SELECT class, title, unit, due, state, per_cent, supervised,
                CASE WHEN receptions THEN (SELECT count(*) FROM reception_count AS r WHERE r.day BETWEEN make_date($1, 1, 1) AND $2
                    AND r.region >= regexp_replace(i.region, '(00)+$', '') AND r.region < regexp_replace(i.region, '(00)+$', '') || ':') END AS sessions,
                CASE WHEN receptions THEN (SELECT coalesce(sum(cases), 0) FROM reception_count AS r WHERE r.day BETWEEN make_date($1, 1, 1) AND $2
                    AND r.region >= regexp_replace(i.region, '(00)+$', '') AND r.region < regexp_replace(i.region, '(00)+$', '') || ':') END::bigint AS received
         FROM practical_item AS i WHERE year = $1 AND region >= $3 AND region < $3 || ':' ORDER BY class, due, id",
    )
    .persistent(false)
    .bind(i32::from(year))
    .bind(until.to_sqlx())
    .bind(place.map_or("", RegionCode::stem))
    .fetch_all(db)
    .await
}

fn stem<'a>(span: Span<'a>) -> &'a str {
    span.place.map_or("", RegionCode::stem)
}
