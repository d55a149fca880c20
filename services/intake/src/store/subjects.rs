//! The tenant's tree of subjects.

use std::collections::HashSet;

use sqlx::PgConnection;

/// One subject.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema, sqlx::FromRow,
)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subject {
    /// `a`, `a.b` or `a.b.c`.
    pub(crate) code: String,
    /// What Chinese readers see.
    pub(crate) zh: String,
    /// What English readers see.
    pub(crate) en: String,
}

/// The version of the tree in use; 0 when none was loaded.
pub(crate) async fn version(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM subject").fetch_one(connection).await
}

/// The tree in use, in the order of codes.
pub(crate) async fn tree(connection: &mut PgConnection) -> Result<Vec<Subject>, sqlx::Error> {
    sqlx::query_as("SELECT code, zh, en FROM subject WHERE NOT retired ORDER BY code")
        .fetch_all(connection)
        .await
}

/// Every code of the tree in use.
pub(crate) async fn codes(connection: &mut PgConnection) -> Result<HashSet<String>, sqlx::Error> {
    let codes: Vec<String> =
        sqlx::query_scalar("SELECT code FROM subject WHERE NOT retired").fetch_all(connection).await?;
    Ok(codes.into_iter().collect())
}

/// Puts a tree in the place of the one before; codes that it does not have are retired. Says whether it is newer than what is there.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    version: i32,
    subjects: &[Subject],
) -> Result<bool, sqlx::Error> {
    // Two trees at once would mix; nobody reads under this lock.
    sqlx::query("LOCK TABLE subject IN SHARE ROW EXCLUSIVE MODE").execute(&mut *connection).await?;
    if version <= self::version(&mut *connection).await? {
        return Ok(false);
    }
    sqlx::query("UPDATE subject SET retired = true").execute(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO subject (code, zh, en, version)
         SELECT code, zh, en, $4 FROM UNNEST($1::text[], $2::text[], $3::text[]) AS t (code, zh, en)
         ON CONFLICT (code) DO UPDATE SET zh = EXCLUDED.zh, en = EXCLUDED.en, version = EXCLUDED.version, retired = false",
    )
    .bind(subjects.iter().map(|subject| subject.code.as_str()).collect::<Vec<_>>())
    .bind(subjects.iter().map(|subject| subject.zh.as_str()).collect::<Vec<_>>())
    .bind(subjects.iter().map(|subject| subject.en.as_str()).collect::<Vec<_>>())
    .bind(version)
    .execute(connection)
    .await?;
    Ok(true)
}
