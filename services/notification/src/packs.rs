//! The policy packs as notification reads them: `notices.toml`, and the labels of the codes that events carry.

use std::collections::BTreeMap;

use notification_rules::{
    card::Pack,
    pack::{Notices, Written, validate},
    render::Both,
    words::Happening,
};
use runtime::{PackFiles, PolicyFiles};
use serde::Deserialize;

/// Lists every mistake of the text of a `notices.toml`; an empty list means that it holds.
#[must_use]
pub fn check_pack(text: &str) -> Vec<String> {
    read(text).err().unwrap_or_default()
}

fn read(text: &str) -> Result<(Notices, Option<Sealed>), Vec<String>> {
    let file: toml::Table = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
    let (mut written, mut mistakes) = (Vec::new(), Vec::new());
    let mut sealed = None;
    for (key, value) in file {
        match (key.as_str(), value) {
            ("notice", toml::Value::Array(notices)) => {
                for (place, notice) in notices.into_iter().enumerate() {
                    match Written::deserialize(notice) {
                        Ok(notice) => written.push(notice),
                        Err(error) => mistakes.push(format!("notice {}: {}", place + 1, error.message())),
                    }
                }
            }
            ("sealed", words @ toml::Value::Table(_)) => match WrittenSealed::deserialize(words) {
                Ok(words) => sealed = Some(Sealed { title: words.title.into(), body: words.body.into() }),
                Err(error) => mistakes.push(format!("sealed: {}", error.message())),
            },
            _ => mistakes.push(format!("{key}: not a key of notices.toml; known: [[notice]], [sealed]")),
        }
    }
    if let Some(words) = &sealed {
        let texts = [&words.title.zh, &words.title.en, &words.body.zh, &words.body.en];
        if texts.iter().any(|text| text.replace("{case_number}", "").contains(['{', '}'])) {
            mistakes.push("sealed: {case_number} is the only variable".to_owned());
        }
    }
    match validate(&written) {
        Ok(notices) if mistakes.is_empty() => Ok((notices, sealed)),
        Ok(_) => Err(mistakes),
        Err(more) => Err(mistakes.into_iter().chain(more).collect()),
    }
}

/// Neutral words of sealed cases.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) title: Both<String>,
    pub(crate) body: Both<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSealed {
    title: Label,
    body: Label,
}

/// One pack, ready to be asked.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) notices: Notices,
    /// What is told of sealed cases instead; without it nothing is.
    pub(crate) sealed: Option<Sealed>,
    reasons: BTreeMap<String, Both<String>>,
    refer_to: BTreeMap<String, Both<String>>,
}

/// All packs of the installation.
#[derive(Debug)]
pub struct Packs(BTreeMap<(String, i32), Ready>);

/// A list of codes with labels in another section of the pack; what else stands there belongs to its owner.
#[derive(Deserialize, Default)]
struct Codes {
    #[serde(default)]
    decline: Vec<Code>,
    #[serde(default)]
    reject: Vec<Code>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
    label: Label,
    refer_to: Option<Label>,
}

#[derive(Deserialize)]
struct Label {
    zh: String,
    en: String,
}

impl From<Label> for Both<String> {
    fn from(label: Label) -> Self {
        Self { zh: label.zh, en: label.en }
    }
}

impl Packs {
    /// Reads the notices of every pack.
    ///
    /// # Errors
    /// Every mistake of the first pack that has some.
    pub fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let mut packs = BTreeMap::new();
        for pack in files.packs() {
            packs.insert((pack.id.clone(), pack.version), ready(pack)?);
        }
        Ok(Self(packs))
    }

    /// The pack of a case; the newest of its name when this very version is not there.
    pub(crate) fn of(&self, pack: &Pack) -> Option<&Ready> {
        let key = (pack.id.clone(), pack.version);
        let newest = || self.0.iter().rev().find(|((id, _), _)| *id == pack.id).map(|(_, ready)| ready);
        self.0.get(&key).or_else(newest)
    }

    /// Says whether any pack owes anything for an event.
    pub(crate) fn hear(&self, event: Happening) -> bool {
        self.0.values().any(|pack| pack.notices.hears(event))
    }
}

impl Ready {
    /// The label of a reason; a code without label reads as it is written.
    pub(crate) fn reason(&self, code: &str) -> Option<Both<String>> {
        let plain = || {
            let code_like =
                code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
            (code_like && (1..=64).contains(&code.len())).then(|| Both::same(code))
        };
        self.reasons.get(code).cloned().or_else(plain)
    }

    /// Where to turn instead, for the reason of a decline.
    pub(crate) fn refer_to(&self, code: &str) -> Option<Both<String>> {
        self.refer_to.get(code).cloned()
    }
}

fn ready(pack: &PackFiles) -> anyhow::Result<Ready> {
    let text = pack.section("notices").unwrap_or_default();
    let (notices, sealed) = read(text).map_err(|mistakes| {
        anyhow::anyhow!("policy pack {}: notices.toml: {}", pack.id, mistakes.join("; "))
    })?;
    let (mut reasons, mut refer_to) = (BTreeMap::new(), BTreeMap::new());
    for section in ["intake", "routing"] {
        // Mistakes in there are told by the section's owner.
        let codes: Codes = toml::from_str(pack.section(section).unwrap_or_default()).unwrap_or_default();
        for code in codes.decline.into_iter().chain(codes.reject) {
            if let Some(place) = code.refer_to {
                refer_to.insert(code.code.clone(), place.into());
            }
            reasons.insert(code.code, code.label.into());
        }
    }
    Ok(Ready { notices, sealed, reasons, refer_to })
}
