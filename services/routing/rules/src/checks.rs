//! `[reply.checks]`: what a reply must not be — a receipt, a promise, a shifting of blame, a copy of another text.

use serde::Deserialize;

use crate::{
    reply::Flaw,
    words::{PerMille, Urgency},
};

/// How important a case is, as packs and events spell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// 一般件.
    #[default]
    Ordinary,
    /// 急阅件.
    UrgentRead,
    /// 重要件.
    Important,
}

/// Words and measures by which a reply is looked through before it leaves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// Said before anything else; they do not count: 您好, 网友.
    pub courtesies: Vec<String>,
    /// A reply that is one of these only says that the message has come.
    pub receipts: Vec<String>,
    /// Words of a promise: 将尽快.
    pub promises: Vec<String>,
    /// Words of something done or found out: 已, 经查. With one of them a promise is no longer all there is.
    pub facts: Vec<String>,
    /// Words that shift the matter to others: 不归我局管.
    pub blame: Vec<String>,
    /// Copied text.
    pub copied: Option<Copied>,
}

/// When a text counts as copied.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copied {
    /// Alike from here on, 0–1.
    pub likeness: f64,
    /// Shorter texts are never looked at: short answers to like matters are alike of necessity. Letters and digits count.
    pub min_chars: usize,
    /// So many of the unit's newest replies are looked at.
    pub look_back: u16,
}

/// Cases that are answered in person as well.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Of these classes.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// So urgent.
    #[serde(default)]
    pub urgencies: Vec<Urgency>,
}

/// What a reply is like, measured by the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The most that it is like a recent reply to another matter.
    pub to_replies: PerMille,
    /// How much it is like the question.
    pub to_question: PerMille,
}

/// What was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Found {
    /// Only says that the message has come. Never lets pass.
    Receipt,
    /// Promises and says nothing that was done.
    PromiseOnly,
    /// Shifts the matter to others.
    Blame,
    /// Like a reply to another matter.
    CopiedReply,
    /// Repeats the question.
    CopiedQuestion,
}

impl Found {
    /// Every finding.
    pub const ALL: [Found; 5] =
        [Found::Receipt, Found::PromiseOnly, Found::Blame, Found::CopiedReply, Found::CopiedQuestion];

    /// The word in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Found::Receipt => "receipt",
            Found::PromiseOnly => "promise-only",
            Found::Blame => "blame",
            Found::CopiedReply => "copied-reply",
            Found::CopiedQuestion => "copied-question",
        }
    }

    /// Says whether a stated reason lets the reply pass all the same.
    #[must_use]
    pub const fn soft(self) -> bool {
        match self {
            Found::Receipt => false,
            Found::PromiseOnly | Found::Blame | Found::CopiedReply | Found::CopiedQuestion => true,
        }
    }

    /// The finding as its author reads it; `word` is what was found in the text, where it is a word of the pack.
    #[must_use]
    pub fn flaw(self, word: &str) -> Flaw {
        let (zh, en) = match self {
            Found::Receipt => {
                ("只说明收到，未作答复".to_owned(), "only says that the message was received".to_owned())
            }
            Found::PromiseOnly => (
                format!("只表态（“{word}”），未说明已做了什么、查明了什么"),
                format!("only promises (“{word}”) and names nothing done or found out"),
            ),
            Found::Blame => {
                (format!("有推诿用语“{word}”"), format!("shifts the matter to others (“{word}”)"))
            }
            Found::CopiedReply => (
                "与本单位近期对其他诉求的答复雷同".to_owned(),
                "is nearly the same as a recent reply of the unit to another matter".to_owned(),
            ),
            Found::CopiedQuestion => ("与来信内容雷同".to_owned(), "repeats the question".to_owned()),
        };
        let (more_zh, more_en) = match self.soft() {
            true => {
                ("；确有理由的，请填写 override_reason", "; if there is a reason, give it in override_reason")
            }
            false => ("", ""),
        };
        Flaw { field: "public_text", zh: zh + more_zh, en: en + more_en }
    }
}

impl Copied {
    /// Alike from here on.
    #[must_use]
    pub fn threshold(&self) -> PerMille {
        PerMille::of_share(self.likeness)
    }

    /// Says whether a text is long enough to be looked at.
    #[must_use]
    pub fn looks_at(&self, text: &str) -> bool {
        text.chars().filter(|ch| ch.is_alphanumeric()).count() >= self.min_chars
    }
}

impl Meeting {
    /// Says whether such a case is answered in person.
    #[must_use]
    pub fn owed(&self, class: Class, urgency: Urgency) -> bool {
        self.classes.contains(&class) || self.urgencies.contains(&urgency)
    }
}

impl Checks {
    /// Finds what is wrong with a text, each with the word that shows it.
    #[must_use]
    pub fn find(&self, text: &str, like: Likeness) -> Vec<(Found, &str)> {
        let mut found = Vec::new();
        if self.only_a_receipt(text) {
            found.push((Found::Receipt, ""));
        }
        // Blanks and signs between its characters make no other word of it; the end of a sentence does.
        let run: String = text.chars().filter(|ch| ch.is_alphanumeric() || ends_a_sentence(*ch)).collect();
        let first = |words: &'_ [String]| {
            words.iter().position(|word| text.contains(word.as_str()) || run.contains(word.as_str()))
        };
        if let (Some(at), None) = (first(&self.promises), first(&self.facts)) {
            found.push((Found::PromiseOnly, self.promises[at].as_str()));
        }
        if let Some(at) = first(&self.blame) {
            found.push((Found::Blame, self.blame[at].as_str()));
        }
        if let Some(copied) = self.copied.filter(|copied| copied.looks_at(text)) {
            if like.to_replies >= copied.threshold() {
                found.push((Found::CopiedReply, ""));
            }
            if like.to_question >= copied.threshold() {
                found.push((Found::CopiedQuestion, ""));
            }
        }
        found
    }

    fn only_a_receipt(&self, text: &str) -> bool {
        let mut bare: String = text.chars().filter(|ch| ch.is_alphanumeric()).collect();
        let mut words: Vec<(&str, bool)> = self.receipts.iter().map(|word| (word.as_str(), true)).collect();
        words.extend(self.courtesies.iter().map(|word| (word.as_str(), false)));
        // The longest first: 已收悉 is one word and not 已 before 收悉.
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        let mut receipt = false;
        for (word, says_receipt) in words {
            // What is taken out leaves a gap, so that the words on its sides make no new one.
            let less = bare.replace(word, " ");
            receipt |= says_receipt && less != bare;
            bare = less;
        }
        receipt && bare.trim().is_empty()
    }

    /// Finds all that does not fit together, each as a sentence that names the key.
    pub(crate) fn validate(&self, wrong: &mut Vec<String>) {
        let lists = [&self.courtesies, &self.receipts, &self.promises, &self.facts, &self.blame];
        if lists.iter().any(|list| list.iter().any(String::is_empty)) {
            wrong.push("reply.checks has an empty word".to_owned());
        }
        if self.copied.is_some_and(|copied| !(0.5..=1.0).contains(&copied.likeness)) {
            wrong.push("reply.checks.copied.likeness must be 0.5 to 1".to_owned());
        }
        if self.copied.is_some_and(|copied| !(1..=200).contains(&copied.look_back)) {
            wrong.push("reply.checks.copied.look_back must be 1 to 200".to_owned());
        }
    }
}

fn ends_a_sentence(ch: char) -> bool {
    matches!(ch, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n')
}

#[cfg(test)]
mod tests;
