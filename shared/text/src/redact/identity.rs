//! Finds identity numbers and bank cards among the long numbers of a text.

use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Kind};

/// The codes of the provinces, with which every identity number begins (GB/T 2260).
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82,
];
static LONG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9](?:[ -]?[0-9]){13,18}[Xx]?").expect("a pattern of the source"));

pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    for found in LONG.find_iter(text) {
        let before = text[..found.start()].chars().next_back();
        let after = text[found.end()..].chars().next();
        if before.is_some_and(|ch| ch.is_ascii_alphanumeric())
            || after.is_some_and(|ch| ch.is_ascii_alphanumeric())
        {
            continue;
        }
        let number: Vec<u32> = found
            .as_str()
            .chars()
            .filter_map(|ch| ch.to_digit(10).or(matches!(ch, 'X' | 'x').then_some(10)))
            .collect();
        let announced = text[..found.start()]
            .trim_end_matches([':', '：', ' ', '为', '是', '码', '号'])
            .ends_with("身份证");
        let kind = if is_resident(&number, announced) {
            Kind::IdNumber
        } else if is_card(&number) {
            Kind::BankCard
        } else {
            continue;
        };
        hits.push(Hit { range: found.range(), kind });
    }
}

/// Tells an identity number by its province, its birthday and, unless the word for it stands before, its check digit.
fn is_resident(number: &[u32], announced: bool) -> bool {
    let part = |from: usize, length: usize| {
        number[from..from + length].iter().fold(0, |sum, digit| sum * 10 + digit)
    };
    let day_of = |at: usize| (1..=12).contains(&part(at, 2)) && (1..=31).contains(&part(at + 2, 2));
    match number.len() {
        18 => {
            let born = PROVINCES.contains(&part(0, 2)) && (1900..2100).contains(&part(6, 4)) && day_of(10);
            !number[..17].contains(&10) && (announced || (born && check_digit(number) == number[17]))
        }
        15 => !number.contains(&10) && (announced || (PROVINCES.contains(&part(0, 2)) && day_of(8))),
        _ => false,
    }
}

/// Computes the check digit of ISO 7064 MOD 11-2 over the first 17 digits; 10 is written X.
fn check_digit(number: &[u32]) -> u32 {
    let sum: u32 = number[..17].iter().fold(0, |sum, digit| (sum + digit) * 2 % 11);
    (12 - sum) % 11
}

/// Tells a bank card by its first digit and the check digit of Luhn.
fn is_card(number: &[u32]) -> bool {
    let odd = number.len() % 2;
    let sum: u32 = number
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == odd { digit * 2 - 9 * u32::from(*digit > 4) } else { *digit })
        .sum();
    (16..=19).contains(&number.len())
        && !number.contains(&10)
        && (3..=6).contains(&number[0])
        && sum.is_multiple_of(10)
}
