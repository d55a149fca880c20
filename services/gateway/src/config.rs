//! The section `[gateway]`.

use std::collections::BTreeMap;

use jiff::SignedDuration;

/// What an operator may set at the door.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How long a token holds after sign-in.
    pub session: SignedDuration,
    /// How many attempts a login has before it is locked.
    pub attempts: i32,
    /// How long a locked login stays locked.
    pub lock: SignedDuration,
    /// The fewest characters of a new password.
    pub password_min: usize,
    /// How long a service behind the door may take to begin its answer.
    pub forward_timeout: SignedDuration,
    /// Where the services are that do not run in this process: name → `http://host:port`.
    pub upstreams: BTreeMap<String, String>,
}

impl Config {
    /// Lists what cannot be, all of it at once.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, length) in
            [("session", self.session), ("lock", self.lock), ("forward_timeout", self.forward_timeout)]
        {
            if !length.is_positive() {
                wrong.push(format!("gateway.{key} must be longer than nothing"));
            }
        }
        if !(1..=1000).contains(&self.attempts) {
            wrong.push("gateway.attempts must be 1 to 1000".to_owned());
        }
        if !(8..=128).contains(&self.password_min) {
            wrong.push("gateway.password_min must be 8 to 128".to_owned());
        }
        for (name, url) in &self.upstreams {
            let plain = reqwest::Url::parse(url).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none()
            });
            if !plain {
                wrong.push(format!("gateway.upstreams.{name} must be http(s)://host:port and no more"));
            }
        }
        wrong
    }
}
