//! What is wrong with a configuration: every key by itself, and no value, as one may be a secret.

use std::{collections::BTreeMap, fmt};

use config::{Config, ConfigError, File, FileFormat, Value};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;

use crate::{
    DEFAULTS,
    settings::{Database, Http, Nats, Policy, Process, Security},
};

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

/// Reads a section, or says of every key of it what is wrong.
pub(crate) fn section<T: DeserializeOwned>(raw: &Config, name: &str) -> Result<T, Vec<String>> {
    let error = match raw.get::<T>(name) {
        Ok(section) => return Ok(section),
        Err(error) => error,
    };
    let keys = raw.get::<BTreeMap<String, Value>>(name).unwrap_or_default();
    let mut found = Vec::new();
    for (key, value) in keys {
        // Each key alone among the defaults, as reading stops at the first mistake.
        let alone = Config::builder()
            .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
            .set_override(format!("{name}.{key}"), value)
            .and_then(|builder| builder.build())
            .and_then(|alone| alone.get::<T>(name).map(drop));
        if let Err(error) = alone {
            found.push(format!("[{name}] {key}: {}", without_value(&error)));
        }
    }
    if found.is_empty() {
        found.push(format!("[{name}] {}", without_value(&error)));
    }
    Err(found)
}

/// Keeps of an error what was expected.
fn without_value(error: &ConfigError) -> String {
    let text = error.to_string();
    if text.contains("unknown field") {
        return "is not a key of this section".to_owned();
    }
    match text.split_once(", expected ") {
        Some((_, expected)) => {
            let end = expected.find(" for key").unwrap_or(expected.len());
            format!("must be {}", &expected[..end])
        }
        None => "cannot be read".to_owned(),
    }
}

/// Lists what is wrong in a section beyond what the types catch.
pub(crate) trait Beyond {
    fn problems(&self) -> Vec<(bool, &'static str)>;
}

impl Beyond for Http {
    fn problems(&self) -> Vec<(bool, &'static str)> {
        let address = self.listen.rsplit_once(':');
        let fits = address.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        vec![
            (!fits, "[http] listen: must be address:port"),
            (self.body_limit == 0, "[http] body_limit: must be 1 or more"),
            (self.upload_limit < self.body_limit, "[http] upload_limit: must not be below body_limit"),
            (self.in_flight == 0, "[http] in_flight: must be 1 or more"),
        ]
    }
}

impl Beyond for Database {
    fn problems(&self) -> Vec<(bool, &'static str)> {
        let fits = |url: &String| {
            url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://")
        };
        vec![
            (!fits(&self.url), "[database] url: must begin with postgres://"),
            (!self.urls.values().all(fits), "[database] urls: each must begin with postgres://"),
            (self.max_connections == 0, "[database] max_connections: must be 1 or more"),
        ]
    }
}

impl Beyond for Nats {
    fn problems(&self) -> Vec<(bool, &'static str)> {
        let fits = |url: &str| ["nats://", "tls://"].iter().any(|scheme| url.trim().starts_with(scheme));
        let url = self.url.is_empty() || self.url.split(',').all(fits);
        vec![
            (!url, "[nats] url: must begin with nats:// or tls://, also behind each comma"),
            (!matches!(self.replicas, 1 | 3 | 5), "[nats] replicas: must be 1, 3 or 5"),
            (self.ack_wait_seconds == 0, "[nats] ack_wait_seconds: must be 1 or more"),
        ]
    }
}

impl Beyond for Security {
    fn problems(&self) -> Vec<(bool, &'static str)> {
        let secret = self.secret.expose_secret();
        let short = !secret.is_empty() && secret.len() < 32;
        vec![(short, "[security] secret: must have at least 32 characters")]
    }
}

impl Beyond for Policy {
    fn problems(&self) -> Vec<(bool, &'static str)> {
        vec![(self.folder.as_os_str().is_empty(), "[policy] folder: must not be empty")]
    }
}

impl Beyond for Process {
    fn problems(&self) -> Vec<(bool, &'static str)> {
        vec![(self.data.as_os_str().is_empty(), "[process] data: must not be empty")]
    }
}
