//! What the made-up citizens write: the messages of the demonstration city, each told by another person.

use serde::Deserialize;
use serde_json::{Value, json};

const CITY: &str = include_str!("../../../deploy/demo/city.toml");

/// The city's data, as far as the load needs it.
#[derive(Deserialize)]
pub(crate) struct City {
    units: Vec<Value>,
    catalogue: Vec<Value>,
    pub(crate) messages: Vec<Message>,
}

/// A message.
#[derive(Deserialize)]
pub(crate) struct Message {
    pub(crate) kind: String,
    pub(crate) region: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// Reads the city.
pub(crate) fn city() -> anyhow::Result<City> {
    Ok(toml::from_str(CITY)?)
}

impl City {
    pub(crate) fn units(&self) -> Value {
        json!({ "units": self.units })
    }

    pub(crate) fn catalogue(&self) -> Value {
        json!({ "entries": self.catalogue })
    }

    /// The registration of the n-th citizen.
    pub(crate) fn registration(&self, n: usize) -> Vec<u8> {
        let message = &self.messages[n % self.messages.len()];
        let body = json!({
            "kind": message.kind, "region": message.region,
            "title": format!("{}（第{n}件）", message.title), "text": body(&message.text, n),
            "party": {"name": "市民", "phone": phone(n)},
        });
        body.to_string().into_bytes()
    }
}

/// The telephone number of the n-th citizen.
pub(crate) fn phone(n: usize) -> String {
    format!("139{:08}", n % 100_000_000)
}

/// A text of the length that people write (the median of a message board is about 200 characters).
pub(crate) fn body(text: &str, n: usize) -> String {
    let sentences =
        ["请有关部门核实情况并尽快处理。", "此前已向社区反映，尚未得到答复。", "希望得到书面回复，谢谢。"];
    let mut body = format!("{text}（编号{n}）");
    for at in 0..9 {
        body.push_str(sentences[(n + at) % sentences.len()]);
    }
    body
}
