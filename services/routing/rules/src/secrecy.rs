//! To whom an answer is told in words and to whom it is not (处理结果保密): the one rule of results in routing.
//!
//! | reader | neither sealed nor secret | sealed, or the result is secret |
//! |---|---|---|
//! | who told the matter | the answer | that it ended, and where the answer is given in person |
//! | whoever else may read the case | the answer | the answer |
//!
//! That nobody else may read a sealed case at all was decided before; see [`crate::sealed`].

/// What a reader is given of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The answer.
    Whole,
    /// That the matter ended, and where the answer is given in person; neither outcome nor unit nor day.
    Ended,
}

/// Says what is told: to the citizen who told the matter, of a case that is sealed, or whose result is secret.
#[must_use]
pub const fn told(citizen: bool, sealed: bool, secret: bool) -> Told {
    if citizen && (sealed || secret) { Told::Ended } else { Told::Whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_result_is_told_in_words_to_those_who_handle_it_only() {
        for (sealed, secret) in [(true, false), (false, true), (true, true)] {
            assert_eq!(told(true, sealed, secret), Told::Ended);
            assert_eq!(told(false, sealed, secret), Told::Whole);
        }
        assert_eq!((told(true, false, false), told(false, false, false)), (Told::Whole, Told::Whole));
    }
}
