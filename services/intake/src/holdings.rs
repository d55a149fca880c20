//! Verifies the store of files against the rows that name them; for the command line, without a running service.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use futures::TryStreamExt as _;
use sqlx::PgPool;
use tokio::fs;

use crate::{
    Config,
    files::{Files, Reader, Unreadable, hex},
    vault::Vault,
};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Files that rows name.
    pub files: u64,
    /// The digest of a file, and what is wrong with it.
    pub findings: Vec<(String, &'static str)>,
}

/// Where the files are: as configured, or below the data folder.
#[must_use]
pub fn folder(config: &Config, data: &Path) -> PathBuf {
    if config.files.as_os_str().is_empty() { data.join("files") } else { config.files.clone() }
}

/// Opens every file that an attachment or an archive names and reads it to its end; then looks for files that none
/// names. What is younger than `young` seconds may be on its way into a row.
///
/// # Errors
/// The database is away, or the folder cannot be listed.
pub async fn verify(
    pool: &PgPool,
    secrets: &runtime::Secrets,
    folder: PathBuf,
    young: f64,
) -> anyhow::Result<Held> {
    let (files, vault) = (Files::new(folder.clone()), Vault::new(secrets));
    let (mut held, mut named) = (Held::default(), BTreeSet::new());
    let mut rows = sqlx::query_scalar::<_, Vec<u8>>(
        "SELECT digest FROM attachment UNION
         SELECT digest FROM archived_file JOIN archive_keeping USING (case_id) WHERE state <> 'destroyed'",
    )
    .fetch(pool);
    while let Some(digest) = rows.try_next().await? {
        held.files += 1;
        named.insert(hex(&digest));
        match whole(&files, &vault, &digest).await {
            Ok(()) => {}
            Err(Unreadable::Disk(_)) => held.findings.push((hex(&digest), "is not there")),
            Err(Unreadable::Damaged) => held.findings.push((hex(&digest), "is damaged")),
        }
    }
    drop(rows);
    let lost = SystemTime::from(runtime::Clock::default().now()) - Duration::from_secs_f64(young.max(0.0));
    for (name, changed) in listed(&folder.join("sealed")).await? {
        if !named.contains(&name) && changed <= lost {
            held.findings.push((name, "is named by no row"));
        }
    }
    Ok(held)
}

async fn whole(files: &Files, vault: &Vault, digest: &[u8]) -> Result<(), Unreadable> {
    let mut reader = Reader::open(files, digest).await?;
    while reader.next(vault).await?.is_some() {}
    Ok(())
}

/// Every file with the time of its last change; none where nothing was ever handed in.
async fn listed(sealed: &Path) -> std::io::Result<Vec<(String, SystemTime)>> {
    let mut found = Vec::new();
    let Ok(mut shelves) = fs::read_dir(sealed).await else { return Ok(found) };
    while let Some(shelf) = shelves.next_entry().await? {
        let mut entries = fs::read_dir(shelf.path()).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Taken away while we read: it is not lying there.
            if let Ok(about) = entry.metadata().await {
                found.push((name, about.modified()?));
            }
        }
    }
    Ok(found)
}
