//! A gateway over HTTP: which variables its profile has, and what its answer means for a message.

use anyhow::Context as _;
use notification_rules::lifecycle::Command;
use outward::{Outcome, Post};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Answer, Message, later, never};
use crate::config::Gateway;

/// A gateway over HTTP.
pub(crate) struct Profile(outward::Profile);

const KNOWN: [&str; 7] = ["to", "title", "title_en", "text", "text_en", "id", "timestamp"];

impl Profile {
    /// Reads a profile and checks it.
    pub(crate) fn read(gateway: &Gateway) -> anyhow::Result<Self> {
        let place = gateway.profile.display();
        let text = std::fs::read_to_string(&gateway.profile).with_context(|| format!("reading {place}"))?;
        Self::of(&text, gateway.secret.clone()).with_context(|| format!("the profile {place}"))
    }

    fn of(text: &str, secret: SecretString) -> anyhow::Result<Self> {
        let says = |error: toml::de::Error| anyhow::anyhow!("{}", error.message().to_owned());
        let mut file: toml::Table = toml::from_str(text).map_err(says)?;
        let reason = file.remove("without_id");
        // After a timeout a message is handed over again: without its id nobody tells it from another one.
        match (file.to_string().contains("{id}"), reason) {
            (true, None) => {}
            (false, Some(toml::Value::String(reason))) if !reason.trim().is_empty() => {}
            (true, Some(_)) => anyhow::bail!("without_id is for what names {{id}} nowhere"),
            (false, Some(_)) => anyhow::bail!("without_id must say why there is no {{id}}"),
            (false, None) => anyhow::bail!(
                "{{id}} is nowhere: a message that is tried again comes twice. Where the gateway takes none, without_id \
                 says why that is borne"
            ),
        }
        Ok(Self(outward::Profile::new(file.try_into().map_err(says)?, secret, &KNOWN)?))
    }

    /// Hands a message over.
    pub(crate) async fn send(&self, post: &Post, message: &Message) -> Answer {
        let (id, timestamp) = (message.id.to_string(), message.at.as_second().to_string());
        let values = [
            ("to", message.to.expose_secret()),
            ("title", message.title.0.as_str()),
            ("title_en", message.title.1.as_str()),
            ("text", message.body.0.as_str()),
            ("text_en", message.body.1.as_str()),
            ("id", id.as_str()),
            ("timestamp", timestamp.as_str()),
        ];
        match self.0.send(post, &values.into()).await {
            Outcome::Taken(receipt) => (Command::Bring, receipt),
            Outcome::Refused => never("refused"),
            Outcome::Busy(retry_after) => {
                (Command::Delay { reason: "carrier-busy".to_owned(), retry_after }, None)
            }
            Outcome::NotTaken => later("not-taken"),
            Outcome::Away => later("carrier-away"),
            Outcome::Unwritable => never("no-address"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_may_name_what_a_message_has() {
        let says = |text: &str| {
            Profile::of(text, "s".into()).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let head = "url = \"http://x/{id}\"\n[success]\nstatus = [200]\n";
        assert!(says(&format!("{head}[json]\nto = \"{{call}}\"")).contains("{call} is no variable"));
        for name in KNOWN {
            assert_eq!(says(&format!("{head}[json]\nto = \"{{{name}}}\"")), "", "{name}");
        }
    }

    #[test]
    fn a_profile_names_the_key_against_doubles_or_says_why_it_has_none() {
        let says = |head: &str, url: &str| {
            let text = format!("url = \"{url}\"\n{head}\n[json]\nto = \"{{to}}\"\n[success]\nstatus = [200]");
            Profile::of(&text, "s".into()).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let excuse = "without_id = \"the robot takes no key\"";
        assert_eq!(says("", "http://x/{id}"), "");
        assert_eq!(says(excuse, "http://x/"), "");
        assert!(says("", "http://x/").contains("{id} is nowhere"));
        assert!(says("# {id}", "http://x/").contains("{id} is nowhere"), "a remark is nothing that is sent");
        assert!(says(excuse, "http://x/{id}").contains("names {id} nowhere"));
        for empty in ["without_id = \" \"", "without_id = true"] {
            assert!(says(empty, "http://x/").contains("must say why"), "{empty}");
        }
    }

    #[test]
    fn the_profiles_shipped_hold() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/carriers");
        let mut read = 0;
        for file in std::fs::read_dir(folder).expect("a folder") {
            let file = file.expect("there").path();
            // The switch is intake's.
            if file.file_name().is_some_and(|name| name == "switch.toml") {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("text");
            if let Err(error) = Profile::of(&text, "s".into()) {
                panic!("{}: {error}", file.display());
            }
            read += 1;
        }
        assert!(read >= 4, "{read} profiles");
    }
}
