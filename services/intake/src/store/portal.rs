//! What the public pages show: released answers and counts.

use ids::PublicationId;
use jiff::{Timestamp, civil::Date};
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// What the public list is narrowed by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) region: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) unit: Option<String>,
    /// Released in the month that begins on this day.
    pub(crate) month: Option<Date>,
    /// Typical cases of the month that begins on this day.
    pub(crate) typical: Option<Date>,
    /// Where the page before ended.
    pub(crate) after: Option<(Timestamp, Uuid)>,
}

/// The places of one page of released answers, newest release first.
pub(crate) async fn page(
    connection: &mut PgConnection,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<(PublicationId, Timestamp)>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT publication_id, released_at FROM publication WHERE state = 'released'
         AND NOT EXISTS (SELECT FROM case_secrecy s WHERE s.case_id = publication.case_id AND s.ended_at IS NULL)",
    );
    if let Some(prefix) = &wanted.region {
        query.push(" AND region LIKE ").push_bind(format!("{prefix}%"));
    }
    if let Some(kind) = &wanted.kind {
        query.push(" AND kind = ").push_bind(kind);
    }
    if let Some(unit) = &wanted.unit {
        query.push(" AND unit = ").push_bind(unit);
    }
    if let Some(month) = wanted.month {
        query.push(" AND date_trunc('month', released_at AT TIME ZONE 'Asia/Shanghai')::date = ");
        query.push_bind(month.to_sqlx());
    }
    if let Some(month) = wanted.typical {
        query.push(" AND typical_month = ").push_bind(month.to_sqlx());
    }
    if let Some((at, id)) = wanted.after {
        query.push(" AND (released_at, publication_id) < (").push_bind(at.to_sqlx());
        query.push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY released_at DESC, publication_id DESC LIMIT ").push_bind(limit);
    let rows: Vec<(Uuid, SqlTimestamp)> =
        query.build_query_as().persistent(false).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(id, at)| (PublicationId(id), at.to_jiff())).collect())
}

/// A line of the status table.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Count {
    /// Region, kind or unit.
    pub(crate) of: String,
    /// 收到.
    pub(crate) received: i64,
    /// 受理.
    pub(crate) accepted: i64,
    /// 已答复.
    pub(crate) answered: i64,
    /// 办理中.
    pub(crate) in_hand: i64,
}

/// Counts the cases received in a span by county, kind and unit, in this order. Confidential cases are in none of the
/// three: a single accusation in the line of a unit would tell of it.
pub(crate) async fn counts(
    connection: &mut PgConnection,
    from: Timestamp,
    until: Timestamp,
) -> Result<[Vec<Count>; 3], sqlx::Error> {
    #[derive(sqlx::FromRow)]
    struct Line {
        by: i32,
        #[sqlx(flatten)]
        count: Count,
    }
    let lines: Vec<Line> = sqlx::query_as(
        "SELECT grouping(left(region, 6), kind, unit) AS by,
                CASE grouping(left(region, 6), kind, unit) WHEN 3 THEN left(region, 6) WHEN 5 THEN kind
                     ELSE coalesce(unit, '') END AS \"of\",
                count(*) AS received, count(*) FILTER (WHERE state NOT IN ('registered', 'declined', 'invalid')) AS accepted,
                count(*) FILTER (WHERE closed_round > 0) AS answered,
                count(*) FILTER (WHERE state IN ('registered', 'accepted', 'dispatched', 'reopened')) AS in_hand
         FROM case_file WHERE received_at >= $1 AND received_at < $2 AND NOT confidential
           AND NOT EXISTS (SELECT FROM case_secrecy s WHERE s.case_id = case_file.case_id AND s.ended_at IS NULL)
         GROUP BY GROUPING SETS ((left(region, 6)), (kind), (unit)) ORDER BY 2",
    )
    .bind(from.to_sqlx())
    .bind(until.to_sqlx())
    .fetch_all(connection)
    .await?;
    let mut tables = [Vec::new(), Vec::new(), Vec::new()];
    for line in lines.into_iter().filter(|line| !line.count.of.is_empty()) {
        let at = match line.by {
            3 => 0,
            5 => 1,
            _ => 2,
        };
        tables[at].push(line.count);
    }
    Ok(tables)
}

/// Closed cases that nobody has looked at for publication, newest receipt first: case id, number, title, kind, unit.
pub(crate) async fn candidates(
    connection: &mut PgConnection,
    kinds: &[String],
    region: Option<&str>,
    most: i64,
) -> Result<Vec<(Uuid, String, String, String, Option<String>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.case_id, f.number, f.title, f.kind, f.unit FROM case_file f
         WHERE f.state = 'closed' AND NOT f.confidential AND NOT f.historic AND f.kind = ANY($1)
           AND ($2::text IS NULL OR f.region LIKE $2 || '%')
           AND NOT EXISTS (SELECT FROM publication p WHERE p.case_id = f.case_id)
           AND NOT EXISTS (SELECT FROM case_secrecy s WHERE s.case_id = f.case_id AND s.ended_at IS NULL)
         ORDER BY f.received_at DESC, f.case_id DESC LIMIT $3",
    )
    .bind(kinds)
    .bind(region)
    .bind(most)
    .fetch_all(connection)
    .await
}
