//! The packs' sections `evaluation`, read and checked once at start.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use evaluation_rules::{Evaluation as Pack, PackRef};
use runtime::PolicyFiles;

/// Every pack by id and version.
#[derive(Debug, Default)]
pub(crate) struct Packs(BTreeMap<PackRef, Pack>);

impl Packs {
    /// Reads the section of every pack; all mistakes of a pack come in one error.
    pub(crate) fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let mut packs = BTreeMap::new();
        for file in files.packs() {
            let text =
                file.section("evaluation").with_context(|| format!("{}: no evaluation.toml", file.id))?;
            let pack: Pack = toml::from_str(text).with_context(|| format!("{}: evaluation.toml", file.id))?;
            let flaws: Vec<String> = pack.validate().iter().map(ToString::to_string).collect();
            ensure!(flaws.is_empty(), "{}: {}", file.id, flaws.join("; "));
            packs.insert(PackRef { id: file.id.clone(), version: file.version }, pack);
        }
        Ok(Self(packs))
    }

    /// Finds the version asked for, or the newest of that id where this installation has another one.
    pub(crate) fn find(&self, pack: &PackRef) -> Option<&Pack> {
        self.0.get(pack).or_else(|| self.newest(&pack.id).map(|(_, newest)| newest))
    }

    /// Finds the newest version of a pack.
    pub(crate) fn newest(&self, id: &str) -> Option<(&PackRef, &Pack)> {
        self.0.iter().rev().find(|(pack, _)| pack.id == id)
    }

    /// Every pack in its newest version.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&PackRef, &Pack)> {
        let last = |pack: &PackRef| self.newest(&pack.id).is_some_and(|(newest, _)| newest == pack);
        self.0.iter().filter(move |(pack, _)| last(pack))
    }

    /// Names the packs there are.
    pub(crate) fn names(&self) -> String {
        let mut names: Vec<&str> = self.0.keys().map(|pack| pack.id.as_str()).collect();
        names.dedup();
        names.join(", ")
    }
}
