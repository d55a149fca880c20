//! Recognises the pinyin glosses, as in 關(guān), that some web sources write behind traditional characters.

/// The longest gloss in bytes with its first parenthesis: `(zhuāng`, where ɡ may stand for g.
pub(crate) const LONGEST: usize = 10;

const INITIALS: [&str; 23] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c",
    "s", "y", "w",
];
const FINALS: [&str; 38] = [
    "a", "o", "e", "i", "u", "v", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "ia", "ie", "iao",
    "iu", "iou", "ian", "in", "iang", "ing", "iong", "ua", "uo", "uai", "ui", "uei", "uan", "un", "uen",
    "uang", "ueng", "ve", "ue", "er",
];

/// Tells whether `letters` is exactly one pinyin syllable with its tone mark.
///
/// The mark is demanded: without it `(a)`, `(he)` or `(men)` behind a Chinese character may well be something else.
pub(crate) fn is_marked_syllable(letters: &str) -> bool {
    let mut plain = String::with_capacity(letters.len());
    let mut marks = 0;
    for letter in letters.chars() {
        let (base, marked) = unmark(letter);
        plain.push(base);
        marks += usize::from(marked);
    }
    let rest = INITIALS.iter().find_map(|initial| plain.strip_prefix(initial)).unwrap_or(&plain);
    marks == 1 && (FINALS.contains(&rest) || FINALS.contains(&plain.as_str()))
}

fn unmark(letter: char) -> (char, bool) {
    match letter {
        'ā' | 'á' | 'ǎ' | 'à' => ('a', true),
        'ē' | 'é' | 'ě' | 'è' => ('e', true),
        'ī' | 'í' | 'ǐ' | 'ì' => ('i', true),
        'ō' | 'ó' | 'ǒ' | 'ò' => ('o', true),
        'ū' | 'ú' | 'ǔ' | 'ù' => ('u', true),
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => ('v', true),
        'ü' => ('v', false),
        'ɡ' => ('g', false),
        other => (other, false),
    }
}

#[cfg(test)]
mod tests {
    use super::is_marked_syllable;

    #[test]
    fn only_one_syllable_with_one_mark() {
        for yes in ["guān", "xué", "jī", "ān", "ér", "lǜ", "zhuāng", "yíng", "ɡuān"] {
            assert!(is_marked_syllable(yes), "{yes}");
        }
        for no in ["guan", "A", "", "café", "xuéxiào", "ā1", "guāān", "nǐhǎo"] {
            assert!(!is_marked_syllable(no), "{no}");
        }
    }
}
