//! The telephone switch, as an installation's profile describes it: it joins a listener to a call, muted, and takes it off.

use anyhow::Context as _;
use intake_rules::Heard;
use outward::{Described, Outcome, Post, Profile};
use serde::Deserialize;

use crate::config;

const KNOWN: [&str; 4] = ["call", "extension", "id", "receipt"];

/// The file of a profile.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    join: Described,
    leave: Described,
}

/// A line to the switch.
pub(crate) struct Switch {
    post: Post,
    join: Profile,
    leave: Profile,
}

/// What the switch is told of a listener.
pub(crate) struct Ear<'a> {
    /// What the switch calls the conversation.
    pub(crate) call: &'a str,
    pub(crate) extension: &'a str,
    /// The same for every request about this listening.
    pub(crate) id: String,
    /// What the switch calls the listener, once it has said so.
    pub(crate) receipt: &'a str,
}

impl Switch {
    /// Reads the profile; nothing where the installation has none. Connects to nobody yet.
    pub(crate) fn read(config: &config::Switch) -> anyhow::Result<Option<Self>> {
        if config.profile.as_os_str().is_empty() {
            return Ok(None);
        }
        let place = config.profile.display();
        let text = std::fs::read_to_string(&config.profile).with_context(|| format!("reading {place}"))?;
        let read = || -> anyhow::Result<Self> {
            let file: File = toml::from_str(&text).map_err(|error| anyhow::anyhow!("{}", error.message()))?;
            let of = |described, name| {
                Profile::new(described, config.secret.clone(), &KNOWN).with_context(|| format!("[{name}]"))
            };
            Ok(Self { post: Post::open()?, join: of(file.join, "join")?, leave: of(file.leave, "leave")? })
        };
        Ok(Some(read().with_context(|| format!("the profile {place}"))?))
    }

    /// Joins a listener to a call; tells what the switch calls it.
    pub(crate) async fn join(&self, ear: &Ear<'_>) -> (Heard, Option<String>) {
        self.ask(&self.join, ear).await
    }

    /// Takes a listener off the line.
    pub(crate) async fn leave(&self, ear: &Ear<'_>) -> Heard {
        self.ask(&self.leave, ear).await.0
    }

    async fn ask(&self, profile: &Profile, ear: &Ear<'_>) -> (Heard, Option<String>) {
        let values = [
            ("call", ear.call),
            ("extension", ear.extension),
            ("id", ear.id.as_str()),
            ("receipt", ear.receipt),
        ];
        match profile.send(&self.post, &values.into()).await {
            Outcome::Taken(receipt) => (Heard::Taken, receipt),
            Outcome::Refused | Outcome::NotTaken | Outcome::Unwritable => (Heard::Refused, None),
            Outcome::Busy(_) | Outcome::Away => (Heard::Away, None),
        }
    }
}
