//! Rules of official documents (公文) on formal opinions: serial number 文号, who signed for the issue 签发, the day.

use serde::Deserialize;

use crate::{pack::Basis, reply::Flaw};

/// What a pack asks of formal opinions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Outcomes whose reply is a formal opinion.
    pub outcomes: Vec<String>,
    /// What stands before the year in a serial number, and what ends it: `〔`, `〕`, `号`.
    pub marks: [String; 3],
    /// How binding.
    pub basis: Basis,
    /// Where from, in words.
    pub source: String,
}

/// The fields of an official document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// 文号.
    pub serial: Option<&'a str>,
    /// 签发: a function label.
    pub signed_by: Option<&'a str>,
    /// The day of issue is given.
    pub issued: bool,
}

impl Form {
    /// Finds what is missing or not in form; a serial number that is given is looked at whatever the outcome.
    #[must_use]
    pub fn check(&self, outcome: Option<&str>, document: Document<'_>) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut flaw = |field, zh: &str, en: &str| {
            flaws.push(Flaw { field, zh: zh.to_owned(), en: en.to_owned() });
        };
        let formal = outcome.is_some_and(|code| self.outcomes.iter().any(|owed| owed == code));
        if formal && document.serial.is_none() {
            flaw("document.serial", "须填写文号", "the serial number is required");
        }
        if formal && document.signed_by.is_none() {
            flaw("document.signed_by", "须填写签发人职务", "who signed for the issue is required");
        }
        if formal && !document.issued {
            flaw("document.issued_on", "须填写签发日期", "the day of issue is required");
        }
        if document.serial.is_some_and(|serial| !self.well_formed(serial)) {
            let example = format!("信{}2026{}12{}", self.marks[0], self.marks[1], self.marks[2]);
            let (zh, en) = (format!("文号格式应如“{example}”"), format!("must look like “{example}”"));
            flaw("document.serial", &zh, &en);
        }
        flaws
    }

    /// Organ, year in its brackets, number, end: all there and in order.
    fn well_formed(&self, serial: &str) -> bool {
        let [before, after, end] = &self.marks;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parts = serial.split_once(before.as_str()).and_then(|(organ, rest)| {
            let (year, rest) = rest.split_once(after.as_str())?;
            Some((organ, year, rest.strip_suffix(end.as_str())?))
        });
        parts.is_some_and(|(organ, year, number)| {
            !organ.trim().is_empty() && year.len() == 4 && digits(year) && digits(number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        let marks = ["〔", "〕", "号"].map(str::to_owned);
        let outcomes = vec!["not_supported".to_owned()];
        Form { outcomes, marks, basis: Basis::Choice, source: String::new() }
    }

    #[test]
    fn a_formal_opinion_has_serial_signature_and_day() {
        let fields = |outcome, document| -> Vec<&str> {
            form().check(outcome, document).iter().map(|flaw| flaw.field).collect()
        };
        let none = Document::default();
        let whole =
            Document { serial: Some("广信处〔2026〕12号"), signed_by: Some("局长"), issued: true };
        assert_eq!(
            fields(Some("not_supported"), none),
            ["document.serial", "document.signed_by", "document.issued_on"]
        );
        assert!(fields(Some("not_supported"), whole).is_empty());
        assert!(fields(Some("supported"), none).is_empty() && fields(None, none).is_empty());
        assert_eq!(fields(Some("supported"), Document { serial: Some("12号"), ..none }), ["document.serial"]);
    }

    #[test]
    fn a_serial_number_has_organ_year_and_number_in_order() {
        let form = form();
        assert!(form.well_formed("广信〔2026〕3号"));
        for bad in [
            "〔2026〕3号",
            "广信〔26〕3号",
            "广信〔2026〕号",
            "广信〔2026〕3",
            "广信2026第3号",
            "广信〔二〇二六〕3号",
        ] {
            assert!(!form.well_formed(bad), "{bad}");
        }
    }
}
