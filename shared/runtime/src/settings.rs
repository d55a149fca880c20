//! Configuration: commented defaults compiled in, a file, the environment; every mistake reported at once.

use std::{collections::BTreeMap, path::PathBuf};

use config::{Config, Environment, File, FileFormat};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Entry, Mistakes, every_section,
    mistakes::{self, Beyond},
};

/// The defaults, which are also the documentation of every key.
pub const DEFAULTS: &str = include_str!("../../../deploy/config/default.toml");

/// The configuration of a process. Sections of services are read by the services.
#[derive(Clone, Debug)]
pub struct Settings {
    raw: Config,
    /// `[http]`.
    pub http: Http,
    /// `[database]`.
    pub database: Database,
    /// `[nats]`.
    pub nats: Nats,
    /// `[security]`.
    pub security: Security,
    /// `[policy]`.
    pub policy: Policy,
    /// `[process]`.
    pub process: Process,
    /// `[telemetry]`.
    pub telemetry: telemetry::Settings,
}

/// Where the process listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port; port 0 takes a free one.
    pub listen: String,
    /// The longest body, in bytes.
    pub body_limit: usize,
    /// The longest body of a file that is handed in, in bytes.
    pub upload_limit: usize,
    /// Requests served at once.
    pub in_flight: usize,
}

/// Where the truth is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// One URL for all services; empty: a private server is started.
    pub url: String,
    /// URLs of services that have a database of their own.
    pub urls: BTreeMap<String, String>,
    /// Connections of one service at most.
    pub max_connections: u32,
}

/// What carries the events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nats {
    /// One URL or several with commas; empty: a private server is started.
    pub url: String,
    /// Replicas of streams and consumers.
    pub replicas: usize,
    /// Seconds after which a message that was not answered comes again.
    pub ack_wait_seconds: u64,
}

/// Keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// At least 32 characters; tokens and sealed personal data hang on it. Empty: made and kept in the data folder.
    pub secret: SecretString,
}

/// The packs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Folder of the packs.
    pub folder: PathBuf,
    /// What is done when a pack says something else than it said under the same number.
    pub changed: Changed,
}

/// What is done when a pack was changed under its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Changed {
    /// Nothing starts.
    Refuse,
    /// It is logged, and the pack is used.
    Warn,
}

/// The process itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Folder of what the embedded servers keep.
    pub data: PathBuf,
    /// How long work in hand may take after a stop, in seconds.
    pub grace_seconds: u64,
}

impl Settings {
    /// Reads the defaults, then the file if one is named, then `HUIYIN_<SECTION>__<KEY>` of the environment, then
    /// `overrides` (dotted keys), which a command line or a test sets.
    ///
    /// # Errors
    /// Every mistake, each naming its key; values are not shown, as one may be a secret.
    pub fn read(file: Option<&std::path::Path>, overrides: &[(&str, String)]) -> Result<Self, Mistakes> {
        Self::read_with(file, overrides, &[])
    }

    /// As [`Settings::read`], with the sections of all services of a catalogue; starts nothing.
    ///
    /// # Errors
    /// Every mistake of all sections at once.
    pub fn read_with(
        file: Option<&std::path::Path>,
        overrides: &[(&str, String)],
        catalogue: &[Entry],
    ) -> Result<Self, Mistakes> {
        let raw = layered(file, overrides).map_err(|error| Mistakes(vec![error.to_string()]))?;
        let mut found = unknown_sections(&raw);
        let settings = Self::of(&raw, &mut found);
        if let Some(settings) = &settings {
            found.extend(settings.telemetry.problems());
        }
        found.extend(catalogue.iter().flat_map(|entry| (entry.problems)(&raw)));
        match settings {
            Some(settings) if found.is_empty() => Ok(settings),
            Some(_) | None => Err(Mistakes(found)),
        }
    }

    /// Reads the sections of the process; one that is wrong does not hide the others.
    fn of(raw: &Config, found: &mut Vec<String>) -> Option<Self> {
        let (http, database) = (keep(raw, "http", found), keep(raw, "database", found));
        let (nats, security) = (keep(raw, "nats", found), keep(raw, "security", found));
        let (policy, process) = (keep(raw, "policy", found), keep(raw, "process", found));
        let telemetry = mistakes::section(raw, "telemetry").map_err(|mistakes| found.extend(mistakes)).ok();
        Some(Self {
            http: http?,
            database: database?,
            nats: nats?,
            security: security?,
            policy: policy?,
            process: process?,
            telemetry: telemetry?,
            raw: raw.clone(),
        })
    }

    /// Reads a service's section; the answer names the key that is wrong.
    ///
    /// # Errors
    /// The section is missing or has a wrong or unknown key.
    pub fn section<C: DeserializeOwned>(&self, name: &str) -> Result<C, String> {
        mistakes::section(&self.raw, name).map_err(|found| found.join("; "))
    }

    /// Checks the sections of all services of a catalogue, without starting anything.
    ///
    /// # Errors
    /// Every mistake.
    pub fn check(&self, catalogue: &[Entry]) -> Result<(), Mistakes> {
        let found: Vec<String> = catalogue.iter().flat_map(|entry| (entry.problems)(&self.raw)).collect();
        if found.is_empty() { Ok(()) } else { Err(Mistakes(found)) }
    }

    /// The URL of a service's database.
    #[must_use]
    pub fn database_url(&self, service: &str) -> &str {
        self.database.urls.get(service).unwrap_or(&self.database.url)
    }
}

fn layered(
    file: Option<&std::path::Path>,
    overrides: &[(&str, String)],
) -> Result<Config, config::ConfigError> {
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(file) = file {
        builder = builder.add_source(File::from(file).format(FileFormat::Toml));
    }
    let named = std::env::vars()
        .filter(|(key, _)| key.contains("__"))
        .map(|(key, value)| (key.replace("DEADLINE_SCHEDULER", "DEADLINE-SCHEDULER"), value))
        .collect();
    let environment = Environment::with_prefix("HUIYIN").prefix_separator("_").separator("__");
    builder = builder.add_source(environment.try_parsing(true).source(Some(named)));
    for (key, value) in overrides {
        builder = builder.set_override(*key, value.clone())?;
    }
    builder.build()
}

fn keep<T: DeserializeOwned + Beyond>(raw: &Config, name: &str, found: &mut Vec<String>) -> Option<T> {
    match mistakes::section::<T>(raw, name) {
        Ok(section) => {
            let wrong = section.problems().into_iter().filter(|(wrong, _)| *wrong);
            found.extend(wrong.map(|(_, says)| says.to_owned()));
            Some(section)
        }
        Err(mistakes) => {
            found.extend(mistakes);
            None
        }
    }
}

fn unknown_sections(raw: &Config) -> Vec<String> {
    let own = ["http", "database", "nats", "security", "policy", "process", "telemetry"];
    let known = |name: &str| own.contains(&name) || every_section().contains(&name);
    match raw.clone().try_deserialize::<BTreeMap<String, config::Value>>() {
        Ok(sections) => sections
            .keys()
            .filter(|name| !known(name))
            .map(|name| format!("[{name}] is not a section"))
            .collect(),
        Err(error) => vec![error.to_string()],
    }
}
