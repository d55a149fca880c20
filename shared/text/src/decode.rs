//! Turns the bytes of a legacy file or form into text and says which encoding they were in.

use encoding_rs::{Encoding as Codec, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

/// One broken sequence in this many whole multi-byte characters still counts as damaged UTF-8, not as GB18030.
const WHOLE_PER_BROKEN: u64 = 50;
const GB18030_MARK: &[u8] = &[0x84, 0x31, 0x95, 0x33];

/// Names an encoding that Chinese offices really send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// UTF-16 little endian, only ever told by its byte order mark.
    Utf16Le,
    /// UTF-16 big endian, only ever told by its byte order mark.
    Utf16Be,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
}

impl Encoding {
    /// Gives the codec that decodes this encoding, for callers that decode piece by piece.
    #[must_use]
    pub fn codec(self) -> &'static Codec {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Gb18030 => GB18030,
        }
    }

    /// Counts the bytes of the byte order mark that `head`, the beginning of the input, carries in this encoding.
    #[must_use]
    pub fn mark_len(self, head: &[u8]) -> usize {
        match self {
            Self::Gb18030 if head.starts_with(GB18030_MARK) => GB18030_MARK.len(),
            Self::Gb18030 => 0,
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => Codec::for_bom(head)
                .filter(|(codec, _)| *codec == self.codec())
                .map_or(0, |(_, length)| length),
        }
    }
}

/// Holds decoded text, its encoding and how much of it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without byte order mark.
    pub text: String,
    /// The encoding that was found.
    pub encoding: Encoding,
    /// How many sequences were replaced by U+FFFD because they are not valid in that encoding.
    pub replaced: usize,
}

/// Decodes bytes strictly: a byte order mark decides, then valid UTF-8, then GB18030.
///
/// Text that is UTF-8 but for a few broken sequences (a cut tail, one bad byte) stays UTF-8 with those replaced.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut detector = Detector::default();
    detector.push(bytes);
    let encoding = detector.finish();
    let body = &bytes[encoding.mark_len(bytes)..];
    let (text, _) = encoding.codec().decode_without_bom_handling(body);
    let before = if encoding == Encoding::Utf8 { count_marks(body) } else { 0 };
    let replaced = text.matches('\u{fffd}').count().saturating_sub(before);
    Decoded { text: text.into_owned(), encoding, replaced }
}

/// Counts the U+FFFD that were already written in UTF-8 bytes, which no decoder of ours lost.
fn count_marks(bytes: &[u8]) -> usize {
    bytes.windows(3).filter(|three| *three == [0xEF, 0xBF, 0xBD]).count()
}

/// Tells the encoding of input that is read in pieces and never held whole.
#[derive(Debug, Default)]
pub struct Detector {
    head: Vec<u8>,
    tail: Vec<u8>,
    whole: u64,
    broken: u64,
}

impl Detector {
    /// Looks at the next piece of the input.
    pub fn push(&mut self, piece: &[u8]) {
        let missing = GB18030_MARK.len().saturating_sub(self.head.len());
        self.head.extend(piece.iter().take(missing));
        let joined;
        let mut rest = if self.tail.is_empty() {
            piece
        } else {
            joined = [std::mem::take(&mut self.tail).as_slice(), piece].concat();
            &joined
        };
        loop {
            match std::str::from_utf8(rest) {
                Ok(_) => return self.count(rest),
                Err(error) => {
                    self.count(&rest[..error.valid_up_to()]);
                    match error.error_len() {
                        Some(length) => {
                            self.broken += 1;
                            rest = &rest[error.valid_up_to() + length..];
                        }
                        None => {
                            self.tail = rest[error.valid_up_to()..].to_vec();
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Decides, after the last piece.
    #[must_use]
    pub fn finish(self) -> Encoding {
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Gb18030] {
            if encoding.mark_len(&self.head) > 0 {
                return encoding;
            }
        }
        let broken = self.broken + u64::from(!self.tail.is_empty());
        if broken == 0 || broken.saturating_mul(WHOLE_PER_BROKEN) <= self.whole {
            Encoding::Utf8
        } else {
            Encoding::Gb18030
        }
    }

    /// Counts the characters of more than two bytes: Chinese in UTF-8 has three, and GB18030 hardly ever looks like it.
    fn count(&mut self, valid: &[u8]) {
        self.whole += valid.iter().filter(|byte| **byte >= 0xE0).count() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: &[u8]) -> (String, Encoding, usize) {
        let decoded = decode(bytes);
        (decoded.text, decoded.encoding, decoded.replaced)
    }

    #[test]
    fn each_encoding_is_told_apart() {
        let told = "路灯不亮，请修。";
        let (gb, _, _) = GB18030.encode(told);
        let le: Vec<u8> = told.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = told.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, encoding) in [
            (told.as_bytes().to_vec(), Encoding::Utf8),
            ([b"\xEF\xBB\xBF", told.as_bytes()].concat(), Encoding::Utf8),
            ([b"\xFF\xFE", le.as_slice()].concat(), Encoding::Utf16Le),
            ([b"\xFE\xFF", be.as_slice()].concat(), Encoding::Utf16Be),
            (gb.to_vec(), Encoding::Gb18030),
            ([GB18030_MARK, &gb].concat(), Encoding::Gb18030),
        ] {
            assert_eq!(seen(&bytes), (told.to_owned(), encoding, 0));
        }
    }

    #[test]
    fn a_cut_tail_does_not_make_utf8_into_gb18030() {
        let told = "一段很长的留言".repeat(20);
        let cut = &told.as_bytes()[..told.len() - 1];
        let (text, encoding, replaced) = seen(cut);
        assert_eq!((encoding, replaced), (Encoding::Utf8, 1));
        assert!(text.starts_with("一段很长的留言"));
    }

    #[test]
    fn broken_sequences_are_counted_but_old_marks_are_not() {
        let (gb, _, _) = GB18030.encode("路灯不亮");
        assert_eq!(decode(&[&gb, b"\xFF".as_slice()].concat()).replaced, 1);
        assert_eq!(decode("坏\u{fffd}字".as_bytes()).replaced, 0);
    }

    #[test]
    fn a_character_split_between_pieces_is_whole() {
        let mut detector = Detector::default();
        for byte in "路灯不亮，请修".as_bytes() {
            detector.push(&[*byte]);
        }
        assert_eq!(detector.finish(), Encoding::Utf8);
    }
}
