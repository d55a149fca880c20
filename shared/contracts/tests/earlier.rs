//! What versions before this one wrote into ledgers is read for ever: their examples, kept as they were.
//!
//! `earlier/first` holds every example of the first version that was installed anywhere, `second` and `third` those of
//! the next that are not today's. Whoever changes an example in `golden` puts the one that was installed here.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use contracts::{BadEvent, Body, notice::NoticeSent};
use serde_json::{Map, Value, json};

fn folder(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/earlier").join(version)
}

/// The examples of a version, each with its kind.
fn examples(version: &str) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = std::fs::read_dir(folder(version))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let kind =
                path.file_name().unwrap().to_str().unwrap().strip_suffix(".v1.json").unwrap().to_owned();
            let json = serde_json::from_slice(&std::fs::read(&path).unwrap());
            (kind, json.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

fn read(kind: &str, json: &Value) -> Result<Body, BadEvent> {
    Body::from_json(kind, json.to_string().as_bytes())
}

/// What is written today of what was written then.
fn written_anew(kind: &str, then: &Value) -> Value {
    let body = read(kind, then).unwrap_or_else(|error| panic!("{kind}: {error:?}"));
    serde_json::from_slice(&body.to_json()).unwrap()
}

/// Says where `now` lacks or changes something that `then` said.
fn lost(path: &str, then: &Value, now: &Value) -> Vec<String> {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => then
            .iter()
            .flat_map(|(name, value)| {
                lost(&format!("{path}.{name}"), value, now.get(name).unwrap_or(&Value::Null))
            })
            .collect(),
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            then.iter().zip(now).flat_map(|(then, now)| lost(&format!("{path}[]"), then, now)).collect()
        }
        (then, now) if then == now => Vec::new(),
        (then, now) => vec![format!("{path}: {then} became {now}")],
    }
}

/// Says what today's form has beyond what was said then, other than nothing.
fn invented(path: &str, then: &Value, now: &Value) -> Vec<String> {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => now
            .iter()
            .flat_map(|(name, value)| {
                invented(&format!("{path}.{name}"), then.get(name).unwrap_or(&Value::Null), value)
            })
            .collect(),
        (Value::Null, now) if !now.is_null() => vec![format!("{path}: {now}")],
        (Value::Array(then), Value::Array(now)) => {
            then.iter().zip(now).flat_map(|(then, now)| invented(&format!("{path}[]"), then, now)).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn what_earlier_versions_wrote_is_read_and_means_what_it_meant() {
    for (version, count) in [("first", 27), ("second", 6), ("third", 4)] {
        let examples = examples(version);
        assert_eq!(examples.len(), count, "an example of the {version} version went missing, or came in");
        for (kind, then) in examples {
            let now = written_anew(&kind, &then);
            // Said one by one at first; now together.
            let now =
                if kind == "notice.sent" && version == "first" { now["notices"][0].clone() } else { now };
            assert_eq!(lost(&kind, &then, &now), [""; 0], "of the {version} version");
            assert_eq!(invented(&kind, &then, &now), [""; 0], "of the {version} version");
        }
    }
}

/// The example of `notice.sent` from the first version.
fn single() -> Value {
    examples("first").into_iter().find(|(kind, _)| kind == "notice.sent").unwrap().1
}

#[test]
fn a_notice_that_was_said_alone_is_one_of_one() {
    let single = single();
    let Body::NoticeSent(NoticeSent { notices }) = read("notice.sent", &single).unwrap() else { panic!() };
    assert_eq!(notices.len(), 1);
    assert_eq!(serde_json::to_value(&notices[0]).unwrap(), single);
    assert_eq!(written_anew("notice.sent", &single), json!({"notices": [single]}), "written in today's form");
}

#[test]
fn what_a_notice_said_alone_lacks_is_named() {
    let Value::Object(fields) = single() else { panic!() };
    for name in fields.keys() {
        let rest: Map<String, Value> =
            fields.iter().filter(|(other, _)| *other != name).map(|(k, v)| (k.clone(), v.clone())).collect();
        let error = read("notice.sent", &Value::Object(rest)).unwrap_err();
        let BadEvent::Body { source, .. } = error else { panic!("{error:?}") };
        assert!(source.to_string().contains(&format!("missing field `{name}`")), "{source}");
    }
}

#[test]
fn a_notice_in_no_form_at_all_lacks_the_field_of_today() {
    for nothing in [json!({}), json!({"notices": null}), json!({"added_later": 1})] {
        let error = read("notice.sent", &nothing).unwrap_err();
        let BadEvent::Body { source, .. } = error else { panic!("{error:?}") };
        assert!(source.to_string().contains("missing field `notices`"), "{source}");
    }
    // A field of the same name that a later version may add beside them changes nothing.
    let (one, mut both) = (single(), json!({"notices": [single()], "template": "later"}));
    assert_eq!(written_anew("notice.sent", &both), json!({"notices": [one]}));
    both["notices"][0].as_object_mut().unwrap().remove("channel");
    let error = format!("{:?}", read("notice.sent", &both).unwrap_err());
    assert!(error.contains("missing field `channel`"), "{error}");
}
