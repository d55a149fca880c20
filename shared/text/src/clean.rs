//! Takes the dirt of real messages out of a text and leaves the words of the citizen as they are.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::{entity, mend::mend, pinyin};

/// Holds a cleaned text and what was taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The text: NFC, lines parted by `\n`, no line with space at its ends, at most one blank line in a row.
    pub text: String,
    /// What was taken out or changed.
    pub removed: Removed,
}

/// Counts what cleaning took out or changed, in characters where nothing else is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Line ends that were not `\n`, blank lines beyond one, and line ends at the beginning and the end.
    pub breaks: usize,
    /// Tabs, no-break, ideographic and other spaces that were dropped, joined or made a plain space.
    pub spaces: usize,
    /// Control characters and code points that are no characters.
    pub controls: usize,
    /// Zero-width characters, byte order marks and direction overrides.
    pub invisible: usize,
    /// Excel escapes such as `_x000D_`, and `\n`, `\r` and `\t` written out.
    pub escapes: usize,
    /// HTML entities that were read.
    pub entities: usize,
    /// Pinyin glosses behind a Chinese character.
    pub glosses: usize,
    /// Full-width letters and digits made plain ones; full-width punctuation stays.
    pub folded: usize,
    /// Whether the text was mojibake and could be turned back.
    pub mended: bool,
    /// Characters that stay lost: U+FFFD in the cleaned text, and two for each 锟斤拷, which is two U+FFFD read as GBK.
    pub lost: usize,
}

/// Cleans a message; cleaning a second time changes nothing.
///
/// Normalises to NFC and not to NFKC, because full-width punctuation is right in Chinese.
#[must_use]
pub fn clean(raw: &str) -> Cleaned {
    let mut removed = Removed::default();
    let mut text = match mend(raw) {
        Some(mended) => {
            removed.mended = true;
            Cow::Owned(mended)
        }
        None => Cow::Borrowed(raw),
    };
    loop {
        if !is_nfc(&text) {
            text = Cow::Owned(text.nfc().collect());
        }
        let mut pass = Pass {
            out: String::with_capacity(text.len()),
            spaces: 0,
            plain: 0,
            breaks: 0,
            carriage: false,
            carriage_at: None,
            removed,
        };
        pass.run(&text);
        removed = pass.removed;
        // An entity may have brought combining marks; then once more, until all is composed.
        if is_nfc(&pass.out) {
            removed.lost = pass.out.matches('\u{fffd}').count() + 2 * pass.out.matches("锟斤拷").count();
            return Cleaned { text: pass.out, removed };
        }
        text = Cow::Owned(pass.out);
    }
}

fn is_nfc(text: &str) -> bool {
    let plain = |ch: char| matches!(ch, '\0'..='\u{2ff}' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{3029}' | '\u{ff00}'..='\u{ffef}');
    text.chars().all(plain)
        || match is_nfc_quick(text.chars()) {
            IsNormalized::Yes => true,
            IsNormalized::No => false,
            IsNormalized::Maybe => text.nfc().eq(text.chars()),
        }
}

/// Writes cleaned characters; spaces and breaks wait until something follows them.
struct Pass {
    out: String,
    spaces: usize,
    plain: usize,
    breaks: usize,
    /// Whether a carriage return waits for its line feed; what is invisible may stand between them.
    carriage: bool,
    /// Where in `out` a waiting carriage return was written, in case what follows it is taken back.
    carriage_at: Option<usize>,
    removed: Removed,
}

impl Pass {
    fn run(&mut self, text: &str) {
        for ch in text.chars() {
            self.take(ch);
        }
        self.removed.breaks += self.breaks;
        self.removed.spaces += self.plain;
    }

    fn take(&mut self, ch: char) {
        match ch {
            '\r' => {
                self.removed.breaks += 1;
                self.breaks += usize::from(!self.carriage);
                self.carriage = true;
            }
            '\n' if self.carriage => self.carriage = false,
            '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.breaks += 1,
            ' ' => {
                self.spaces += 1;
                self.plain += 1;
            }
            '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                self.spaces += 1;
                self.removed.spaces += 1;
            }
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => self.removed.controls += 1,
            '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' | '\u{fff9}'..='\u{fffb}' => {
                self.removed.controls += 1
            }
            // Joins the parts of an emoji; elsewhere it only hides.
            '\u{200d}' if self.out.ends_with(|last: char| last >= '\u{1f000}' || last == '\u{fe0f}') => {
                self.write(ch)
            }
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {
                self.removed.invisible += 1;
            }
            '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => self.removed.invisible += 1,
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                self.removed.folded += 1;
                let plain = char::from_u32(u32::from(ch) - 0xfee0)
                    .expect("full-width letters and digits have plain ones");
                self.write(plain);
            }
            ';' => self.close(ch, Self::read_entity),
            '_' => self.close(ch, Self::read_escape),
            ')' => self.close(ch, Self::drop_gloss),
            'n' | 'r' | 't' if self.out.ends_with('\\') => self.close(ch, |pass| pass.read_backslash(ch)),
            other => self.write(other),
        }
    }

    /// Writes a character that may end a pattern, unless it does: looking back makes nested patterns come out at once.
    fn close(&mut self, ch: char, end: impl FnOnce(&mut Self) -> bool) {
        if self.spaces > 0 || self.breaks > 0 || !end(self) {
            self.write(ch);
        }
    }

    fn write(&mut self, ch: char) {
        if self.breaks > 0 {
            let kept = if self.out.is_empty() { 0 } else { self.breaks.min(2) };
            self.removed.breaks += self.breaks - kept;
            self.removed.spaces += self.plain;
            self.out.push_str(&"\n\n"[..kept]);
        } else if self.spaces > 0 {
            let kept = usize::from(!self.out.is_empty());
            self.removed.spaces += self.plain.saturating_sub(kept);
            self.out.push_str(&" "[..kept]);
        }
        if self.carriage {
            self.carriage_at = Some(self.out.len());
        }
        (self.breaks, self.spaces, self.plain, self.carriage) = (0, 0, 0, false);
        self.out.push(ch);
    }

    /// Gives the tail of what was written from the last `mark` on, when it is at most `longest` bytes.
    fn tail(&self, mark: char, longest: usize) -> Option<(usize, &str)> {
        let mut from = self.out.len().saturating_sub(longest);
        while !self.out.is_char_boundary(from) {
            from += 1;
        }
        let at = from + self.out[from..].rfind(mark)?;
        Some((at, &self.out[at + mark.len_utf8()..]))
    }

    /// Takes back what was written from `at` on; space before it waits again.
    fn rewind(&mut self, at: usize) {
        self.out.truncate(at);
        self.carriage = self.carriage_at == Some(at);
        let kept = self.out.trim_end_matches([' ', '\n']).len();
        for ch in self.out[kept..].chars() {
            if ch == '\n' {
                self.breaks += 1;
            } else {
                self.spaces += 1;
                self.plain += 1;
            }
        }
        self.out.truncate(kept);
    }

    fn read_entity(&mut self) -> bool {
        let Some((at, name)) = self.tail('&', entity::LONGEST) else { return false };
        let Some(meant) = entity::named(name) else { return false };
        self.removed.entities += 1;
        self.rewind(at);
        self.take(meant);
        true
    }

    fn read_escape(&mut self) -> bool {
        let Some((at, code)) = self.tail('_', "_x000D".len()) else { return false };
        let digits = code
            .strip_prefix('x')
            .filter(|hex| hex.len() == 4 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        // Excel escapes what XML cannot hold; anything else in this form is a name somebody chose.
        let Some(meant @ ('\0'..=' ' | '\u{7f}'..='\u{a0}')) =
            digits.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32)
        else {
            return false;
        };
        self.removed.escapes += 1;
        self.rewind(at);
        self.take(meant);
        true
    }

    /// Reads `\n`, `\r` or `\t` written out, unless it may be part of a path or a name.
    fn read_backslash(&mut self, letter: char) -> bool {
        let at = self.out.len() - 1;
        if self.out[..at].ends_with(|last: char| {
            last.is_ascii_alphanumeric() || matches!(last, ':' | '\\' | '/' | '.' | '_')
        }) {
            return false;
        }
        self.removed.escapes += 1;
        self.rewind(at);
        self.take(match letter {
            'n' => '\n',
            'r' => '\r',
            _ => '\t',
        });
        true
    }

    fn drop_gloss(&mut self) -> bool {
        let Some((at, letters)) = self.tail('(', pinyin::LONGEST) else { return false };
        let behind_han =
            self.out[..at].ends_with(|last: char| matches!(last, '\u{3400}'..='\u{9fff}' | '\u{20000}'..));
        if !behind_han || !pinyin::is_marked_syllable(letters) {
            return false;
        }
        self.removed.glosses += 1;
        self.rewind(at);
        true
    }
}

#[cfg(test)]
mod tests;
