//! The city's own data, from `deploy/demo/city.toml`.

use serde::Deserialize;
use serde_json::{Value, json};

const CITY: &str = include_str!("../../../../deploy/demo/city.toml");

/// All of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct City {
    pub(super) region: String,
    pub(super) units: Vec<Unit>,
    pub(super) catalogue: Vec<Entry>,
    pub(super) messages: Vec<Message>,
}

/// One office.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) kind: String,
}

/// One line of the dispatch catalogue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    unit: String,
    region: String,
    keywords: Vec<String>,
    basis: String,
}

/// What a citizen of this city might write.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    pub(super) kind: String,
    pub(super) region: String,
    pub(super) title: String,
    pub(super) text: String,
}

pub(super) fn read() -> anyhow::Result<City> {
    Ok(toml::from_str(CITY)?)
}

pub(super) fn units(city: &City) -> Value {
    let units: Vec<Value> = city
        .units
        .iter()
        .map(|unit| json!({"code": unit.code, "name": unit.name, "region": unit.region, "kind": unit.kind}))
        .collect();
    json!({ "units": units })
}

pub(super) fn catalogue(city: &City) -> Value {
    let entries: Vec<Value> = city
        .catalogue
        .iter()
        .map(|entry| {
            json!({"unit": entry.unit, "region": entry.region, "keywords": entry.keywords, "basis": entry.basis})
        })
        .collect();
    json!({ "entries": entries })
}
