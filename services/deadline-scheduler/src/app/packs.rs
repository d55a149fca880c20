//! The limits of every policy pack, read and checked at the start.

use std::collections::BTreeMap;

use anyhow::Context as _;
use deadline_scheduler_rules::Deadlines;
use runtime::PolicyFiles;

/// The `deadlines` section of every version of every pack.
#[derive(Debug, Default)]
pub(crate) struct Packs {
    by_version: BTreeMap<(String, i32), Deadlines>,
}

impl Packs {
    /// Reads all; every flaw of a pack is told at once.
    pub(crate) fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let mut by_version = BTreeMap::new();
        for pack in files.packs() {
            let Some(text) = pack.section("deadlines") else { continue };
            let section: Deadlines =
                toml::from_str(text).with_context(|| format!("pack {}, deadlines.toml", pack.id))?;
            let flaws: Vec<_> = section.validate().iter().map(ToString::to_string).collect();
            anyhow::ensure!(flaws.is_empty(), "pack {}: {}", pack.id, flaws.join("; "));
            by_version.insert((pack.id.clone(), pack.version), section);
        }
        Ok(Self { by_version })
    }

    /// Finds a version of a pack; where this installation no longer has it, the newest of that pack.
    pub(crate) fn find(&self, id: &str, version: i32) -> Option<&Deadlines> {
        self.by_version.get(&(id.to_owned(), version)).or_else(|| {
            let versions = (id.to_owned(), i32::MIN)..=(id.to_owned(), i32::MAX);
            self.by_version.range(versions).next_back().map(|(_, section)| section)
        })
    }
}
