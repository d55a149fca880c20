//! Who points to a file of the store.

use sqlx::PgConnection;

/// Says whether any row points to a file.
pub(crate) async fn is_used(connection: &mut PgConnection, digest: &[u8]) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM attachment WHERE digest = $1)
             OR EXISTS (SELECT FROM archived_file WHERE digest = $1)",
    )
    .bind(digest)
    .fetch_one(connection)
    .await
}
