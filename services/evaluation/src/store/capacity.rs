//! What days brought, and the known times that bring more.

use ids::RegionCode;
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::PgConnection;

/// A known time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct KnownTime {
    pub(crate) code: String,
    pub(crate) kind: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) region: Option<String>,
    pub(crate) first_day: SqlDate,
    pub(crate) last_day: SqlDate,
    pub(crate) actor: String,
}

/// Counts the matters of each day: cases of a pack, and contacts that made none where they count. Sealed cases are no part of it.
pub(crate) async fn daily(
    db: &mut PgConnection,
    policy: &str,
    place: &RegionCode,
    (from, to): (Date, Date),
    contacts: bool,
) -> Result<Vec<(Date, i64)>, sqlx::Error> {
    let rows: Vec<(SqlDate, i64)> = sqlx::query_as(
        "SELECT day, sum(matters)::bigint FROM (
            SELECT received_day AS day, count(*) AS matters FROM case_fact
            WHERE pack_id = $1 AND received_day BETWEEN $2 AND $3 AND region >= $4 AND region < $4 || ':'
              AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)
            GROUP BY 1
            UNION ALL
            SELECT day, sum(contacts) FROM contact_count
            WHERE $5 AND kind <> 'case' AND day BETWEEN $2 AND $3 AND region >= $4 AND region < $4 || ':' GROUP BY 1
         ) AS told GROUP BY 1 ORDER BY 1",
    )
    .persistent(false)
    .bind(policy)
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .bind(place.stem())
    .bind(contacts)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(day, matters)| (day.to_jiff(), matters)).collect())
}

/// The first day of which a pack knows a case in a place.
pub(crate) async fn first_day(
    db: &mut PgConnection,
    policy: &str,
    place: &RegionCode,
) -> Result<Option<Date>, sqlx::Error> {
    let day: Option<SqlDate> = sqlx::query_scalar(
        "SELECT min(received_day) FROM case_fact WHERE pack_id = $1 AND region >= $2 AND region < $2 || ':'",
    )
    .persistent(false)
    .bind(policy)
    .bind(place.stem())
    .fetch_one(db)
    .await?;
    Ok(day.map(SqlDate::to_jiff))
}

/// Reads all known times, the earliest first.
pub(crate) async fn times(db: &mut PgConnection) -> Result<Vec<KnownTime>, sqlx::Error> {
    sqlx::query_as(
        "SELECT code, kind, zh, en, region, first_day, last_day, actor FROM known_time ORDER BY first_day, code",
    )
    .fetch_all(db)
    .await
}

/// Puts others in the place of all known times.
pub(crate) async fn put_times(db: &mut PgConnection, all: &[KnownTime]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM known_time").execute(&mut *db).await?;
    sqlx::query(
        "INSERT INTO known_time (code, kind, zh, en, region, first_day, last_day, actor)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[])",
    )
    .bind(all.iter().map(|one| one.code.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.zh.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.en.as_str()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.region.as_deref()).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.first_day).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.last_day).collect::<Vec<_>>())
    .bind(all.iter().map(|one| one.actor.as_str()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
