//! The `[notification]` section of the configuration.

use std::path::PathBuf;

use jiff::SignedDuration;
use notification_rules::lifecycle::Patience;
use secrecy::SecretString;
use serde::Deserialize;

/// What the words of notices need from the installation, and how they are carried.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where a citizen follows a case: what `{track_url}` stands for.
    pub track_url: String,
    /// The address of the door for links in mails that show that they were opened; empty: mails have none.
    pub open_url: String,
    /// The pause after each attempt of a carrier; after the attempt that follows the last one it is given up.
    pub retry: Vec<SignedDuration>,
    /// How long a carrier may have a message in hand.
    pub in_hand: SignedDuration,
    /// How often is looked for what is to go out.
    pub look: SignedDuration,
    /// How often unread items, digests and addresses are looked through.
    pub desk: SignedDuration,
    /// How often the stream of an inbox looks for what is new; it says that it lives at least every ten seconds.
    pub stream: SignedDuration,
    /// How long a code that binds an account of WeChat or WeCom holds.
    pub binding: SignedDuration,
    /// The mail server.
    pub smtp: Smtp,
    /// The gateway of text messages.
    pub sms: Gateway,
    /// The gateway of WeChat messages.
    pub wechat: Gateway,
    /// The gateway of WeCom messages.
    pub wecom: Gateway,
    /// What is pushed to agencies outside.
    pub webhook: Webhook,
}

/// A mail server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host; empty: mails stay in the spool.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `starttls`, `tls`, or `none` on a line that nobody else listens to.
    pub security: Security,
    /// A file with certificates (PEM) to trust beside those of the system; empty: none.
    pub trust: PathBuf,
    /// User; empty: no sign-in.
    pub user: String,
    /// Password.
    pub password: SecretString,
    /// Who writes: `12345 <no-reply@example.gov.cn>`.
    pub from: String,
}

/// How the line to a mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Begins in clear and must turn secret before anything is said.
    Starttls,
    /// Secret from the first byte.
    Tls,
    /// In clear.
    None,
}

/// A gateway that takes messages over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// File of its profile; empty: messages stay in the spool.
    pub profile: PathBuf,
    /// What `{secret}` stands for in the profile, and the key of its signature.
    pub secret: SecretString,
}

/// What is pushed to agencies outside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// How long a receiver may fail until nothing more is pushed to it.
    pub give_up: SignedDuration,
    /// Receivers may be written to in clear and within private networks: for trying out.
    pub private_networks: bool,
}

impl Config {
    /// How patiently carriers are tried.
    pub(crate) fn patience(&self) -> Patience {
        Patience { pauses: self.retry.clone(), in_hand: self.in_hand }
    }

    /// Lists every value that cannot be.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let web = ["http://", "https://"].iter().any(|scheme| self.track_url.starts_with(scheme));
        let plain = self.track_url.len() <= 200 && self.track_url.bytes().all(|byte| byte.is_ascii_graphic());
        let mut problems = Vec::new();
        if !web || !plain {
            problems.push(
                "notification.track_url must be an http(s) address of at most 200 characters".to_owned(),
            );
        }
        let times = [
            ("in_hand", self.in_hand, 1, 600),
            ("stream", self.stream, 0, 10),
            ("binding", self.binding, 60, 86_400),
            ("look", self.look, 0, 60),
            ("desk", self.desk, 0, 3_600),
            ("webhook.give_up", self.webhook.give_up, 60, 90 * 86_400),
        ];
        for (name, time, least, most) in times {
            if time.is_zero() || !(least..=most).contains(&time.as_secs()) {
                problems.push(format!("notification.{name} must be {least} to {most} seconds"));
            }
        }
        if self.retry.len() > 100 || self.retry.iter().any(|pause| !pause.is_positive()) {
            problems
                .push("notification.retry must be at most 100 pauses, each longer than nothing".to_owned());
        }
        if !self.smtp.host.is_empty() && self.smtp.from.parse::<lettre::message::Mailbox>().is_err() {
            problems.push("notification.smtp.from must be a mail address, with or without a name".to_owned());
        }
        problems
    }
}
