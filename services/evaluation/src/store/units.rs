//! What is known of units: how the tenant sorts them and at which level they work.

use std::collections::BTreeMap;

use contracts::unit::UnitDescribed;
use evaluation_rules::UnitSort;
use sqlx::PgConnection;

/// Keeps what was told; the last word about a unit holds.
pub(crate) async fn keep(db: &mut PgConnection, told: &[&UnitDescribed]) -> Result<(), sqlx::Error> {
    let told: BTreeMap<&str, &UnitDescribed> = told.iter().map(|one| (one.code.as_str(), *one)).collect();
    if told.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO unit_sort (code, kind, level) SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[])
         ON CONFLICT (code) DO UPDATE SET kind = EXCLUDED.kind, level = EXCLUDED.level",
    )
    .bind(told.keys().copied().collect::<Vec<_>>())
    .bind(told.values().map(|one| one.sort.as_deref()).collect::<Vec<_>>())
    .bind(told.values().map(|one| one.level.as_deref()).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What is known of these units; of some nothing is.
pub(crate) async fn sorts(
    db: &mut PgConnection,
    units: &[&str],
) -> Result<BTreeMap<String, UnitSort>, sqlx::Error> {
    let rows: Vec<(String, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT code, kind, level FROM unit_sort WHERE code = ANY($1)")
            .bind(units)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(code, kind, level)| (code, UnitSort { kind, level })).collect())
}
