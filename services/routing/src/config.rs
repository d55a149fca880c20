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
    /// How often what happens by itself is looked at (units that ended, a catalogue that changed), in seconds.
    pub sweep_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        let legacy = "legacy".parse().expect("a plain code");
        Self { import_unit: Some(legacy), weights: Weights::default(), sweep_seconds: 5 }
    }
}
