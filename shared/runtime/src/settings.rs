//! Configuration: commented defaults compiled in, a file, the environment; every mistake reported at once.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use config::{Config, Environment, File, FileFormat};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};

use crate::every_section;

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

/// All that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} mistake(s):", self.0.len())?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
    }
}

impl std::error::Error for Mistakes {}

impl Settings {
    /// Reads the defaults, then the file if one is named, then `HUIYIN_<SECTION>__<KEY>` of the environment, then
    /// `overrides` (dotted keys), which a command line or a test sets.
    ///
    /// # Errors
    /// Every mistake, each naming its key; values are not shown, as one may be a secret.
    pub fn read(file: Option<&std::path::Path>, overrides: &[(&str, String)]) -> Result<Self, Mistakes> {
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(File::from(file).format(FileFormat::Toml));
        }
        builder = builder.add_source(
            Environment::with_prefix("HUIYIN")
                .prefix_separator("_")
                .separator("__")
                .try_parsing(true)
                .source(Some(
                    std::env::vars()
                        .filter(|(key, _)| key.contains("__"))
                        .map(|(key, value)| (key.replace("DEADLINE_SCHEDULER", "DEADLINE-SCHEDULER"), value))
                        .collect(),
                )),
        );
        for (key, value) in overrides {
            builder = builder
                .set_override(*key, value.clone())
                .map_err(|error| Mistakes(vec![error.to_string()]))?;
        }
        let raw = builder.build().map_err(|error| Mistakes(vec![error.to_string()]))?;
        let mut mistakes = unknown_sections(&raw);
        let settings = (|| {
            Some(Self {
                http: keep(&raw, "http", &mut mistakes)?,
                database: keep(&raw, "database", &mut mistakes)?,
                nats: keep(&raw, "nats", &mut mistakes)?,
                security: keep(&raw, "security", &mut mistakes)?,
                policy: keep(&raw, "policy", &mut mistakes)?,
                process: keep(&raw, "process", &mut mistakes)?,
                telemetry: keep(&raw, "telemetry", &mut mistakes)?,
                raw: raw.clone(),
            })
        })();
        if settings.is_none() {
            // One unreadable section must not hide the others.
            for name in ["http", "database", "nats", "security", "policy", "process", "telemetry"] {
                check(&raw, name, &mut mistakes);
            }
            mistakes.sort();
            mistakes.dedup();
        }
        match settings {
            Some(settings) => {
                mistakes.extend(settings.telemetry.problems());
                if mistakes.is_empty() { Ok(settings) } else { Err(Mistakes(mistakes)) }
            }
            None => Err(Mistakes(mistakes)),
        }
    }

    /// Reads a service's section; the answer names the key that is wrong.
    ///
    /// # Errors
    /// The section is missing or has a wrong or unknown key.
    pub fn section<C: DeserializeOwned>(&self, name: &str) -> Result<C, String> {
        self.raw.get::<C>(name).map_err(|error| format!("[{name}] {error}"))
    }

    /// Checks the sections of all services of a catalogue, without starting anything.
    ///
    /// # Errors
    /// Every mistake.
    pub fn check(&self, catalogue: &[crate::Entry]) -> Result<(), Mistakes> {
        let mistakes: Vec<String> = catalogue.iter().flat_map(|entry| (entry.problems)(self)).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(Mistakes(mistakes)) }
    }

    /// The URL of a service's database.
    #[must_use]
    pub fn database_url(&self, service: &str) -> &str {
        self.database.urls.get(service).unwrap_or(&self.database.url)
    }
}

fn keep<T: DeserializeOwned>(raw: &Config, name: &str, mistakes: &mut Vec<String>) -> Option<T> {
    raw.get::<T>(name).map_err(|error| mistakes.push(format!("[{name}] {error}"))).ok()
}

fn check(raw: &Config, name: &str, mistakes: &mut Vec<String>) {
    match name {
        "http" => drop(keep::<Http>(raw, name, mistakes)),
        "database" => drop(keep::<Database>(raw, name, mistakes)),
        "nats" => drop(keep::<Nats>(raw, name, mistakes)),
        "security" => drop(keep::<Security>(raw, name, mistakes)),
        "policy" => drop(keep::<Policy>(raw, name, mistakes)),
        "process" => drop(keep::<Process>(raw, name, mistakes)),
        _ => drop(keep::<telemetry::Settings>(raw, name, mistakes)),
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
