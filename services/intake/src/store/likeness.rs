//! Keys of like texts: written by a task, asked by the look-up.

use intake_rules::State;
use jiff::Timestamp;
use pg::SqlTimestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::cases::state;

/// A case whose keys are missing.
#[derive(sqlx::FromRow)]
pub(crate) struct Missing {
    pub(crate) case_id: Uuid,
    pub(crate) title: String,
    pub(crate) body: String,
}

/// Looks at `most` cases after `from` in the order of ids and answers those without keys, and the last id looked at.
pub(crate) async fn missing(
    connection: &mut PgConnection,
    from: Uuid,
    most: i64,
) -> Result<(Vec<Missing>, Option<Uuid>), sqlx::Error> {
    let last: Option<Uuid> = sqlx::query_scalar(
        "SELECT case_id FROM (SELECT case_id FROM case_file WHERE case_id > $1 ORDER BY case_id LIMIT $2) part
         ORDER BY case_id DESC LIMIT 1",
    )
    .bind(from)
    .bind(most)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(last) = last else { return Ok((Vec::new(), None)) };
    let rows = sqlx::query_as(
        "SELECT f.case_id, f.title, m.body FROM case_file f JOIN case_matter m USING (case_id)
         WHERE f.case_id > $1 AND f.case_id <= $2 AND NOT f.confidential
           AND NOT EXISTS (SELECT FROM case_likeness l WHERE l.case_id = f.case_id)",
    )
    .bind(from)
    .bind(last)
    .fetch_all(connection)
    .await?;
    Ok((rows, Some(last)))
}

/// Writes keys.
pub(crate) async fn put(
    connection: &mut PgConnection,
    rows: &[(Uuid, [i32; 16])],
) -> Result<(), sqlx::Error> {
    // Arrays of arrays do not travel as parameters: sixteen in a row belong together.
    let keys: Vec<i32> = rows.iter().flat_map(|row| row.1).collect();
    sqlx::query(
        "INSERT INTO case_likeness (case_id, keys)
         SELECT c.id, ($2::int[])[(c.at - 1) * 16 + 1 : c.at * 16]
         FROM UNNEST($1::uuid[]) WITH ORDINALITY AS c (id, at)
         ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(rows.iter().map(|row| row.0).collect::<Vec<_>>())
    .bind(keys)
    .execute(connection)
    .await?;
    Ok(())
}

/// A case that may be like the one asked about.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) state: State,
    pub(crate) subject: Option<String>,
    pub(crate) region: String,
    pub(crate) received_at: Timestamp,
    pub(crate) terminated: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: String,
    title: String,
    body: String,
    state: String,
    subject: Option<String>,
    region: String,
    received_at: SqlTimestamp,
    terminated: bool,
}

fn candidates(rows: Vec<Row>) -> Result<Vec<Candidate>, sqlx::Error> {
    let read = |row: Row| {
        Ok(Candidate {
            number: row.number,
            title: row.title,
            body: row.body,
            state: state(&row.state)?,
            subject: row.subject,
            region: row.region,
            received_at: row.received_at.to_jiff(),
            terminated: row.terminated,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Cases that share a key, those that share most first. A thousand rows are looked at at most: where more share a key the text
/// is a form letter, and any of them will do.
pub(crate) async fn sharing(
    connection: &mut PgConnection,
    keys: &[i32; 16],
    except: Option<Uuid>,
    region: Option<&str>,
) -> Result<Vec<Candidate>, sqlx::Error> {
    let rows = sqlx::query_as(
        "WITH met AS MATERIALIZED (
            SELECT case_id, keys FROM case_likeness WHERE keys && $1 AND case_id IS DISTINCT FROM $2 LIMIT 1000),
         nearest AS (
            SELECT met.case_id, (SELECT count(*) FROM UNNEST(met.keys) AS k WHERE k = ANY($1)) AS common
            FROM met ORDER BY common DESC, case_id DESC LIMIT 100)
         SELECT f.number, f.title, m.body, f.state, f.subject, f.region, f.received_at,
                t.case_id IS NOT NULL AS terminated
         FROM nearest n JOIN case_file f USING (case_id) JOIN case_matter m USING (case_id)
         LEFT JOIN case_termination t USING (case_id)
         WHERE NOT f.confidential AND ($3::text IS NULL OR starts_with(f.region, $3))",
    )
    .bind(&keys[..])
    .bind(except)
    .bind(region)
    .fetch_all(connection)
    .await?;
    candidates(rows)
}

/// Earlier cases of the same party, the newest first, at most a hundred.
pub(crate) async fn of_party(
    connection: &mut PgConnection,
    phone_index: &[u8],
    before: (Timestamp, Uuid),
    confidential: bool,
) -> Result<Vec<Candidate>, sqlx::Error> {
    use pg::ToSqlx as _;
    let rows = sqlx::query_as(
        "SELECT f.number, f.title, m.body, f.state, f.subject, f.region, f.received_at,
                t.case_id IS NOT NULL AS terminated
         FROM case_file f JOIN case_matter m USING (case_id) LEFT JOIN case_termination t USING (case_id)
         WHERE f.phone_index = $1 AND (f.received_at, f.case_id) < ($2, $3) AND ($4 OR NOT f.confidential)
         ORDER BY f.received_at DESC, f.case_id DESC LIMIT 100",
    )
    .bind(phone_index)
    .bind(before.0.to_sqlx())
    .bind(before.1)
    .bind(confidential)
    .fetch_all(connection)
    .await?;
    candidates(rows)
}

/// The blind index of who told a case.
pub(crate) async fn party_of(
    connection: &mut PgConnection,
    case: Uuid,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let found: Option<Option<Vec<u8>>> =
        sqlx::query_scalar("SELECT phone_index FROM case_file WHERE case_id = $1")
            .bind(case)
            .fetch_optional(connection)
            .await?;
    Ok(found.flatten())
}
