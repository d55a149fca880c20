//! The `[telemetry]` section of the configuration and the mistakes that can be found in it.

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// Says how the process tells what it does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Names this process among its equals (`service.instance.id`); the process id is taken when empty.
    pub service_instance: String,
    /// Gives the form of the log lines on standard error.
    pub format: Format,
    /// Selects the log lines, in the directive language of `tracing` (`info,sqlx=warn`).
    pub filter: String,
    /// Gives the OTLP/HTTP receiver (`http://127.0.0.1:4318`); nothing leaves the process when absent or empty.
    pub otlp: Option<String>,
    /// Gives the share of new traces that are recorded, from 0 to 1; a trace begun elsewhere keeps its own decision.
    pub sample_ratio: f64,
}

/// Form of a log line.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One JSON object a line, for machines.
    Json,
    /// Coloured text, for a person at a terminal.
    Pretty,
}

impl Settings {
    /// Lists every mistake in the section, in words for the operator; empty when there is none.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            problems.push(format!("telemetry.sample_ratio: {} is not between 0 and 1", self.sample_ratio));
        }
        if let Err(error) = EnvFilter::try_new(&self.filter) {
            problems.push(format!("telemetry.filter: {error}"));
        }
        if let Some(endpoint) = self.endpoint()
            && !endpoint.starts_with("http://")
        {
            // The client is built without TLS: the receiver is a collector on the same machine or in the same cluster.
            problems.push("telemetry.otlp: must begin with http://".to_owned());
        }
        problems
    }

    /// Returns the receiver without its trailing slash, or nothing when export is off.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        let endpoint = self.otlp.as_deref()?.trim().trim_end_matches('/');
        (!endpoint.is_empty()).then_some(endpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTION: &str = "service_instance = ''\nformat = 'json'\nfilter = 'info'\nsample_ratio = 1.0\n";

    #[test]
    fn export_is_off_when_the_receiver_is_absent_or_empty() {
        let absent: Settings = toml::from_str(SECTION).unwrap();
        let empty: Settings = toml::from_str(&format!("{SECTION}otlp = ''")).unwrap();
        assert_eq!((absent.endpoint(), empty.endpoint()), (None, None));
        assert!(absent.problems().is_empty());
    }

    #[test]
    fn all_mistakes_are_reported_at_once_and_unknown_keys_refused() {
        let mut settings: Settings = toml::from_str(SECTION).unwrap();
        settings.sample_ratio = 7.0;
        settings.filter = "info,=,=".to_owned();
        settings.otlp = Some("127.0.0.1:4318".to_owned());
        assert_eq!(settings.problems().len(), 3, "{:?}", settings.problems());
        assert!(toml::from_str::<Settings>(&format!("{SECTION}oltp = ''")).is_err());
    }
}
