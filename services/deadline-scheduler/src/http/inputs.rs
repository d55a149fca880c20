//! Cleans and bounds what people type.

use web::{FieldError, Problem};

/// Most characters of a reason, a demand, an answer.
const LONG: usize = 20_000;

/// Collects what is wrong with several fields.
#[derive(Default)]
pub(super) struct Inputs {
    wrong: Vec<FieldError>,
}

impl Inputs {
    /// A text of several lines that must be there.
    pub(super) fn text(&mut self, field: &str, input: &str) -> String {
        text::valid::body(input, LONG).unwrap_or_else(|invalid| {
            let zh = match &invalid {
                text::Invalid::Empty => "不能为空".to_owned(),
                text::Invalid::TooLong { max, actual } => format!("最多 {max} 字，现为 {actual} 字"),
                text::Invalid::Control { at } => format!("第 {} 个字符是控制字符", at + 1),
                text::Invalid::Lines => "只能写一行".to_owned(),
            };
            self.wrong.push(FieldError::new(field, zh, invalid.to_string()));
            String::new()
        })
    }

    /// A text that may be missing; blank counts as missing.
    pub(super) fn optional(&mut self, field: &str, input: Option<&str>) -> Option<String> {
        let input = input.filter(|input| !input.trim().is_empty())?;
        Some(self.text(field, input)).filter(|text| !text.is_empty())
    }

    /// A code: 1 to 64 of a-z, 0-9, `-` and `_`. Codes travel in events, so no free text may hide in one.
    pub(super) fn code(&mut self, field: &str, input: &str) -> String {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if !(1..=64).contains(&input.len()) || !input.bytes().all(plain) {
            let en = "must be a code of 1 to 64 characters of a-z, 0-9, '-' and '_'";
            self.wrong(field, "应为由 a-z、0-9、- 和 _ 组成的代码，最多 64 个字符", en);
        }
        input.to_owned()
    }

    /// Notes something else that is wrong.
    pub(super) fn wrong(&mut self, field: &str, zh: &str, en: &str) {
        self.wrong.push(FieldError::new(field, zh, en));
    }

    /// Nothing if all was good, else 422 with every field.
    pub(super) fn check(self) -> Result<(), Problem> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Problem::unprocessable(self.wrong)) }
    }
}

/// 404 of a case, a limit, a request or an order.
pub(super) fn missing() -> Problem {
    Problem::not_found("没有这一记录。", "There is no such record.")
}
