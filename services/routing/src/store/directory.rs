//! The version of units and catalogue together: how a process sees that its copy is old.

use sqlx::PgConnection;

/// Says that units or catalogue have changed.
pub(crate) async fn touch(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE directory_version SET version = version + 1").execute(connection).await?;
    Ok(())
}

/// Reads the version.
pub(crate) async fn version(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT version FROM directory_version").fetch_one(connection).await
}
