//! Policy packs as files: read once at start, handed to the services as text. Each service reads its own section.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Deserialize;

/// All packs that a process knows.
#[derive(Clone, Debug, Default)]
pub struct PolicyFiles {
    packs: Arc<Vec<PackFiles>>,
}

/// One pack: its head and its sections, unread.
#[derive(Clone, Debug)]
pub struct PackFiles {
    /// For example `mailbox-002`.
    pub id: String,
    /// The pack's own version.
    pub version: i32,
    /// The first day (Asia/Shanghai) on which it holds.
    pub valid_from: Date,
    sections: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    version: i32,
    valid_from: String,
}

impl PackFiles {
    /// The text of a section such as `deadlines`.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.get(name).map(String::as_str)
    }
}

impl PolicyFiles {
    /// Reads every folder below `folder` that holds a `pack.toml`.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut packs = Vec::new();
        let entries =
            std::fs::read_dir(folder).with_context(|| format!("policy.folder {}", folder.display()))?;
        for entry in entries {
            let place = entry?.path();
            if place.join("pack.toml").is_file() {
                packs.push(read_pack(&place).with_context(|| format!("policy pack {}", place.display()))?);
            }
        }
        packs.sort_by(|a, b| (&a.id, a.version).cmp(&(&b.id, b.version)));
        Ok(Self { packs: Arc::new(packs) })
    }

    /// Takes packs from given texts: (file name without ending, text) pairs per pack.
    ///
    /// # Errors
    /// A head that cannot be read.
    pub fn from_texts(packs: Vec<BTreeMap<String, String>>) -> anyhow::Result<Self> {
        Ok(Self { packs: Arc::new(packs.into_iter().map(assemble).collect::<anyhow::Result<_>>()?) })
    }

    /// All packs.
    #[must_use]
    pub fn packs(&self) -> &[PackFiles] {
        &self.packs
    }

    /// The newest version of a pack.
    #[must_use]
    pub fn pack(&self, id: &str) -> Option<&PackFiles> {
        self.packs.iter().rev().find(|pack| pack.id == id)
    }
}

fn read_pack(place: &Path) -> anyhow::Result<PackFiles> {
    let mut texts = BTreeMap::new();
    for entry in std::fs::read_dir(place)? {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "toml") {
            let name = file.file_stem().and_then(|stem| stem.to_str()).context("file name")?.to_owned();
            texts.insert(name, std::fs::read_to_string(&file)?);
        }
    }
    assemble(texts)
}

fn assemble(mut sections: BTreeMap<String, String>) -> anyhow::Result<PackFiles> {
    let head = sections.remove("pack").context("pack.toml is missing")?;
    let head: Head = toml::from_str(&head).context("pack.toml")?;
    Ok(PackFiles {
        id: head.id,
        version: head.version,
        valid_from: head.valid_from.parse().context("pack.toml: valid_from")?,
        sections,
    })
}
