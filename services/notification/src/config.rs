//! The `[notification]` section of the configuration.

use serde::Deserialize;

/// What the words of notices need from the installation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where a citizen follows a case: what `{track_url}` stands for.
    pub track_url: String,
}

impl Config {
    /// Lists every value that cannot be.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let web = ["http://", "https://"].iter().any(|scheme| self.track_url.starts_with(scheme));
        let plain = self.track_url.len() <= 200 && self.track_url.bytes().all(|byte| byte.is_ascii_graphic());
        if web && plain {
            return Vec::new();
        }
        vec!["notification.track_url must be an http(s) address of at most 200 characters".to_owned()]
    }
}
