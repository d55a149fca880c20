//! Rows of the scores that were told of a month.

use evaluation_rules::{PackRef, Place, Scored};
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::PgConnection;

/// Of which bulletin they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) pack: &'a PackRef,
    pub(crate) place: &'a str,
    pub(crate) region: &'a str,
    pub(crate) month: Date,
}

/// Keeps what a bulletin says; what is kept already stays.
pub(crate) async fn keep(db: &mut PgConnection, told: Told<'_>, places: &[Place]) -> Result<(), sqlx::Error> {
    let of = |place: &Place| place.rank.and_then(|rank| i32::try_from(rank).ok());
    sqlx::query(
        "INSERT INTO unit_score (pack_id, pack_version, place, region, month, unit, team, score, ranked, place_in, red, black)
         SELECT $1, $2, $3, $4, $5, * FROM UNNEST($6::text[], $7::text[], $8::float8[], $9::bool[], $10::int[], $11::bool[], $12::bool[])
         ON CONFLICT DO NOTHING",
    )
    .bind(&told.pack.id)
    .bind(told.pack.version)
    .bind(told.place)
    .bind(told.region)
    .bind(told.month.to_sqlx())
    .bind(places.iter().map(|place| place.scored.unit.as_str()).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.scored.group.as_str()).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.scored.score).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.scored.ranked).collect::<Vec<_>>())
    .bind(places.iter().map(of).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.red).collect::<Vec<_>>())
    .bind(places.iter().map(|place| place.black).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    month: SqlDate,
    unit: String,
    team: String,
    score: Option<f64>,
    ranked: bool,
    place_in: Option<i32>,
    red: bool,
    black: bool,
}

/// What was told of the months that begin in a time, in the order of the groups. A place has its own bulletin, or one of all that is
/// filed under it.
pub(crate) async fn told(
    db: &mut PgConnection,
    policy: &str,
    place: &str,
    from: Date,
    to: Date,
) -> Result<Vec<(Date, Place)>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT month, unit, team, score, ranked, place_in, red, black
         FROM (SELECT DISTINCT ON (month, unit) * FROM unit_score
               WHERE pack_id = $1 AND (place = $2 OR ($2 <> '' AND place = '' AND region = $2)) AND month BETWEEN $3 AND $4
               ORDER BY month, unit, place DESC) AS told
         ORDER BY month, team COLLATE \"C\", place_in NULLS LAST, unit",
    )
    .bind(policy)
    .bind(place)
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .fetch_all(db)
    .await?;
    let place = |row: Row| {
        let scored = Scored { unit: row.unit, group: row.team, score: row.score, ranked: row.ranked };
        let rank = row.place_in.and_then(|rank| u32::try_from(rank).ok());
        (row.month.to_jiff(), Place { scored, rank, red: row.red, black: row.black })
    };
    Ok(rows.into_iter().map(place).collect())
}
