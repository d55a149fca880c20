//! Looks into a file while it streams by: its first bytes, its directory if it is packed, and whether it acts.
//!
//! Nothing is unpacked and nothing is kept but the beginning and the end.

mod packed;

use intake_rules::Seen;

/// First bytes kept: enough for every mark, and for the first entries of a packed file.
const HEAD: usize = 64 * 1024;
/// Last bytes kept: the directory of a packed file with some thousand entries.
const TAIL: usize = 512 * 1024;
/// Bytes of the part before that a word may begin in.
const SEAM: usize = 32;

/// The mark of a compound file ([MS-CFB] 2.2).
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Words that make a file act when it is opened, in small letters.
const IN_PDF: &[&[u8]] = &[b"/javascript", b"/launch", b"/embeddedfile", b"/openaction"];
const IN_TEXT: &[&[u8]] =
    &[b"<script", b"<html", b"<svg", b"<!doctype", b"<?php", b"javascript:", b"<iframe"];

/// An eye on one file.
pub(crate) struct Inspector {
    head: Vec<u8>,
    tail: Vec<u8>,
    seam: Vec<u8>,
    pdf_acts: bool,
    text_acts: bool,
    control: bool,
    bytes: u64,
}

impl Inspector {
    pub(crate) fn new() -> Self {
        Self {
            head: Vec::new(),
            tail: Vec::new(),
            seam: Vec::new(),
            pdf_acts: false,
            text_acts: false,
            control: false,
            bytes: 0,
        }
    }

    /// Looks at the next bytes.
    pub(crate) fn look(&mut self, part: &[u8]) {
        self.bytes += part.len() as u64;
        self.head.extend_from_slice(&part[..part.len().min(HEAD - self.head.len())]);
        self.tail.extend_from_slice(part);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        self.control |= part.iter().any(|byte| *byte < 9 || (14..32).contains(byte) && *byte != 27);
        let mut around = std::mem::take(&mut self.seam);
        around.extend(part.iter().map(u8::to_ascii_lowercase));
        let has = |words: &[&[u8]]| words.iter().any(|word| around.windows(word.len()).any(|at| at == *word));
        // Only what the file may turn out to be is looked for.
        if self.head.starts_with(b"%PDF") {
            self.pdf_acts |= has(IN_PDF);
        } else if !self.control {
            self.text_acts |= has(IN_TEXT);
        }
        self.seam = around.split_off(around.len().saturating_sub(SEAM));
    }

    /// Says what was seen. `name` is cleaned; `declared` comes as it was sent.
    pub(crate) fn end(self, name: String, declared: Option<&str>) -> Seen {
        let found = infer::get(&self.head);
        let program = found.is_some_and(|kind| kind.matcher_type() == infer::MatcherType::App)
            || [&b"#!"[..], b"MZ", b"\x7fELF"].iter().any(|mark| self.head.starts_with(mark));
        let is_packed = self.head.starts_with(b"PK\x03\x04") || self.head.starts_with(b"PK\x05\x06");
        let directory = is_packed.then(|| packed::directory(&self.tail, self.bytes));
        let inside = directory.as_ref().and_then(Option::as_ref).is_some_and(|directory| directory.acts);
        let is_compound = self.head.starts_with(&COMPOUND);
        // Old office files keep their macros in streams of these names, in UTF-16.
        let macros = is_compound
            && [&self.head, &self.tail]
                .iter()
                .any(|bytes| has_wide(bytes, "_VBA_PROJECT") || has_wide(bytes, "Macros"));
        let declared =
            declared.and_then(|value| value.split(';').next()).map(|media| media.trim().to_ascii_lowercase());
        let text = !self.control && found.is_none_or(|kind| kind.matcher_type() == infer::MatcherType::Text);
        Seen {
            declared: declared.filter(|media| !media.is_empty()),
            // A text has no mark; what the library calls one (HTML, XML, scripts) acts and is told by that.
            found: match &directory {
                Some(directory) => {
                    directory.as_ref().and_then(|directory| directory.document).map(str::to_owned)
                }
                None if is_compound => Some(compound(&name, found.map(|kind| kind.mime_type())).to_owned()),
                None => found.filter(|_| !text).map(|kind| media(kind.mime_type()).to_owned()),
            },
            name,
            program,
            acts: inside || macros || self.pdf_acts || (text && self.text_acts),
            reads_as_text: text,
            packed: directory.map(|directory| directory.map(|directory| directory.size)),
            bytes: self.bytes,
        }
    }
}

/// One name for what the library calls otherwise than the table of forms.
fn media(found: &'static str) -> &'static str {
    match found {
        "image/heic" => "image/heif",
        "video/x-m4v" => "video/mp4",
        other => other,
    }
}

/// Which old office document it is: their directory may lie anywhere, so the name decides between the two that there are
/// unless the beginning tells.
fn compound(name: &str, found: Option<&'static str>) -> &'static str {
    match found {
        Some(media @ ("application/msword" | "application/vnd.ms-excel")) => media,
        Some("application/vnd.ms-powerpoint") => "application/vnd.ms-powerpoint",
        Some(_) | None if name.to_lowercase().ends_with(".xls") => "application/vnd.ms-excel",
        Some(_) | None => "application/msword",
    }
}

fn has_wide(bytes: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wide.len()).any(|at| at == wide)
}

#[cfg(test)]
mod tests;
