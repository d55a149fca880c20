//! The section `[intake]` of the configuration.

use serde::Deserialize;

/// What an installation may set; every key stands in the default configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The policy pack of registrations that name none.
    pub default_pack: String,
    /// Transactions of registrations at once.
    pub batch_workers: usize,
    /// Registrations in one transaction at most.
    pub batch_most: usize,
    /// How long a registration may wait for its place in a transaction, in milliseconds.
    pub batch_patience_ms: u64,
    /// Wrong codes for one number from one network until the door is closed there.
    pub track_tries: i32,
    /// For how long it is closed, in minutes.
    pub track_window_minutes: i32,
    /// How many proxies of our own stand in front and write `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// How long the token of a citizen holds, in minutes.
    pub citizen_token_minutes: i64,
    /// Where attachments and archived files are kept, sealed; empty: below the data folder.
    pub files: std::path::PathBuf,
    /// The hour of the day from which the heads of all dossiers are anchored, once a day.
    pub anchor_hour: i8,
    /// How many seconds the public lists may be kept by whoever asked.
    pub public_seconds: u32,
    /// File of the divisions that `migrate` loads; empty: those of Sichuan that ship.
    pub regions: std::path::PathBuf,
    /// The telephone switch.
    pub switch: Switch,
}

/// The telephone switch, which joins the supervision office to a conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// File of its profile; empty: nobody can listen in.
    pub profile: std::path::PathBuf,
    /// What `{secret}` stands for in the profile, and the key of its signature.
    pub secret: secrecy::SecretString,
    /// After how many hours a conversation that nobody ended counts as over.
    pub forget_hours: i64,
}

impl Config {
    /// Lists every mistake that the types do not catch.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (key, fits) in [
            ("batch_workers", (1..=64).contains(&self.batch_workers)),
            ("batch_most", (1..=1000).contains(&self.batch_most)),
            ("batch_patience_ms", self.batch_patience_ms > 0),
            ("track_tries", self.track_tries > 0),
            ("track_window_minutes", self.track_window_minutes > 0),
            ("trusted_proxies", self.trusted_proxies <= 8),
            ("anchor_hour", (0..=23).contains(&self.anchor_hour)),
            ("switch.forget_hours", (1..=72).contains(&self.switch.forget_hours)),
            ("public_seconds", self.public_seconds <= 86_400),
            ("citizen_token_minutes", (1..=1440).contains(&self.citizen_token_minutes)),
        ] {
            if !fits {
                problems.push(format!("[intake] {key} is out of range"));
            }
        }
        problems
    }
}
