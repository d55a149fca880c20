//! Hostile files, made here byte by byte.

use intake_rules::{Attachments, Refusal, judge};

use super::*;

fn rules() -> Attachments {
    Attachments {
        media: intake_rules::FORMS.iter().map(|form| form.media.to_owned()).collect(),
        unpacked_max_bytes: 1_000_000,
        entries_max: 100,
        ratio_max: 100,
        basis: intake_rules::Basis::Choice,
        source: "test".to_owned(),
    }
}

fn seen(name: &str, declared: Option<&str>, content: &[u8]) -> Seen {
    let mut inspector = Inspector::new();
    content.chunks(7).for_each(|part| inspector.look(part));
    inspector.end(name.to_owned(), declared)
}

fn verdict(name: &str, declared: Option<&str>, content: &[u8]) -> Result<&'static str, Refusal> {
    judge(&rules(), 1_000_000, &seen(name, declared, content)).map(|form| form.media)
}

/// A packed file with these entries: name, packed size as told, unfolded size as told.
pub(crate) fn packed(entries: &[(&str, u32, u32)]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for (name, packed, unfolded) in entries {
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let offset = u32::try_from(file.len()).unwrap().to_le_bytes();
        let sizes = [packed.to_le_bytes(), unfolded.to_le_bytes()].concat();
        file.extend(b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00");
        file.extend(&sizes);
        file.extend(length);
        file.extend([0, 0]);
        file.extend(name.as_bytes());
        file.extend(b"some content of the entry, whatever it is");
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00");
        directory.extend(&sizes);
        directory.extend(length);
        directory.extend([0; 12]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
    }
    let (at, length) = (u32::try_from(file.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    file.extend(directory);
    file.extend(b"PK\x05\x06\x00\x00\x00\x00");
    file.extend(count);
    file.extend(count);
    file.extend(length.to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    file
}

const DOCUMENT: [(&str, u32, u32); 3] =
    [("[Content_Types].xml", 20, 200), ("_rels/.rels", 20, 200), ("word/document.xml", 20, 300)];

#[test]
fn honest_files_are_taken() {
    assert_eq!(verdict("路灯.jpg", Some("image/jpeg"), b"\xFF\xD8\xFF\xE0rest"), Ok("image/jpeg"));
    assert_eq!(verdict("路灯.JPEG", None, b"\xFF\xD8\xFF\xE0rest"), Ok("image/jpeg"));
    assert_eq!(verdict("a 2024.12.01.png", Some("image/png"), b"\x89PNG\r\n\x1a\nrest"), Ok("image/png"));
    assert_eq!(
        verdict("申请.pdf", Some("application/octet-stream"), b"%PDF-1.7 rest"),
        Ok("application/pdf")
    );
    assert_eq!(
        verdict("情况.txt", Some("text/plain; charset=utf-8"), "路灯不亮".as_bytes()),
        Ok("text/plain")
    );
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!(
        verdict("旧.doc", None, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"),
        Ok("application/msword")
    );
    assert_eq!(verdict("情况.docx", Some(word), &packed(&DOCUMENT)), Ok(word));
}

#[test]
fn disguises_programs_and_scripts_are_refused_with_their_reason() {
    let jpeg = b"\xFF\xD8\xFF\xE0rest";
    let program = b"MZ\x90\x00 This program cannot be run in DOS mode";
    for (name, declared, content, reason) in [
        ("a.jpg", Some("image/jpeg"), &b""[..], Refusal::Empty),
        ("a.exe", Some("image/jpeg"), program, Refusal::Program),
        ("a.jpg", Some("image/jpeg"), program, Refusal::Program),
        ("a.txt", None, b"#!/bin/sh\nrm -rf /", Refusal::Program),
        ("a.png", None, b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", Refusal::Program),
        ("a.jpg.exe", None, jpeg, Refusal::Program),
        ("a.exe.jpg", None, jpeg, Refusal::TwoExtensions),
        ("a.pdf.jpg", None, jpeg, Refusal::TwoExtensions),
        ("a.html", Some("text/html"), b"<p>", Refusal::Program),
        ("a.svg", Some("image/svg+xml"), b"<svg/>", Refusal::Program),
        ("a.txt", None, b"see <SCRIPT>alert(1)</SCRIPT>", Refusal::Acts),
        ("a.txt", None, b"<svg onload=alert(1)>", Refusal::Acts),
        ("a.pdf", None, b"%PDF-1.7 /S /JavaScript /JS (app.alert(1))", Refusal::Acts),
        ("a.png", Some("image/png"), jpeg, Refusal::Disguised),
        ("a.jpg", Some("application/pdf"), jpeg, Refusal::Disguised),
        ("a.jpg", None, b"just words", Refusal::Disguised),
        ("a.txt", None, jpeg, Refusal::Disguised),
        ("a.txt", None, b"words\x00words", Refusal::Disguised),
        (
            "a.doc",
            None,
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 _\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0",
            Refusal::Acts,
        ),
        ("a", None, jpeg, Refusal::Form),
        ("a.xyz", None, jpeg, Refusal::Form),
        ("a.zip", None, b"PK\x05\x06", Refusal::Form),
    ] {
        assert_eq!(verdict(name, declared, content), Err(reason), "{name} {declared:?}");
    }
    assert_eq!(
        verdict("a.jpg", None, &[jpeg.as_slice(), &vec![0; 1_000_000]].concat()),
        Err(Refusal::TooLong)
    );
}

#[test]
fn packed_files_that_burst_lie_or_carry_programs_are_refused() {
    let with = |entry| packed(&[&DOCUMENT[..], &[entry]].concat());
    let docx = |content: &[u8]| verdict("a.docx", None, content).unwrap_err();
    assert_eq!(docx(&with(("word/bomb.xml", 20, 900_000))), Refusal::Bomb);
    assert_eq!(docx(&with(("word/bomb.xml", 20, u32::MAX - 1))), Refusal::Bomb);
    assert_eq!(docx(&with(("word/shared.xml", 5_000, 5_000))), Refusal::Bomb);
    assert_eq!(docx(&with(("word/vbaProject.bin", 20, 200))), Refusal::Acts);
    assert_eq!(docx(&with(("word/embeddings/setup.exe", 20, 200))), Refusal::Acts);
    let mut cut = packed(&DOCUMENT);
    cut.truncate(cut.len() - 30);
    assert_eq!(docx(&cut), Refusal::Bomb);
    let jpeg = verdict("a.jpg", None, &packed(&DOCUMENT)).unwrap_err();
    assert_eq!(jpeg, Refusal::Disguised);
    let many: Vec<(String, u32, u32)> = (0..101).map(|at| (format!("word/{at}.xml"), 1, 1)).collect();
    let many: Vec<(&str, u32, u32)> = many.iter().map(|(name, a, b)| (name.as_str(), *a, *b)).collect();
    assert_eq!(docx(&packed(&[&DOCUMENT[..], &many].concat())), Refusal::Bomb);
}
