//! The mapping that ships is good, and what is wrong in a mapping is named by its key.

use super::*;

const SHIPPED: &str = include_str!("../../../../../deploy/mappings/message-board.toml");

fn wrong(text: &str, sets: &[&str]) -> String {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let error = Mapping::parse(text, &sets).expect_err("a wrong mapping");
    match std::error::Error::source(&error) {
        Some(source) => format!("{error} {source}"),
        None => error.to_string(),
    }
}

#[test]
fn the_shipped_mapping_needs_only_the_kind() {
    assert!(wrong(SHIPPED, &[]).contains("--set kind="));
    let mapping =
        Mapping::parse(SHIPPED, &["kind=consultation".into(), "unit = chengguan".into()]).expect("whole");
    assert_eq!(mapping.kind, Some(Kind::Consultation));
    assert_eq!(mapping.unit.as_ref().map(UnitCode::as_str), Some("chengguan"));
    assert_eq!((mapping.mode, mapping.channel), (Mode::Forwarding, Channel::Mailbox));
    assert_eq!(mapping.key("2554"), "legacy:message-board:2554");
}

#[test]
fn unknown_keys_are_refused_and_named() {
    assert!(wrong(&SHIPPED.replace("author =", "writer ="), &["kind=help"]).contains("writer"));
    assert!(wrong(&format!("colour = 1\n{SHIPPED}"), &["kind=help"]).contains("colour"));
    assert!(wrong(SHIPPED, &["kind=help", "colour=red"]).contains("--set colour"));
    assert!(wrong(SHIPPED, &["kind"]).contains("key=value"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let told = wrong(
        &SHIPPED
            .replace("\"message-board\"", "\"A B\"")
            .replace("\"%Y-%m-%d\"", "\"%H\"")
            .replace("511600", "5116"),
        &["kind=anger", "mode=post"],
    );
    for key in ["source", "time_formats", "constants.region", "constants.kind", "constants.mode"] {
        assert!(told.contains(key), "{key} in {told}");
    }
}
