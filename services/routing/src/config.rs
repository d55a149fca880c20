//! The section `[routing]`.

use ids::UnitCode;
use routing_rules::dispatch::Weights;
use serde::Deserialize;

/// Settings of routing; every key may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The unit that historic cases go to when nothing names one; none: they wait for a dispatcher.
    pub import_unit: Option<UnitCode>,
    /// How much each ground counts when a unit is looked for.
    pub weights: Weights,
}

impl Default for Config {
    fn default() -> Self {
        let legacy = "legacy".parse().expect("a plain code");
        Self { import_unit: Some(legacy), weights: Weights::default() }
    }
}
