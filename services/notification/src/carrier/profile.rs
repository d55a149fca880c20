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
        let file = toml::from_str(text).map_err(|error| anyhow::anyhow!("{}", error.message()))?;
        Ok(Self(outward::Profile::new(file, secret, &KNOWN)?))
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
        let head = "url = \"http://x/\"\n[success]\nstatus = [200]\n";
        assert!(says(&format!("{head}[json]\nto = \"{{call}}\"")).contains("{call} is no variable"));
        for name in KNOWN {
            assert_eq!(says(&format!("{head}[json]\nto = \"{{{name}}}\"")), "", "{name}");
        }
    }
}
