//! Texts with places for variables: read once when a pack is loaded, filled for each notice.

use std::collections::BTreeMap;

use crate::words::Variable;

/// Two languages, Chinese first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// Chinese.
    pub zh: T,
    /// English.
    pub en: T,
}

impl Both<String> {
    /// The same words in both languages: numbers, codes, addresses.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }

    /// Two texts.
    #[must_use]
    pub fn of(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What the variables stand for.
pub type Values = BTreeMap<Variable, Both<String>>;

/// What a variable without a value reads as.
pub const NOTHING: &str = "—";

/// A text in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(Variable),
}

impl Template {
    /// Reads a text: `{variable}` is a place, `{{` and `}}` are braces.
    ///
    /// # Errors
    /// Every mistake in it: unknown variables, braces without partner.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let (mut pieces, mut mistakes, mut plain) = (Vec::new(), Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
            } else if let Some((name, after)) = after.split_once('}').filter(|_| brace == "{") {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                match name.parse() {
                    Ok(variable) => pieces.push(Piece::Variable(variable)),
                    Err(unknown) => mistakes.push(crate::words::Unknown::to_string(&unknown)),
                }
                rest = after;
            } else {
                mistakes.push(format!("a {brace} without partner; {brace}{brace} writes the brace itself"));
                rest = after;
            }
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        if mistakes.is_empty() { Ok(Self { pieces }) } else { Err(mistakes) }
    }

    /// The variables that it names, in the order of their places.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(variable) => Some(*variable),
        })
    }

    /// Fills the places; `pick` chooses the language.
    pub fn fill(&self, values: &Values, pick: impl Fn(&Both<String>) -> &str) -> String {
        let mut filled = String::new();
        for piece in &self.pieces {
            filled.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Variable(variable) => values.get(variable).map_or(NOTHING, &pick),
            });
        }
        filled
    }
}

impl Both<Template> {
    /// Fills the places in both languages.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Both<String> {
        Both { zh: self.zh.fill(values, |both| &both.zh), en: self.en.fill(values, |both| &both.en) }
    }
}
