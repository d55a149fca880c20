//! The limits of every policy pack, read and checked at the start.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use deadline_scheduler_rules::{Deadlines, Trigger, begun_by, ended_by};
use jiff::civil::Date;
use runtime::PolicyFiles;

use crate::store::pack_texts::Text;

/// The `deadlines` section of every version of every pack.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packs {
    by_version: BTreeMap<(String, i32), Deadlines>,
    named: BTreeSet<Trigger>,
    /// Of the versions that the files hold; what is known from before holds no more.
    valid_from: BTreeMap<(String, i32), Date>,
    /// Versions that were looked for in the database and are not there.
    missed: BTreeSet<(String, i32)>,
}

impl Packs {
    /// Reads all; every flaw of a pack is told at once.
    pub(crate) fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let mut packs = Self::default();
        for pack in files.packs() {
            let Some(text) = pack.section("deadlines") else { continue };
            let section: Deadlines =
                toml::from_str(text).with_context(|| format!("pack {}, deadlines.toml", pack.id))?;
            let flaws: Vec<_> = section.validate().iter().map(ToString::to_string).collect();
            anyhow::ensure!(flaws.is_empty(), "pack {}: {}", pack.id, flaws.join("; "));
            let version = (pack.id.clone(), pack.version);
            packs.valid_from.insert(version.clone(), pack.valid_from);
            packs.by_version.insert(version, section.with_redo());
        }
        Ok(packs.named())
    }

    /// Adds versions that were kept; those that are here already stay as they are.
    pub(crate) fn with(mut self, kept: Vec<Text>) -> Self {
        for (id, version, text) in kept {
            let Some(text) = text.filter(|_| self.exactly(&id, version).is_none()) else { continue };
            match toml::from_str::<Deadlines>(&text) {
                Ok(section) => {
                    self.by_version.insert((id, version), section.with_redo());
                }
                Err(error) => {
                    tracing::error!(pack = id, version, %error, "a text that was kept cannot be read");
                }
            }
        }
        self.named()
    }

    /// Notes what was looked for, so that it is not looked for with every event.
    pub(crate) fn looked_for(mut self, versions: Vec<(String, i32)>) -> Self {
        self.missed.extend(versions);
        self
    }

    fn named(mut self) -> Self {
        let entries = self.by_version.values().flat_map(|section| &section.clocks);
        let named = entries.flat_map(|entry| {
            let lists = [&entry.stop, &entry.cancel, &entry.pause, &entry.resume];
            lists.into_iter().flatten().chain(&entry.start).copied()
        });
        self.named = named.collect();
        self
    }

    /// Lists of these versions those that are neither here nor known to be nowhere.
    pub(crate) fn unknown(&self, versions: BTreeSet<(&str, i32)>) -> Vec<(String, i32)> {
        let owned = versions.into_iter().map(|(id, version)| (id.to_owned(), version));
        owned.filter(|key| !self.by_version.contains_key(key) && !self.missed.contains(key)).collect()
    }

    /// Lists every version that is here, written as jobs name them.
    pub(crate) fn versions(&self) -> Vec<String> {
        self.by_version.keys().map(|(id, version)| format!("{id}:{version}")).collect()
    }

    /// Finds a version of a pack; where this installation no longer has it, the newest of that pack.
    pub(crate) fn find(&self, id: &str, version: i32) -> Option<&Deadlines> {
        self.standing(id, version).map(|(_, section)| section)
    }

    /// Finds what stands for a version of a pack, and which version that is.
    pub(crate) fn standing(&self, id: &str, version: i32) -> Option<(i32, &Deadlines)> {
        self.exactly(id, version).map(|section| (version, section)).or_else(|| {
            let versions = (id.to_owned(), i32::MIN)..=(id.to_owned(), i32::MAX);
            self.by_version.range(versions).next_back().map(|((_, version), section)| (*version, section))
        })
    }

    /// Lists the versions that move running limits of older ones, and that hold already.
    pub(crate) fn moving(&self, today: Date) -> Vec<(String, i32)> {
        let holds = |version: &&(String, i32)| self.valid_from.get(*version).is_some_and(|day| *day <= today);
        let moving = self.by_version.iter().filter(|(_, section)| section.running.is_some());
        moving.map(|(version, _)| version).filter(holds).cloned().collect()
    }

    /// Finds exactly this version.
    pub(crate) fn exactly(&self, id: &str, version: i32) -> Option<&Deadlines> {
        self.by_version.get(&(id.to_owned(), version))
    }

    /// Says whether an event can change anything: some pack names it, or it changes what is known of the case. The
    /// others, which are most of a case's life, cost no look into the database.
    pub(crate) fn concerns(&self, trigger: Trigger) -> bool {
        let always = [
            Trigger::CaseRegistered,
            Trigger::CaseAccepted,
            Trigger::CaseDeclined,
            Trigger::CaseWithdrawn,
            Trigger::CaseReopened,
            Trigger::AssignmentDispatched,
            Trigger::AssignmentRedirected,
            Trigger::CaseClassified,
            Trigger::CaseMerged,
            Trigger::CaseUnmerged,
            Trigger::CaseTerminated,
            Trigger::InstructionIssued,
        ];
        // A pause is the case's: what no clock heeds today may count for one that opens tomorrow.
        let pauses = || ended_by(trigger).or(begun_by(trigger)).is_some();
        always.contains(&trigger) || self.named.contains(&trigger) || pauses()
    }
}
