//! The section `intake` of every policy pack, read and checked at the start.

use std::collections::BTreeMap;

use anyhow::Context as _;
use contracts::case::PackRef;
use intake_rules::Pack;
use runtime::PolicyFiles;

/// A pack as intake uses it.
pub(crate) struct Known {
    /// What cases and events are stamped with.
    pub(crate) stamp: PackRef,
    /// The rules.
    pub(crate) pack: Pack,
}

/// The newest version of every pack that has rules for intake.
pub(crate) struct Packs(BTreeMap<String, Known>);

impl Packs {
    /// Reads all packs; any mistake in any of them is named.
    pub(crate) fn read(policy: &PolicyFiles) -> anyhow::Result<Self> {
        let mut known = BTreeMap::new();
        let mut mistakes = Vec::new();
        for files in policy.packs() {
            let Some(section) = files.section("intake") else { continue };
            match toml::from_str::<Pack>(section) {
                Ok(pack) => {
                    mistakes.extend(pack.validate().iter().map(|mistake| format!("{}: {mistake}", files.id)));
                    let stamp = PackRef { id: files.id.clone(), version: files.version };
                    known.insert(files.id.clone(), Known { stamp, pack });
                }
                Err(error) => mistakes.push(format!("{}: intake.toml: {error}", files.id)),
            }
        }
        anyhow::ensure!(mistakes.is_empty(), "policy packs:\n  - {}", mistakes.join("\n  - "));
        Ok(Self(known))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Known> {
        self.0.get(id)
    }

    /// Every pack.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Known> {
        self.0.values()
    }

    /// Every kind that some pack publishes.
    pub(crate) fn public_kinds(&self) -> Vec<String> {
        let packs = self.0.values().filter_map(|known| known.pack.publishing.as_ref());
        let kinds: std::collections::BTreeSet<&String> =
            packs.flat_map(|publishing| &publishing.kinds).collect();
        kinds.into_iter().cloned().collect()
    }

    /// The pack of a case that was registered under it.
    pub(crate) fn of_case(&self, id: &str) -> anyhow::Result<&Known> {
        self.get(id).with_context(|| format!("policy pack {id} of a case is no longer there"))
    }
}
