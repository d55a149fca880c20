//! Which case waits on which, and which are linked.

use ids::RegionCode;
use intake_rules::{Own, State, merging::Place};
use jiff::Timestamp;
use pg::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::{cases::state, find::read};

/// A case that waits on another one.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) case_id: Uuid,
    pub(crate) primary_id: Uuid,
    pub(crate) own: Own,
    pub(crate) region: RegionCode,
    pub(crate) number: String,
}

type Row = (Uuid, Uuid, String, String, String);

fn waiting(rows: Vec<Row>) -> Result<Vec<Waiting>, sqlx::Error> {
    let read_row = |(case_id, primary_id, own, region, number): Row| {
        let own = Own::of(state(&own)?)
            .ok_or_else(|| sqlx::Error::Decode("case_merge.own_state cannot be read".into()))?;
        Ok(Waiting { case_id, primary_id, own, region: read("region", &region)?, number })
    };
    rows.into_iter().map(read_row).collect()
}

/// The cases that wait on any of these, in the order of ids.
pub(crate) async fn waiting_on(
    connection: &mut PgConnection,
    primaries: &[Uuid],
) -> Result<Vec<Waiting>, sqlx::Error> {
    let rows = sqlx::query_as(
        "SELECT m.case_id, m.primary_id, m.own_state, f.region, f.number FROM case_merge m JOIN case_file f USING (case_id)
         WHERE m.primary_id = ANY($1) AND m.ended_at IS NULL ORDER BY m.case_id",
    )
    .bind(primaries)
    .fetch_all(connection)
    .await?;
    waiting(rows)
}

/// What a case waits on.
pub(crate) async fn primary_of(
    connection: &mut PgConnection,
    case: Uuid,
) -> Result<Option<Waiting>, sqlx::Error> {
    let rows = sqlx::query_as(
        "SELECT m.case_id, m.primary_id, m.own_state, f.region, p.number
         FROM case_merge m JOIN case_file f USING (case_id) JOIN case_file p ON p.case_id = m.primary_id
         WHERE m.case_id = $1 AND m.ended_at IS NULL",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    Ok(waiting(rows)?.pop())
}

/// A case with what it waits on and what waits on it.
pub(crate) async fn place(connection: &mut PgConnection, case: Uuid) -> Result<Place<Uuid>, sqlx::Error> {
    let primary = primary_of(&mut *connection, case).await?.map(|waits| waits.primary_id);
    let waiting = waiting_on(connection, &[case]).await?.into_iter().map(|waits| waits.case_id).collect();
    Ok(Place { case, primary, waiting })
}

/// Writes down that a case waits.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    case: Uuid,
    primary: Uuid,
    own: State,
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_merge (case_id, primary_id, own_state, merged_at, merged_by) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(case)
    .bind(primary)
    .bind(own.as_str())
    .bind(at.to_sqlx())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that what waited on one case waits on another: each row ends and begins anew, so that nothing is lost.
pub(crate) async fn follow(
    connection: &mut PgConnection,
    cases: &[Uuid],
    primary: Uuid,
    at: Timestamp,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_merge SET ended_at = $2, ended_how = 'moved' WHERE case_id = ANY($1) AND ended_at IS NULL",
    )
    .bind(cases)
    .bind(at.to_sqlx())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO case_merge (case_id, primary_id, own_state, merged_at, merged_by)
         SELECT DISTINCT ON (case_id) case_id, $2, own_state, $3, $4 FROM case_merge
         WHERE case_id = ANY($1) ORDER BY case_id, merge_id DESC",
    )
    .bind(cases)
    .bind(primary)
    .bind(at.to_sqlx())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down that cases wait no longer.
pub(crate) async fn end(
    connection: &mut PgConnection,
    cases: &[Uuid],
    at: Timestamp,
    how: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE case_merge SET ended_at = $2, ended_how = $3 WHERE case_id = ANY($1) AND ended_at IS NULL",
    )
    .bind(cases)
    .bind(at.to_sqlx())
    .bind(how)
    .execute(connection)
    .await?;
    Ok(())
}

/// Links two cases; says whether that is new.
pub(crate) async fn link(
    connection: &mut PgConnection,
    (case, other): (Uuid, Uuid),
    link: &str,
    at: Timestamp,
    by: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO case_link (case_id, other_id, link, linked_at, linked_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (case_id, other_id) DO NOTHING",
    )
    .bind(case)
    .bind(other)
    .bind(link)
    .bind(at.to_sqlx())
    .bind(by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The cases linked to or from a case: number, kind of link, whether it is confidential.
pub(crate) async fn links(
    connection: &mut PgConnection,
    case: Uuid,
) -> Result<Vec<(String, String, bool)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.number, l.link, f.confidential
         FROM (SELECT other_id AS id, link FROM case_link WHERE case_id = $1
               UNION SELECT case_id, link FROM case_link WHERE other_id = $1) l
         JOIN case_file f ON f.case_id = l.id ORDER BY f.number",
    )
    .bind(case)
    .fetch_all(connection)
    .await
}

/// Writes down matters that were ended for good.
pub(crate) async fn terminated(
    connection: &mut PgConnection,
    rows: &[(Uuid, &str, Timestamp)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_termination (case_id, termination, ended_at)
         SELECT DISTINCT ON (1) * FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[]) ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(rows.iter().map(|row| row.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.1).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.2.to_sqlx()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a matter was ended for good, and how often it was renewed.
pub(crate) async fn ended_and_renewed(
    connection: &mut PgConnection,
    case: Uuid,
) -> Result<(bool, i64), sqlx::Error> {
    sqlx::query_as(
        "SELECT EXISTS (SELECT FROM case_termination WHERE case_id = $1),
                (SELECT count(*) FROM dossier_entry WHERE case_id = $1 AND kind = 'case.renewed')",
    )
    .bind(case)
    .fetch_one(connection)
    .await
}
