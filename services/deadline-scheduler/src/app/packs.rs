//! The limits of every policy pack, read and checked at the start.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use deadline_scheduler_rules::{Deadlines, Trigger, begun_by, ended_by};
use jiff::civil::Date;
use runtime::PolicyFiles;

/// The `deadlines` section of every version of every pack.
#[derive(Debug, Default)]
pub(crate) struct Packs {
    by_version: BTreeMap<(String, i32), Deadlines>,
    named: BTreeSet<Trigger>,
    valid_from: BTreeMap<(String, i32), Date>,
}

impl Packs {
    /// Reads all; every flaw of a pack is told at once.
    pub(crate) fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let (mut by_version, mut valid_from) = (BTreeMap::new(), BTreeMap::new());
        for pack in files.packs() {
            let Some(text) = pack.section("deadlines") else { continue };
            let section: Deadlines =
                toml::from_str(text).with_context(|| format!("pack {}, deadlines.toml", pack.id))?;
            let flaws: Vec<_> = section.validate().iter().map(ToString::to_string).collect();
            anyhow::ensure!(flaws.is_empty(), "pack {}: {}", pack.id, flaws.join("; "));
            let section = section.with_redo();
            valid_from.insert((pack.id.clone(), pack.version), pack.valid_from);
            by_version.insert((pack.id.clone(), pack.version), section);
        }
        let entries = by_version.values().flat_map(|section: &Deadlines| &section.clocks);
        let named = entries.flat_map(|entry| {
            let lists = [&entry.stop, &entry.cancel, &entry.pause, &entry.resume];
            lists.into_iter().flatten().chain(&entry.start).copied()
        });
        let named = named.collect();
        Ok(Self { by_version, named, valid_from })
    }

    /// Finds a version of a pack; where this installation no longer has it, the newest of that pack.
    pub(crate) fn find(&self, id: &str, version: i32) -> Option<&Deadlines> {
        self.by_version.get(&(id.to_owned(), version)).or_else(|| {
            let versions = (id.to_owned(), i32::MIN)..=(id.to_owned(), i32::MAX);
            self.by_version.range(versions).next_back().map(|(_, section)| section)
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
            Trigger::CaseClassified,
            Trigger::CaseMerged,
            Trigger::CaseUnmerged,
            Trigger::InstructionIssued,
        ];
        // A pause is the case's: what no clock heeds today may count for one that opens tomorrow.
        let pauses = || ended_by(trigger).or(begun_by(trigger)).is_some();
        always.contains(&trigger) || self.named.contains(&trigger) || pauses()
    }
}
