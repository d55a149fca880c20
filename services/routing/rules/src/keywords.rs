//! All keywords of a catalogue, found in one pass over a text however many there are.

use std::collections::{BTreeSet, HashMap};

/// The first characters of a keyword; those of one character have no second.
type Start = (char, Option<char>);

/// Numbered keywords, by how they begin.
#[derive(Clone, Debug, Default)]
pub struct Words {
    numbers: HashMap<String, usize>,
    by_start: HashMap<Start, Vec<(String, usize)>>,
}

impl Words {
    /// Gives the number of a keyword, a new one where it is new; an empty word has none.
    pub(crate) fn number(&mut self, word: &str) -> Option<usize> {
        let mut chars = word.chars();
        let start = (chars.next()?, chars.next());
        if let Some(known) = self.numbers.get(word) {
            return Some(*known);
        }
        let number = self.numbers.len();
        self.numbers.insert(word.to_owned(), number);
        self.by_start.entry(start).or_default().push((word.to_owned(), number));
        Some(number)
    }

    /// The numbers of all keywords that stand in a text.
    #[must_use]
    pub fn standing_in(&self, text: &str) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let follow = text.chars().skip(1).map(Some).chain([None]);
        for ((at, first), second) in text.char_indices().zip(follow) {
            // One-character keywords are kept under their character alone.
            for start in [(first, None), (first, second)] {
                let words = self.by_start.get(&start).into_iter().flatten();
                let here = words.filter(|(word, _)| text[at..].starts_with(word.as_str()));
                found.extend(here.map(|(_, number)| *number));
                if second.is_none() {
                    break;
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_search_for_each_finds(
            words in prop::collection::vec("[路灯井盖a]{0,4}", 0..8),
            text in "[路灯井盖a水]{0,24}",
        ) {
            let mut all = Words::default();
            let numbers: Vec<_> = words.iter().map(|word| all.number(word)).collect();
            let found = all.standing_in(&text);
            for (word, number) in words.iter().zip(numbers) {
                match number {
                    Some(number) => prop_assert_eq!(found.contains(&number), text.contains(word.as_str())),
                    None => prop_assert!(word.is_empty()),
                }
            }
        }
    }
}
