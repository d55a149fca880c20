//! Measures on real messages, where they are at hand, how many damaged ones come back; skips and says so otherwise.

use std::collections::BTreeMap;
use std::path::PathBuf;

use text::{clean, redact};

/// Finds the data folder: named by `HUIYIN_DATA`, or beside the checkout.
fn data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("HUIYIN_DATA").map_or(beside, PathBuf::from);
    folder.join("noise").is_dir().then_some(folder)
}

/// Reads a string field of a line of JSON whose strings hold no quotes but escaped ones.
fn field(line: &str, name: &str) -> String {
    let start = line.find(&format!("\"{name}\": \"")).expect("the field is there") + name.len() + 5;
    let mut text = String::new();
    let mut chars = line[start..].chars();
    while let Some(ch) = chars.next() {
        match ch {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('u') => {
                    let code: String = chars.by_ref().take(4).collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    text
}

#[test]
fn damaged_messages_come_back_as_far_as_they_can() {
    let Some(folder) = data() else {
        eprintln!("skipped: no data folder; set HUIYIN_DATA");
        return;
    };
    let lines = std::fs::read_to_string(folder.join("noise/noisy_messages.jsonl"))
        .expect("the noisy messages are readable");
    let lines: Vec<&str> = lines.lines().collect();
    let traditional: BTreeMap<String, String> = lines
        .iter()
        .filter(|line| field(line, "kind") == "trad")
        .map(|line| (field(line, "留言编号"), clean(&field(line, "body")).text))
        .collect();
    let mut kinds: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    for line in &lines {
        let kind = field(line, "kind");
        let wanted = match kind.as_str() {
            "trad" | "trad_pinyin" => traditional[&field(line, "留言编号")].clone(),
            _ => clean(&field(line, "clean_body")).text,
        };
        let got = clean(&field(line, "body")).text;
        let same = wide(&got) == wide(&wanted);
        let entry = kinds.entry(kind).or_default();
        let alike = usize::from(text::similarity(&got, &wanted).0);
        *entry = (entry.0 + 1, entry.1 + usize::from(same), entry.2 + alike);
    }
    for (kind, (all, same, alike)) in &kinds {
        eprintln!(
            "{kind:16} {same:3} of {all:3} whole, on average {:4} of 1000 character pairs",
            alike / all
        );
    }
    assert!(
        kinds["utf8_as_gbk"].2 / kinds["utf8_as_gbk"].0 > 500,
        "most of what a wrong decoder left is read again"
    );
    for kind in [
        "clean",
        "trad",
        "trad_pinyin",
        "html_entities",
        "excel_x000D",
        "zwsp_bidi",
        "fullwidth",
        "utf8_as_latin1",
        "gbk_as_latin1",
        "escaped",
    ] {
        assert_eq!(kinds[kind].1, kinds[kind].0, "{kind}");
    }
}

/// Takes the width of punctuation out of a comparison: cleaning leaves it as it is written.
fn wide(text: &str) -> String {
    text.chars()
        .map(|ch| match ch {
            '！'..='～' => char::from_u32(u32::from(ch) - 0xfee0).unwrap_or(ch),
            _ => ch,
        })
        .collect()
}

#[test]
fn real_messages_are_tidy_after_cleaning_and_stable_after_redaction() {
    let Some(folder) = data() else {
        eprintln!("skipped: no data folder; set HUIYIN_DATA");
        return;
    };
    let raw =
        std::fs::read(folder.join("teddycup/messages_with_replies.csv")).expect("the messages are readable");
    let decoded = text::decode(&raw);
    assert_eq!((decoded.encoding, decoded.replaced), (text::Encoding::Utf8, 0));
    let mut found = BTreeMap::new();
    for line in decoded.text.split("\",") {
        let cleaned = clean(line);
        assert_eq!(clean(&cleaned.text).text, cleaned.text);
        assert!(!cleaned.removed.mended);
        let redacted = redact(&cleaned.text);
        assert!(redact(&redacted.text).found.is_empty());
        for kind in redacted.found {
            *found.entry(kind).or_insert(0) += 1;
        }
    }
    eprintln!("{found:?}");
}
