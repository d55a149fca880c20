//! Those who bring messages out of the suite: a mail server, gateways over HTTP. Addresses pass through and stay nowhere.

pub(crate) mod profile;
mod smtp;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use notification_rules::{lifecycle::Command, words::Way};
use secrecy::SecretString;
use uuid::Uuid;

use crate::Config;
use outward::Post;
use profile::Profile;
use smtp::Mailer;

/// A message as a carrier gets it. Never printed.
pub(crate) struct Message {
    /// The same for every attempt: the carrier's key against doubles.
    pub(crate) id: Uuid,
    pub(crate) to: SecretString,
    pub(crate) title: (String, String),
    pub(crate) body: (String, String),
    pub(crate) at: Timestamp,
}

/// What an attempt came to, and what the carrier calls the message.
pub(crate) type Answer = (Command, Option<String>);

/// Not now.
pub(crate) fn later(reason: &str) -> Answer {
    (Command::Delay { reason: reason.to_owned(), retry_after: None }, None)
}

/// Never.
pub(crate) fn never(reason: &str) -> Answer {
    (Command::Refuse { reason: reason.to_owned() }, None)
}

enum Carrier {
    Mail(Box<Mailer>),
    Gateway(Box<Profile>),
}

/// The carriers of this installation.
pub(crate) struct Carriers {
    by_way: BTreeMap<Way, Carrier>,
    post: Post,
}

impl Carriers {
    /// Reads the profiles and makes the lines; connects to nobody yet.
    pub(crate) fn new(config: &Config) -> anyhow::Result<Self> {
        let mut by_way = BTreeMap::new();
        if !config.smtp.host.is_empty() {
            by_way.insert(Way::Email, Carrier::Mail(Box::new(Mailer::new(&config.smtp)?)));
        }
        let gateways = [(Way::Sms, &config.sms), (Way::Wechat, &config.wechat), (Way::Wecom, &config.wecom)];
        for (way, gateway) in gateways.into_iter().filter(|(_, one)| !one.profile.as_os_str().is_empty()) {
            by_way.insert(way, Carrier::Gateway(Box::new(Profile::read(gateway)?)));
        }
        Ok(Self { by_way, post: Post::open()? })
    }

    /// The ways that have one.
    pub(crate) fn ways(&self) -> BTreeSet<Way> {
        self.by_way.keys().copied().collect()
    }

    /// Brings a message, or says why not.
    pub(crate) async fn carry(&self, way: Way, message: &Message) -> Answer {
        match self.by_way.get(&way) {
            Some(Carrier::Mail(mailer)) => mailer.send(message).await,
            Some(Carrier::Gateway(profile)) => profile.send(&self.post, message).await,
            None => never("no-carrier"),
        }
    }
}
