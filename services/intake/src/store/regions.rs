//! The regions that cases may lie in.

use std::collections::HashSet;

use sqlx::PgConnection;

/// One row of a region file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// 6, 9 or 12 digits (GB/T 2260 and its extension).
    pub code: String,
    /// What people call it.
    pub name: String,
    /// `province`, `city`, `county`, `township` or `village`.
    pub level: String,
    /// The code of the region that it lies in.
    pub parent: Option<String>,
}

/// Loads regions, new and renamed ones; repeating it changes nothing. Answers how many rows were new or changed.
///
/// # Errors
/// The server is away.
pub async fn load(connection: &mut PgConnection, regions: &[Region]) -> Result<u64, sqlx::Error> {
    let mut changed = 0;
    for part in regions.chunks(2000) {
        let rows = part.iter();
        changed += sqlx::query(
            "INSERT INTO region AS r (code, name, level, parent)
             SELECT DISTINCT ON (code) * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[])
                 AS t (code, name, level, parent)
             ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, level = EXCLUDED.level, parent = EXCLUDED.parent
             WHERE (r.name, r.level, r.parent) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.level, EXCLUDED.parent)",
        )
        .bind(rows.clone().map(|row| row.code.as_str()).collect::<Vec<_>>())
        .bind(rows.clone().map(|row| row.name.as_str()).collect::<Vec<_>>())
        .bind(rows.clone().map(|row| row.level.as_str()).collect::<Vec<_>>())
        .bind(rows.map(|row| row.parent.as_deref()).collect::<Vec<_>>())
        .execute(&mut *connection)
        .await?
        .rows_affected();
    }
    Ok(changed)
}

/// Every known code.
pub(crate) async fn codes(connection: &mut PgConnection) -> Result<HashSet<String>, sqlx::Error> {
    let codes: Vec<String> = sqlx::query_scalar("SELECT code FROM region").fetch_all(connection).await?;
    Ok(codes.into_iter().collect())
}
