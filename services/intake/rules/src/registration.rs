//! What a registration must bring: every mistake is named with its field and a reason in both languages.

use crate::Pack;

/// A message as it is to be registered: raw where control characters matter, counted where lengths do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registration<'a> {
    /// What it wants.
    pub kind: &'a str,
    /// Whether the sender named the kind.
    pub kind_given: bool,
    /// How it came in.
    pub channel: &'a str,
    /// How soon hands are needed.
    pub urgency: &'a str,
    /// Where the matter lies, as written.
    pub region: &'a str,
    /// The region is in the table of regions.
    pub region_known: bool,
    /// As written.
    pub title: &'a str,
    /// Characters of the title after cleaning.
    pub title_chars: usize,
    /// As written.
    pub text: &'a str,
    /// Characters of the text after cleaning.
    pub text_chars: usize,
    /// Who told it.
    pub party: Party<'a>,
}

/// Who told the matter, as written; empty where nothing was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Party<'a> {
    /// Name.
    pub name: &'a str,
    /// Telephone.
    pub phone: &'a str,
    /// Mail address.
    pub mail: &'a str,
    /// Postal address.
    pub address: &'a str,
    /// Does not want to be known.
    pub anonymous: bool,
}

/// What is wrong with one field. Never repeats the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as in the body of the request.
    pub field: &'static str,
    /// The reason in Chinese.
    pub zh: String,
    /// The reason in English.
    pub en: String,
}

/// Lists every mistake of a live registration under a pack.
#[must_use]
pub fn check(registration: &Registration<'_>, pack: &Pack) -> Vec<FieldError> {
    let mut errors = Vec::new();
    words(registration, pack, &mut errors);
    region(registration, &mut errors);
    for (field, text) in [
        ("title", registration.title),
        ("text", registration.text),
        ("party.address", registration.party.address),
    ] {
        controls(field, text, false, &mut errors);
    }
    let party_of = &registration.party;
    for (field, text) in
        [("party.name", party_of.name), ("party.phone", party_of.phone), ("party.mail", party_of.mail)]
    {
        controls(field, text, true, &mut errors);
    }
    let limits = pack.limits;
    longest("title", registration.title_chars, limits.title_max_chars, &mut errors);
    longest("text", registration.text_chars, limits.body_max_chars, &mut errors);
    if registration.text_chars > 0 && registration.text_chars < limits.body_min_chars {
        let least = limits.body_min_chars;
        add(
            &mut errors,
            "text",
            format!("不得少于 {least} 字"),
            format!("must have at least {least} characters"),
        );
    }
    party(&registration.party, &mut errors);
    required(registration, pack, &mut errors);
    errors
}

/// Lists every mistake of a row of an older system. What was registered then is not measured by today's forms: no lengths, no contact.
#[must_use]
pub fn check_historic(registration: &Registration<'_>, pack: &Pack) -> Vec<FieldError> {
    let mut errors = Vec::new();
    words(registration, pack, &mut errors);
    region(registration, &mut errors);
    if registration.text_chars == 0 && registration.title_chars == 0 {
        missing("text", &mut errors);
    }
    errors
}

/// Lists every mistake of a supplement; it is measured as a text.
#[must_use]
pub fn check_supplement(text: &str, chars: usize, pack: &Pack) -> Vec<FieldError> {
    let mut errors = Vec::new();
    controls("text", text, false, &mut errors);
    if chars == 0 {
        missing("text", &mut errors);
    }
    longest("text", chars, pack.limits.body_max_chars, &mut errors);
    errors
}

/// The digits of a telephone number, without a leading country code of China.
#[must_use]
pub fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national =
        digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() == 11));
    national.map_or(digits.clone(), str::to_owned)
}

fn words(registration: &Registration<'_>, pack: &Pack, errors: &mut Vec<FieldError>) {
    for (field, word, allowed) in
        [("kind", registration.kind, &pack.kinds), ("urgency", registration.urgency, &pack.urgencies)]
    {
        if !allowed.iter().any(|known| known == word) {
            let known = allowed.join(", ");
            add(errors, field, format!("应为以下之一：{known}"), format!("must be one of: {known}"));
        }
    }
}

fn region(registration: &Registration<'_>, errors: &mut Vec<FieldError>) {
    if registration.region.parse::<ids::RegionCode>().is_err() {
        add(errors, "region", "应为 6、9 或 12 位行政区划代码", "must be a region code of 6, 9 or 12 digits");
    } else if !registration.region_known {
        add(errors, "region", "没有这个行政区划代码", "there is no region with this code");
    }
}

/// A name, a telephone and a mail address are one line: a line end in them would begin a header elsewhere.
fn controls(field: &'static str, text: &str, one_line: bool, errors: &mut Vec<FieldError>) {
    let bad = |ch: char| ch.is_control() && (one_line || !matches!(ch, '\t' | '\n' | '\r'));
    if let Some(at) = text.chars().position(bad) {
        let place = at + 1;
        add(
            errors,
            field,
            format!("第 {place} 个字符是不允许的控制字符"),
            format!("character {place} is a control character"),
        );
    }
}

fn longest(field: &'static str, chars: usize, most: usize, errors: &mut Vec<FieldError>) {
    if chars > most {
        add(
            errors,
            field,
            format!("共 {chars} 字，最多 {most} 字"),
            format!("has {chars} characters, at most {most} are allowed"),
        );
    }
}

fn party(party: &Party<'_>, errors: &mut Vec<FieldError>) {
    longest("party.name", party.name.chars().count(), 100, errors);
    longest("party.address", party.address.chars().count(), 300, errors);
    let count = digits(party.phone).len();
    let shaped = |ch: char| ch.is_ascii_digit() || matches!(ch, '+' | '-' | ' ' | '(' | ')');
    // ITU-T E.164 has at most 15 digits; an extension may follow, and short codes have 5.
    let phone_like = party.phone.chars().all(shaped) && (5..=20).contains(&count);
    if !party.phone.is_empty() && !phone_like {
        add(errors, "party.phone", "不是电话号码", "is not a telephone number");
    }
    let mail_like = |mail: &str| {
        mail.len() <= 254
            && !mail.chars().any(char::is_whitespace)
            && mail.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    if !party.mail.is_empty() && !mail_like(party.mail) {
        add(errors, "party.mail", "不是邮箱地址", "is not a mail address");
    }
}

fn required(registration: &Registration<'_>, pack: &Pack, errors: &mut Vec<FieldError>) {
    let party = &registration.party;
    let hidden = party.anonymous && pack.contact.anonymous.unwrap_or(false);
    for field in pack.required(registration.channel) {
        let (name, given) = match field.as_str() {
            "name" => ("party.name", !party.name.trim().is_empty() || hidden),
            "phone" => ("party.phone", !party.phone.trim().is_empty() || hidden),
            "email" => ("party.mail", !party.mail.trim().is_empty() || hidden),
            "address" => ("party.address", !party.address.trim().is_empty() || hidden),
            "title" => ("title", registration.title_chars > 0),
            "kind" => ("kind", registration.kind_given),
            // A case without a region is refused anyway.
            "region" => continue,
            _ => ("text", registration.text_chars > 0),
        };
        if !given && !errors.iter().any(|error| error.field == name) {
            missing(name, errors);
        }
    }
    let unnamed = party.name.trim().is_empty() && party.phone.trim().is_empty();
    if unnamed
        && pack.contact.anonymous == Some(false)
        && !errors.iter().any(|error| error.field == "party.phone")
    {
        add(errors, "party.phone", "姓名和电话至少填写一项", "name or telephone must be given");
    }
}

fn missing(field: &'static str, errors: &mut Vec<FieldError>) {
    add(errors, field, "缺少必填项", "required field is missing");
}

fn add(errors: &mut Vec<FieldError>, field: &'static str, zh: impl Into<String>, en: impl Into<String>) {
    errors.push(FieldError { field, zh: zh.into(), en: en.into() });
}
