//! Takes a text apart into what it can be found by: pairs of Chinese characters and whole words of other scripts.

use std::collections::BTreeMap;

/// The longest word of letters and digits that is kept; what is longer is cut there.
const LONGEST: usize = 32;

/// Gives the search words of a text with how often each stands in it. Upper and lower case are one; full-width letters
/// and digits are their usual forms; a single character between others is a word too.
#[must_use]
pub fn search_words(text: &str) -> BTreeMap<String, u32> {
    let mut words = BTreeMap::new();
    let mut add = |word: String| *words.entry(word).or_insert(0) += 1;
    let (mut latin, mut han) = (String::new(), Vec::new());
    for ch in text.chars().map(narrow).chain([' ']) {
        if is_han(ch) {
            take_latin(&mut latin, &mut add);
            han.push(ch);
        } else if ch.is_alphanumeric() {
            take_han(&mut han, &mut add);
            latin.extend(ch.to_lowercase());
        } else {
            take_latin(&mut latin, &mut add);
            take_han(&mut han, &mut add);
        }
    }
    words
}

/// Finds where words stand in a text: ranges of characters, in order, without overlaps.
#[must_use]
pub fn find_words<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<(usize, usize)> {
    let plain: Vec<char> = text.chars().map(|ch| narrow(ch).to_lowercase().next().unwrap_or(ch)).collect();
    let mut hits: Vec<(usize, usize)> = Vec::new();
    for word in words {
        let word: Vec<char> = word.chars().collect();
        if word.is_empty() {
            continue;
        }
        let found = plain.windows(word.len()).enumerate().filter(|(_, at)| *at == word.as_slice());
        hits.extend(found.map(|(at, _)| (at, at + word.len())));
    }
    hits.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (from, to) in hits {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

fn take_latin(latin: &mut String, add: &mut impl FnMut(String)) {
    if !latin.is_empty() {
        add(std::mem::take(latin).chars().take(LONGEST).collect());
    }
}

fn take_han(han: &mut Vec<char>, add: &mut impl FnMut(String)) {
    match han.as_slice() {
        [] => {}
        [only] => add(only.to_string()),
        many => many.windows(2).for_each(|pair| add(pair.iter().collect())),
    }
    han.clear();
}

/// Full-width forms of ASCII become ASCII.
fn narrow(ch: char) -> char {
    match ch {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch),
        _ => ch,
    }
}

/// CJK ideographs, with the extensions and the compatibility forms.
fn is_han(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> String {
        let words = search_words(text);
        words.iter().map(|(word, count)| format!("{word}{count}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn chinese_falls_into_pairs_and_the_rest_into_words() {
        assert_eq!(list("公积金提取"), "公积1 提取1 积金1 金提1");
        assert_eq!(list("ＷｉＦｉ坏了，wifi！"), "wifi2 坏了1");
        assert_eq!(list("一、2024年"), "20241 一1 年1");
        assert_eq!(list("。，！"), "");
        assert_eq!(search_words(&"x".repeat(100)).keys().next().map(String::len), Some(LONGEST));
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let words = search_words("公积金提取");
        assert_eq!(find_words("如何提取住房公积金？", words.keys().map(String::as_str)), [(2, 4), (6, 9)]);
        assert_eq!(find_words("WiFi", ["wifi"]), [(0, 4)]);
        assert_eq!(find_words("无", ["", "公积"]), []);
    }
}
