//! Whether a policy pack is still what it was under its number: every decision is stamped with pack and version, and nothing else.

use anyhow::Context as _;
use pg::Database;

use crate::{Mistakes, PackFiles, PolicyFiles, settings::Changed};

/// Writes down the prints of packs that are new here, and compares the others with what was written.
///
/// # Errors
/// The database is away; or a pack says something else than it said under the same number, and the configuration calls that a
/// mistake.
pub(crate) async fn hold(db: &Database, policy: &PolicyFiles, changed: Changed) -> anyhow::Result<()> {
    let prints: Vec<(&PackFiles, String)> = policy.packs().iter().map(|pack| (pack, pack.print())).collect();
    let column = |of: fn(&PackFiles) -> &str| prints.iter().map(|(pack, _)| of(pack)).collect::<Vec<_>>();
    // One statement writes and reads: what another process wrote a moment ago is what counts.
    let known: Vec<(String, i32, String)> = sqlx::query_as(
        "INSERT INTO pack_print AS known (pack_id, pack_version, print)
         SELECT * FROM UNNEST($1::text[], $2::int[], $3::text[])
         ON CONFLICT (pack_id, pack_version) DO UPDATE SET print = known.print
         RETURNING pack_id, pack_version, print",
    )
    .bind(column(|pack| &pack.id))
    .bind(prints.iter().map(|(pack, _)| pack.version).collect::<Vec<_>>())
    .bind(prints.iter().map(|(_, print)| print.as_str()).collect::<Vec<_>>())
    .fetch_all(&db.pool)
    .await
    .context("policy packs known to the database")?;
    let other = |(pack, print): &&(&PackFiles, String)| {
        known.iter().any(|(id, version, known)| (id, version) == (&pack.id, &pack.version) && known != print)
    };
    let mistakes: Vec<String> = prints
        .iter()
        .filter(other)
        .map(|(pack, _)| {
            format!(
                "policy pack {} was changed under its number {}: give it the next one in pack.toml (policy.changed)",
                pack.id, pack.version
            )
        })
        .collect();
    match changed {
        _ if mistakes.is_empty() => Ok(()),
        Changed::Refuse => Err(Mistakes(mistakes).into()),
        Changed::Warn => {
            mistakes.iter().for_each(|mistake| tracing::warn!("{mistake}"));
            Ok(())
        }
    }
}
