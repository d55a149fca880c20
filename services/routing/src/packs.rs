//! The `routing` sections of all policy packs, read once.

use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use contracts::case::PackRef;
use routing_rules::pack::RoutingPack;
use runtime::PolicyFiles;

/// Packs by id and version.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packs {
    exact: HashMap<(String, i32), Arc<RoutingPack>>,
    newest: HashMap<String, Arc<RoutingPack>>,
}

impl Packs {
    /// Reads and checks the section of every pack that has one.
    pub(crate) fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let mut packs = Self::default();
        for file in files.packs() {
            let Some(section) = file.section("routing") else { continue };
            let mut pack: RoutingPack =
                toml::from_str(section).with_context(|| format!("{}/routing.toml", file.id))?;
            let wrong = pack.validate();
            anyhow::ensure!(wrong.is_empty(), "{}/routing.toml: {}", file.id, wrong.join("; "));
            // What a reply may name is listed where it is counted.
            if let Some(section) = file.section("evaluation") {
                pack.nameable =
                    toml::from_str(section).with_context(|| format!("{}/evaluation.toml", file.id))?;
            }
            let pack = Arc::new(pack);
            packs.exact.insert((file.id.clone(), file.version), pack.clone());
            // The files come sorted by version.
            packs.newest.insert(file.id.clone(), pack);
        }
        Ok(packs)
    }

    /// The newest version of every pack, by id.
    pub(crate) fn newest(&self) -> impl Iterator<Item = (&str, &Arc<RoutingPack>)> {
        self.newest.iter().map(|(id, pack)| (id.as_str(), pack))
    }

    /// The pack a case is under; where that very version is no longer shipped, the newest of the same name.
    pub(crate) fn of(&self, pack: &PackRef) -> Option<&Arc<RoutingPack>> {
        self.exact.get(&(pack.id.clone(), pack.version)).or_else(|| self.newest.get(&pack.id))
    }
}

impl Packs {
    /// Kinds of units that some pack wants on duty round the clock.
    pub(crate) fn round_the_clock(&self) -> Vec<String> {
        let kinds = self.newest.values().flat_map(|pack| pack.ways.round_the_clock.iter().cloned());
        kinds.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

/// Finds every mistake of a `routing.toml`, each as a sentence that names the key; empty when it is sound.
#[must_use]
pub fn check_pack(text: &str) -> Vec<String> {
    match toml::from_str::<RoutingPack>(text) {
        Ok(pack) => pack.validate(),
        Err(error) => vec![error.to_string()],
    }
}
