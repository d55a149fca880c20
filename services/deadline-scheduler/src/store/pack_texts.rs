//! Rows of `pack_text`: what each version of a pack said about limits.

use sqlx::{PgConnection, PgPool};

/// A version of a pack with its `deadlines.toml`; no text where nobody kept it.
pub(crate) type Text = (String, i32, Option<String>);

/// Keeps what is loaded. A version that is there already says the same, unless the configuration lets packs change in place.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    loaded: &[(&str, i32, &str)],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO pack_text AS known (pack_id, pack_version, deadlines)
         SELECT * FROM UNNEST($1::text[], $2::int[], $3::text[]) AS new (id, version, text) ORDER BY id, version
         ON CONFLICT (pack_id, pack_version) DO UPDATE SET deadlines = EXCLUDED.deadlines
            WHERE known.deadlines IS DISTINCT FROM EXCLUDED.deadlines",
    )
    .bind(loaded.iter().map(|(id, _, _)| *id).collect::<Vec<_>>())
    .bind(loaded.iter().map(|(_, version, _)| *version).collect::<Vec<_>>())
    .bind(loaded.iter().map(|(_, _, text)| *text).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Lists every version that was ever used here.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Text>, sqlx::Error> {
    sqlx::query_as("SELECT pack_id, pack_version, deadlines FROM pack_text").fetch_all(connection).await
}

/// Reads some versions, as far as their texts are kept.
pub(crate) async fn some(
    connection: &mut PgConnection,
    wanted: &[(String, i32)],
) -> Result<Vec<Text>, sqlx::Error> {
    sqlx::query_as(
        "SELECT pack_id, pack_version, deadlines FROM pack_text
         WHERE (pack_id, pack_version) IN (SELECT * FROM UNNEST($1::text[], $2::int[]))",
    )
    .bind(wanted.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>())
    .bind(wanted.iter().map(|(_, version)| *version).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
}

/// Lists what limits that are not at their end follow: pack, version, entry. Looks at every limit; asked once, at the start.
pub(crate) async fn followed(pool: &PgPool) -> Result<Vec<(String, i32, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT pack_id, pack_version, entry FROM clock WHERE state IN (0, 1) ORDER BY 1, 2, 3",
    )
    .fetch_all(pool)
    .await
}
