//! Cleans and bounds what people type, and asks whether a caller's region holds what is asked for.

use identity::Claims;
use ids::RegionCode;
use web::{FieldError, Problem};

use crate::{app::Core, http::fault};

/// Collects what is wrong with several fields.
#[derive(Default)]
pub(crate) struct Given {
    wrong: Vec<FieldError>,
}

impl Given {
    /// A text of several lines that must be there.
    pub(crate) fn text(&mut self, field: &str, input: &str, most: usize) -> String {
        self.keep(field, text::valid::body(input, most))
    }

    /// A text of several lines that may be missing; blank counts as missing.
    pub(crate) fn maybe_text(&mut self, field: &str, input: Option<&str>, most: usize) -> Option<String> {
        let input = input.filter(|input| !input.trim().is_empty())?;
        Some(self.text(field, input, most))
    }

    /// One line that must be there.
    pub(crate) fn line(&mut self, field: &str, input: &str, most: usize) -> String {
        self.keep(field, text::valid::line(input, most))
    }

    /// A code: 1 to 64 of a-z, 0-9, `-`, `_`, `.`. Codes travel in events, so no free text may hide in one.
    pub(crate) fn code(&mut self, field: &str, input: &str) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        self.ensure(
            (1..=64).contains(&input.len()) && input.bytes().all(plain),
            field,
            "应为由 a-z、0-9、-、_ 和 . 组成的代码，最多 64 个字符",
            "must be a code of 1 to 64 characters of a-z, 0-9, '-', '_' and '.'",
        );
    }

    /// One of a few words.
    pub(crate) fn word(&mut self, field: &str, input: &str, words: &[&str]) {
        let known = words.join(", ");
        self.ensure(
            words.contains(&input),
            field,
            format!("应为以下之一：{known}"),
            format!("must be one of: {known}"),
        );
    }

    /// A telephone number.
    pub(crate) fn phone(&mut self, field: &str, input: &str) {
        let shaped = |ch: char| ch.is_ascii_digit() || matches!(ch, '+' | '-' | ' ' | '(' | ')');
        let count = intake_rules::digits(input).len();
        self.ensure(
            input.len() <= 40 && input.chars().all(shaped) && (5..=20).contains(&count),
            field,
            "不是电话号码",
            "is not a telephone number",
        );
    }

    /// No code twice.
    pub(crate) fn once<'a>(&mut self, field: &str, codes: impl Iterator<Item = &'a str>) {
        let mut seen = std::collections::HashSet::new();
        for code in codes {
            self.ensure(seen.insert(code), field, "同一代码出现两次", "a code stands there twice");
        }
    }

    /// A region of the table, within that of the caller.
    pub(crate) async fn region(
        &mut self,
        core: &Core,
        claims: &Claims,
        field: &str,
        region: &RegionCode,
    ) -> Result<(), Problem> {
        let known = core.regions.knows(&core.platform.db, region.as_str()).await;
        let known = known.map_err(|error| fault(error.into()))?;
        self.ensure(known, field, "没有这个行政区划代码", "there is no region with this code");
        self.ensure(within(claims, region), field, "不在您的辖区内", "lies outside your region");
        Ok(())
    }

    /// Notes what is wrong unless it holds.
    pub(crate) fn ensure(&mut self, holds: bool, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        if !holds {
            self.wrong.push(FieldError::new(field, zh, en));
        }
    }

    /// Nothing if all was good, else 422 with every field.
    pub(crate) fn check(self) -> Result<(), Problem> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Problem::unprocessable(self.wrong)) }
    }

    fn keep(&mut self, field: &str, read: Result<String, text::Invalid>) -> String {
        read.unwrap_or_else(|invalid| {
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
}

/// Says whether a caller's region holds another.
pub(crate) fn within(claims: &Claims, region: &RegionCode) -> bool {
    claims.region.as_ref().is_none_or(|bound| bound.contains(region))
}
