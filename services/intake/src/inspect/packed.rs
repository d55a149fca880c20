//! The directory of a packed file (ZIP, PKWARE APPNOTE 4.3.12 and 4.3.16), from its last bytes.

use intake_rules::{Unfolded, is_acting};

/// What the directory tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) size: Unfolded,
    /// A program or a macro is inside.
    pub(super) acts: bool,
    /// The office document that it is, by the parts that such a document must have (ECMA-376).
    pub(super) document: Option<&'static str>,
}

const DOCUMENTS: [(&str, &str); 2] = [
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";

/// Reads the directory; none when it is not whole within `tail`, contradicts itself, or is one that only a 64-bit
/// archive needs: no letter to an office is that large.
pub(super) fn directory(tail: &[u8], bytes: u64) -> Option<Directory> {
    let end = tail.windows(END.len()).rposition(|at| at == END)?;
    let tail_at = bytes.checked_sub(tail.len() as u64)?;
    let entries = word(tail, end + 10)?;
    let (length, offset) = (double(tail, end + 12)?, double(tail, end + 16)?);
    if entries == 0xFFFF || length == u32::MAX || offset == u32::MAX {
        return None;
    }
    let mut at = usize::try_from(u64::from(offset).checked_sub(tail_at)?).ok()?;
    let mut directory = Directory { size: Unfolded::default(), acts: false, document: None };
    let mut typed = false;
    for _ in 0..entries {
        if tail.get(at..at + 4)? != ENTRY {
            return None;
        }
        directory.size.entries += 1;
        directory.size.packed += u64::from(double(tail, at + 20)?);
        directory.size.unfolded += u64::from(double(tail, at + 24)?);
        let lengths = [word(tail, at + 28)?, word(tail, at + 30)?, word(tail, at + 32)?].map(usize::from);
        let name = String::from_utf8_lossy(tail.get(at + 46..at + 46 + lengths[0])?).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        // Every modern office document is made of XML; the other acting forms have no place in one.
        directory.acts |= name.ends_with("vbaproject.bin") || (extension != "xml" && is_acting(extension));
        typed |= name == "[content_types].xml";
        let part = DOCUMENTS.iter().find(|(part, _)| *part == name);
        directory.document = directory.document.or(part.map(|(_, media)| *media));
        at += 46 + lengths.iter().sum::<usize>();
    }
    directory.document = directory.document.filter(|_| typed);
    // The directory ends where its end mark begins: nothing is hidden in between.
    (at == end).then_some(directory)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn double(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
