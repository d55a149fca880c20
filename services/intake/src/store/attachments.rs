//! Files that belong to cases.

use contracts::case::PackRef;
use ids::{AttachmentId, CaseId};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

/// One row of `attachment`; the name is sealed.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) id: AttachmentId,
    pub(crate) digest: Vec<u8>,
    pub(crate) name: Vec<u8>,
    pub(crate) media: String,
    pub(crate) bytes: i64,
    pub(crate) at: Timestamp,
    pub(crate) actor: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    attachment_id: Uuid,
    digest: Vec<u8>,
    name: Vec<u8>,
    media: String,
    bytes: i64,
    handed_in_at: SqlTimestamp,
    actor: String,
}

/// Reads the attachments of a case, oldest first.
pub(crate) async fn of_case(
    connection: &mut PgConnection,
    case: CaseId,
) -> Result<Vec<Attachment>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT attachment_id, digest, name, media, bytes, handed_in_at, actor FROM attachment
         WHERE case_id = $1 ORDER BY handed_in_at, attachment_id",
    )
    .bind(case.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Attachment::from).collect())
}

/// Writes one; the case must be locked.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    case: CaseId,
    new: &Attachment,
    pack: &PackRef,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO attachment (attachment_id, case_id, digest, name, media, bytes, handed_in_at, actor, pack_id,
                                 pack_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.id.0)
    .bind(case.0)
    .bind(&new.digest)
    .bind(&new.name)
    .bind(&new.media)
    .bind(new.bytes)
    .bind(new.at.to_sqlx())
    .bind(&new.actor)
    .bind(&pack.id)
    .bind(pack.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the attachments of a case out; answers the digests that no other case has.
pub(crate) async fn forget(connection: &mut PgConnection, case: CaseId) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    let gone: Vec<Vec<u8>> = sqlx::query_scalar("DELETE FROM attachment WHERE case_id = $1 RETURNING digest")
        .bind(case.0)
        .fetch_all(&mut *connection)
        .await?;
    let shared: Vec<Vec<u8>> = sqlx::query_scalar("SELECT digest FROM attachment WHERE digest = ANY($1)")
        .bind(&gone)
        .fetch_all(connection)
        .await?;
    Ok(gone.into_iter().filter(|digest| !shared.contains(digest)).collect())
}

impl From<Row> for Attachment {
    fn from(row: Row) -> Self {
        Self {
            id: AttachmentId(row.attachment_id),
            digest: row.digest,
            name: row.name,
            media: row.media,
            bytes: row.bytes,
            at: row.handed_in_at.to_jiff(),
            actor: row.actor,
        }
    }
}
