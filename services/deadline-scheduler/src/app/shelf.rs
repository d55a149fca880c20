//! The packs of an installation over time: what the files hold now is kept in the database, and what runs under an older
//! version goes on under the text that version had.

use anyhow::Context as _;
use pg::Database;
use runtime::{Changed, Mistakes, PolicyFiles};

use super::packs::Packs;
use crate::store::pack_texts;

/// Reads the packs of the files, keeps their texts, and adds every older version that was kept.
///
/// # Errors
/// A pack that cannot be read; the database is away; or limits run that no text tells the end of, and the configuration calls
/// that a mistake.
pub(crate) async fn open(db: &Database, files: &PolicyFiles, changed: Changed) -> anyhow::Result<Packs> {
    let packs = Packs::read(files)?;
    let loaded: Vec<(&str, i32, &str)> = files
        .packs()
        .iter()
        .filter_map(|pack| Some((pack.id.as_str(), pack.version, pack.section("deadlines")?)))
        .collect();
    let mut connection = db.pool.acquire().await.context("texts of policy packs")?;
    pack_texts::keep(&mut connection, &loaded).await.context("keeping texts of policy packs")?;
    let kept = pack_texts::all(&mut connection).await.context("texts of policy packs")?;
    drop(connection);
    let lost: Vec<(String, i32)> = kept
        .iter()
        .filter(|(_, _, text)| text.is_none())
        .map(|(id, version, _)| (id.clone(), *version))
        .collect();
    let packs = packs.with(kept);
    let followed = pack_texts::followed(&db.pool).await.context("what running limits follow")?;
    let mut mistakes = Vec::new();
    for (id, version, entry) in followed {
        let whole = packs.exactly(&id, version);
        let stands_in = whole.is_none() && lost.contains(&(id.clone(), version));
        let known = packs.find(&id, version).is_some_and(|pack| pack.entry(&entry).is_some());
        if stands_in && known {
            tracing::warn!(
                pack = id,
                version,
                entry,
                "limits run under a text that was not kept: the newest stands in"
            );
        } else if whole.is_none() {
            mistakes.push(format!(
                "limits run under entry {entry} of policy pack {id}, version {version}, whose text neither the files nor the \
                 database have: put the folder of that version beside the newer one (policy.folder)"
            ));
        } else if !known {
            mistakes.push(format!(
                "limits run under entry {entry}, which policy pack {id}, version {version}, no longer has: a pack that is \
                 changed gets the next number (policy.changed)"
            ));
        }
    }
    match changed {
        Changed::Refuse if !mistakes.is_empty() => Err(Mistakes(mistakes).into()),
        Changed::Refuse | Changed::Warn => {
            mistakes.iter().for_each(|mistake| tracing::warn!("{mistake}"));
            Ok(packs)
        }
    }
}
