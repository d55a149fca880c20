//! The words of states, refusals and lanes: each its own, in both languages, and read back to what it came from.

use std::{collections::HashSet, fmt::Debug, hash::Hash};

use intake_rules::{
    ContactState, Private, PublicationState, Register, Remit, SessionState, class::Class, repeat::Advice,
    sorting::Lane,
};

/// Fails where two of them are equal.
pub(crate) fn all_differ<T: Debug + Eq + Hash>(words: impl IntoIterator<Item = T>) {
    let mut seen = HashSet::new();
    for word in words {
        let told = format!("{word:?} is there twice");
        assert!(seen.insert(word), "{told}");
    }
}

fn chinese(words: impl IntoIterator<Item = &'static str>) {
    let words: Vec<_> = words.into_iter().collect();
    assert!(words.iter().all(|word| word.chars().count() > 1 && !word.is_ascii()), "{words:?}");
    all_differ(words);
}

fn english(words: impl IntoIterator<Item = &'static str>) {
    let words: Vec<_> = words.into_iter().collect();
    assert!(words.iter().all(|word| word.len() > 3 && word.is_ascii()), "{words:?}");
    all_differ(words);
}

#[test]
fn each_state_and_each_refusal_has_a_label_of_its_own() {
    chinese(ContactState::ALL.map(ContactState::zh));
    english(ContactState::ALL.map(ContactState::en));
    chinese(SessionState::ALL.map(SessionState::zh));
    english(SessionState::ALL.map(SessionState::as_str));
    chinese(PublicationState::ALL.map(PublicationState::zh));
    chinese(Register::ALL.map(Register::zh));
    english(Register::ALL.map(Register::en));
    english(Register::ALL.map(Register::as_str));
    chinese(Lane::ALL.map(Lane::zh));
    english(Lane::ALL.map(Lane::as_str));
    let private = [Private::NoRule, Private::Confidential, Private::Open, Private::Kind, Private::Unsuitable];
    chinese(private.map(Private::zh));
}

#[test]
fn the_words_of_json_are_these() {
    assert_eq!(Class::ALL.map(Class::as_str), ["ordinary", "urgent-read", "important"]);
    assert_eq!(Lane::ALL.map(Lane::as_str), ["transfer", "police", "explain", "route", "handle"]);
    assert_eq!(Register::ALL.map(Register::as_str), ["receipt", "course", "closure"]);
    let advice = [
        Advice::Merge,
        Advice::Progress,
        Advice::Link,
        Advice::Tell,
        Advice::Renew,
        Advice::Ended,
        Advice::New,
    ];
    let words = ["merge", "progress", "link", "tell", "renew", "ended", "new"];
    assert_eq!(advice.map(Advice::as_str), words);
    assert_eq!(Remit::read("theirs"), Some(Remit::Theirs));
    assert_eq!(Remit::read("ours"), None);
}
