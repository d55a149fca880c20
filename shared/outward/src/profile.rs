//! A request to a machine outside as data: where, with which headers and fields, signed how, and what its answer means.

use std::{collections::BTreeMap, fmt::Write as _};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http_body_util::Full;
use hyper::{Method, Request, header};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use crate::{Post, Reply};

/// A request as a file describes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    #[serde(default)]
    method: Verb,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    json: Option<toml::Table>,
    form: Option<BTreeMap<String, String>>,
    sign: Option<Sign>,
    success: Success,
    #[serde(default)]
    refused: Refused,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Verb {
    #[default]
    Post,
    Put,
    Delete,
}

/// HMAC-SHA-256 over a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    over: String,
    encoding: Encoding,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Encoding {
    Hex,
    Base64,
}

/// What an answer looks like when the message was taken.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Success {
    status: Vec<u16>,
    pointer: Option<String>,
    #[serde(default)]
    equals: Vec<String>,
    receipt: Option<String>,
}

/// What an answer looks like when it never will be.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Refused {
    status: Vec<u16>,
    equals: Vec<String>,
}

/// What a request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Taken; with what the other side calls it.
    Taken(Option<String>),
    /// It never will be.
    Refused,
    /// Not now; perhaps with the time after which to come again.
    Busy(Option<SignedDuration>),
    /// The answer is neither of these.
    NotTaken,
    /// Nobody was reached, or did not answer in time.
    Away,
    /// No request can be written with these values.
    Unwritable,
}

/// A described request, checked, with its secret.
pub struct Profile {
    file: Described,
    secret: SecretString,
}

/// What every description may name beside its own variables.
const COMMON: [&str; 3] = ["secret", "body", "sign"];

impl Profile {
    /// Checks a description whose variables are `known`.
    ///
    /// # Errors
    /// The first mistake, in words.
    pub fn new(file: Described, secret: SecretString, known: &[&str]) -> anyhow::Result<Self> {
        let bodies = usize::from(file.json.is_some()) + usize::from(file.form.is_some());
        let bare = file.method == Verb::Delete && bodies == 0;
        anyhow::ensure!(bodies == 1 || bare, "one of [json] and [form] is needed");
        anyhow::ensure!(!file.success.status.is_empty(), "success.status is empty");
        anyhow::ensure!(
            file.success.pointer.is_some() || file.success.equals.is_empty(),
            "success.equals needs success.pointer"
        );
        for text in file.texts() {
            for name in names(text) {
                anyhow::ensure!(
                    known.contains(&name) || COMMON.contains(&name),
                    "{{{name}}} is no variable; known: {}, {}",
                    known.join(", "),
                    COMMON.join(", ")
                );
            }
        }
        Ok(Self { file, secret })
    }

    /// Sends it with these values and reads the answer.
    pub async fn send(&self, post: &Post, values: &BTreeMap<&str, &str>) -> Outcome {
        match self.request(values) {
            Ok(request) => match post.send(request).await {
                Some(reply) => self.judge(&reply),
                None => Outcome::Away,
            },
            Err(_) => Outcome::Unwritable,
        }
    }

    fn request(&self, values: &BTreeMap<&str, &str>) -> anyhow::Result<Request<Full<Bytes>>> {
        let mut values = values.clone();
        values.insert("secret", self.secret.expose_secret());
        let plain = |text: &str| filled(text, &values, str::to_owned);
        let (media, body) = match (&self.file.json, &self.file.form) {
            (Some(json), _) => {
                (Some("application/json"), json_of(&toml::Value::Table(json.clone()), &plain).to_string())
            }
            (None, Some(form)) => {
                let pair = |(key, value): (&String, &String)| {
                    format!("{}={}", encoded(key), filled(value, &values, encoded))
                };
                let pairs = form.iter().map(pair).collect::<Vec<_>>();
                (Some("application/x-www-form-urlencoded"), pairs.join("&"))
            }
            (None, None) => (None, String::new()),
        };
        values.insert("body", &body);
        let sign = self.file.sign.as_ref().map(|sign| self.signature(sign, &values)).unwrap_or_default();
        values.insert("sign", &sign);
        let method = match self.file.method {
            Verb::Post => Method::POST,
            Verb::Put => Method::PUT,
            Verb::Delete => Method::DELETE,
        };
        let mut request = Request::builder().method(method).uri(filled(&self.file.url, &values, encoded));
        if let Some(media) = media {
            request = request.header(header::CONTENT_TYPE, media);
        }
        for (name, value) in &self.file.headers {
            request = request.header(name, filled(value, &values, str::to_owned));
        }
        drop(values);
        Ok(request.body(Full::from(body))?)
    }

    fn signature(&self, sign: &Sign, values: &BTreeMap<&str, &str>) -> String {
        let text = filled(&sign.over, values, str::to_owned);
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        let sum = mac.finalize().into_bytes();
        match sign.encoding {
            Encoding::Hex => sum.iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").expect("writing to a string");
                text
            }),
            Encoding::Base64 => BASE64_STANDARD.encode(sum),
        }
    }

    fn judge(&self, reply: &Reply) -> Outcome {
        let status = reply.status.as_u16();
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let word =
            self.file.success.pointer.as_ref().and_then(|pointer| answer.pointer(pointer)).map(plain_word);
        let taken = self.file.success.pointer.is_none()
            || word.as_ref().is_some_and(|word| self.file.success.equals.contains(word));
        if self.file.success.status.contains(&status) && taken {
            let receipt = self.file.success.receipt.as_ref().and_then(|pointer| answer.pointer(pointer));
            let receipt = receipt.map(plain_word).filter(|receipt| receipt.len() <= 200);
            return Outcome::Taken(receipt);
        }
        let never_again = self.file.refused.status.contains(&status)
            || word.is_some_and(|word| self.file.refused.equals.contains(&word));
        match (never_again, status) {
            (true, _) => Outcome::Refused,
            (false, 429 | 503) => Outcome::Busy(reply.retry_after),
            (false, _) => Outcome::NotTaken,
        }
    }
}

impl Described {
    fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = vec![&self.url];
        texts.extend(self.headers.values().map(String::as_str));
        texts.extend(self.form.iter().flatten().map(|(_, value)| value.as_str()));
        texts.extend(self.sign.iter().map(|sign| sign.over.as_str()));
        if let Some(json) = &self.json {
            leaves(json.values(), &mut texts);
        }
        texts
    }
}

fn leaves<'a>(values: impl Iterator<Item = &'a toml::Value>, texts: &mut Vec<&'a str>) {
    for value in values {
        match value {
            toml::Value::String(text) => texts.push(text),
            toml::Value::Array(list) => leaves(list.iter(), texts),
            toml::Value::Table(table) => leaves(table.values(), texts),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_) => {}
        }
    }
}

fn json_of(value: &toml::Value, plain: &impl Fn(&str) -> String) -> Value {
    match value {
        toml::Value::String(text) => plain(text).into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(list) => list.iter().map(|one| json_of(one, plain)).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, one)| (key.clone(), json_of(one, plain))).collect()
        }
    }
}

fn plain_word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// Fills the places once: what stands in a value is never taken for a place.
fn filled(text: &str, values: &BTreeMap<&str, &str>, write: impl Fn(&str) -> String) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        done.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((values.get(name)?, after))) {
            Some((value, after)) => {
                done.push_str(&write(value));
                rest = after;
            }
            None => {
                done.push('{');
                rest = after;
            }
        }
    }
    done + rest
}

/// Percent-encodes everything but the unreserved characters (RFC 3986).
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut done, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            done.push(char::from(byte));
        } else {
            write!(done, "%{byte:02X}").expect("writing to a string");
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_value_is_no_place() {
        let values = [("to", "{secret}&x=1"), ("secret", "s")].into();
        assert_eq!(filled("a={to}&b={secret}", &values, encoded), "a=%7Bsecret%7D%26x%3D1&b=s");
        assert_eq!(filled("{unknown} {", &values, str::to_owned), "{unknown} {");
    }

    #[test]
    fn a_description_is_told_what_it_lacks() {
        let says = |text: &str| {
            let read = toml::from_str(text).map_err(|error| anyhow::anyhow!("{}", error.message()));
            let made = read.and_then(|file| Profile::new(file, "s".into(), &["to"]));
            made.err().map(|error| error.to_string()).unwrap_or_default()
        };
        let head = "url = \"http://x/\"\n[success]\nstatus = [200]\n";
        assert!(says(head).contains("one of [json] and [form]"));
        assert!(
            says(&format!("{head}[json]\na = 1\n[form]\nb = \"2\"")).contains("one of [json] and [form]")
        );
        assert!(says(&format!("{head}[json]\nto = \"{{fone}}\"")).contains("{fone} is no variable"));
        assert!(says(&format!("{head}colour = 1")).contains("colour"));
        assert!(says(&format!("method = \"GET\"\n{head}")).contains("GET"));
        assert_eq!(says(&format!("{head}[json]\nto = \"{{to}}\"")), "");
        assert_eq!(says(&format!("method = \"DELETE\"\n{head}")), "");
    }
}
