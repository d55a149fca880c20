//! Contacts that make no case: written, found, changed, counted.

use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, SqlTimestamp, ToSqlx as _};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// A contact as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct ContactRow {
    pub(crate) contact_id: Uuid,
    pub(crate) sort: String,
    pub(crate) state: String,
    pub(crate) channel: String,
    pub(crate) region: String,
    pub(crate) line: Option<String>,
    pub(crate) article: Option<Uuid>,
    pub(crate) about: Option<String>,
    pub(crate) at: SqlTimestamp,
    pub(crate) due_at: Option<SqlTimestamp>,
    pub(crate) attempts: i32,
    pub(crate) objected: bool,
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) note: String,
    pub(crate) grounds: Option<String>,
    pub(crate) ruling: Option<String>,
    pub(crate) ruled_by: Option<String>,
    pub(crate) code_hash: Option<Vec<u8>>,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) pack_id: String,
    pub(crate) pack_version: i32,
    pub(crate) version: i64,
}

/// A contact to be written.
pub(crate) struct NewContact {
    pub(crate) contact_id: Uuid,
    pub(crate) sort: &'static str,
    pub(crate) state: &'static str,
    pub(crate) channel: &'static str,
    pub(crate) region: String,
    pub(crate) line: Option<String>,
    pub(crate) article: Option<Uuid>,
    pub(crate) about: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) day: Date,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) phone_index: Option<Vec<u8>>,
    pub(crate) note: String,
    pub(crate) code_hash: Option<Vec<u8>>,
    pub(crate) actor: String,
    pub(crate) pack: contracts::case::PackRef,
}

/// Writes a contact.
pub(crate) async fn insert(transaction: &mut PgConnection, new: &NewContact) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contact (contact_id, sort, state, channel, region, line, article, about, at, day, due_at, phone,
                              phone_index, note, code_hash, actor, pack_id, pack_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    )
    .bind(new.contact_id)
    .bind(new.sort)
    .bind(new.state)
    .bind(new.channel)
    .bind(&new.region)
    .bind(&new.line)
    .bind(new.article)
    .bind(&new.about)
    .bind(new.at.to_sqlx())
    .bind(new.day.to_sqlx())
    .bind(new.due_at.map(|at| at.to_sqlx()))
    .bind(&new.phone)
    .bind(&new.phone_index)
    .bind(&new.note)
    .bind(&new.code_hash)
    .bind(&new.actor)
    .bind(&new.pack.id)
    .bind(new.pack.version)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Reads a contact and locks it for a change.
pub(crate) async fn lock(
    transaction: &mut PgConnection,
    id: Uuid,
) -> Result<Option<ContactRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT contact_id, sort, state, channel, region, line, article, about, at, due_at, attempts, objected, phone,
                note, grounds, ruling, ruled_by, code_hash, case_id, pack_id, pack_version, version
         FROM contact WHERE contact_id = $1 FOR NO KEY UPDATE",
    )
    .bind(id)
    .fetch_optional(transaction)
    .await
}

/// Stores what was changed of a contact that is locked.
pub(crate) async fn update(
    transaction: &mut PgConnection,
    row: &ContactRow,
    ruled_at: Option<Timestamp>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE contact SET state = $2, attempts = $3, objected = $4, grounds = $5, ruling = $6, ruled_by = $7,
                ruled_at = coalesce($8, ruled_at), case_id = $9, version = $10, note = $11 WHERE contact_id = $1",
    )
    .bind(row.contact_id)
    .bind(&row.state)
    .bind(row.attempts)
    .bind(row.objected)
    .bind(&row.grounds)
    .bind(&row.ruling)
    .bind(&row.ruled_by)
    .bind(ruled_at.map(|at| at.to_sqlx()))
    .bind(row.case_id)
    .bind(row.version)
    .bind(&row.note)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Writes a call back down.
pub(crate) async fn attempt(
    transaction: &mut PgConnection,
    contact: Uuid,
    number: i32,
    at: Timestamp,
    reached: bool,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contact_attempt (contact_id, number, at, reached, actor) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(contact)
    .bind(number)
    .bind(at.to_sqlx())
    .bind(reached)
    .bind(actor)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Writes down who opened the telephone of a contact.
pub(crate) async fn look(
    transaction: &mut PgConnection,
    contact: Uuid,
    at: Timestamp,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO contact_look (contact_id, at, actor) VALUES ($1, $2, $3)")
        .bind(contact)
        .bind(at.to_sqlx())
        .bind(actor)
        .execute(transaction)
        .await?;
    Ok(())
}

/// What a list is narrowed by.
#[derive(Default)]
pub(crate) struct ContactFilter {
    pub(crate) sort: Option<&'static str>,
    pub(crate) state: Option<&'static str>,
    /// First digits of region codes; several must all hold.
    pub(crate) regions: Vec<String>,
    pub(crate) after: Option<(Timestamp, Uuid)>,
    /// Owed ones, the oldest duty first.
    pub(crate) due: bool,
}

/// One line of a list.
#[derive(sqlx::FromRow)]
pub(crate) struct ContactLine {
    pub(crate) contact_id: Uuid,
    pub(crate) sort: String,
    pub(crate) state: String,
    pub(crate) channel: String,
    pub(crate) region: String,
    pub(crate) line: Option<String>,
    pub(crate) at: SqlTimestamp,
    pub(crate) due_at: Option<SqlTimestamp>,
    pub(crate) attempts: i32,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) version: i64,
    /// What the list is ordered by.
    pub(crate) place: SqlTimestamp,
}

/// Reads one page.
pub(crate) async fn page(
    connection: &mut PgConnection,
    filter: &ContactFilter,
    limit: i64,
) -> Result<Vec<ContactLine>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT contact_id, sort, state, channel, region, line, at, due_at, attempts, version,
                CASE WHEN NOT starts_with(note, chr(1)) THEN case_id END AS case_id, ",
    );
    query.push(if filter.due { "coalesce(due_at, at) AS place" } else { "at AS place" });
    query.push(" FROM contact WHERE true");
    if filter.due {
        query.push(" AND state = 'owed'");
    }
    if let Some(sort) = filter.sort {
        query.push(" AND sort = ").push_bind(sort);
    }
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state);
    }
    for prefix in &filter.regions {
        query
            .push(" AND region >= ")
            .push_bind(prefix)
            .push(" AND region < ")
            .push_bind(format!("{prefix}:"));
    }
    if let Some((at, id)) = filter.after {
        query.push(if filter.due {
            " AND (coalesce(due_at, at), contact_id) > ("
        } else {
            " AND (at, contact_id) < ("
        });
        query.push_bind(at.to_sqlx()).push(", ").push_bind(id).push(")");
    }
    query.push(if filter.due { " ORDER BY place, contact_id" } else { " ORDER BY at DESC, contact_id DESC" });
    query.push(" LIMIT ").push_bind(limit);
    query.build_query_as().persistent(false).fetch_all(connection).await
}

/// How many there were of one sort by one channel on one day.
#[derive(sqlx::FromRow)]
pub(crate) struct Count {
    pub(crate) day: SqlDate,
    pub(crate) sort: String,
    pub(crate) channel: String,
    pub(crate) contacts: i64,
    pub(crate) cases: i64,
}

/// Counts contacts by day, sort and channel, in a region and all that lies in it.
pub(crate) async fn figures(
    connection: &mut PgConnection,
    from: Date,
    to: Date,
    stem: &str,
) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as(
        "SELECT day, sort, channel, count(*) AS contacts, count(case_id) AS cases FROM contact
         WHERE day BETWEEN $1 AND $2 AND region >= $3 AND region < $3 || ':'
         GROUP BY day, sort, channel ORDER BY day, sort, channel",
    )
    .bind(from.to_sqlx())
    .bind(to.to_sqlx())
    .bind(stem)
    .fetch_all(connection)
    .await
}
