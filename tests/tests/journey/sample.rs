//! Bodies and parameters that could be taken, made from what an endpoint says of itself.

use serde_json::{Map, Value, json};

/// Fits as a region, as a unit's code and as any words.
const WORD: &str = "511602";
const ID: &str = "0190f0a1-7c00-7aaa-8000-000000000002";

/// A value that a schema allows, with nothing but what it asks for.
pub(crate) fn of(document: &Value, schema: &Value) -> Value {
    if let Some(place) = schema["$ref"].as_str() {
        return of(document, document.pointer(place.trim_start_matches('#')).unwrap_or(&Value::Null));
    }
    if let Some(one) = schema["enum"].as_array().and_then(|all| all.first()) {
        return one.clone();
    }
    for choice in ["oneOf", "anyOf"] {
        let mut any = schema[choice].as_array().into_iter().flatten();
        if let Some(one) = any.find(|one| one["type"] != "null") {
            return of(document, one);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| of(document, part));
        let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(fields.collect());
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    let kind = kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null");
    match (kind, schema["format"].as_str()) {
        (Some("string"), Some("uuid")) => ID.into(),
        (Some("string"), Some("date")) => "2026-01-05".into(),
        (Some("string"), Some("date-time")) => "2026-01-05T01:00:00Z".into(),
        (Some("string"), _) => WORD.into(),
        (Some("integer" | "number"), _) => 1.into(),
        (Some("boolean"), _) => true.into(),
        (Some("array"), _) => json!([]),
        _ => object(document, schema),
    }
}

fn object(document: &Value, schema: &Value) -> Value {
    let owed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let fields = owed.map(|name| (name.to_owned(), of(document, &schema["properties"][name])));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The parameters that an endpoint asks for behind its path.
pub(crate) fn query(document: &Value, operation: &Value) -> String {
    let asked = operation["parameters"].as_array().into_iter().flatten();
    let owed = asked.filter(|one| one["in"] == "query" && one["required"] == true);
    let pairs: Vec<String> = owed
        .map(|one| {
            let value = of(document, &one["schema"]);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{}={value}", one["name"].as_str().unwrap_or_default())
        })
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}
