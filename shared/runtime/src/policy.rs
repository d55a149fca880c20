//! Policy packs as files: read once at start, handed to the services as text. Each service reads its own section.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

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
    print: String,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    version: i32,
    valid_from: String,
}

impl PackFiles {
    /// The SHA-256 of what the files say, hexadecimal. Comments, blanks and the order of keys are nothing that they say.
    #[must_use]
    pub fn print(&self) -> String {
        self.print.clone()
    }

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

fn print(sections: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    for (name, text) in sections {
        // A table keeps its keys in order; what cannot be read is refused by the service whose section it is.
        let said =
            toml::from_str::<toml::Table>(text).map_or_else(|_| text.clone(), |table| table.to_string());
        for part in [name.as_str(), &said] {
            digest.update(part.len().to_le_bytes());
            digest.update(part.as_bytes());
        }
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn assemble(mut sections: BTreeMap<String, String>) -> anyhow::Result<PackFiles> {
    let print = print(&sections);
    let head = sections.remove("pack").context("pack.toml is missing")?;
    let head: Head = toml::from_str(&head).context("pack.toml")?;
    Ok(PackFiles {
        print,
        id: head.id,
        version: head.version,
        valid_from: head.valid_from.parse().context("pack.toml: valid_from")?,
        sections,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(deadlines: &str) -> PackFiles {
        let head = "id = \"one\"\nversion = 1\nvalid_from = \"2026-01-01\"".to_owned();
        let texts = [("pack".to_owned(), head), ("deadlines".to_owned(), deadlines.to_owned())];
        assemble(texts.into()).expect("a head that can be read")
    }

    #[test]
    fn a_print_is_of_what_is_said_and_not_of_how() {
        let print = pack("a = 1\nb = [1, 2]").print();
        assert_eq!(print.len(), 64);
        assert_eq!(pack("# why\nb = [ 1, 2 ]\n\na = 1 # so").print(), print);
        for other in ["a = 2\nb = [1, 2]", "a = 1\nb = [2, 1]", "a = 1", "a = 1\nb = [1, 2]\nc = true"] {
            assert_ne!(pack(other).print(), print, "{other}");
        }
    }
}
