//! One example of every event, kept as a file: what is on the wire today must be readable for ever.

use std::{collections::BTreeSet, path::PathBuf};

use contracts::{BadEvent, Body, KINDS};
use serde_json::{Map, Value};

/// Where the only text of a citizen may stand, redacted.
const WORDING: &str = "wording";

/// Parts of a field's name that would speak of a person.
const PERSONAL: &[&str] = &[
    "phone",
    "mobile",
    "tel",
    "mail",
    "address",
    "street",
    "person",
    "citizen",
    "identity",
    "id_card",
    "birth",
    "gender",
    "text",
    "title",
    "comment",
    "note",
    "query",
    "login",
    "full_name",
    "surname",
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn example(kind: &str) -> Value {
    let file = folder().join(format!("{kind}.v1.json"));
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn read(kind: &str, json: &Value) -> Result<Body, BadEvent> {
    Body::from_json(kind, json.to_string().as_bytes())
}

/// Calls `look` with the path and the value of every field, however deep.
fn walk(path: &str, value: &Value, look: &mut impl FnMut(&str, &str, &Value)) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = format!("{path}.{name}");
                look(&path, name, inner);
                walk(&path, inner, look);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(path, item, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_kind_has_an_example_and_every_example_a_kind() {
    let kinds: BTreeSet<String> = KINDS.iter().map(|(kind, _)| format!("{kind}.v1.json")).collect();
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, kinds);
}

#[test]
fn an_example_is_read_and_written_back_unchanged() {
    for (kind, owner) in KINDS {
        let json = example(kind);
        let body = read(kind, &json).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((body.kind(), body.owner()), (*kind, *owner));
        assert_eq!(serde_json::from_slice::<Value>(&body.to_json()).unwrap(), json, "{kind}");
    }
}

#[test]
fn an_example_shows_every_optional_field() {
    // A field that is null in its only example could change its type and no test would see it.
    for (kind, _) in KINDS {
        let json = example(kind);
        let mut shown = BTreeSet::new();
        let mut named = BTreeSet::new();
        walk("", &json, &mut |path, _, value| {
            named.insert(path.to_owned());
            if !value.is_null() {
                shown.insert(path.to_owned());
            }
        });
        assert_eq!(shown, named, "{kind}");
    }
}

#[test]
fn a_field_of_a_later_version_is_passed_over() {
    for (kind, _) in KINDS {
        let json = example(kind);
        let mut later = json.clone();
        later.as_object_mut().unwrap().insert("added_later".into(), Value::from(1));
        assert_eq!(read(kind, &later).unwrap(), read(kind, &json).unwrap(), "{kind}");
    }
}

#[test]
fn a_missing_field_is_an_error_that_names_it() {
    for (kind, _) in KINDS {
        let Value::Object(fields) = example(kind) else { panic!("{kind} is no object") };
        for name in fields.keys() {
            let rest: Map<String, Value> = fields
                .iter()
                .filter(|(other, _)| *other != name)
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            match read(kind, &Value::Object(rest)) {
                Ok(body) => {
                    let written: Value = serde_json::from_slice(&body.to_json()).unwrap();
                    assert!(written[name].is_null(), "{kind}.{name} got a value from nowhere");
                }
                Err(BadEvent::Body { source, .. }) => assert!(source.to_string().contains(name), "{source}"),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_word_that_no_vocabulary_knows_is_an_error() {
    let mut words = 0;
    for (kind, _) in KINDS {
        let json = example(kind);
        for field in ["kind", "channel", "urgency", "mode", "mode_hint", "part", "outcome", "solved", "grade"]
        {
            if json.get(field).is_none() {
                continue;
            }
            let mut wrong = json.clone();
            wrong[field] = Value::from("no-such-word");
            assert!(matches!(read(kind, &wrong), Err(BadEvent::Body { .. })), "{kind}.{field}");
            words += 1;
        }
    }
    assert!(words >= 14, "only {words} words were tried");
}

#[test]
fn a_kind_of_another_build_is_named() {
    let error = Body::from_json("case.vanished", b"{}").unwrap_err();
    assert!(matches!(error, BadEvent::UnknownKind(kind) if kind == "case.vanished"));
}

#[test]
fn no_event_has_room_for_a_person() {
    for (kind, _) in KINDS {
        walk("", &example(kind), &mut |path, name, value| {
            if path.starts_with(&format!(".{WORDING}.")) {
                assert_eq!(*kind, "case.accepted", "words travel with acceptance alone");
                return;
            }
            let personal = name.split('_').find(|word| PERSONAL.contains(word));
            assert!(personal.is_none() && !PERSONAL.contains(&name), "{kind}{path}");
            // An office has a name of its own language; nobody else in an event has one.
            if (*kind, name) == ("unit.described", "zh") {
                return;
            }
            if let Some(code) = value.as_str() {
                assert!(
                    code.is_ascii()
                        && (code.len() <= 40 || name == "digest")
                        && !code.contains(char::is_whitespace),
                    "{kind}{path}"
                );
                assert!(!code.contains('@'), "{kind}{path} looks like a mail address");
            }
            // `name` is what a pack calls a clock; elsewhere it could only be somebody's.
            assert!(name != "name" || kind.starts_with("clock."), "{kind}{path}");
        });
    }
}

#[test]
fn the_documents_name_every_kind_and_every_field() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let table = std::fs::read_to_string(docs.join("events.md")).unwrap();
    let machine = std::fs::read_to_string(docs.join("asyncapi.yaml")).unwrap();
    for (kind, owner) in KINDS {
        let letter = owner[..1].to_uppercase();
        let start = format!("| `{kind}` | {letter} |");
        let row =
            table.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no row {start}"));
        assert!(machine.contains(&format!("      name: {kind}\n")), "asyncapi.yaml lacks {kind}");
        walk("", &example(kind), &mut |path, name, _| {
            // What both registrations share is written once; `pack` and `wording` are explained below the table.
            let shared = *kind == "case.accepted" && example("case.registered").get(name).is_some();
            let inner = path.starts_with(".pack.") || path.starts_with(".wording.");
            assert!(shared || inner || row.contains(name), "events.md says nothing of {kind}{path}");
            assert!(machine.contains(&format!("{name}:")), "asyncapi.yaml lacks {kind}{path}");
        });
    }
    let said = |line: &&str| line.starts_with("| `") && line.split(" | ").nth(1) == Some("E");
    let rows = table.lines().filter(said).count();
    let kinds = KINDS.iter().filter(|(_, owner)| *owner == "evaluation").count();
    assert_eq!(rows, kinds, "a row of evaluation's that no kind has");
}
