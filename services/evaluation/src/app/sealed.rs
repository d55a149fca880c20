//! Numbers of cases that a reader of a report is not shown, all or those sealed after it was made: the archive stays as it is.

use std::collections::BTreeSet;

use identity::Claims;
use sqlx::PgConnection;

use super::reach;
use crate::store::reports;

/// What stands in the place of the number of a sealed case.
const SEALED: &str = "（已密封）";

/// What stands in the place of any number for who sees no cases beyond one unit.
const NOT_SHOWN: &str = "（略）";

/// How many digits the number of a case has.
const DIGITS: std::ops::RangeInclusive<usize> = 18..=24;

/// Leaves the numbers of cases that are sealed by now out of texts, and says of how many; all numbers for who sees no cases beyond one
/// unit: an officer finds the own ones in lists, the administrator sees none.
pub(crate) async fn leave_out(
    db: &mut PgConnection,
    claims: &Claims,
    texts: &mut [&mut String],
) -> Result<usize, sqlx::Error> {
    let named: BTreeSet<String> = texts.iter().flat_map(|text| numbers(text)).map(str::to_owned).collect();
    if named.is_empty() {
        return Ok(0);
    }
    let sealed = reports::sealed_among(db, &named.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    put(texts, &sealed, SEALED);
    if !reach::beyond_a_unit(claims) {
        put(texts, &named, NOT_SHOWN);
    }
    Ok(sealed.len())
}

fn put(texts: &mut [&mut String], hidden: &BTreeSet<String>, mark: &str) {
    if !hidden.is_empty() {
        for text in texts {
            **text = without(text, hidden, mark);
        }
    }
}

/// Everything in a text that is written like the number of a case.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|one: char| !one.is_ascii_digit()).filter(|run| DIGITS.contains(&run.len()))
}

fn without(text: &str, hidden: &BTreeSet<String>, mark: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(|one: char| one.is_ascii_digit()) {
        let (before, run) = rest.split_at(from);
        let (run, after) = run.split_at(run.find(|one: char| !one.is_ascii_digit()).unwrap_or(run.len()));
        left.push_str(before);
        left.push_str(if hidden.contains(run) { mark } else { run });
        rest = after;
    }
    left.push_str(rest);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_of_sealed_cases_are_left_out() {
        let sealed: BTreeSet<String> = ["260608511602000002".to_owned()].into();
        for (text, shown) in [
            ("260608511602000002", "（已密封）"),
            ("260608511602000002 260608511602000004", "（已密封） 260608511602000004"),
            ("见260608511602000002、2606085116020000020。", "见（已密封）、2606085116020000020。"),
            ("1260608511602000002", "1260608511602000002"),
            ("3 件，占 12.5%", "3 件，占 12.5%"),
            ("", ""),
        ] {
            assert_eq!(without(text, &sealed, SEALED), shown);
        }
    }

    #[test]
    fn a_number_has_eighteen_to_twenty_four_digits() {
        let of = |digits: usize| "7".repeat(digits);
        for (digits, found) in [(17, 0), (18, 1), (24, 1), (25, 0)] {
            assert_eq!(numbers(&format!("甲{} 乙", of(digits))).count(), found, "{digits}");
        }
    }
}
