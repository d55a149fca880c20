//! Rows of `unit_name`: what people call units.

use sqlx::PgConnection;

/// Writes names; a unit has one.
pub(crate) async fn save(
    connection: &mut PgConnection,
    names: &[(String, String)],
) -> Result<(), sqlx::Error> {
    let (codes, names): (Vec<&str>, Vec<&str>) =
        names.iter().map(|(code, name)| (code.as_str(), name.as_str())).unzip();
    sqlx::query(
        "INSERT INTO unit_name (code, zh) SELECT * FROM UNNEST($1::text[], $2::text[])
         ON CONFLICT (code) DO UPDATE SET zh = EXCLUDED.zh WHERE unit_name.zh <> EXCLUDED.zh",
    )
    .bind(codes)
    .bind(names)
    .execute(connection)
    .await?;
    Ok(())
}

/// All of them.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as("SELECT code, zh FROM unit_name").fetch_all(connection).await
}
