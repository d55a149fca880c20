//! A gateway over HTTP as data: where, with which headers and fields, signed how, and what its answer means.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hmac::{Hmac, Mac as _};
use http_body_util::Full;
use hyper::{Method, Request, header};
use notification_rules::lifecycle::Command;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use super::{
    Answer, Message, later, never,
    post::{Post, Reply},
};
use crate::config::Gateway;

/// The file of a profile.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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

/// A gateway over HTTP.
pub(crate) struct Profile {
    file: File,
    secret: SecretString,
}

const KNOWN: [&str; 10] =
    ["to", "title", "title_en", "text", "text_en", "id", "timestamp", "secret", "body", "sign"];

impl Profile {
    /// Reads a profile and tries it on an empty message.
    pub(crate) fn read(gateway: &Gateway) -> anyhow::Result<Self> {
        let place = gateway.profile.display();
        let text = std::fs::read_to_string(&gateway.profile).with_context(|| format!("reading {place}"))?;
        Self::of(&text, gateway.secret.clone()).with_context(|| format!("the profile {place}"))
    }

    fn of(text: &str, secret: SecretString) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| anyhow::anyhow!("{}", error.message()))?;
        anyhow::ensure!(file.json.is_some() != file.form.is_some(), "one of [json] and [form] is needed");
        anyhow::ensure!(!file.success.status.is_empty(), "success.status is empty");
        anyhow::ensure!(
            file.success.pointer.is_some() || file.success.equals.is_empty(),
            "success.equals needs success.pointer"
        );
        for text in file.texts() {
            for name in names(text) {
                anyhow::ensure!(
                    KNOWN.contains(&name),
                    "{{{name}}} is no variable; known: {}",
                    KNOWN.join(", ")
                );
            }
        }
        Ok(Self { file, secret })
    }

    /// Hands a message over.
    pub(crate) async fn send(&self, post: &Post, message: &Message) -> Answer {
        match self.request(message) {
            Ok(request) => match post.send(request).await {
                Some(reply) => self.judge(&reply),
                None => later("carrier-away"),
            },
            Err(_) => never("no-address"),
        }
    }

    fn request(&self, message: &Message) -> anyhow::Result<Request<Full<Bytes>>> {
        let (id, timestamp) = (message.id.to_string(), message.at.as_second().to_string());
        let mut values: BTreeMap<&str, &str> = [
            ("to", message.to.expose_secret()),
            ("title", message.title.0.as_str()),
            ("title_en", message.title.1.as_str()),
            ("text", message.body.0.as_str()),
            ("text_en", message.body.1.as_str()),
            ("id", id.as_str()),
            ("timestamp", timestamp.as_str()),
            ("secret", self.secret.expose_secret()),
        ]
        .into();
        let plain = |text: &str| filled(text, &values, str::to_owned);
        let (media, body) = match (&self.file.json, &self.file.form) {
            (Some(json), _) => {
                ("application/json", json_of(&toml::Value::Table(json.clone()), &plain).to_string())
            }
            (None, Some(form)) => {
                let pair = |(key, value): (&String, &String)| {
                    format!("{}={}", encoded(key), filled(value, &values, encoded))
                };
                ("application/x-www-form-urlencoded", form.iter().map(pair).collect::<Vec<_>>().join("&"))
            }
            (None, None) => anyhow::bail!("no body"),
        };
        values.insert("body", &body);
        let sign = self.file.sign.as_ref().map(|sign| self.signature(sign, &values)).unwrap_or_default();
        values.insert("sign", &sign);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(filled(&self.file.url, &values, encoded))
            .header(header::CONTENT_TYPE, media);
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

    fn judge(&self, reply: &Reply) -> Answer {
        let status = reply.status.as_u16();
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let word =
            self.file.success.pointer.as_ref().and_then(|pointer| answer.pointer(pointer)).map(plain_word);
        let taken = self.file.success.pointer.is_none()
            || word.as_ref().is_some_and(|word| self.file.success.equals.contains(word));
        if self.file.success.status.contains(&status) && taken {
            let receipt = self.file.success.receipt.as_ref().and_then(|pointer| answer.pointer(pointer));
            let receipt = receipt.map(plain_word).filter(|receipt| receipt.len() <= 200);
            return (Command::Bring, receipt);
        }
        let never_again = self.file.refused.status.contains(&status)
            || word.is_some_and(|word| self.file.refused.equals.contains(&word));
        match (never_again, status) {
            (true, _) => never("refused"),
            (false, 429 | 503) => {
                (Command::Delay { reason: "carrier-busy".to_owned(), retry_after: reply.retry_after }, None)
            }
            (false, _) => later("not-taken"),
        }
    }
}

impl File {
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
    fn a_profile_is_told_what_it_lacks() {
        let says = |text: &str| {
            Profile::of(text, "s".into()).err().map(|error| error.to_string()).unwrap_or_default()
        };
        let head = "url = \"http://x/\"\n[success]\nstatus = [200]\n";
        assert!(says(head).contains("one of [json] and [form]"));
        assert!(says(&format!("{head}[json]\nto = \"{{fone}}\"")).contains("{fone} is no variable"));
        assert!(says(&format!("{head}colour = 1")).contains("colour"));
        assert_eq!(says(&format!("{head}[json]\nto = \"{{to}}\"")), "");
    }
}
