//! Whether the result of a matter is secret (处理结果保密), who made it so, and what a change of kind does to that.
//!
//! Sealed matters are secret always; nothing here changes that. Of the others:
//!
//! | stands | told of the case | then |
//! |---|---|---|
//! | nothing | registered or changed to a kind of the pack | `Begin`, by rule |
//! | nothing | any other kind | nothing |
//! | by rule | changed to a kind that the pack does not name | `End` |
//! | by rule | a kind of the pack | nothing |
//! | by a person | any kind | nothing: who decided it ends it |

/// Who made a result secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The pack, for its kind.
    Rule,
    /// Somebody, with grounds.
    Person,
}

/// What follows for the record of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The result is secret from now on, by rule.
    Begin,
    /// The rule holds no longer.
    End,
}

/// Says whether a result is secret: the case is sealed, or somebody or the pack made it so.
#[must_use]
pub const fn is_secret(sealed: bool, stands: bool) -> bool {
    sealed || stands
}

/// Decides what the kind of a case does to its result. `named`: the pack names the kind.
#[must_use]
pub const fn turn(sealed: bool, stands: Option<By>, named: bool) -> Option<Turn> {
    match (sealed, stands, named) {
        (true, _, _) | (false, None, false) => None,
        (false, None, true) => Some(Turn::Begin),
        (false, Some(By::Rule), false) => Some(Turn::End),
        (false, Some(By::Rule), true) | (false, Some(By::Person), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_begins_and_ends_what_is_secret_by_rule_only() {
        assert_eq!(turn(false, None, true), Some(Turn::Begin));
        assert_eq!(turn(false, None, false), None);
        assert_eq!(turn(false, Some(By::Rule), false), Some(Turn::End));
        assert_eq!(turn(false, Some(By::Rule), true), None);
        for named in [true, false] {
            assert_eq!(turn(false, Some(By::Person), named), None);
            for stands in [None, Some(By::Rule), Some(By::Person)] {
                assert_eq!(turn(true, stands, named), None, "sealed is secret without a word");
            }
        }
        // Taken twice acts once.
        let mut stands = None;
        for _ in 0..2 {
            if turn(false, stands, true) == Some(Turn::Begin) {
                stands = Some(By::Rule);
            }
        }
        assert_eq!((stands, turn(false, stands, true)), (Some(By::Rule), None));
        assert!(is_secret(true, false) && is_secret(false, true) && !is_secret(false, false));
    }
}
