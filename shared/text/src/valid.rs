//! Checks what people type or upload: lengths in characters, no hidden control, file names that cannot do harm.

use crate::clean::clean;

/// The longest file name in bytes that all usual file systems and object stores take.
const NAME_BYTES: usize = 255;
/// The longest file extension that is kept when a name must be cut, in bytes with its dot.
const EXTENSION_BYTES: usize = 16;
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Says why an input is refused. It never repeats the input, which may hold personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Nothing but space was given.
    #[error("must not be empty")]
    Empty,
    /// The input is longer than allowed.
    #[error("has {actual} characters, at most {max} are allowed")]
    TooLong {
        /// The most characters (Unicode scalar values) allowed.
        max: usize,
        /// How many there were, after cleaning.
        actual: usize,
    },
    /// The input holds a control character other than tab and line end.
    #[error("has a control character at position {at}")]
    Control {
        /// The position in characters, from 0.
        at: usize,
    },
    /// A single line was asked for and a line end was given.
    #[error("must be a single line")]
    Lines,
}

/// Cleans a text of several lines and refuses control characters, emptiness and more than `max` characters.
///
/// # Errors
/// Says the first reason found; see [`Invalid`].
pub fn body(input: &str, max: usize) -> Result<String, Invalid> {
    no_control(input)?;
    let text = clean(input).text;
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    match text.chars().count() {
        actual if actual > max => Err(Invalid::TooLong { max, actual }),
        _ => Ok(text),
    }
}

/// Cleans a single line, such as a title or a name, and refuses what [`body`] refuses and line ends inside.
///
/// # Errors
/// Says the first reason found; see [`Invalid`].
pub fn line(input: &str, max: usize) -> Result<String, Invalid> {
    let text = body(input, max)?;
    if text.contains('\n') { Err(Invalid::Lines) } else { Ok(text) }
}

/// Refuses control characters; tab, line feed and carriage return are what keyboards send.
///
/// # Errors
/// Names the position of the first one.
pub fn no_control(input: &str) -> Result<(), Invalid> {
    let bad = |ch: char| ch.is_control() && !matches!(ch, '\t' | '\n' | '\r');
    match input.chars().position(bad) {
        Some(at) => Err(Invalid::Control { at }),
        None => Ok(()),
    }
}

/// Makes a file name safe to store and to show: no path, no control or direction override, no reserved name, at most
/// 255 bytes with the extension kept; Chinese stays. What nothing is left of is called `file`.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut safe: String = clean(last)
        .text
        .chars()
        .filter(|ch| !ch.is_control())
        .map(|ch| {
            if matches!(ch, ':' | '*' | '?' | '"' | '<' | '>' | '|' | '/' | '\\' | '\u{2044}' | '\u{2215}') {
                '_'
            } else {
                ch
            }
        })
        .collect();
    cut(&mut safe);
    let safe = safe.trim_matches([' ', '.']);
    let stem = safe.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    if safe.is_empty() {
        "file".to_owned()
    } else if RESERVED.contains(&stem.as_str()) {
        format!("_{safe}")
    } else {
        safe.to_owned()
    }
}

/// Cuts the stem, not the extension, so that one byte is left for the mark of a reserved name.
fn cut(name: &mut String) {
    if name.len() < NAME_BYTES {
        return;
    }
    let extension = match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= EXTENSION_BYTES => name.split_off(at),
        _ => String::new(),
    };
    let room = NAME_BYTES - 1 - extension.len();
    let end = (0..=room.min(name.len())).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    name.truncate(end);
    name.push_str(&extension);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_after_cleaning() {
        assert_eq!(body("\n\t 路灯不亮 \r\n", 4), Ok("路灯不亮".to_owned()));
        assert_eq!(body("路灯不亮了", 4), Err(Invalid::TooLong { max: 4, actual: 5 }));
        assert_eq!(body(" \u{3000}\u{200b}", 4), Err(Invalid::Empty));
        assert_eq!(body("路\u{0}灯", 4), Err(Invalid::Control { at: 1 }));
        assert_eq!(line("路灯\n不亮", 9), Err(Invalid::Lines));
    }

    #[test]
    fn hostile_file_names_become_harmless() {
        for (hostile, safe) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\现场照片.jpg", "现场照片.jpg"),
            ("合同\u{202e}gpj.exe", "合同gpj.exe"),
            ("a\u{0}b\n.png", "ab.png"),
            ("CON.txt", "_CON.txt"),
            ("..", "file"),
            ("", "file"),
            ("/", "file"),
            ("证据<1>|2?.pdf", "证据_1__2_.pdf"),
            (" .隐藏. ", "隐藏"),
        ] {
            assert_eq!(safe_file_name(hostile), safe, "{hostile:?}");
        }
        let long = safe_file_name(&format!("{}.jpg", "照片".repeat(100)));
        assert!(long.len() <= 255 && long.ends_with("片.jpg") | long.ends_with("照.jpg"), "{long}");
    }
}
