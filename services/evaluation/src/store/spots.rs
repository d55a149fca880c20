//! Rows of spot checks (抽查): drawn by lot, looked at, judged; every look stays.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// What is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Lot<'a> {
    pub(crate) id: Uuid,
    pub(crate) policy: &'a str,
    /// Stem of the region; empty: all.
    pub(crate) region: &'a str,
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) wanted: i32,
    pub(crate) seed: &'a str,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

/// A drawing as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Drawn {
    pub(crate) id: Uuid,
    pub(crate) pack_id: String,
    pub(crate) region: String,
    pub(crate) from_day: SqlDate,
    pub(crate) to_day: SqlDate,
    pub(crate) wanted: i32,
    pub(crate) found: i32,
    pub(crate) seed: String,
    pub(crate) drawn_by: String,
    pub(crate) drawn_at: SqlTimestamp,
}

/// One case of a drawing.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Entry {
    pub(crate) case_id: Uuid,
    pub(crate) number: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) county: Option<String>,
    pub(crate) verdict: Option<String>,
    pub(crate) remark: Option<Vec<u8>>,
    pub(crate) judged_by: Option<String>,
    pub(crate) looks: i64,
}

/// One look.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Look {
    pub(crate) case_id: Uuid,
    pub(crate) way: String,
    pub(crate) looked_by: String,
    pub(crate) looked_at: SqlTimestamp,
}

/// Draws by lot: the cases whose digests with the seed are the smallest, so that anybody can draw the same again. Sealed cases are in
/// no lot. A drawing that is there is left as it is.
pub(crate) async fn draw(db: &mut PgConnection, lot: &Lot<'_>) -> Result<(), sqlx::Error> {
    let cases: Vec<Uuid> = sqlx::query_scalar(
        "SELECT case_id FROM case_fact
         WHERE pack_id = $1 AND received_day BETWEEN $2 AND $3 AND accepted AND region >= $4 AND region < $4 || ':'
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = case_fact.case_id)
         ORDER BY md5($5 || case_id::text), case_id LIMIT $6",
    )
    .bind(lot.policy)
    .bind(lot.from.to_sqlx())
    .bind(lot.to.to_sqlx())
    .bind(lot.region)
    .bind(lot.seed)
    .bind(i64::from(lot.wanted))
    .fetch_all(&mut *db)
    .await?;
    let new = sqlx::query(
        "INSERT INTO spot_check (id, pack_id, region, from_day, to_day, wanted, found, seed, drawn_by, drawn_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(lot.id)
    .bind(lot.policy)
    .bind(lot.region)
    .bind(lot.from.to_sqlx())
    .bind(lot.to.to_sqlx())
    .bind(lot.wanted)
    .bind(i32::try_from(cases.len()).unwrap_or(i32::MAX))
    .bind(lot.seed)
    .bind(lot.by)
    .bind(lot.at.to_sqlx())
    .execute(&mut *db)
    .await?;
    if new.rows_affected() == 1 {
        sqlx::query(
            "INSERT INTO spot_case (spot_check, place, case_id)
             SELECT $1, place, case_id FROM UNNEST($2::uuid[]) WITH ORDINALITY AS one (case_id, place)",
        )
        .bind(lot.id)
        .bind(cases)
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Reads one drawing.
pub(crate) async fn read(db: &mut PgConnection, id: Uuid) -> Result<Option<Drawn>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM spot_check WHERE id = $1").bind(id).fetch_optional(db).await
}

/// Lists drawings of a region, oldest first.
pub(crate) async fn list(
    db: &mut PgConnection,
    region: &str,
    after: Option<(Timestamp, Uuid)>,
    most: i64,
) -> Result<Vec<Drawn>, sqlx::Error> {
    let (after_at, after_id) = after.unwrap_or((Timestamp::UNIX_EPOCH, Uuid::nil()));
    sqlx::query_as(
        "SELECT * FROM spot_check WHERE (drawn_at, id) > ($1, $2) AND region >= $3 AND region < $3 || ':'
         ORDER BY drawn_at, id LIMIT $4",
    )
    .bind(after_at.to_sqlx())
    .bind(after_id)
    .bind(region)
    .bind(most)
    .fetch_all(db)
    .await
}

/// The cases of a drawing, in the order of the lot; one that was sealed since is left out.
pub(crate) async fn entries(db: &mut PgConnection, id: Uuid) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_as(
        "SELECT s.case_id, number, unit, county, verdict, remark, judged_by,
                (SELECT count(*) FROM spot_look AS l WHERE l.spot_check = s.spot_check AND l.case_id = s.case_id) AS looks
         FROM spot_case AS s JOIN case_fact USING (case_id)
         WHERE spot_check = $1 AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = s.case_id)
         ORDER BY place",
    )
    .bind(id)
    .fetch_all(db)
    .await
}

/// Writes a look down; `false` when the case is not in the drawing.
pub(crate) async fn look(
    db: &mut PgConnection,
    (check, case): (Uuid, Uuid),
    way: &str,
    by: &str,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "INSERT INTO spot_look (id, spot_check, case_id, way, looked_by, looked_at)
         SELECT $1, spot_check, case_id, $4, $5, $6 FROM spot_case AS s WHERE spot_check = $2 AND case_id = $3
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = s.case_id)",
    )
    .bind(Uuid::now_v7())
    .bind(check)
    .bind(case)
    .bind(way)
    .bind(by)
    .bind(at.to_sqlx())
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// The looks of a drawing, oldest first; at cases that were sealed since only where all are wanted.
pub(crate) async fn looks(db: &mut PgConnection, id: Uuid, all: bool) -> Result<Vec<Look>, sqlx::Error> {
    sqlx::query_as(
        "SELECT case_id, way, looked_by, looked_at FROM spot_look AS l
         WHERE spot_check = $1 AND ($2 OR NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = l.case_id))
         ORDER BY looked_at, id",
    )
    .bind(id)
    .bind(all)
    .fetch_all(db)
    .await
}

/// Judges a case that the same person has looked at; `false` when it is not in the drawing or was not looked at.
pub(crate) async fn judge(
    db: &mut PgConnection,
    (check, case): (Uuid, Uuid),
    (verdict, remark): (&str, Option<&[u8]>),
    by: &str,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let written = sqlx::query(
        "UPDATE spot_case AS s SET verdict = $3, remark = $4, judged_by = $5, judged_at = $6
         WHERE spot_check = $1 AND case_id = $2
           AND EXISTS (SELECT FROM spot_look AS l WHERE l.spot_check = $1 AND l.case_id = $2 AND l.looked_by = $5)
           AND NOT EXISTS (SELECT FROM case_seal AS seal WHERE seal.case_id = s.case_id)",
    )
    .bind(check)
    .bind(case)
    .bind(verdict)
    .bind(remark)
    .bind(by)
    .bind(at.to_sqlx())
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}
