//! `GET /api/openapi.json`: the descriptions of all services as one.

use std::time::Duration;

use axum::extract::State;
use futures::future::join_all;
use serde_json::{Map, Value, json};
use web::Json;

use super::Door;

const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn merged(State(door): State<Door>) -> Json<Value> {
    let asked = door.config.upstreams.iter().map(|(name, base)| {
        let door = &door;
        async move {
            let address = format!("{}/api/{name}/openapi.json", base.trim_end_matches('/'));
            let answer = door.client.get(address).timeout(PATIENCE).send().await.ok()?;
            let document: Value = answer.error_for_status().ok()?.json().await.ok()?;
            Some((name.clone(), document))
        }
    });
    let elsewhere = join_all(asked).await.into_iter().flatten();
    // A service that does not answer is missing from the whole; it would not answer a request either.
    Json(merge((door.here)().into_iter().chain(elsewhere)))
}

/// Joins the descriptions of services, whose paths are below their own `/api/<name>`, into one. Where two services use
/// one name for different schemas, the later one's is given the service's name in front.
pub fn merge(documents: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut whole = json!({
        "openapi": "3.1.0",
        "info": { "title": "回音 Huiyin", "version": env!("CARGO_PKG_VERSION") },
        "paths": {}, "components": { "schemas": {}, "securitySchemes": {} }, "tags": [],
    });
    for (service, mut document) in documents {
        let renamed = clashes(&whole["components"]["schemas"], &document["components"]["schemas"], &service);
        rename(&mut document, &renamed);
        if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
            for (name, schema) in std::mem::take(schemas) {
                let name = renamed.get(&name).and_then(Value::as_str).map_or(name, str::to_owned);
                whole["components"]["schemas"][name] = schema;
            }
        }
        if let Some(schemes) = document["components"]["securitySchemes"].as_object() {
            for (name, scheme) in schemes {
                whole["components"]["securitySchemes"][name] = scheme.clone();
            }
        }
        let Some(paths) = document["paths"].as_object_mut() else { continue };
        for (path, mut operations) in std::mem::take(paths) {
            for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
                let Some(operation) = operation.as_object_mut() else { continue };
                operation.insert("tags".to_owned(), json!([service]));
                if let Some(Value::String(id)) = operation.get_mut("operationId") {
                    *id = format!("{service}.{id}");
                }
            }
            let prefix = format!("/api/{service}");
            let path = if path.starts_with(&prefix) { path } else { format!("{prefix}{path}") };
            whole["paths"][path] = operations;
        }
        if let Some(tags) = whole["tags"].as_array_mut() {
            tags.push(json!({ "name": service }));
        }
    }
    whole
}

/// Old name → new name, for schemas whose name is taken by something else.
fn clashes(taken: &Value, new: &Value, service: &str) -> Map<String, Value> {
    let new = new.as_object().into_iter().flatten();
    new.filter(|(name, schema)| taken.get(name).is_some_and(|taken| taken != *schema))
        .map(|(name, _)| (name.clone(), format!("{service}.{name}").into()))
        .collect()
}

fn rename(value: &mut Value, renamed: &Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref") {
                let name = reference.rsplit('/').next().unwrap_or_default();
                if let Some(Value::String(name)) = renamed.get(name) {
                    *reference = format!("#/components/schemas/{name}");
                }
            }
            fields.values_mut().for_each(|value| rename(value, renamed));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| rename(value, renamed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(schema: &str) -> Value {
        json!({
            "paths": { "/cases": { "post": { "operationId": "make", "responses": {
                "201": { "schema": { "$ref": "#/components/schemas/Made" } },
                "400": { "schema": { "$ref": "#/components/schemas/Problem" } },
            } } } },
            "components": { "schemas": { "Made": { "type": schema }, "Problem": { "type": "object" } } },
        })
    }

    #[test]
    fn what_clashes_is_renamed_and_what_is_shared_is_kept_once() {
        let whole =
            merge([("intake".to_owned(), document("string")), ("routing".to_owned(), document("integer"))]);
        let schemas = whole["components"]["schemas"].as_object().unwrap();
        assert_eq!(schemas.keys().collect::<Vec<_>>(), ["Made", "Problem", "routing.Made"]);
        let made = |service: &str| {
            let operation = &whole["paths"][format!("/api/{service}/cases")]["post"];
            assert_eq!(operation["operationId"], format!("{service}.make"));
            operation["responses"]["201"]["schema"]["$ref"].as_str().unwrap().to_owned()
        };
        assert_eq!(made("intake"), "#/components/schemas/Made");
        assert_eq!(made("routing"), "#/components/schemas/routing.Made");
    }
}
