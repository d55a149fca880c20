//! Rows of reports, and what they are made of beyond the figures. No sealed case is in any of it.

use std::collections::BTreeSet;

use evaluation_rules::Series;
use ids::{RegionCode, ReportId};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One that was made.
#[derive(Clone, Debug)]
pub(crate) struct Made<'a> {
    pub(crate) id: ReportId,
    pub(crate) series: &'static str,
    pub(crate) pack: &'a evaluation_rules::PackRef,
    pub(crate) place: &'a str,
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) data: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) at: Timestamp,
    /// Somebody must write beside it and release it.
    pub(crate) edited: bool,
    /// Where it is filed.
    pub(crate) region: &'a str,
}

/// One as stored, without its data.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) series: String,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) place: String,
    pub(crate) from_day: SqlDate,
    pub(crate) to_day: SqlDate,
    pub(crate) digest: String,
    pub(crate) made_at: SqlTimestamp,
    pub(crate) released_at: Option<SqlTimestamp>,
}

/// Holds the lease on making reports until the transaction ends; `false` when another process has it.
pub(crate) async fn lease(db: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_xact_lock(hashtext('evaluation.reports'))").fetch_one(db).await
}

/// The id of the one report of a series, place and period.
pub(crate) fn id(series: Series, policy: &str, place: Option<&RegionCode>, from: Date) -> ReportId {
    let place = place.map_or("", RegionCode::as_str);
    ReportId::derived(&format!("{}:{policy}:{place}:{from}", series.as_str()))
}

/// Says whether one was made.
pub(crate) async fn made(db: &mut PgConnection, id: ReportId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM report WHERE id = $1)").bind(id.0).fetch_one(db).await
}

/// Archives one; `false` when it is there.
pub(crate) async fn insert(db: &mut PgConnection, made: &Made<'_>) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "INSERT INTO report (id, series, pack_id, pack_version, place, from_day, to_day, data, digest, made_at, edited,
                released_at, released_by, region)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CASE WHEN $11 THEN NULL ELSE $10 END,
                CASE WHEN $11 THEN NULL ELSE 'system' END, $12)
         ON CONFLICT DO NOTHING",
    )
    .bind(made.id.0)
    .bind(made.series)
    .bind(&made.pack.id)
    .bind(made.pack.version)
    .bind(made.place)
    .bind(made.from.to_sqlx())
    .bind(made.to.to_sqlx())
    .bind(made.data)
    .bind(made.digest)
    .bind(made.at.to_sqlx())
    .bind(made.edited)
    .bind(made.region)
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// One with its data.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Whole {
    pub(crate) series: String,
    pub(crate) pack_id: String,
    pub(crate) place: String,
    pub(crate) region: String,
    pub(crate) from_day: SqlDate,
    pub(crate) to_day: SqlDate,
    pub(crate) data: String,
    pub(crate) digest: String,
    pub(crate) released_at: Option<SqlTimestamp>,
}

/// Reads one.
pub(crate) async fn read(db: &mut PgConnection, id: Uuid) -> Result<Option<Whole>, sqlx::Error> {
    sqlx::query_as(
        "SELECT series, pack_id, place, region, from_day, to_day, data, digest, released_at FROM report WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Which of these numbers belong to cases that are sealed.
pub(crate) async fn sealed_among(
    db: &mut PgConnection,
    numbers: &[&str],
) -> Result<BTreeSet<String>, sqlx::Error> {
    let sealed: Vec<String> = sqlx::query_scalar(
        "SELECT number FROM case_seal JOIN case_fact USING (case_id) WHERE number = ANY($1)",
    )
    .bind(numbers)
    .fetch_all(db)
    .await?;
    Ok(sealed.into_iter().collect())
}

/// Lists them, oldest period first.
pub(crate) async fn list(
    db: &mut PgConnection,
    series: Option<&str>,
    region: &str,
    drafts: bool,
    after: Option<(Date, Uuid)>,
    most: i64,
) -> Result<Vec<Kept>, sqlx::Error> {
    let (after_day, after_id) = after.unwrap_or((Date::constant(1, 1, 1), Uuid::nil()));
    sqlx::query_as(
        "SELECT id, series, pack_id, pack_version, place, from_day, to_day, digest, made_at, released_at FROM report
         WHERE (to_day, id) > ($1, $2) AND ($3::text IS NULL OR series = $3)
           AND ($4 = '' OR (region >= $4 AND region < $4 || ':')) AND ($6 OR released_at IS NOT NULL)
         ORDER BY to_day, id LIMIT $5",
    )
    .bind(after_day.to_sqlx())
    .bind(after_id)
    .bind(series)
    .bind(region)
    .bind(most)
    .bind(drafts)
    .fetch_all(db)
    .await
}

/// The counties that had cases of a pack in a period, sealed ones apart: that there is a report says that something came in.
pub(crate) async fn counties(
    db: &mut PgConnection,
    policy: &str,
    from: Date,
    to: Date,
) -> Result<Vec<RegionCode>, sqlx::Error> {
    let counties: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT county FROM case_fact
         WHERE pack_id = $1 AND received_day BETWEEN $2 AND $3 AND county IS NOT NULL
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id) ORDER BY 1",
    )
    .bind(policy)
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .fetch_all(db)
    .await?;
    Ok(counties.iter().filter_map(|county| county.parse().ok()).collect())
}

/// The most frequent of something, with the number of the period before.
pub(crate) type Often = (String, i64, i64);

/// What is asked for: pack, both periods, place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<'a> {
    pub(crate) policy: &'a str,
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) before: Date,
    pub(crate) place: Option<&'a RegionCode>,
    pub(crate) top: i64,
}

macro_rules! most_often {
    ($column:literal) => {
        concat!(
            "SELECT ", $column, ", count(*) FILTER (WHERE received_day >= $2), count(*) FILTER (WHERE received_day < $2)
             FROM case_fact
             WHERE pack_id = $1 AND received_day BETWEEN $3 AND $4 AND ", $column, " IS NOT NULL
               AND region >= $5 AND region < $5 || ':'
               AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)
             GROUP BY 1 HAVING count(*) FILTER (WHERE received_day >= $2) > 0 ORDER BY 2 DESC, 1 LIMIT $6"
        )
    };
}

/// The most frequent subjects, channels or counties.
pub(crate) async fn often(
    db: &mut PgConnection,
    what: &str,
    span: Span<'_>,
) -> Result<Vec<Often>, sqlx::Error> {
    let statement = match what {
        "channels" => most_often!("channel"),
        "places" => most_often!("county"),
        "kinds" => most_often!("kind"),
        _ => most_often!("subject"),
    };
    sqlx::query_as(statement)
        .persistent(false)
        .bind(span.policy)
        .bind(span.from.to_sqlx())
        .bind(span.before.to_sqlx())
        .bind(span.to.to_sqlx())
        .bind(span.place.map_or("", RegionCode::stem))
        .bind(span.top)
        .fetch_all(db)
        .await
}

/// Findings of a period by defect, contacts by kind, receptions: name, number, number before.
pub(crate) async fn beside(
    db: &mut PgConnection,
    span: Span<'_>,
) -> Result<Vec<(String, String, i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT 'finding', defect, count(*) FILTER (WHERE day >= $1), count(*) FILTER (WHERE day < $1)
         FROM (SELECT defect, (raised_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM finding JOIN case_fact AS f USING (case_id)
               WHERE raised_at IS NOT NULL AND f.pack_id = $5 AND finding.region >= $4 AND finding.region < $4 || ':'
                 AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = finding.case_id)) AS found
         WHERE day BETWEEN $2 AND $3 GROUP BY 2
         UNION ALL
         SELECT 'contact', kind, coalesce(sum(contacts) FILTER (WHERE day >= $1), 0)::bigint,
                coalesce(sum(contacts) FILTER (WHERE day < $1), 0)::bigint
         FROM contact_count WHERE day BETWEEN $2 AND $3 AND region >= $4 AND region < $4 || ':' GROUP BY 2
         UNION ALL
         SELECT 'reception', what, coalesce(sum(n) FILTER (WHERE day >= $1), 0)::bigint,
                coalesce(sum(n) FILTER (WHERE day < $1), 0)::bigint
         FROM (SELECT day, region, 'sessions' AS what, 1 AS n FROM reception_count
               UNION ALL SELECT day, region, 'cases', cases FROM reception_count) AS held
         WHERE day BETWEEN $2 AND $3 AND region >= $4 AND region < $4 || ':' GROUP BY 2
         UNION ALL
         SELECT 'escalation', step, count(*) FILTER (WHERE day >= $1), count(*) FILTER (WHERE day < $1)
         FROM escalation JOIN case_fact AS f USING (case_id)
         WHERE day BETWEEN $2 AND $3 AND f.pack_id = $5 AND region >= $4 AND region < $4 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = escalation.case_id)
         GROUP BY 2
         ORDER BY 1, 2",
    )
    .bind(span.from.to_sqlx())
    .bind(span.before.to_sqlx())
    .bind(span.to.to_sqlx())
    .bind(span.place.map_or("", RegionCode::stem))
    .bind(span.policy)
    .fetch_all(db)
    .await
}
