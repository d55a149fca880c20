//! What is written into an article, checked field by field.

use ids::{RegionCode, UnitCode};
use jiff::civil::Date;
use serde::Deserialize;
use text::valid;
use utoipa::ToSchema;
use web::{FieldError, Problem};

use crate::{app::knowledge::Words, store::articles::Office};

/// Sizes that no pack sets: what a page and a search can bear.
const TITLE: usize = 200;
const BODY: usize = 20_000;
const LINE: usize = 300;
const LINES: usize = 50;

/// What an article says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleInput {
    title: String,
    body: String,
    #[serde(default)]
    questions: Vec<String>,
    #[serde(default)]
    materials: Vec<String>,
    subject: Option<String>,
    region: Option<String>,
    refer_unit: Option<String>,
    office: Option<Office>,
    source: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    valid_until: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    next_review_on: Option<Date>,
}

impl ArticleInput {
    /// Cleans and checks everything; all mistakes at once. A service needs its office.
    pub(crate) fn check(self, is_service: bool) -> Result<Words, Problem> {
        let mut errors = Vec::new();
        let title = line("title", &self.title, TITLE, &mut errors);
        let body = valid::body(&self.body, BODY).unwrap_or_else(|error| wrong("body", error, &mut errors));
        let questions = lines("questions", &self.questions, &mut errors);
        let materials = lines("materials", &self.materials, &mut errors);
        let mut optional = |field: &str, value: Option<String>| {
            value.filter(|value| !value.trim().is_empty()).map(|value| line(field, &value, LINE, &mut errors))
        };
        let (subject, source) = (optional("subject", self.subject), optional("source", self.source));
        if self.region.as_ref().is_some_and(|code| code.parse::<RegionCode>().is_err()) {
            errors.push(FieldError::new("region", "不是行政区划代码", "is not a region code"));
        }
        if self.refer_unit.as_ref().is_some_and(|code| code.parse::<UnitCode>().is_err()) {
            errors.push(FieldError::new("refer_unit", "不是单位代码", "is not a unit code"));
        }
        let office = self.office.map(|office| check_office(office, &mut errors));
        if is_service && office.is_none() {
            errors.push(FieldError::new("office", "办事指南须写明办理窗口", "a service needs its office"));
        }
        if !errors.is_empty() {
            return Err(Problem::unprocessable(errors));
        }
        Ok(Words {
            title,
            body,
            questions,
            materials,
            subject,
            region: self.region,
            refer_unit: self.refer_unit,
            office,
            source,
            valid_until: self.valid_until,
            next_review_on: self.next_review_on,
        })
    }
}

fn check_office(office: Office, errors: &mut Vec<FieldError>) -> Office {
    let mut optional = |field: &str, value: &str| match value.trim().is_empty() {
        true => String::new(),
        false => line(field, value, LINE, errors),
    };
    let (address, hours) =
        (optional("office.address", &office.address), optional("office.hours", &office.hours));
    let phone = optional("office.phone", &office.phone);
    let links = lines("office.links", &office.links, errors);
    // A page shows them: nothing but a page may stand behind them.
    if links.iter().any(|link| !link.starts_with("https://") && !link.starts_with("http://")) {
        errors.push(FieldError::new(
            "office.links",
            "链接应以 http 或 https 开头",
            "links begin with http or https",
        ));
    }
    Office { name: line("office.name", &office.name, LINE, errors), address, hours, phone, links }
}

fn line(field: &str, value: &str, most: usize, errors: &mut Vec<FieldError>) -> String {
    valid::line(value, most).unwrap_or_else(|error| wrong(field, error, errors))
}

fn lines(field: &str, values: &[String], errors: &mut Vec<FieldError>) -> Vec<String> {
    if values.len() > LINES {
        errors.push(FieldError::new(field, format!("最多 {LINES} 条"), format!("at most {LINES}")));
        return Vec::new();
    }
    values.iter().map(|value| line(field, value, LINE, errors)).collect()
}

/// Names the mistake; gives nothing to go on with.
pub(crate) fn wrong(field: &str, error: text::Invalid, errors: &mut Vec<FieldError>) -> String {
    let zh = match error {
        text::Invalid::Empty => "不能为空".to_owned(),
        text::Invalid::TooLong { max, .. } => format!("最多 {max} 个字"),
        text::Invalid::Control { .. } => "含有控制字符".to_owned(),
        text::Invalid::Lines => "应为单行文字".to_owned(),
    };
    errors.push(FieldError::new(field, zh, error.to_string()));
    String::new()
}
